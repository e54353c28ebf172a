"""Every answer that Replicate gives to a new prediction: the error, the next step, and exactly one POST."""

from __future__ import annotations

import datetime as dt
import email.utils
import time

import pytest

from novaclips.plugin import (
    AccountBlocked,
    AuthenticationFailed,
    BadImage,
    ContentRefused,
    InvalidRequest,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.testing import Reply, StandIn
from novaclips_provider_replicate.errors import Call, HTTPAnswer, NoAnswer, http_error, vendor_errors

# What is answered, the error, and a part of its text.
ANSWERS = {
    "replicate_bad_token": (AuthenticationFailed, "one from https://replicate.com/account/api-tokens"),
    "replicate_no_credit": (QuotaExhausted, "top up at https://replicate.com/account/billing"),
    "replicate_model_not_found": (ModelUnavailable, "check the name at https://replicate.com/explore"),
    "replicate_invalid_input": (InvalidRequest, "change that option of the scene"),
    "replicate_rate_limit": (RateLimited, "Replicate asks for patience: "),
    "replicate_server_error": (ProviderUnavailable, "Replicate has trouble (HTTP 500): "),
    "replicate_bad_gateway": (ProviderUnavailable, "Replicate has trouble (HTTP 502): "),
    "replicate_unavailable": (ProviderUnavailable, "Replicate has trouble (HTTP 503): "),
    "error_list": (
        InvalidRequest,
        "Replicate rejects the request for model 'black-forest-labs/flux-schnell' (HTTP 400)",
    ),
    "dropped_before": (OutcomeUnknown, "Replicate got the request for model 'black-forest-labs/flux-schnell', but no "),
    "dropped_after": (OutcomeUnknown, "but no answer came: "),
    "truncated_body": (OutcomeUnknown, "but no answer came: "),
    "hang": (OutcomeUnknown, "but no answer came: ReadTimeout"),
    "dripping_body": (OutcomeUnknown, "but no answer came: ReadTimeout"),
    "not_json": (OutcomeUnknown, "what came is not a JSON object"),
}
ANSWERS |= {
    "replicate_portal": (BadImage, "Replicate answered with a web page instead of a picture; sign in to this network"),
    "replicate_policy": (ContentRefused, "refused this; reword the scene's prompt"),
    "replicate_account_block": (AccountBlocked, "Replicate has blocked the account, whatever the prompt"),
}
NEVER_THERE = ("hang", "dripping_body")


@pytest.mark.parametrize("fault", ANSWERS)
def test_an_answer_becomes_its_error_with_the_next_step_after_one_post(make, request_for, fault_server, fault):
    error, says = ANSWERS[fault]
    fault_server.fault(fault)
    with pytest.raises(error) as caught:
        make(request_seconds=0.2 if fault in NEVER_THERE else 5, monotonic=time.monotonic).submit(request_for())

    assert type(caught.value) is error
    assert says in str(caught.value)
    assert fault_server.counts.requests == 1


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("replicate_unavailable_wait", 3),
        ("replicate_rate_limit", 30),
        ("replicate_rate_limit_header", 7),
        ("replicate_rate_limit_seconds", 3),
    ],
)
def test_an_answer_says_how_long_to_wait_by_header_or_in_words(provider, request_for, fault_server, fault, seconds):
    fault_server.fault(fault)
    with pytest.raises((RateLimited, ProviderUnavailable)) as caught:
        provider.submit(request_for())

    assert caught.value.retry_after == seconds


def test_a_date_in_retry_after_counts_from_the_moment_of_the_answer():
    noon = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
    headers = {"Retry-After": email.utils.format_datetime(noon + dt.timedelta(seconds=90), usegmt=True)}
    error = http_error(HTTPAnswer(429, "slow down", headers, noon.timestamp()), Call.CREATE, "model 'a/b'")

    assert isinstance(error, RateLimited)
    assert error.retry_after == 90


@pytest.mark.parametrize("call", [Call.POLL, Call.OTHER])
def test_a_question_without_an_answer_costs_nothing_and_says_what_was_asked(call):
    says = "Replicate did not answer about prediction 'p1': ReadTimeout"
    with pytest.raises(ProviderUnavailable, match=says), vendor_errors(call, "prediction 'p1'"):
        raise NoAnswer("ReadTimeout")


def test_an_html_page_becomes_words_without_tags(provider, request_for, fault_server):
    fault_server.fault("replicate_bad_gateway")
    with pytest.raises(ProviderUnavailable, match="502") as caught:
        provider.submit(request_for())

    assert "<" not in str(caught.value)


def test_a_good_answer_of_the_wrong_content_type_is_a_good_answer(provider, request_for, fault_server):
    fault_server.fault("wrong_content_type", times=1)

    assert provider.collect(provider.submit(request_for())).data.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("status", "call", "error"),
    [
        (403, Call.CREATE, AuthenticationFailed),
        (413, Call.CREATE, InvalidRequest),
        (408, Call.CREATE, ProviderUnavailable),
        (504, Call.CREATE, OutcomeUnknown),
        (524, Call.CREATE, OutcomeUnknown),
        (504, Call.POLL, ProviderUnavailable),
        (302, Call.CREATE, InvalidRequest),
        (418, Call.OTHER, InvalidRequest),
    ],
)
def test_the_rarer_statuses_have_their_error_too(status, call, error):
    assert type(http_error(HTTPAnswer(status, "words", {}, 0.0), call, "model 'a/b'")) is error


def test_a_version_that_does_not_exist_is_told_from_an_input_that_is_wrong():
    detail = "The specified version does not exist (or perhaps you don't have permission to use it?)"
    error = http_error(HTTPAnswer(422, detail, {}, 0.0), Call.CREATE, "model 'a/b'")

    assert type(error) is ModelUnavailable
    assert "no such version of model 'a/b'" in str(error)


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"error": {"code": "content_filter", "message": "no"}}, ContentRefused),
        ({"detail": "You have insufficient credit to run this model."}, QuotaExhausted),
        ({"error": "oops"}, InvalidRequest),
        ({"status": "starting"}, OutcomeUnknown),
    ],
    ids=["refused", "money", "other", "nothing"],
)
def test_an_error_with_status_200_is_read_like_any_other(make, request_for, body, error):
    with StandIn(lambda _: Reply.of_json(body)) as service, pytest.raises(error) as caught:
        make(env={"REPLICATE_BASE_URL": service.url}).submit(request_for())

    assert type(caught.value) is error
    assert len(service.requests) == 1
