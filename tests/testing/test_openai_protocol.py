"""The fault server as OpenAI: what it draws, and what it refuses, in the words of the real one."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator

import openai
import pytest
import requests

from novaclips.testing import FaultServer, fingerprint, read_fingerprint
from novaclips.testing.openai_models import FAMILIES, output_tokens
from novaclips.testing.pictures import draw
from testing.customer import Customer, opened, picture_in

LIVE = [name for name, family in FAMILIES.items() if not family.dall_e]


@pytest.fixture
def client(server: FaultServer) -> Iterator[openai.OpenAI]:
    """The real SDK."""
    with openai.OpenAI(api_key="rehearsal", base_url=server.env["OPENAI_BASE_URL"], max_retries=0) as client:
        yield client


def test_the_sdk_gets_the_picture_it_ordered(client: openai.OpenAI) -> None:
    answer = client.images.generate(model="gpt-image-2", prompt="a river", size="1536x864", quality="medium")
    image = opened(base64.b64decode(answer.data[0].b64_json))
    assert (image.size, image.format, read_fingerprint(image)) == ((1536, 864), "PNG", fingerprint("a river"))
    assert (answer.size, answer.quality, answer.output_format) == ("1536x864", "medium", "png")
    assert answer.usage.output_tokens == 1078
    assert answer._request_id.startswith("req_")


def test_the_sdk_gets_an_edit_of_its_references(client: openai.OpenAI, server: FaultServer) -> None:
    references = [draw("a fox", (640, 480)), draw("a hen", (640, 480), format="JPEG")]
    answer = client.images.edit(
        model="gpt-image-2",
        prompt="both",
        image=[io.BytesIO(data) for data in references],
        size="1024x640",
        quality="low",
        n=2,
        extra_body={"moderation": "low"},
    )
    assert len(answer.data) == 2
    assert answer.usage.input_tokens_details.image_tokens == 600
    assert server.requests[0].body["image[]"] == references
    assert server.requests[0].body["moderation"] == "low"


def test_dall_e_3_answers_with_a_url_and_its_own_words(client: openai.OpenAI) -> None:
    (entry,) = client.images.generate(model="dall-e-3", prompt="a river", size="1792x1024", quality="hd").data
    assert entry.revised_prompt.startswith("a river")
    assert opened(requests.get(entry.url, timeout=5).content).size == (1792, 1024)


def test_dall_e_answers_with_base64_when_asked(customer: Customer) -> None:
    answer = customer.generate(model="dall-e-2", size="256x256", quality=..., response_format="b64_json")
    assert picture_in(answer).size == (256, 256)


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_the_output_format_is_obeyed(customer: Customer, kind: str) -> None:
    answer = customer.generate(output_format=kind, output_compression=80)
    assert picture_in(answer).format == kind.upper()


@pytest.mark.parametrize("model", LIVE)
def test_every_live_model_draws(customer: Customer, model: str) -> None:
    assert picture_in(customer.generate(model=model, size="1536x1024")).size == (1536, 1024)


def test_who_buys_the_same_again_gets_another_picture(customer: Customer) -> None:
    one, two = customer.generate(), customer.generate()
    assert one.json()["data"] != two.json()["data"]


@pytest.mark.parametrize(
    ("size", "quality", "tokens"),
    [
        ("1024x1024", "low", 196),
        ("1024x1024", "medium", 1756),
        ("1024x1024", "high", 7024),
        ("1024x1536", "low", 158),
        ("1536x1024", "medium", 1372),
        ("1536x1024", "high", 5488),
        ("1920x1088", "high", 5300),
        ("3840x2160", "high", 13342),
    ],
)
def test_a_picture_costs_the_published_tokens(size: str, quality: str, tokens: int) -> None:
    width, height = map(int, size.split("x"))
    assert output_tokens(FAMILIES["gpt-image-2"], (width, height), quality) == tokens


@pytest.mark.parametrize("size", ["1280x720", "1920x1088", "2560x1440", "3840x2160", "2160x3840", "1440x480"])
def test_legal_sizes_are_drawn(customer: Customer, size: str) -> None:
    assert customer.generate(size=size, output_format="webp").json()["size"] == size


DIVISIBLE = "Width and height must both be divisible by 16."


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"size": "1920x1080"}, f"Invalid size '1920x1080'. {DIVISIBLE}"),
        ({"size": "3856x2160"}, "The longest edge must be less than or equal to 3840."),
        ({"size": "2048x640"}, "must be at most 3:1."),
        ({"size": "512x512"}, "Requested resolution is below the current minimum pixel budget."),
        ({"size": "3840x2176"}, "Requested resolution is above the current maximum pixel budget."),
        ({"size": "wide"}, "Invalid size 'wide'."),
        (
            {"model": "gpt-image-1.5", "size": "1280x720"},
            "Supported sizes are 1024x1024, 1024x1536, 1536x1024, and auto.",
        ),
        ({"model": "dall-e-3", "size": "512x512", "quality": "hd"}, "Invalid size '512x512'."),
        ({"model": "gpt-image-1"}, "The model 'gpt-image-1' does not exist."),
        ({"model": ...}, "you must provide a model parameter"),
        ({"prompt": ...}, "Missing required parameter: 'prompt'."),
        ({"prompt": "x" * 32_001}, "Expected a string with maximum length 32000, but got a string with length 32001"),
        ({"response_format": "b64_json"}, "Unknown parameter: 'response_format'."),
        ({"style": "vivid"}, "Unknown parameter: 'style'."),
        ({"seed": 7}, "Unknown parameter: 'seed'."),
        ({"complexity": "low"}, "Unknown parameter: 'complexity'."),
        ({"quality": "max"}, "Supported values are: 'low', 'medium', 'high' and 'auto'."),
        ({"output_format": "gif"}, "Invalid value: 'gif'."),
        ({"output_compression": 50}, "Compression less than 100 is not supported for PNG output format"),
        ({"output_format": "jpeg", "output_compression": 101}, "Expected a value <= 100, but got 101 instead."),
        ({"background": "transparent"}, "Transparent background is not supported for this model."),
        ({"n": 11}, "Expected a value <= 10, but got 11 instead."),
        ({"n": 0}, "Expected a value >= 1, but got 0 instead."),
        ({"n": "two"}, "Invalid type for 'n'"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_the_service_refuses_is_not_billed(
    customer: Customer, server: FaultServer, fields: dict[str, object], message: str
) -> None:
    answer = customer.generate(**fields)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]
    assert (server.counts.requests, server.counts.billed) == (1, 0)


def test_the_error_of_a_bad_size_is_the_real_one(customer: Customer) -> None:
    assert customer.generate(size="1920x1080").json()["error"] == {
        "message": f"Invalid size '1920x1080'. {DIVISIBLE}",
        "type": "image_generation_user_error",
        "param": "size",
        "code": "invalid_value",
    }


@pytest.mark.parametrize(
    ("images", "fields", "message"),
    [
        (0, {}, "Missing required parameter: 'image'."),
        (17, {}, "Expected an array with maximum length 16, but got an array with length 17 instead."),
        (1, {"input_fidelity": "high"}, "does not support the 'input_fidelity' parameter"),
        (1, {"model": "dall-e-3"}, "Value must be 'dall-e-2'."),
    ],
    ids=["no-image", "too-many", "input-fidelity", "dall-e-3"],
)
def test_an_edit_is_refused(customer: Customer, images: int, fields: dict[str, str], message: str) -> None:
    answer = customer.edit(*[draw("a fox", (64, 64))] * images, **fields)
    assert answer.status_code == 400
    assert message in answer.json()["error"]["message"]


def test_an_edit_names_the_reference_that_it_cannot_read(customer: Customer) -> None:
    good = draw("a fox", (64, 64))
    error = customer.edit(good, good, good[: len(good) // 2]).json()["error"]
    assert error["code"] == "invalid_image_file"
    assert "image 3" in error["message"]


def test_models_are_listed_with_the_day_they_are_switched_off(client: openai.OpenAI) -> None:
    days = {model.id: model.shutdown_date for model in client.models.list()}
    assert (days["gpt-image-1.5"], days["gpt-image-2"]) == ("2026-12-01", None)
    assert "gpt-image-1" not in days


def test_one_model_can_be_asked_for(client: openai.OpenAI) -> None:
    assert client.models.retrieve("gpt-image-2").id == "gpt-image-2"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-image-9")


@pytest.mark.parametrize("path", ["/v1/images/generations", "/v1/images/edits"])
def test_nobody_orders_without_a_key(server: FaultServer, path: str) -> None:
    answer = requests.post(server.url + path, json={"prompt": "a river"}, timeout=5)
    assert answer.status_code == 401
    assert "You didn't provide an API key" in answer.json()["error"]["message"]


def test_a_body_that_is_no_json_is_refused(customer: Customer) -> None:
    answer = customer.post("/v1/images/generations", data=b"{")
    assert answer.status_code == 400


def test_a_path_that_there_is_not_is_an_invalid_url(customer: Customer) -> None:
    answer = customer.post("/images/generations", json={})
    assert answer.status_code == 404
    assert answer.json()["error"]["message"] == "Invalid URL (POST /images/generations)"
