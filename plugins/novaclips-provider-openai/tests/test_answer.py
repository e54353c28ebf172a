"""Reading answers of every shape that servers send."""

from __future__ import annotations

import base64
import json

import pytest

from novaclips.plugin import BadImage, ContentRefused, ImageRequest, QuotaExhausted
from novaclips_provider_openai.answer import Answer
from novaclips_provider_openai.call import Call
from novaclips_provider_openai.errors import error_table
from novaclips_provider_openai.models import load_models

PICTURE = b"\x89PNG and so on"
TABLE = error_table("acme.example", is_openai=False)
BASE64 = base64.b64encode(PICTURE).decode()


def read(answer: object) -> Answer:
    return Answer.read(json.dumps(answer).encode(), TABLE)


@pytest.mark.parametrize(
    "entry",
    [
        {"b64_json": BASE64},
        {"b64_json": f"data:image/png;base64,{BASE64}"},
        {"b64_json": BASE64, "url": None},
        {"b64_json": None, "url": f"data:image/png;base64,{BASE64}"},
    ],
    ids=["plain", "data url", "beside an empty url", "as the url"],
)
def test_a_picture_in_the_answer_is_its_bytes(entry):
    assert read({"data": [entry]}).data == PICTURE


def test_an_address_in_the_answer_is_handed_on():
    answer = read({"data": [{"url": "https://files.example/a.png"}]})

    assert (answer.data, answer.url) == (None, "https://files.example/a.png")


def test_what_else_is_said_is_kept():
    answer = read({"data": [{"b64_json": BASE64, "revised_prompt": "a wide river"}], "size": "16x16", "quality": None})

    assert answer.said == {"size": "16x16", "revised_prompt": "a wide river"}


@pytest.mark.parametrize(
    "answer",
    [{}, [], "text", None, {"data": None}, {"data": []}, {"data": {}}, {"data": [None]}, {"data": [{}]}],
    ids=str,
)
def test_an_answer_without_a_picture_is_a_bad_image(answer):
    with pytest.raises(BadImage, match="holds no picture"):
        read(answer)


def test_an_answer_with_neither_picture_nor_address_says_so():
    with pytest.raises(BadImage, match="the answer holds no picture: no reason given"):
        read({"data": [{"revised_prompt": "a wide river"}]})


def test_an_error_with_status_200_is_told():
    with pytest.raises(BadImage, match="holds no picture: the queue is full"):
        read({"error": {"message": "the queue is full"}})


@pytest.mark.parametrize(
    "answer",
    [
        {
            "data": [{"b64_json": BASE64, "revised_prompt": 5}],
            "usage": [1],
            "size": {"x": 1},
            "quality": 7,
            "model": [],
        },
        {"data": {"b64_json": BASE64}, "usage": "none", "model": "x" * 10_000},
        {"images": [f"data:image/png;base64,{BASE64}"], "usage": {"output_tokens": "many"}},
    ],
    ids=["types", "object", "images"],
)
def test_nothing_that_is_said_beside_a_picture_can_lose_it(answer):
    read_answer = read(answer)

    assert read_answer.data == PICTURE
    assert all(isinstance(read_answer.said.get(name, ""), str) for name in ("size", "quality", "model"))


def test_a_refusal_with_status_200_is_a_refusal():
    with pytest.raises(ContentRefused, match="refused this; reword the scene's prompt"):
        read({"error": {"code": "content_filter", "message": "no"}})


def test_money_with_status_200_is_about_the_account():
    with pytest.raises(QuotaExhausted):
        read({"error": {"code": 402, "message": "Insufficient credits"}})


@pytest.mark.parametrize("text", ["a", 5, ["x"]], ids=str)
def test_a_picture_that_is_not_base64_is_a_bad_image(text):
    with pytest.raises(BadImage, match="the picture in the answer is not base64"):
        read({"data": [{"b64_json": text}]})


def test_a_web_page_names_the_address_as_the_likely_cause():
    with pytest.raises(BadImage, match=r"is a web page and no JSON; .*OPENAI_BASE_URL.* the service says: Welcome"):
        Answer.read(b"<html>Welcome</html>", TABLE)


@pytest.mark.parametrize(
    ("said", "warnings"),
    [
        ({"size": "1920x1088", "quality": "medium", "output_format": "webp"}, ()),
        ({}, ()),
        ({"size": "1024x1024"}, ("the service drew with size 1024x1024 instead of 1920x1088",)),
        ({"quality": "low"}, ("the service drew with quality low instead of medium",)),
        ({"output_format": "png"}, ("the service drew with output_format png instead of webp",)),
        ({"model": "gpt-image-2-2026-04-21"}, ()),
        ({"model": "openai/gpt-image-2"}, ()),
        (
            {"model": "sd-turbo"},
            ("the service says that 'sd-turbo' drew, not 'gpt-image-2'; what was asked for counts",),
        ),
    ],
    ids=str,
)
def test_an_answer_that_tells_of_another_picture_is_warned_of(said, warnings):
    call = Call.of(ImageRequest(1, "a river", options={"output_format": "webp"}), load_models())

    assert call.unheeded(said) == warnings
