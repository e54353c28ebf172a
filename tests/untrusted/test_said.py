"""What an answer says, in whatever shape."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.plugin import Said
from novaclips.untrusted.said import without

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(
        ["error", "message", "detail", "code", "loc", "msg", "choices", "finish_reason", "categories", "status", "x"]
    ), inner),
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", ""),
        (b"plain words.", "plain words"),
        (b'{"error": {"message": "no such thing"}}', "no such thing"),
        (b'{"error": "no such thing"}', "no such thing"),
        (b'{"error": "invalid_api_key", "message": "no"}', "no"),
        (b'{"title": "Bad", "detail": "prompt is  required.\\n"}', "prompt is required"),
        (b'{"title": "Bad", "detail": ""}', "Bad"),
        (b'["one", "two"]', "one; two"),
        (b'{"detail": [{"loc": ["body", "steps"], "msg": "not a number"}, "more"]}', "steps: not a number; more"),
        (b'{"error": "OutOfMemoryError", "detail": "", "errors": "CUDA"}', "OutOfMemoryError: CUDA"),
        (b'{"error": {}, "node_errors": {}}', ""),
        (b'{"errors": ["one", {"message": "two"}]}', "one; two"),
        (b'{"error": {"message": "{\\"error\\": {\\"message\\": \\"inner\\"}}"}}', "inner"),
        (b"<html><head><title>502 Bad Gateway</title></head><body>x</body></html>", "502 Bad Gateway"),
        (b"<p>gone</p>", "gone"),
        (b"<" * 200_000, ""),
        (b"\xff\xfe", "\ufffd\ufffd"),
        (b"w" * 999, "w" * 300 + "..."),
        (b'"just words"', "just words"),
        (b'{"message": "lone \\ud83e"}', "lone \ufffd"),
        (b'{"prompt": "my words", "input": {"message": "mine"}, "message": "theirs"}', "theirs"),
    ],
    ids=str,
)
def test_the_words_of_any_body_become_one_line(body, words):
    assert Said.of(body, status=400).message == words


def test_codes_are_one_however_they_are_written():
    said = Said.of(json.dumps({"error": {"code": "DataInspectionFailed", "type": "Some-Type"}}))

    assert (said.codes, said.types) == ({"datainspectionfailed"}, {"sometype"})


@pytest.mark.parametrize(
    ("status", "body", "means"),
    [
        (200, {"error": {"code": 402}}, 402),
        (200, {"error": {"code": "429"}}, 429),
        (200, {"status": 403, "error": {"code": "FORBIDDEN"}}, 403),
        (400, {"error": {"code": 500}}, 400),
        (0, {"error": {"code": 402}}, 0),
        (200, {"created": 402}, 200),
        (200, {"error": {"code": True}}, 200),
    ],
    ids=str,
)
def test_a_status_in_a_body_counts_where_the_answers_own_is_200(status, body, means):
    assert Said.of(json.dumps(body), status=status).status == means


def test_headers_and_body_say_how_long_to_wait_and_the_headers_count():
    assert Said.of('{"retryDelay": "17s"}', headers={"X": "y"}).headers["retry-after"] == "17s"
    assert Said.of('{"retryDelay": "17s"}', headers={"Retry-After": "3"}).headers["retry-after"] == "3"


@pytest.mark.parametrize(
    ("prompt", "text", "left"),
    [
        ("a man in a safety system", "no: a man in a safety system, sorry", "no: sorry"),
        ("A man IN a safety system", "no: 'a man in a safety system'", "no:"),
        ("a very long story about a man who", "about a man who fell", "fell"),
        ("unsafe", "it was unsafe", "it was unsafe"),
        ("unsafe", 'prompt "unsafe" is bad', "prompt is bad"),
        ("", "it was unsafe", "it was unsafe"),
        ("one two three four", "one two three five", "one two three five"),
    ],
    ids=["whole", "quoted", "cut", "one word", "one word in quotes", "none", "three words"],
)
def test_the_prompts_own_words_are_left_out(prompt, text, left):
    assert without(prompt, text) == left


@given(JSON, st.text())
def test_no_body_can_break_it(body, prompt):
    said = Said.of(json.dumps(body), status=200, prompt=prompt)

    said.message.encode()
    assert len(said.message) <= 303
    assert said.mentioned is not None
