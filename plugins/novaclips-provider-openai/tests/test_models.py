"""Sizes, options and the end of models; nothing is sent."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.plugin import ConfigError, ImageRequest, Settings
from novaclips_provider_openai.call import OPTIONS, Call
from novaclips_provider_openai.client import OpenAIImages
from novaclips_provider_openai.cost import load_prices
from novaclips_provider_openai.models import load_models

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
MODELS = load_models()
PIXEL_MODELS = [name for name, model in MODELS.by_name.items() if not model.sizes]
ENDING = ["gpt-image-1.5", "gpt-image-1.5-2025-12-16", "chatgpt-image-latest", "gpt-image-1-mini"]
GONE = ["gpt-image-1", "dall-e-3", "dall-e-2"]
edges = st.integers(min_value=64, max_value=8192)


def asked(resolution: str = "1920x1080", **options: object) -> ImageRequest:
    return ImageRequest(1, "a river", resolution=resolution, options=options)


@pytest.mark.parametrize(
    ("model", "resolution", "size"),
    [
        ("gpt-image-2", "1920x1080", "1920x1088"),
        ("gpt-image-2", "1080x1920", "1088x1920"),
        ("gpt-image-2", "1080x1080", "1088x1088"),
        ("gpt-image-2", "1280x720", "1280x720"),
        ("gpt-image-2", "3840x2160", "3840x2160"),
        ("gpt-image-2", "2160x3840", "2160x3840"),
        ("gpt-image-2", "3840x1280", "3840x1280"),
        ("gpt-image-2", "4000x1000", "3840x1280"),
        ("gpt-image-2.6-flare", "1920x1080", "1920x1088"),
        ("gpt-image-1.5", "1920x1080", "1536x1024"),
        ("gpt-image-1.5", "1080x1920", "1024x1536"),
        ("gpt-image-1.5", "1080x1080", "1024x1024"),
        ("dall-e-3", "1920x1080", "1792x1024"),
        ("dall-e-3", "1080x1920", "1024x1792"),
        ("dall-e-2", "1920x1080", "1024x1024"),
        ("somebodys-own", "1920x1080", "1920x1088"),
    ],
)
def test_each_model_is_asked_for_its_best_size(make, model, resolution, size):
    assert make().identity(asked(resolution, model=model))["size"] == size


@given(width=edges, height=edges, model=st.sampled_from(PIXEL_MODELS))
def test_every_size_asked_of_a_free_model_is_legal(width, height, model):
    longer, shorter = max(size := MODELS.by_name[model].native((width, height))), min(size)

    assert longer % 16 == shorter % 16 == 0
    assert longer <= 3840
    assert longer <= 3 * shorter
    assert 655_360 <= longer * shorter <= 8_294_400


@given(width=edges, height=edges)
def test_a_legal_size_that_covers_the_frame_is_found_where_there_is_one(width, height):
    native = MODELS.by_name["gpt-image-2"].native((width, height))

    covers = native[0] >= width and native[1] >= height
    width, height = (-(-edge // 16) * 16 for edge in (width, height))
    rule = max(width, height) <= min(3840, 3 * min(width, height)) and 655_360 <= width * height <= 8_294_400
    assert covers or not rule


@pytest.mark.parametrize("size", ["2048x1152", "3840x1280", "1024x640"])
def test_a_size_of_the_users_own_is_taken_when_it_is_legal(make, size):
    assert make().identity(asked(size=size))["size"] == size


@pytest.mark.parametrize(
    ("model", "size", "hint"),
    [
        ("gpt-image-2", "1920x1080", "is not one that gpt-image-2 draws; write 1920x1088"),
        ("gpt-image-2", "512x512", "write 816x816"),
        ("gpt-image-2", "auto", "size='auto' is not a size; write WIDTHxHEIGHT, as in 1920x1088"),
        ("gpt-image-2", "9999x16", "write WIDTHxHEIGHT"),
        ("gpt-image-1.5", "1280x720", "write 1024x1024, 1536x1024, 1024x1536"),
    ],
)
def test_a_size_that_is_not_legal_is_answered_with_one_that_is(make, model, size, hint):
    with pytest.raises(ConfigError, match=hint):
        make().identity(asked(model=model, size=size))


def test_a_model_nobody_knows_may_be_asked_for_any_size(make):
    assert make().identity(asked(model="sdxl-turbo", size="512x512"))["size"] == "512x512"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quality": "hd"}, r"quality='hd' is not one that gpt-image-2 takes; write one of low, medium, high, auto"),
        ({"quality": 3}, "quality=3 is not one"),
        ({"quality": ["low"]}, "is not one"),
        ({"model": "gpt-image-2.5-flare", "quality": "best"}, "low, medium, high, xhigh, max, auto"),
        ({"model": "dall-e-3", "quality": "high"}, "write one of standard, hd"),
        ({"output_format": "tiff"}, "png, jpeg, webp"),
        ({"background": "transparent"}, "auto, opaque"),
        ({"moderation": "none"}, "auto, low"),
        ({"model": "gpt-image-2.6-flare", "complexity": "extreme"}, "low, medium, high"),
        ({"model": "gpt-image-1-mini", "input_fidelity": "high"}, "write one of low"),
        (
            {"output_compression": 101, "output_format": "webp"},
            "option output_compression=101 is not legal; write a whole number from 0 to 100",
        ),
        ({"output_compression": "80", "output_format": "webp"}, "whole number from 0 to 100"),
        ({"timeout": 0}, "timeout=0 is not legal; write a number of seconds, as in 600"),
        ({"timeout": "soon"}, "number of seconds"),
        ({"model": ""}, "model='' is not a model's name; write for example gpt-image-2"),
        ({"model": 5}, "write for example gpt-image-2"),
        (
            {"model": "gpt-image-2.5-flare", "background": "transparent", "output_format": "jpeg"},
            "needs output_format png or webp",
        ),
    ],
    ids=str,
)
def test_an_illegal_value_is_refused_with_the_legal_ones(make, options, words):
    with pytest.raises(ConfigError, match=words):
        make().identity(asked(**options))


@pytest.mark.parametrize(
    ("options", "notice"),
    [
        ({"qualty": "high"}, "option 'qualty' is unknown and ignored; did you mean 'quality'?"),
        ({"style": "vivid"}, "gpt-image-2 has no option 'style'; it is ignored"),
        ({"complexity": "low"}, "gpt-image-2 has no option 'complexity'; it is ignored"),
        ({"output_compression": 80}, "option 'output_compression' is for output_format jpeg and webp; it is ignored"),
        ({"model": "gpt-imag-2"}, "did you mean 'gpt-image-2'?"),
        ({"model": "somebodys-own"}, "its price is unknown"),
    ],
    ids=str,
)
def test_what_is_ignored_or_strange_is_said_before_anything_is_sent(make, options, notice):
    (said,) = make().notices(asked(**options))

    assert notice in said


def test_nothing_is_said_of_a_plain_request(make):
    assert make().notices(asked(quality="high", output_format="jpeg", output_compression=90)) == []


def test_a_dall_e_model_says_that_it_takes_no_references(make, tmp_path):
    provider = make({"OPENAI_BASE_URL": "http://localhost:1/v1"})
    request = ImageRequest(1, "a river", references=(tmp_path / "hero.png",), options={"model": "dall-e-3"})

    assert provider.notices(request) == ["dall-e-3 takes no reference images; they are ignored"]


@pytest.mark.parametrize("model", ENDING)
def test_a_model_that_ends_within_two_months_says_so(make, model):
    replacement = MODELS.by_name[model].replacement

    assert make(today="2026-11-30").notices(asked(model=model)) == [
        f"{model} is switched off on 2026-12-01; use {replacement}"
    ]
    assert make(today="2026-10-01").notices(asked(model=model)) == []
    assert MODELS.by_name[replacement].shutdown is None


@pytest.mark.parametrize(
    ("model", "today"), [*((model, "2026-12-01") for model in ENDING), *((model, "2026-11-24") for model in GONE)]
)
@pytest.mark.parametrize("ask", ["notices", "generate"])
def test_a_model_that_is_gone_is_refused_with_the_one_to_take_instead(make, model, today, ask):
    replacement = MODELS.by_name[model].replacement

    with pytest.raises(ConfigError, match=rf"{model} was switched off on .*model={replacement}"):
        getattr(make(today=today), ask)(asked(model=model))


def test_frames_of_a_model_that_is_gone_stay_good(make):
    request = asked(model="gpt-image-1.5")

    assert make(today="2026-12-02").identity(request) == make(today="2026-11-24").identity(request)


def test_a_compatible_server_may_still_have_a_model_that_openai_has_not(make):
    provider = make({"OPENAI_BASE_URL": "http://localhost:1/v1"})

    assert provider.notices(asked(model="dall-e-3")) == []


@pytest.mark.parametrize("host", ["eu.api.openai.com", "api.openai.com"])
def test_the_addresses_of_openai_itself_are_known(make, host):
    provider = make({"OPENAI_BASE_URL": f"https://{host}/v1"})

    assert "host" not in provider.identity(asked())
    with pytest.raises(ConfigError, match="was switched off"):
        provider.notices(asked(model="dall-e-3"))


@pytest.mark.parametrize("host", ["api.openai.com.example", "notapi.openai.com", "proxy.example"])
def test_another_server_is_another_picture_and_another_price(make, host):
    provider = make({"OPENAI_BASE_URL": f"https://{host}/v1"})

    assert provider.identity(asked())["host"] == host
    assert provider.notices(asked()) == [f"prices are OpenAI's own; {host} may charge others"]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.0.0.2", "[::1]"])
def test_a_server_on_this_machine_is_not_said_to_charge(make, host):
    provider = make({"OPENAI_BASE_URL": f"http://{host}:8080/v1"})

    assert provider.notices(asked()) == []


@pytest.mark.parametrize("url", ["localhost:8080/v1", "ftp://localhost/v1", "https://", "nonsense"])
def test_an_address_that_is_none_is_refused_at_once(make, url):
    with pytest.raises(ConfigError, match=r"OPENAI_BASE_URL=.* is not an address; write it like https://"):
        make({"OPENAI_BASE_URL": url})


def test_identity_is_model_size_and_quality(make):
    assert make().identity(asked()) == {"model": "gpt-image-2", "size": "1920x1088", "quality": "medium"}


@pytest.mark.parametrize(
    "options",
    [
        {"moderation": "low"},
        {"user": "me"},
        {"timeout": 30},
        {"qualty": "high"},
        {"output_format": "png"},
        {"background": "auto"},
        {"quality": "medium"},
        {"quality": None},
        {"model": "gpt-image-2"},
        {"size": "1920x1088"},
    ],
    ids=str,
)
def test_an_option_that_leaves_the_picture_as_it_is_buys_nothing_anew(make, options):
    assert make().identity(asked(**options)) == make().identity(asked())


@pytest.mark.parametrize(
    "options",
    [
        {"quality": "low"},
        {"output_format": "webp"},
        {"output_format": "webp", "output_compression": 50},
        {"background": "opaque"},
        {"size": "1280x720"},
        {"model": "gpt-image-2.5-flare"},
    ],
    ids=str,
)
def test_an_option_that_shapes_the_picture_is_in_its_identity(make, options):
    assert make().identity(asked(**options)) != make().identity(asked())


def test_every_model_has_a_price_and_every_price_a_model():
    assert set(load_prices()) == set(MODELS.by_name)


def test_every_replacement_is_a_model_that_stays():
    replacements = {model.replacement for model in MODELS.by_name.values() if model.shutdown}

    assert all(MODELS.by_name[name].shutdown is None for name in replacements)


def test_readme_lists_every_option():
    table = README.split("## Options")[1].split("## When")[0]

    assert sorted(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == sorted(OPTIONS)


def test_readme_names_every_model():
    undated = {name for name in MODELS.by_name if not re.search(r"-\d{4}-\d\d-\d\d$", name)}

    assert {name for name in undated if f"`{name}`" not in README} == set()


def readme_rows() -> list[tuple[str, str, dict[str, str], str]]:
    table = README.split("## Models")[1].split("Why `gpt-image-2`")[0]
    rows = [line.strip("| ").split("|") for line in table.splitlines() if line.startswith("| `")]
    found = []
    for names, size, low, medium, high, *until in ([cell.strip() for cell in row] for row in rows):
        prices = {"low": low, "medium": medium, "high": high}
        found += [(name, size, prices, "".join(until)) for name in re.findall("`([^`]+)`", names)]
    return found


@pytest.mark.parametrize("row", readme_rows(), ids=lambda row: row[0])
def test_readme_shows_true_sizes_prices_and_ends(row):
    name, size, prices, until = row
    provider = OpenAIImages(Settings())

    assert provider.identity(asked(model=name))["size"] == size
    for quality, shown in prices.items():
        cost = provider.estimate(ImageRequest(1, "x", options={"model": name, "quality": quality}))
        assert shown.removeprefix("at most ") == f"{cost.usd:.3f}"
    assert until == str(MODELS.by_name[name].shutdown or "")


# Another server than OpenAI's.

ELSEWHERE = {"OPENAI_BASE_URL": "https://pictures.example/v1"}


def test_options_of_an_unknown_model_go_out_as_they_are_and_shape_the_picture():
    request = ImageRequest(
        1, "a river", options={"model": "sd-turbo", "kwargs": '{"seed": 5}', "steps": 4, "user": "me"}
    )
    call = Call.of(request, load_models(), is_openai=False)

    assert call.parameters == {"kwargs": '{"seed": 5}', "steps": 4, "user": "me"}
    assert call.ignored == ()
    assert call.identity == {"model": "sd-turbo", "size": "1920x1080", "kwargs": '{"seed": 5}', "steps": 4}


@pytest.mark.parametrize(
    ("resolution", "size"), [("1920x1080", "1920x1080"), ("640x360", "640x360"), ("1001x777", "1008x784")], ids=str
)
def test_an_unknown_model_elsewhere_is_asked_for_the_frames_own_size(resolution, size):
    request = ImageRequest(1, "a river", resolution=resolution, options={"model": "sd-turbo"})

    assert Call.of(request, load_models(), is_openai=False).identity["size"] == size


@pytest.mark.parametrize("model", ["sd-turbo", "dall-e-3", "gpt-image-2"])
def test_a_table_of_sizes_does_not_bind_another_server(make, model):
    options = {"model": model, "size": "1000x600"}

    assert make(ELSEWHERE).identity(ImageRequest(1, "a river", options=options))["size"] == "1000x600"


def test_an_unknown_model_at_openai_keeps_openais_rule_for_sizes(make):
    options = {"model": "gpt-image-9", "steps": 4}
    identity = make().identity(ImageRequest(1, "a river", options=options))

    assert (identity["size"], identity["steps"]) == ("1920x1088", 4)
