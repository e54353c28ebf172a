"""What Replicate's answers mean to novaclips: one table for HTTP answers and for predictions that came to nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from typing import Final

from novaclips.plugin import (
    Answered,
    AuthenticationFailed,
    BadImage,
    Billed,
    ContentRefused,
    ErrorTable,
    InvalidRequest,
    JobLost,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    RefusedAt,
    Row,
    Said,
)
from novaclips.plugin import NoAnswer as Lost
from novaclips.plugin import NotSent as NeverSent

TOKEN_PAGE: Final = "https://replicate.com/account/api-tokens"  # noqa: S105 - a page, not a token
BILLING_PAGE: Final = "https://replicate.com/account/billing"


class Call(Enum):
    """What was asked for; only CREATE can cost money. A RESULT is what a prediction says of its own end."""

    CREATE = auto()
    POLL = auto()
    OTHER = auto()
    RESULT = auto()


class HTTPAnswer(Exception):
    """Replicate answered with an error; ``headers`` and ``received`` (seconds since the epoch) as they came."""

    def __init__(self, status: int, body: bytes | str, headers: Mapping[str, str], received: float) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.body = body
        self.headers = headers
        self.received = received


class NotSent(Exception):
    """The request certainly did not reach Replicate."""


class NoAnswer(Exception):
    """The request went out, and no answer that can be read came back."""


ANSWERS: Final = (
    Row(status=[401], error=AuthenticationFailed,
        text=f"Replicate does not accept the token: {{said}}; set REPLICATE_API_TOKEN to one from {TOKEN_PAGE}"),
    Row(status=[402], error=QuotaExhausted,
        text=f"the Replicate account has no credit: {{said}}; top up at {BILLING_PAGE}"),
    Row(status=[403], error=AuthenticationFailed,
        text=f"this Replicate token may not do that: {{said}}; check it at {TOKEN_PAGE}"),
    Row(status=[404], asked=[Call.POLL], error=BadImage,
        text="Replicate does not know {subject} any more; the same command draws the picture anew", silent=True),
    Row(status=[404], error=ModelUnavailable,
        text="Replicate has no {subject}: {said}; check the name at https://replicate.com/explore"),
    Row(status=[413], error=InvalidRequest,
        text="Replicate finds the request too large: {said}; use smaller reference images"),
    Row(status=[422], words="version does not exist|invalid version", error=ModelUnavailable,
        text="Replicate has no such version of {subject}: {said}; copy one from the model's page"),
    Row(status=[422], error=InvalidRequest,
        text="Replicate rejects an input of {subject}: {said}; change that option of the scene"),
    Row(status=[408], error=ProviderUnavailable, text="Replicate did not get the whole request: {said}"),
    Row(status=[429], error=RateLimited, text="Replicate asks for patience: {said}"),
    # Whoever sent these gave up on a server that may have taken the request.
    Row(status=[504, 520, 524], error=OutcomeUnknown,
        text="Replicate's gateway gave up waiting (HTTP {status}): {said}"),
    Row(status=[500, 502, 522, 527], error=ProviderUnavailable, billed=Billed.PERHAPS,
        text="Replicate has trouble (HTTP {status}): {said}"),
    Row(status=range(500, 600), error=ProviderUnavailable, text="Replicate has trouble (HTTP {status}): {said}"),
    Row(status=range(300, 400), error=InvalidRequest,
        text="Replicate's address has moved (HTTP {status}); check REPLICATE_BASE_URL", silent=True),
    Row(status=range(1, 600), error=InvalidRequest,
        text="Replicate rejects the request for {subject} (HTTP {status}): {said}"),
)  # fmt: skip

REFUSED: Final = "the model refused the prompt or its own picture: {said}; another seed or other words often pass"
# By the prediction's own words. The words for refusals and for money that all services share stand behind these.
RESULTS: Final = (
    Row(asked=[Call.RESULT], words=r"\bNSFW\b", error=ContentRefused, stage=RefusedAt.PICTURE, text=REFUSED),
    Row(asked=[Call.RESULT], words=r"\bflagged\b|\bE005\b|\bmoderated\b|safety (filter|checker|system)|content policy|"
        r"acceptable use policy", error=ContentRefused, text=REFUSED),
    # The prediction is over, and says itself that a new one is welcome.
    Row(asked=[Call.RESULT], words=r"interrupted|please retry|try again later|high demand|unavailable|E003|E004",
        error=JobLost, text="the model could not run: {said}"),
    # Not sent again by itself: a model that is paid by GPU time has spent it, and the same size needs the same memory.
    Row(asked=[Call.RESULT], words=r"out of memory", error=InvalidRequest,
        text="the model failed: {said}; run the command again, or ask for a smaller picture"),
    Row(asked=[Call.RESULT], error=InvalidRequest,
        text="the model failed: {said}; run the command again, or change the scene's prompt or options"),
)  # fmt: skip

TABLE: Final = ErrorTable(
    "Replicate",
    key="REPLICATE_API_TOKEN",
    address="REPLICATE_BASE_URL",
    keys=TOKEN_PAGE,
    billing=BILLING_PAGE,
    rows=(*ANSWERS, *RESULTS),
    free=(Call.POLL, Call.OTHER),
)


@contextlib.contextmanager
def vendor_errors(call: Call, subject: str, prompt: str = "") -> Iterator[None]:
    """Turn what goes wrong with a request into the fitting ProviderError; ``subject`` is what it was about.

    ``prompt`` is what was asked: words that Replicate repeats of it are not its own.
    """
    try:
        with TABLE.errors(_ending, asked=call, prompt=prompt, subject=subject):
            yield
    except HTTPAnswer as exc:
        raise http_error(exc, call, subject, prompt) from exc


def _ending(exc: Exception) -> NeverSent | Lost | None:
    if isinstance(exc, NotSent):
        return NeverSent(reason=str(exc))
    return Lost(reason=str(exc)) if isinstance(exc, NoAnswer) else None


def http_error(answer: HTTPAnswer, call: Call, subject: str, prompt: str = "") -> ProviderError:
    """Look an HTTP answer up in the table."""
    said = Answered(status=answer.status, body=answer.body, headers=answer.headers)
    return TABLE.error(said, asked=call, prompt=prompt, now=answer.received, subject=subject)


def failure(words: str, prompt: str = "") -> ProviderError:
    """Look the error text of a failed prediction up in the table."""
    return TABLE.error(Said.of(words, prompt=prompt), asked=Call.RESULT)
