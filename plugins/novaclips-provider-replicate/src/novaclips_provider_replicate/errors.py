"""What Replicate's answers mean to novaclips: one table for HTTP answers, one for predictions that came to nothing."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from novaclips.plugin import (
    AuthenticationFailed,
    BadImage,
    ContentRefused,
    InvalidRequest,
    JobLost,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    retry_after,
)

TOKEN_PAGE: Final = "https://replicate.com/account/api-tokens"  # noqa: S105 - a page, not a token
BILLING_PAGE: Final = "https://replicate.com/account/billing"
LONGEST_DETAIL: Final = 300


class Call(Enum):
    """What a request was for; only CREATE can cost money."""

    CREATE = auto()
    POLL = auto()
    OTHER = auto()


class HTTPAnswer(Exception):
    """Replicate answered with an error; ``headers`` and ``received`` (seconds since the epoch) as they came."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str], received: float) -> None:
        super().__init__(f"HTTP {status}: {detail}")
        self.status = status
        self.detail = detail
        self.headers = headers
        self.received = received


class NotSent(Exception):
    """The request certainly did not reach Replicate."""


class NoAnswer(Exception):
    """The request went out, and no answer that can be read came back."""


@dataclass(frozen=True, slots=True)
class Row:
    """An answer and its meaning; ``text`` is the message, with what Replicate said and what was asked for."""

    statuses: Collection[int]
    error: type[ProviderError]
    text: str
    says: str = ""
    calls: Collection[Call] = tuple(Call)


# The most specific first.
HTTP: Final = (
    Row([401], AuthenticationFailed,
        f"Replicate does not accept the token: {{detail}}; set REPLICATE_API_TOKEN to one from {TOKEN_PAGE}"),
    Row([402], QuotaExhausted, f"the Replicate account has no credit: {{detail}}; top up at {BILLING_PAGE}"),
    Row([403], AuthenticationFailed, f"this Replicate token may not do that: {{detail}}; check it at {TOKEN_PAGE}"),
    Row([404], BadImage, "Replicate does not know {subject} any more; the same command draws the picture anew",
        calls=[Call.POLL]),
    Row([404], ModelUnavailable,
        "Replicate has no {subject}: {detail}; check the name at https://replicate.com/explore"),
    Row([413], InvalidRequest, "Replicate finds the request too large: {detail}; use smaller reference images"),
    Row([422], ModelUnavailable, "Replicate has no such version of {subject}: {detail}; copy one from the model's page",
        says="version does not exist|invalid version"),
    Row([422], InvalidRequest, "Replicate rejects an input of {subject}: {detail}; change that option of the scene"),
    Row([408], ProviderUnavailable, "Replicate did not get the whole request: {detail}"),
    Row([429], RateLimited, "Replicate asks for patience: {detail}"),
    # Whoever sent these gave up on a server that may have taken the request.
    Row([504, 520, 524], OutcomeUnknown, "Replicate's gateway gave up waiting (HTTP {status}): {detail}",
        calls=[Call.CREATE]),
    Row(range(500, 600), ProviderUnavailable, "Replicate has trouble (HTTP {status}): {detail}"),
    Row(range(300, 400), InvalidRequest, "Replicate's address has moved (HTTP {status}); check REPLICATE_BASE_URL"),
    Row(range(600), InvalidRequest, "Replicate rejects the request for {subject} (HTTP {status}): {detail}"),
)  # fmt: skip

# By the prediction's own error text, the most specific first.
FAILED: Final = (
    (r"NSFW|flagged|E005|safety (filter|checker|system)|content policy", ContentRefused,
     "the model refused the prompt or its own picture: {detail}; another seed or other words often pass"),
    # The prediction is over, and says itself that a new one is welcome.
    (r"interrupted|please retry|try again later|high demand|unavailable|E003|E004", JobLost,
     "the model could not run: {detail}"),
    # Not sent again by itself: a model that is paid by GPU time has spent it, and the same size needs the same memory.
    (r"out of memory", InvalidRequest,
     "the model failed: {detail}; run the command again, or ask for a smaller picture"),
    (r"", InvalidRequest,
     "the model failed: {detail}; run the command again, or change the scene's prompt or options"),
)  # fmt: skip


@contextlib.contextmanager
def vendor_errors(call: Call, subject: str) -> Iterator[None]:
    """Turn what goes wrong with a request into the fitting ProviderError; ``subject`` is what it was about."""
    try:
        yield
    except HTTPAnswer as exc:
        raise http_error(exc, call, subject) from exc
    except NotSent as exc:
        raise ProviderUnavailable(f"Replicate cannot be reached: {exc}") from exc
    except NoAnswer as exc:
        if call is Call.CREATE:
            raise OutcomeUnknown(f"Replicate got the request for {subject}, but no answer came: {exc}") from exc
        raise ProviderUnavailable(f"Replicate did not answer about {subject}: {exc}") from exc


def http_error(answer: HTTPAnswer, call: Call, subject: str) -> ProviderError:
    """Look an HTTP answer up in the table."""
    row = next(
        row
        for row in HTTP
        if answer.status in row.statuses and call in row.calls and re.search(row.says, answer.detail, re.IGNORECASE)
    )
    text = row.text.format(status=answer.status, detail=answer.detail, subject=subject)
    if row.error is RateLimited:
        return RateLimited(text, retry_after=retry_after(answer.headers, answer.detail, now=answer.received))
    return row.error(text)


def failure(detail: str) -> ProviderError:
    """Look the error text of a failed prediction up in the table."""
    detail = shortened(detail) or "no reason was given"
    return next(
        error(text.format(detail=detail)) for says, error, text in FAILED if re.search(says, detail, re.IGNORECASE)
    )


def detail_of(body: bytes) -> str:
    """Return what an error answer says in words: RFC 7807, a list of texts, a page of HTML, or plain text."""
    text = body.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):
        match json.loads(text):
            case {"detail": str(detail)} if detail.strip():
                return shortened(detail)
            case {"title": str(title)}:
                return shortened(title)
            case list(parts):
                return shortened("; ".join(map(str, parts)))
    if page := re.search(r"<title>(.*?)</title>", text, re.IGNORECASE | re.DOTALL):
        text = page[1]
    return shortened(re.sub(r"<[^>]*>", " ", text)) or "no reason was given"


def shortened(text: str) -> str:
    """Return a text on one line, without a full stop, and cut where it becomes a page."""
    line = " ".join(text.split()).rstrip(".")
    return line if len(line) <= LONGEST_DETAIL else f"{line[:LONGEST_DETAIL]}..."
