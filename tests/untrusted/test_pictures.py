"""A picture that is in an answer is found, wherever the service put it, and however it wrote it."""

from __future__ import annotations

import base64
import io
import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from novaclips.plugin import find_picture


def drawn(kind: str) -> bytes:
    data = io.BytesIO()
    Image.effect_noise((32, 32), 90).convert("RGB").save(data, kind)
    return data.getvalue()


PICTURES = {kind: drawn(kind) for kind in ("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF")}
PNG = PICTURES["PNG"]
TEXT = base64.b64encode(PNG).decode()
URL = f"data:image/png;base64,{TEXT}"
PLACES: dict[str, Any] = {
    "openai": {"created": 1, "data": [{"b64_json": TEXT}]},
    "one object": {"data": {"b64_json": TEXT}},
    "list of texts": {"images": [TEXT]},
    "list of urls": {"images": [{"url": URL, "width": 32}]},
    "image": {"image": TEXT},
    "output": {"output": [TEXT]},
    "output url": {"output": URL},
    "artifacts": {"artifacts": [{"base64": TEXT, "finishReason": "SUCCESS"}]},
    "chat images": {"choices": [{"message": {"content": None, "images": [{"image_url": {"url": URL}}]}}]},
    "chat content": {"choices": [{"message": {"content": [{"type": "image_url", "image_url": {"url": URL}}]}}]},
    "parts": {"candidates": [{"content": {"parts": [{"text": "here"}, {"inlineData": {"data": TEXT}}]}}]},
    "responses": {"output": [{"type": "image_generation_call", "result": TEXT}]},
    "predictions": {"predictions": [{"bytesBase64Encoded": TEXT, "mimeType": "image/png"}]},
    "result": {"code": 0, "result": {"image_base64": [TEXT]}},
    "beside nulls": {"data": [{"b64_json": None, "url": None}, {"b64_json": TEXT}]},
    "in the url": {"data": [{"b64_json": None, "url": URL}]},
    "a list": [TEXT],
    "a text": TEXT,
    "nobody knows": {"foo": {"bar": [1, {"baz": TEXT}]}},
    "beside its request": {"images": [TEXT], "parameters": {"init_images": ["iVBORw0KGgo="]}},
}  # fmt: skip
FORMS = {
    "plain": TEXT,
    "without padding": TEXT.rstrip("="),
    "url-safe": base64.urlsafe_b64encode(PNG).decode(),
    "url-safe without padding": base64.urlsafe_b64encode(PNG).decode().rstrip("="),
    "wrapped": "\r\n".join(TEXT[at : at + 76] for at in range(0, len(TEXT), 76)),
    "data url": URL,
    "data url with parameters": f"data:image/png;charset=utf-8;name=a.png;base64,{TEXT}",
    "data url in capitals": f"DATA:IMAGE/PNG;BASE64,{TEXT}",
    "data url without a type": f"data:;base64,{TEXT}",
    "percent signs": quote(TEXT, safe=""),
    "data url with percent signs": f"data:image/png;base64,{quote(TEXT, safe='')}",
    "data url of bytes": f"data:image/png,{quote(PNG, safe='')}",
    "blanks around it": f"  {TEXT}\n",
}


@pytest.mark.parametrize("place", PLACES)
def test_a_picture_is_found_in_every_place(place):
    assert find_picture(json.dumps(PLACES[place]).encode()).data == PNG


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("key", ["b64_json", "url", "image"])
def test_a_picture_is_read_in_every_form(form, key):
    assert find_picture(json.dumps({"data": [{key: FORMS[form]}]}).encode()).data == PNG


@pytest.mark.parametrize("kind", PICTURES)
def test_every_kind_of_picture_is_taken_as_the_body_and_in_json(kind):
    data = PICTURES[kind]

    assert find_picture(data).data == data
    assert find_picture(json.dumps({"x": base64.b64encode(data).decode()}).encode()).data == data


@pytest.mark.parametrize(
    "body",
    [
        b'{"created":' + b"9" * 5000 + b',"data":[{"b64_json":"%s"}]}',
        b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b',"data":[{"b64_json":"%s"}]}',
        b'{"usage":NaN,"revised_prompt":"\\ud83e","data":[{"b64_json":"%s"}]}',
        b'{"data":[{"b64_json":"%s"}], oops',
        b'\xef\xbb\xbf{"data":[{"b64_json":"%s"}]}',
        b'{"note":"\xff\xfe","data":[{"b64_json":"%s"}]}',
        b'{"status":"working"}\n{"image":"%s"}\n',
        b'event: done\ndata: {"type":"image_generation.completed","b64_json":"%s"}\n\ndata: [DONE]\n\n',
        b"%s",
    ],
    ids=["huge number", "deep", "no numbers", "broken", "byte order mark", "no utf-8", "lines", "events", "text"],
)
def test_nothing_beside_a_picture_can_lose_it(body):
    assert find_picture(body.replace(b"%s", TEXT.encode())).data == PNG


def test_escaped_slashes_in_broken_json_lose_nothing():
    jpeg = PICTURES["JPEG"]
    body = json.dumps({"data": [{"b64_json": base64.b64encode(jpeg).decode()}]}).replace("/", "\\/") + "}}"

    assert find_picture(body.encode()).data == jpeg


def test_of_a_stream_the_whole_picture_counts_and_not_a_part_of_it():
    part = {"type": "image_generation.partial_image", "b64_json": base64.b64encode(PICTURES["GIF"]).decode()}
    whole = {"type": "image_generation.completed", "b64_json": TEXT, "usage": {"output_tokens": 7}}
    found = find_picture("".join(f"data: {json.dumps(event)}\n\n" for event in (part, whole)).encode())

    assert found.data == PNG
    assert found.answer["usage"] == {"output_tokens": 7}


@pytest.mark.parametrize(
    ("answer", "url"),
    [
        ({"data": [{"url": "https://files.example/a.png?x=1"}]}, "https://files.example/a.png?x=1"),
        ({"data": [{"url": "/pic/a.png"}]}, "/pic/a.png"),
        ({"data": [{"url": "C:\\pics\\a.png"}]}, "C:\\pics\\a.png"),
        ({"output": "https://files.example/a.webp"}, "https://files.example/a.webp"),
        ({"output": ["https://files.example/a.webp"]}, "https://files.example/a.webp"),
        ({"result": {"sample": "https://files.example/a"}}, "https://files.example/a"),
        ({"images": [{"url": "https://files.example/a", "content_type": "image/png"}]}, "https://files.example/a"),
        ({"choices": [{"message": {"images": [{"image_url": {"url": "https://f.example/a"}}]}}]}, "https://f.example/a"),
        ("https://files.example/a.png", "https://files.example/a.png"),
    ],
    ids=str,
)  # fmt: skip
def test_an_address_is_found_where_there_are_no_bytes(answer, url):
    found = find_picture(json.dumps(answer).encode())

    assert (found.data, found.url) == (None, url)


def test_bytes_go_before_an_address():
    assert find_picture(json.dumps({"data": [{"url": "https://f.example/a"}, {"b64_json": TEXT}]}).encode()).data == PNG


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"data": []},
        {"data": [{}]},
        {"data": None},
        None,
        "text",
        {"error": {"message": "see https://docs.example/a", "url": "https://docs.example/a"}},
        {"input": {"image": TEXT}, "output": None},
        {"parameters": {"init_images": [TEXT]}, "images": []},
        {"artifacts": [{"base64": TEXT, "finishReason": "CONTENT_FILTERED"}]},
        {"data": [{"url": "https://f.example/a", "is_image_safe": False}]},
        {"data": [{"b64_json": TEXT, "respect_moderation": False}]},
        {"choices": [{"message": {"content": "I cannot / will not draw this"}}]},
    ],
    ids=lambda answer: str(answer)[:60],
)
def test_what_is_no_picture_is_none(answer):
    found = find_picture(json.dumps(answer).encode())

    assert (found.data, found.url, found.undecodable) == (None, "", False)


@pytest.mark.parametrize("text", ["a", 5, ["x"], f"{TEXT[:40]}!{TEXT[40:]}", {"x": "y"}], ids=["a", "5", "x", "!", "y"])
def test_a_text_in_the_place_of_a_picture_that_is_no_base64_is_told(text):
    found = find_picture(json.dumps({"data": [{"b64_json": text}]}).encode())

    assert found.data is None
    assert found.undecodable is not isinstance(text, dict)


def test_bytes_that_are_no_picture_come_as_they_are_for_core_to_judge():
    text = base64.b64encode(b"<html>Sign in</html>").decode()

    assert find_picture(json.dumps({"data": [{"b64_json": text}]}).encode()).data == b"<html>Sign in</html>"


@given(st.binary(max_size=300))
def test_no_body_can_break_it(body):
    find_picture(body)
