"""Pictures from the fault server through the real SDK."""

from __future__ import annotations

import io
import logging
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from novaclips.plugin import BadImage, Cost, GeneratedImage, ImageRequest, InvalidRequest, ProviderError, Retry
from novaclips.testing import FAULTS, fingerprint, read_fingerprint

NOW = 1_795_000_000.0  # in November 2026
KEY = "sk-proj-4fQzW1x8TtB7nVd2LmK9"


def asked(prompt: str = "a river", references: tuple[Path, ...] = (), **options: object) -> ImageRequest:
    return ImageRequest(1, prompt, resolution="1280x720", references=references, options=options)


def picture(image: GeneratedImage) -> Image.Image:
    return Image.open(io.BytesIO(image.data))


@pytest.fixture
def references(tmp_path: Path) -> tuple[Path, ...]:
    paths = (tmp_path / "héros.webp", tmp_path / "room.png", tmp_path / "face.JPG")
    for path in paths:
        Image.new("RGB", (64, 64), "teal").save(path)
    return paths


def test_a_picture_has_the_size_asked_for_and_shows_the_prompt(provider):
    drawn = picture(provider.generate(asked("a river at night")))

    assert drawn.size == (1280, 720)
    assert read_fingerprint(drawn) == fingerprint("a river at night")


def test_one_picture_is_asked_for_with_its_model_size_and_quality(provider, fault_server):
    provider.generate(asked())

    (request,) = fault_server.requests
    assert (request.method, request.path) == ("POST", "/v1/images/generations")
    assert request.body == {
        "model": "gpt-image-2",
        "prompt": "a river",
        "n": 1,
        "size": "1280x720",
        "quality": "medium",
    }


def test_options_go_out_as_they_are(provider, fault_server):
    options = {
        "model": "gpt-image-2.6-flare",
        "quality": "max",
        "output_format": "webp",
        "output_compression": 80,
        "background": "opaque",
        "moderation": "low",
        "complexity": "low",
        "user": "me",
    }

    drawn = picture(provider.generate(asked(**options)))

    assert drawn.format == "WEBP"
    assert fault_server.requests[0].body == {"prompt": "a river", "n": 1, "size": "1280x720", **options}


def test_the_cost_is_that_of_the_usage(provider):
    image = provider.generate(asked())

    usage = image.metadata["usage"]
    text = usage["input_tokens_details"]["text_tokens"]
    assert usage["output_tokens"] == 947
    assert image.cost == Cost(Decimal(30 * 947 + 5 * text) / 1_000_000, as_of="2026-11-23")
    assert image.cost.usd <= provider.estimate(asked()).usd


def test_metadata_names_request_size_and_quality(provider):
    metadata = provider.generate(asked()).metadata

    assert metadata["request_id"].startswith("req_")
    assert (metadata["size"], metadata["quality"]) == ("1280x720", "medium")


@pytest.mark.parametrize(
    "options",
    [{"quality": "hd", "style": "natural"}, {"response_format": "url"}, {"response_format": "b64_json"}],
    ids=str,
)
def test_a_compatible_server_draws_with_dall_e_3(provider, fault_server, options):
    image = provider.generate(asked(model="dall-e-3", **options))

    assert picture(image).size == (1792, 1024)
    assert image.metadata["revised_prompt"]
    assert fault_server.requests[0].body == {
        "model": "dall-e-3",
        "prompt": "a river",
        "n": 1,
        "size": "1792x1024",
        "quality": "standard",
        "response_format": "b64_json",
        **options,
    }


def test_a_compatible_server_draws_with_dall_e_2(provider, fault_server):
    assert picture(provider.generate(asked(model="dall-e-2"))).size == (1024, 1024)
    assert fault_server.requests[0].body["response_format"] == "b64_json"


def test_a_picture_behind_an_address_that_has_expired_is_a_bad_image(provider, fault_server):
    fault_server.fault("file_expired")

    with pytest.raises(BadImage, match="the picture is gone"):
        provider.generate(asked(model="dall-e-3", response_format="url"))


def test_references_are_edited_with_their_names_and_types(provider, fault_server, references):
    image = provider.generate(asked(references=references, moderation="low", output_format="jpeg"))

    (request,) = fault_server.requests
    assert request.path == "/v1/images/edits"
    assert request.body.pop("image[]") == [path.read_bytes() for path in references]
    assert request.body == {
        "model": "gpt-image-2",
        "prompt": "a river",
        "n": "1",
        "size": "1280x720",
        "quality": "medium",
        "moderation": "low",
        "output_format": "jpeg",
    }
    assert picture(image).format == "JPEG"
    assert image.metadata["usage"]["input_tokens_details"]["image_tokens"] > 0


def test_no_more_than_sixteen_references_are_sent(provider, fault_server, references):
    provider.generate(asked(references=references * 6))

    assert len(fault_server.requests[0].body["image[]"]) == 16


def test_input_fidelity_is_sent_with_references_alone(provider, fault_server, references):
    for some in ((), references):
        provider.generate(asked(references=some, model="gpt-image-1.5", input_fidelity="high"))

    without, with_references = fault_server.requests
    assert "input_fidelity" not in without.body
    assert with_references.body["input_fidelity"] == "high"


def test_a_reference_that_is_gone_is_named(provider, fault_server, tmp_path):
    with pytest.raises(InvalidRequest, match=r"the reference image hero\.png cannot be read"):
        provider.generate(asked(references=(tmp_path / "hero.png",)))

    assert fault_server.requests == []


def test_a_paid_picture_is_not_lost_over_its_content_type(provider, fault_server):
    fault_server.fault("wrong_content_type")

    assert picture(provider.generate(asked())).size == (1280, 720)


PLACES = [
    "raw_picture", "base64_unpadded", "base64_urlsafe", "base64_wrapped", "data_url", "data_object", "images_list",
    "artifacts", "chat_images", "event_stream", "odd_words", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("fault", PLACES)
def test_a_picture_that_is_in_the_answer_is_taken(provider, fault_server, fault):
    fault_server.fault(fault)

    assert picture(provider.generate(asked())).size == (1280, 720)


@pytest.mark.parametrize("fault", ["zero_usage", "negative_usage", "absurd_usage"])
def test_a_usage_that_cannot_be_true_leaves_the_estimate(provider, fault_server, fault):
    fault_server.fault(fault)

    assert provider.generate(asked()).cost == provider.estimate(asked())


def test_what_was_asked_for_counts_where_the_answer_names_another_model(provider, fault_server):
    fault_server.fault("other_model")
    image = provider.generate(asked())

    assert image.model == "gpt-image-2"
    assert image.warnings == ("the service says that 'sd-turbo' drew, not 'gpt-image-2'; what was asked for counts",)


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("rate_limit_zero", 0),
        ("rate_limit_past", 0),
        ("rate_limit_day", 86_400),
        ("rate_limit_far", 253_402_300_799 - NOW),
        ("rate_limit_digits", None),
        ("rate_limit_negative", None),
        ("rate_limit_minutes", 1200),
        ("overloaded_wait", 3),
    ],
)
def test_a_wait_is_read_in_every_form(make, fault_server, fault, seconds):
    fault_server.fault(fault)
    provider = make(fault_server.env, now=NOW)
    provider.open()

    with pytest.raises(ProviderError) as caught:
        provider.generate(asked())

    assert caught.value.retry_after == seconds


def test_a_wait_until_a_point_in_time_counts_from_now(make, fault_server):
    fault_server.fault("rate_limit_epoch")
    provider = make(fault_server.env, now=time.time())
    provider.open()

    with pytest.raises(ProviderError) as caught:
        provider.generate(asked())

    assert 0 < caught.value.retry_after <= 60


def test_no_picture_and_no_refusal_is_asked_for_once_more(provider, fault_server):
    fault_server.fault("no_image")

    with pytest.raises(BadImage, match="drew no picture this time, and refused nothing") as caught:
        provider.generate(asked())

    assert caught.value.retry is Retry.LAST


def test_nothing_is_warned_of_where_the_service_was_free_to_choose(provider):
    assert provider.generate(asked(quality="auto")).warnings == ()


def test_many_threads_share_one_provider(provider, fault_server):
    prompts = [f"river {number}" for number in range(12)]

    with ThreadPoolExecutor(6) as pool:
        images = list(pool.map(lambda prompt: provider.generate(asked(prompt)), prompts))

    assert [read_fingerprint(picture(image)) for image in images] == [fingerprint(prompt) for prompt in prompts]
    assert fault_server.counts.billed_twice == 0


def test_a_provider_may_be_closed_twice_and_unopened(make):
    provider = make()

    provider.close()
    provider.close()


WIRE_FAULTS = sorted(
    name
    for name, fault in FAULTS.items()
    if fault.protocol in ("openai", "any") and fault.hits in ("create", "picture") and name != "slow_body"
)


@pytest.mark.parametrize("fault", WIRE_FAULTS)
def test_the_key_shows_nowhere(make, fault_server, caplog, fault):
    caplog.set_level(logging.DEBUG)
    fault_server.fault(fault)
    provider = make(fault_server.env | {"OPENAI_API_KEY": KEY})
    provider.open()

    try:
        shown = [repr(provider), repr(provider.generate(asked(timeout=0.2)))]
    except ProviderError as error:
        shown = [repr(provider), repr(error), *traceback.format_exception(error)]

    assert KEY not in "".join(shown)
    assert KEY not in caplog.text
