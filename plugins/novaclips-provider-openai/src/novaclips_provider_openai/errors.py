"""From the SDK's errors to novaclips' own: one table, most specific first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from novaclips.plugin import (
    JSON,
    AuthenticationFailed,
    ContentRefused,
    InvalidRequest,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    retry_after,
)

if TYPE_CHECKING:
    import openai

SETTINGS = "https://platform.openai.com/settings/organization"
KEYS_PAGE = "https://platform.openai.com/api-keys"
SHOWN = 300
MASKED_KEY = re.compile(r"\bsk-[^\s'\",]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One way in which an answer is an error: it matches by code, type, words or status, whichever the row has.

    ``text`` says what happened and what to do; ``{param}`` is the parameter that the service names. A ``silent``
    row does not repeat the service's words: they hold parts of the key.
    """

    error: type[ProviderError]
    text: str
    code: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    words: str = ""
    status: tuple[int, ...] = ()
    silent: bool = False

    def matches(self, said: Said) -> bool:
        """Say whether an answer is of this kind."""
        return (
            said.code in self.code
            or said.type in self.type
            or said.status in self.status
            or bool(self.words and re.search(self.words, said.message, re.IGNORECASE))
        )


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
TROUBLE = "the service is in trouble and did not take the request; run again later (see https://status.openai.com)"
LOST = "a gateway gave up waiting for the answer; perhaps the picture was drawn and billed"

# On code first, then on type, then on words, then on status: a 429 may mean "wait" and may mean "no money".
TABLE = (
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
    # Of a dead model the words are known, and the code was seen to be that of any wrong value.
    Row(words=r"\bmodel\b.* does not exist", error=ModelUnavailable, text=NO_MODEL),
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
    Row(
        type=("insufficient_quota",),
        error=QuotaExhausted,
        text=f"the account's money or quota is used up; see {SETTINGS}/billing/overview",
    ),
    Row(type=("requests", "tokens", "input-images", "rate_limit_error"), error=RateLimited, text=PATIENCE),
    Row(words=r"safety system|content policy", error=ContentRefused, text=REFUSED),
    Row(words=r"billing hard limit", error=QuotaExhausted, text=SPEND_LIMIT),
    Row(words=r"exceeded your current quota", error=QuotaExhausted, text=NO_CREDIT),
    Row(words=r"must be verified", error=AuthenticationFailed, text=UNVERIFIED),
    Row(words=r"(country|region|territory).* not supported", error=AuthenticationFailed, text=REGION),
    Row(words=r"\bip\b.* not authorized", error=AuthenticationFailed, text=ADDRESS),
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
    Row(status=(408, 409, *range(500, 600)), error=ProviderUnavailable, text=TROUBLE),
)
OTHERWISE = Row(error=InvalidRequest, text="the service does not take this request; see what it says")


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What an error's answer says, whatever the shape of its body."""

    status: int
    code: str
    type: str
    param: str
    message: str
    details: str
    request_id: str
    headers: Mapping[str, str]

    @classmethod
    def by(cls, exc: openai.APIStatusError) -> Said:
        """Read the answer behind an SDK's error; a body may be JSON of any shape, HTML, or nothing."""
        body = exc.body if isinstance(exc.body, Mapping) else {}
        message = body.get("message") or body.get("detail") or exc.body
        text = message if isinstance(message, str) and not message.lstrip().startswith("<") else ""
        return cls(
            status=exc.status_code,
            code=str(body.get("code") or ""),
            type=str(body.get("type") or ""),
            param=str(body.get("param") or "that it names"),
            message=MASKED_KEY.sub("***", " ".join(text.split())),
            details=_moderation(body.get("moderation_details")),
            request_id=exc.request_id or "",
            headers=dict(exc.response.headers),
        )

    @property
    def words(self) -> str:
        """The service's own words and what helps its support to find the case."""
        message = self.message if len(self.message) <= SHOWN else f"{self.message[:SHOWN]}..."
        facts = (f"HTTP {self.status}", self.details, f"request {self.request_id}" if self.request_id else "")
        told = f"; the service says: {message}" if message else ""
        return f"{told} ({', '.join(fact for fact in facts if fact)})"


@contextmanager
def vendor_errors(now: Callable[[], float], timeout: float) -> Iterator[None]:
    """Raise every error of the SDK as the novaclips error that it means.

    ``now`` is in seconds since the epoch, for a Retry-After that is a date; ``timeout`` is named when it is over.
    """
    import openai

    try:
        yield
    except openai.APIStatusError as exc:
        said = Said.by(exc)
        row = next((row for row in TABLE if row.matches(said)), OTHERWISE)
        # With a silent row the SDK's error stays out of tracebacks too: its text is the service's.
        raise _error(row, said, now()) from (None if row.silent else exc)
    except openai.APIConnectionError as exc:
        raise _unanswered(exc, timeout) from exc


def _error(row: Row, said: Said, now: float) -> ProviderError:
    words = f" (HTTP {said.status})" if row.silent else said.words
    text = f"{row.text.format(param=said.param)}{words}"
    if row.error is RateLimited:
        return RateLimited(text, retry_after=retry_after(said.headers, said.message, now=now))
    return row.error(text)


def _unanswered(exc: openai.APIConnectionError, timeout: float) -> ProviderError:
    """Tell a request that never went out whole from one that got no answer."""
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
        return ProviderUnavailable(f"{host} cannot be reached ({reason}); check the network and OPENAI_BASE_URL")
    if isinstance(cause, httpx2.TooManyRedirects):
        return InvalidRequest(f"{host} redirects without end; check OPENAI_BASE_URL")
    if isinstance(cause, httpx2.TimeoutException):
        return OutcomeUnknown(
            f"{host} gave no whole answer within {timeout:g} s; perhaps the picture was drawn and billed; the option"
            " timeout sets how long to wait"
        )
    return OutcomeUnknown(
        f"the connection to {host} broke before the answer was there ({reason}); perhaps the picture was drawn and"
        " billed"
    )


def _moderation(details: JSON) -> str:
    """Say at which stage the safety system refused, and why; a finished picture may have been billed."""
    if not isinstance(details, Mapping):
        return ""
    stage, categories = details.get("moderation_stage"), details.get("categories")
    reasons = ", ".join(map(str, categories)) if isinstance(categories, list) and categories else "no category named"
    if stage == "output":
        return f"the finished picture was refused, perhaps billed: {reasons}"
    return f"the prompt was refused: {reasons}" if stage == "input" else f"refused: {reasons}"
