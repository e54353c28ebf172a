"""The table itself: which row counts, what is shown, and what the client's errors become."""

from __future__ import annotations

import time
import traceback

import pytest

from novaclips.errors import ConfigError
from novaclips.plugin import (
    Answered,
    AuthenticationFailed,
    Billed,
    ContentRefused,
    ErrorTable,
    InvalidRequest,
    ModelUnavailable,
    NoAnswer,
    NotSent,
    OutcomeUnknown,
    ProviderUnavailable,
    RateLimited,
    Retry,
    Row,
    Scope,
)


class Broken(Exception):
    """What a client raises."""


def table(*rows: Row, free: tuple[object, ...] = ()) -> ErrorTable:
    return ErrorTable("Acme", key="ACME_API_KEY", rows=rows, free=free)


def raised_by(ending: object, *rows: Row, **about: object) -> Exception:
    with pytest.raises(Exception) as caught, table(*rows, free=("poll",)).errors(lambda _: ending, **about):  # noqa: PT011
        raise Broken("of the client: sk-abcdef123")
    return caught.value


def test_the_services_own_row_goes_before_the_shared_one_of_its_kind():
    row = Row(status=(403,), error=ContentRefused, text="Acme does not draw this: {said}; reword it")

    assert str(table(row).error(Answered(status=403, body="no"))) == "Acme does not draw this: no; reword it"


def test_the_services_own_text_is_used_for_what_shared_words_found_out():
    row = Row(status=(402,), error=ModelUnavailable, text="rent the model first")
    own = Row(status=(429,), error=RateLimited, text="Acme is busy: {said}")

    assert (
        str(table(row, own).error(Answered(status=429, body="Too many requests"))) == "Acme is busy: Too many requests"
    )


@pytest.mark.parametrize(
    "row",
    [
        Row(code=("AcmeBusy",), status=(400,), error=RateLimited, text="x"),
        Row(type=("acme_busy",), error=RateLimited, text="x"),
        Row(words=r"acme\W+busy", error=RateLimited, text="x"),
        Row(status=(400,), error=RateLimited, text="x"),
        Row(code=("acme_busy",), words="lunch", asked=("draw",), error=RateLimited, text="x"),
    ],
    ids=["code", "type", "words", "status", "all at once"],
)
def test_a_row_matches_by_each_of_its_traits(row):
    body = '{"error": {"code": "acme_busy", "type": "acme-busy", "message": "acme, busy at lunch"}}'

    assert type(table(row).error(Answered(status=400, body=body), asked="draw")) is RateLimited


@pytest.mark.parametrize(
    "row",
    [
        Row(code=("other",), status=(400,), error=RateLimited, text="x"),
        Row(words="dinner", error=RateLimited, text="x"),
        Row(status=(400,), asked=("poll",), error=RateLimited, text="x"),
        Row(status=(400,), page=True, error=RateLimited, text="x"),
    ],
    ids=["code", "words", "asked", "page"],
)
def test_a_row_does_not_match_when_one_of_its_traits_does_not(row):
    body = '{"error": {"code": "acme_busy", "message": "lunch"}}'

    assert type(table(row).error(Answered(status=400, body=body), asked="draw")) is InvalidRequest


def test_a_code_in_words_counts_after_codes_in_their_places():
    row = Row(code=("acme_busy",), error=RateLimited, text="x")

    assert type(table(row).error(Answered(status=400, body='{"message": "upstream said acme_busy"}'))) is RateLimited


def test_a_row_may_say_otherwise_about_money_and_retrying():
    row = Row(status=(418,), error=ProviderUnavailable, text="x", retry=Retry.NO, billed=Billed.YES, scope=Scope.RUN)
    error = table(row).error(Answered(status=418))

    assert (error.retry, error.billed, error.scope) == (Retry.NO, Billed.YES, Scope.RUN)


def test_a_text_with_braces_of_the_services_is_shown_as_it_is():
    row = Row(status=(400,), error=InvalidRequest, text="no: {said} {nobody}")

    assert str(table(row).error(Answered(status=400, body="{x} {0}"))) == "no: {x} {0} {nobody}"


def test_an_answer_that_went_wrong_is_raised_from_the_clients_error():
    error = raised_by(Answered(status=500, body="oops", headers={"X-Request-Id": "req_7"}))

    assert type(error) is ProviderUnavailable
    assert isinstance(error.__cause__, Broken)
    assert str(error).endswith("; the service says: oops (HTTP 500, request req_7)")


def test_a_silent_row_keeps_the_services_words_and_the_clients_error_out_of_sight():
    error = raised_by(Answered(status=401, body="Incorrect key: sk-abcdef123"))

    assert type(error) is AuthenticationFailed
    assert "sk-abcdef" not in "".join(traceback.format_exception(error))


@pytest.mark.parametrize("secret", ["sk-abcdef123", "r8_abcdef123", "Bearer abc.def", "hunter2 and more"])
def test_a_secret_that_the_service_repeats_is_not_shown(secret):
    error = raised_by(Answered(status=400, body=f"your header was {secret}!"), secrets=("hunter2 and more",))

    assert secret not in str(error)
    assert "your header was ***" in str(error)


def test_what_is_no_error_of_the_client_passes_as_it_is():
    assert type(raised_by(None)) is Broken


def test_an_error_of_novaclips_passes_as_it_is():
    with pytest.raises(ConfigError, match="mine"), table().errors(lambda _: NotSent(reason="x")):
        raise ConfigError("mine")


def test_a_request_that_was_not_sent_may_be_sent_again():
    error = raised_by(NotSent(reason="refused"))

    assert type(error) is ProviderUnavailable
    assert error.billed is Billed.NO
    assert str(error) == "Acme cannot be reached (refused); check the network and its address"


def test_a_request_without_an_answer_is_perhaps_billed():
    error = raised_by(NoAnswer(reason="reset"), subject="model 'x'")

    assert type(error) is OutcomeUnknown
    assert error.billed is Billed.PERHAPS
    assert str(error) == "Acme got the request for model 'x', but no answer came: reset"


@pytest.mark.parametrize(
    "ending", [NoAnswer(reason="reset"), Answered(status=504), Answered(status=500)], ids=["silence", "504", "500"]
)
def test_a_question_that_costs_nothing_is_never_perhaps_billed(ending):
    error = raised_by(ending, asked="poll")

    assert type(error) is ProviderUnavailable
    assert error.billed is Billed.NO


@pytest.mark.parametrize(
    "body",
    [b"<" * 200_000, b"model " * 100_000, b"violates " * 50_000, b"your account " * 50_000, b"balance the " * 50_000,
     b'{"message": "' + b"image was " * 50_000 + b'"}', b"insufficient_" * 50_000, b"Aa" * 100_000, b"[" * 200_000,
     b"a" * 5_000_000, "余额".encode() * 50_000, b"height " * 50_000, b"can't really " * 50_000],
    ids=lambda body: body[:12],
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 400, 429, 500])
def test_an_answer_without_end_is_read_at_once(status, body):
    own = table()
    own.error(Answered(status=status))  # patterns are compiled once
    started = time.process_time()
    error = own.error(Answered(status=status, body=body), prompt="a model of a house " * 500)

    assert time.process_time() - started < 1.0
    assert len(str(error)) < 700
