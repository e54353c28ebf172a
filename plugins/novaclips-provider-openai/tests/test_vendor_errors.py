"""Answers that no well-behaved service sends, and lines that break: the table of errors by itself."""

from __future__ import annotations

import traceback
from collections.abc import Callable

import httpx2
import openai
import pytest

from novaclips.plugin import (
    AuthenticationFailed,
    ContentRefused,
    InvalidRequest,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips_provider_openai.errors import OPENAI, error_table, vendor_errors

Handler = Callable[[httpx2.Request], httpx2.Response]


def raised_by(handler: Handler) -> ProviderError:
    transport = openai.DefaultHttpx2Client(transport=httpx2.MockTransport(handler))
    with (
        openai.OpenAI(api_key="x", base_url="http://acme.example", http_client=transport, max_retries=0) as client,
        pytest.raises(ProviderError) as caught,
        vendor_errors(error_table("acme.example", is_openai=True), lambda: 0.0, 600),
    ):
        client.images.generate(prompt="a river", model="gpt-image-2")
    return caught.value


def answered(status: int, body: object = None, headers: dict[str, str] | None = None) -> ProviderError:
    response = {"text": body} if isinstance(body, str) else {"json": body}
    return raised_by(lambda _: httpx2.Response(status, headers=headers, **response))


def enveloped(**error: object) -> dict[str, object]:
    return {"error": error}


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (301, InvalidRequest),
        (400, InvalidRequest),
        (401, AuthenticationFailed),
        (402, QuotaExhausted),
        (403, AuthenticationFailed),
        (404, ModelUnavailable),
        (405, InvalidRequest),
        (408, ProviderUnavailable),
        (409, ProviderUnavailable),
        (413, InvalidRequest),
        (422, InvalidRequest),
        (429, RateLimited),
        (500, ProviderUnavailable),
        (502, ProviderUnavailable),
        (503, ProviderUnavailable),
        (504, OutcomeUnknown),
        (520, OutcomeUnknown),
        (521, ProviderUnavailable),
        (524, OutcomeUnknown),
        (529, ProviderUnavailable),
    ],
)
@pytest.mark.parametrize("body", ["", "<html>gateway</html>", [], "plain words", {"detail": "words"}], ids=repr)
def test_a_status_alone_is_understood_whatever_the_body(status, error, body):
    raised = answered(status, body)

    assert type(raised) is error
    assert f"(HTTP {status}" in str(raised)
    assert "html" not in str(raised)


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (429, enveloped(code="insufficient_quota", type="requests", message="wait"), QuotaExhausted),
        (429, enveloped(code="something_new", type="insufficient_quota", message="wait"), QuotaExhausted),
        (429, enveloped(message="You exceeded your current quota, please check your plan"), QuotaExhausted),
        (400, enveloped(message="Billing hard limit has been reached"), QuotaExhausted),
        (400, enveloped(type="tokens", message="slower"), RateLimited),
        (403, enveloped(message="rejected by our safety system"), ContentRefused),
        (403, enveloped(message="Country, region, or territory not supported"), AuthenticationFailed),
        (500, enveloped(code="rate_limit_exceeded"), RateLimited),
        (400, enveloped(code="invalid_value", message="The model 'x' does not exist."), ModelUnavailable),
    ],
    ids=str,
)
def test_code_goes_before_type_and_words_and_these_before_status(status, body, error):
    assert type(answered(status, body)) is error


@pytest.mark.parametrize(
    "body",
    [{"error": "no such thing"}, {"detail": "no such thing"}, "no such thing", enveloped(message="no such thing")],
    ids=["error", "detail", "plain", "envelope"],
)
def test_the_services_own_words_are_kept_in_any_shape(body):
    assert "the service says: no such thing (HTTP 400)" in str(answered(400, body))


def test_the_requests_id_is_kept_for_the_services_support():
    raised = answered(500, enveloped(message="oops"), {"x-request-id": "req_7"})

    assert str(raised).endswith("the service says: oops (HTTP 500, request req_7)")


def test_a_long_story_is_cut():
    assert len(str(answered(400, "x" * 5000))) < 500


@pytest.mark.parametrize(
    ("details", "words"),
    [
        (
            {"moderation_stage": "input", "categories": ["sexual", "violence"]},
            "the prompt was refused: sexual, violence",
        ),
        ({"moderation_stage": "output", "categories": []}, "perhaps billed: no category named"),
        ({"moderation_stage": "unknown", "categories": ["self-harm"]}, "refused: self-harm"),
        (None, "(HTTP 400)"),
    ],
    ids=["input", "output", "unknown", "nothing"],
)
def test_a_refusal_says_why(details, words):
    assert words in str(answered(400, enveloped(code="moderation_blocked", moderation_details=details)))


def test_the_parameter_that_is_wrong_is_named():
    raised = answered(400, enveloped(code="unknown_parameter", param="style", message="Unknown parameter: 'style'."))

    assert "does not know the option style; leave it out" in str(raised)


@pytest.mark.parametrize("status", [401, 400])
def test_a_masked_key_in_the_services_words_is_not_repeated(status):
    raised = answered(status, enveloped(message="Incorrect API key provided: sk-abc***xyz, see the page."))

    assert "sk-abc" not in f"{raised!r}"


@pytest.mark.parametrize("key", ["sk-abc***xyz", "sk-proj-0123456789", "a-key-of-another-kind"])
def test_a_refused_key_stays_out_of_tracebacks(key):
    raised = answered(401, enveloped(code="invalid_api_key", message=f"Incorrect API key provided: {key}."))

    assert key not in "".join(traceback.format_exception(raised))


def test_other_errors_keep_the_sdks_error_as_their_cause():
    assert isinstance(answered(500).__cause__, openai.InternalServerError)


@pytest.mark.parametrize(
    ("headers", "words", "seconds"),
    [
        ({"Retry-After": "7"}, "", 7),
        ({"retry-after-ms": "350", "Retry-After": "1"}, "", 0.35),
        ({"Retry-After": "Thu, 01 Jan 1970 00:01:30 GMT"}, "", 90),
        ({}, "Please try again in 12s.", 12),
        ({}, "slower, please", None),
    ],
    ids=["seconds", "milliseconds", "date", "words", "nothing"],
)
def test_being_throttled_carries_the_time_to_wait(headers, words, seconds):
    assert answered(429, enveloped(message=words), headers).retry_after == seconds


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (httpx2.ConnectError("refused"), ProviderUnavailable),
        (httpx2.ConnectTimeout("slow"), ProviderUnavailable),
        (httpx2.PoolTimeout("busy"), ProviderUnavailable),
        (httpx2.WriteError("broken pipe"), ProviderUnavailable),
        (httpx2.WriteTimeout("slow"), ProviderUnavailable),
        (httpx2.ProxyError("no proxy"), ProviderUnavailable),
        (httpx2.ReadTimeout("silence"), OutcomeUnknown),
        (httpx2.ReadError("reset"), OutcomeUnknown),
        (httpx2.RemoteProtocolError("closed"), OutcomeUnknown),
        (httpx2.CloseError("closed"), OutcomeUnknown),
        (httpx2.DecodingError("no gzip"), OutcomeUnknown),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value.__name__,
)
def test_a_broken_line_is_unavailable_before_the_request_is_out_and_unknown_after(broken, error):
    def handler(_: httpx2.Request) -> httpx2.Response:
        raise broken

    raised = raised_by(handler)

    assert type(raised) is error
    assert "acme.example" in str(raised)


def test_every_text_starts_small_and_says_what_to_do():
    for row in OPENAI:
        assert row.text[0].islower() or row.text.startswith("OpenAI")
        assert "; " in row.text or "{said}" in row.text
