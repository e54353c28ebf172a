"""What the web UI is asked for, and what becomes of its answer."""

from __future__ import annotations

import io
import json
import math
from decimal import Decimal

import pytest
from PIL import Image

from novaclips.plugin import BadImage, ConfigError, Cost, Settings
from novaclips.testing import fingerprint, read_fingerprint
from novaclips_provider_sdwebui.client import StableDiffusionWebUI, read_answer
from novaclips_provider_sdwebui.order import NO_MODEL, native_size

MODEL = "sd_xl_base_1.0"


def test_a_picture_comes_with_model_seed_and_what_the_web_ui_says_of_it(provider, ask):
    image = provider.generate(ask(model=MODEL, seed=7))

    assert read_fingerprint(Image.open(io.BytesIO(image.data))) == fingerprint("a river at dawn")
    assert (image.model, image.seed, image.cost, image.warnings) == (MODEL, 7, Cost(Decimal(0)), ())
    assert image.metadata == {"sd_model_hash": "6ce0161689", "sampler_name": "Euler", "steps": 25}


def test_an_order_is_one_post_with_all_that_shapes_the_picture(provider, ask, webui):
    request = ask("Маяк 🌊", model=MODEL, negative_prompt="text", seed=7, steps=30, cfg_scale=5, sampler_name="Euler a")
    provider.generate(request)

    (sent,) = webui.requests
    assert (sent.method, sent.path) == ("POST", "/sdapi/v1/txt2img")
    assert "Authorization" not in sent.headers
    assert sent.body == {
        "prompt": "Маяк 🌊",
        "negative_prompt": "text",
        "seed": 7,
        "width": 1360,
        "height": 768,
        "steps": 30,
        "cfg_scale": 5.0,
        "sampler_name": "Euler a",
        "override_settings": {"sd_model_checkpoint": MODEL},
    }


def test_without_a_model_the_loaded_one_draws_and_the_run_says_so(provider, ask, webui):
    image = provider.generate(ask())

    assert "override_settings" not in webui.requests[0].body
    assert image.model == "v1-5-pruned-emaonly"
    assert provider.notices(ask()) == (NO_MODEL,)
    assert provider.notices(ask(model=MODEL)) == ()


def test_without_a_seed_the_one_that_chance_chose_comes_back(provider, ask, webui):
    assert provider.generate(ask()).seed == 4242
    assert webui.requests[0].body["seed"] == -1


@pytest.mark.parametrize(
    "model", [f"{MODEL}.safetensors", f"{MODEL}.safetensors [31e35c80fc]", f"xl/{MODEL}", "6ce0161689"]
)
def test_a_model_may_be_written_in_every_way_that_the_web_ui_shows(ask, webui, make, model):
    info = json.dumps({"sd_model_name": MODEL, "sd_model_hash": "6ce0161689"})
    webui.answer_next(200, json.dumps({"images": ["AAAA"], "info": info}).encode())

    assert make().generate(ask(model=model)).warnings == ()


def test_a_model_that_the_web_ui_passed_over_is_told(provider, ask):
    assert provider.generate(ask(model="dreamy_v3")).warnings == (
        "the web UI drew with 'v1-5-pruned-emaonly' instead of 'dreamy_v3'; write the model's name as it shows it",
    )


def test_what_an_option_may_be_written_as_is_one_picture(provider, ask):
    identity = provider.identity(ask(model=MODEL, cfg_scale=7, seed=1))

    assert identity == {"model": MODEL, "size": "1360x768", "steps": 25, "cfg_scale": 7.0}
    assert json.dumps(identity) == json.dumps(provider.identity(ask(model=f" {MODEL} ", cfg_scale=7.0)))


def test_an_option_that_is_unknown_is_told_with_the_one_that_was_meant(provider, ask):
    assert provider.notices(ask(model=MODEL, cfgscale=7)) == (
        "option 'cfgscale' is unknown and ignored; did you mean 'cfg_scale'?",
    )


@pytest.mark.parametrize(
    ("frame", "megapixels", "size"),
    [
        ((1920, 1080), 1.0, (1360, 768)),
        ((1080, 1920), 1.0, (768, 1360)),
        ((320, 180), 1.0, (1360, 768)),
        ((1024, 1024), 1.0, (1024, 1024)),
        ((1920, 1080), 0.25, (680, 384)),
        ((8192, 64), 1.0, (2048, 64)),
    ],
    ids=str,
)
def test_the_size_has_the_frames_shape_and_the_models_pixels(frame, megapixels, size):
    assert native_size(frame, megapixels) == size


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"model": 7}, "option model=7 is no text; write the name as the web UI shows it"),
        (
            {"sampler_name": ["Euler"]},
            "option sampler_name=['Euler'] is no text; write the name as the web UI shows it",
        ),
        ({"steps": 0}, "option steps=0 is not legal; write a whole number from 1 to 150"),
        ({"steps": 2.5}, "option steps=2.5 is not legal; write a whole number from 1 to 150"),
        ({"cfg_scale": "7"}, "option cfg_scale='7' is not legal; write a number from 0 to 30"),
        ({"cfg_scale": True}, "option cfg_scale=True is not legal; write a number from 0 to 30"),
        ({"megapixels": 9}, "option megapixels=9 is not legal; write a number from 0.1 to 4"),
        ({"timeout": math.inf}, "option timeout=inf is not legal; write a number from 1 to 86400"),
    ],
    ids=str,
)
def test_a_value_that_cannot_be_sent_is_told_before_anything_is_sent(provider, ask, webui, options, message):
    for plan in (provider.identity, provider.estimate, provider.notices, provider.generate):
        with pytest.raises(ConfigError) as caught:
            plan(ask(**options))
        assert str(caught.value) == message
    assert webui.requests == []


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"SDWEBUI_URL": "localhost:7860"}, "SDWEBUI_URL='localhost:7860' is not an address; write it like http://"),
        ({"SDWEBUI_URL": "http://[::1"}, "SDWEBUI_URL='http://[::1' is not an address"),
        ({"SDWEBUI_URL": "http://here:port"}, "SDWEBUI_URL='http://here:port' is not an address"),
        ({"SDWEBUI_URL": "http://me:secret@here"}, "SDWEBUI_URL holds a login; write the address alone, as in http://"),
        ({"SDWEBUI_AUTH": "secret"}, "SDWEBUI_AUTH is not user:password; write both, with a colon between them"),
    ],
    ids=["no scheme", "bracket", "port", "login", "no colon"],
)
def test_a_setting_that_cannot_be_used_is_told_at_once_and_without_the_login(env, message):
    with pytest.raises(ConfigError) as caught:
        StableDiffusionWebUI(Settings(env=env))
    assert str(caught.value).startswith(message)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "answer",
    [
        {"images": ["data:image/png;base64,AAAA"], "info": {"seed": 5}},
        {"images": ["AAAA", "map of an extension"], "info": '{"seed": 5}'},
    ],
    ids=["fork", "extension"],
)
def test_answers_of_forks_and_extensions_are_understood(answer):
    assert read_answer(json.dumps(answer).encode()) == (b"\0\0\0", {"seed": 5})


@pytest.mark.parametrize("info", [None, "", "no JSON", 7, "[]"], ids=repr)
def test_a_picture_does_without_what_is_said_of_it(info):
    assert read_answer(json.dumps({"images": ["AAAA"], "info": info}).encode()) == (b"\0\0\0", {})


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"<html>", "the web UI's answer is not JSON; check that SDWEBUI_URL leads to a web UI"),
        (b"[]", "the web UI's answer holds no picture; somebody may have pressed Interrupt or Skip"),
        (b'{"images": []}', "the web UI's answer holds no picture; somebody may have pressed Interrupt or Skip"),
        (b'{"images": ["A"]}', "the web UI's picture is not base64"),
        ('{"images": ["Я"]}'.encode(), "the web UI's picture is not base64"),
    ],
    ids=["html", "list", "none", "short", "not ascii"],
)
def test_an_answer_without_a_picture_is_told(body, message):
    with pytest.raises(BadImage) as caught:
        read_answer(body)
    assert str(caught.value) == message
