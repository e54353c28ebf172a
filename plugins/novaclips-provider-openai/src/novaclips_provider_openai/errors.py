"""What OpenAI's answers mean, and those of servers that speak its protocol: a table for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from novaclips.plugin import (
    Answered,
    AuthenticationFailed,
    BadImage,
    Billed,
    ContentRefused,
    ErrorTable,
    InvalidRequest,
    ModelUnavailable,
    NoAnswer,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    Row,
)

if TYPE_CHECKING:
    import openai

SETTINGS = "https://platform.openai.com/settings/organization"
KEYS_PAGE = "https://platform.openai.com/api-keys"
STATUS_PAGE = "https://status.openai.com"

REFUSED = (
    "the safety system refused this; reword the scene's prompt, or set the option moderation to low and run with"
    " --retry-refused"
)
NO_CREDIT = f"the account has no credit left; top it up at {SETTINGS}/billing/overview"
SPEND_LIMIT = f"the organisation's spending limit is reached; raise it at {SETTINGS}/limits"
NO_MODEL = f"there is no such model for this key; choose another with the option model ({SETTINGS}/limits lists yours)"
REGION = "OpenAI does not serve this country or region; run it from one that it serves"
ADDRESS = f"this key may not be used from this IP address; allow the address at {SETTINGS}, or take another key"
UNVERIFIED = (
    f"the organisation must be verified for this model; do it at {SETTINGS}/general (it counts after up to 15"
    " minutes), or choose another with the option model"
)
PATIENCE = f"too many requests for this account; run with fewer --workers, or raise the limit at {SETTINGS}/limits"
TROUBLE = f"the service is in trouble and did not take the request; run again later (see {STATUS_PAGE})"
PERHAPS = f"the service is in trouble, perhaps after it had taken the request; run again later (see {STATUS_PAGE})"
LOST = "a gateway gave up waiting for the answer; perhaps the picture was drawn and billed"

# What the protocol says in the same words everywhere.
PROTOCOL = (
    Row(
        status=range(200, 300),
        page=True,
        error=BadImage,
        text="the answer is a web page and no JSON; check that OPENAI_BASE_URL ends as the server wants it, usually"
        " with /v1, or sign in to this network",
    ),
    Row(status=range(200, 300), error=BadImage, text="the answer holds no picture: {said}"),
    Row(
        code=("unknown_parameter", "unsupported_parameter", "invalid_input_fidelity_model"),
        error=InvalidRequest,
        text="the model does not know the option {param}; leave it out",
    ),
    Row(
        code=("invalid_value",),
        error=InvalidRequest,
        text="the service does not take this value of {param}; change the option {param}",
    ),
    Row(
        code=("invalid_image_file",),
        error=InvalidRequest,
        text="a reference image cannot be used; save it anew as an RGB PNG, JPEG or WebP file of less than 50 MB",
    ),
    Row(
        code=("string_above_max_length",),
        error=InvalidRequest,
        text="the prompt is too long for this model; shorten the scene's prompt",
    ),
)
# With the pages where an account of OpenAI's is mended. A dead model's code was seen to be that of any wrong value.
OPENAI = (
    Row(code=("invalid_value",), words=r"\bmodel\b.{0,80} does not exist", error=ModelUnavailable, text=NO_MODEL),
    Row(code=("moderation_blocked", "content_policy_violation"), error=ContentRefused, text=REFUSED),
    Row(code=("credit_balance_exhausted", "insufficient_quota"), error=QuotaExhausted, text=NO_CREDIT),
    Row(
        code=("organization_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_hard_limit_reached"),
        error=QuotaExhausted,
        text=SPEND_LIMIT,
    ),
    Row(
        code=("project_spend_limit_exceeded",),
        error=QuotaExhausted,
        text=f"the project's spending limit is reached; raise it at {SETTINGS}/projects",
    ),
    Row(
        code=("invalid_api_key",),
        error=AuthenticationFailed,
        text=f"the service does not accept the key in OPENAI_API_KEY; copy it anew from {KEYS_PAGE}",
        silent=True,
    ),
    Row(code=("unsupported_country_region_territory",), error=AuthenticationFailed, text=REGION),
    Row(code=("ip_not_authorized",), error=AuthenticationFailed, text=ADDRESS),
    Row(code=("rate_limit_exceeded", "slow_down"), error=RateLimited, text=PATIENCE),
    Row(code=("model_not_found",), error=ModelUnavailable, text=NO_MODEL),
    *PROTOCOL,
    Row(
        type=("insufficient_quota",),
        error=QuotaExhausted,
        text=f"the account's money or quota is used up; see {SETTINGS}/billing/overview",
    ),
    Row(type=("requests", "tokens", "input-images", "rate_limit_error"), error=RateLimited, text=PATIENCE),
    Row(words=r"\bmodel\b.{0,80} does not exist", error=ModelUnavailable, text=NO_MODEL),
    Row(words=r"safety system|content policy", error=ContentRefused, text=REFUSED),
    Row(words=r"billing hard limit", error=QuotaExhausted, text=SPEND_LIMIT),
    Row(words=r"exceeded your current quota", error=QuotaExhausted, text=NO_CREDIT),
    Row(words=r"must be verified", error=AuthenticationFailed, text=UNVERIFIED),
    Row(words=r"(country|region|territory).{0,40} not supported", error=AuthenticationFailed, text=REGION),
    Row(words=r"\bip\b.{0,40} not authorized", error=AuthenticationFailed, text=ADDRESS),
    Row(
        status=(401,),
        error=AuthenticationFailed,
        text=f"the service does not accept the key in OPENAI_API_KEY; see {KEYS_PAGE}",
        silent=True,
    ),
    Row(status=(402,), error=QuotaExhausted, text=NO_CREDIT),
    Row(
        status=(403,),
        error=AuthenticationFailed,
        text=f"the key in OPENAI_API_KEY may not do this; see what it may at {KEYS_PAGE}",
    ),
    Row(
        status=(404,),
        error=ModelUnavailable,
        text="there is nothing at this address; check OPENAI_BASE_URL and the option model",
    ),
    Row(status=(413,), error=InvalidRequest, text="the request is too large; use fewer or smaller reference images"),
    Row(status=(429,), error=RateLimited, text=PATIENCE),
    Row(status=(504, 520, 524), error=OutcomeUnknown, text=LOST),
    Row(status=(500, 502, 522, 527), error=ProviderUnavailable, text=PERHAPS, billed=Billed.PERHAPS),
    Row(status=(408, 409, *range(500, 600)), error=ProviderUnavailable, text=TROUBLE),
    Row(error=InvalidRequest, text="the service does not take this request; see what it says"),
)
# A refusal there may be one of OpenAI's all the same: a gateway hands its answers on.
COMPATIBLE = (
    Row(code=("invalid_value",), words=r"\bmodel\b.{0,80} does not exist", error=ModelUnavailable,
        text="{service} has no such model; choose another with the option model"),
    Row(code=("moderation_blocked", "content_policy_violation"), error=ContentRefused,
        text="{service} refused this; reword the scene's prompt, or set the option moderation to low and run with"
        " --retry-refused"),
    *PROTOCOL,
)  # fmt: skip


def error_table(host: str, *, is_openai: bool) -> ErrorTable:
    """Return what the answers of a server mean: OpenAI's pages are named only for OpenAI's own."""
    if is_openai:
        return ErrorTable(host, key="OPENAI_API_KEY", address="OPENAI_BASE_URL", keys=KEYS_PAGE, rows=OPENAI)
    return ErrorTable(
        host,
        key="OPENAI_API_KEY",
        address="OPENAI_BASE_URL",
        keys=f"those who run {host}",
        billing=f"ask those who run {host}",
        rows=COMPATIBLE,
    )


@contextmanager
def vendor_errors(table: ErrorTable, now: Callable[[], float], timeout: float, prompt: str = "") -> Iterator[None]:
    """Raise every error of the SDK as the novaclips error that it means.

    ``now`` is in seconds since the epoch, for a Retry-After that is a date; ``timeout`` is named when it is over.
    ``prompt`` is what was asked: words that the service repeats of it are not its own.
    """
    with table.errors(lambda exc: _ending(exc, timeout), prompt=prompt, now=now):
        yield


def _ending(exc: Exception, timeout: float) -> Answered | NotSent | NoAnswer | ProviderError | None:
    """Tell an answer, a request that never went out whole, and one that got no answer."""
    import openai

    if isinstance(exc, openai.APIStatusError):
        body = exc.response.content or (json.dumps(exc.body).encode() if exc.body else b"")
        return Answered(status=exc.status_code, body=body, headers=dict(exc.response.headers))
    return _unanswered(exc, timeout) if isinstance(exc, openai.APIConnectionError) else None


def _unanswered(exc: openai.APIConnectionError, timeout: float) -> Answered | NotSent | NoAnswer | ProviderError:
    import httpx2

    never_sent = (
        httpx2.ConnectError,
        httpx2.ConnectTimeout,
        httpx2.PoolTimeout,
        httpx2.WriteError,
        httpx2.WriteTimeout,
        httpx2.ProxyError,
        httpx2.UnsupportedProtocol,
        httpx2.LocalProtocolError,
    )
    cause = exc.__cause__
    if isinstance(cause, ProviderError):  # ours, of a hook of the HTTP client
        return cause
    host = exc.request.url.host
    reason = f"{type(cause).__name__}: {cause}" if str(cause) else type(cause).__name__
    if isinstance(cause, never_sent):
        return NotSent(reason=reason)
    if isinstance(cause, httpx2.TooManyRedirects):
        return Answered(status=HTTPStatus.FOUND, body="it redirects without end")
    if isinstance(cause, httpx2.TimeoutException):
        text = (
            f"{host} gave no whole answer within {timeout:g} s; perhaps the picture was drawn and billed; the option"
            " timeout sets how long to wait"
        )
    else:
        text = (
            f"the connection to {host} broke before the answer was there ({reason}); perhaps the picture was drawn and"
            " billed"
        )
    return NoAnswer(reason=reason, text=text)
