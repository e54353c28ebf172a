"""How long a service asks its clients to wait, in whichever way it says so."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

SEARCHED: Final = 4_000  # characters of a text that are looked at
EPOCH: Final = 1e9  # no pause has so many seconds: from 2001 on this is a point in time
LAST_EPOCH: Final = 4.2e9  # the year 2103: later points in time are nonsense
# A point in time in seconds, milliseconds, microseconds or nanoseconds since 1970.
EPOCH_UNITS: Final = (1.0, 1e3, 1e6, 1e9)
MOST_EXPONENT: Final = 15

UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_UNIT = (
    r"(?:(?P<ms>ms|msecs?|millis|milliseconds?)|(?P<s>s|secs?|seconds?)|(?P<m>m|mins?|minutes?)"
    r"|(?P<h>h|hrs?|hours?)|(?P<d>d|days?))(?![a-z])"
)
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _UNIT).replace("(?![a-z])", r"(?![a-ce-gi-ln-rt-z])")  # 1h2m: digits may follow
_NUMBER = r"[0-9]{1,12}(?:\.[0-9]{1,12})?"
_SPANS = rf"(?:{_NUMBER}[ -]{{0,3}}{_UNNAMED}(?:,? (?:and )?|[ ,]{{0,2}})){{1,6}}"
_ONE = rf"(?:an?|one) {_UNNAMED}"
_PART = rf"(?P<number>{_NUMBER}|\b(?:an?|one)\b)[ -]{{0,3}}{_UNIT.replace('(?![a-z])', '')}"
# "Please try again in 12s", "retry after 2 hours", "wait 30 seconds", "Your rate limit resets in ~30s", "in 1m30s". A
# word about waiting goes before any other span: "10 requests in 60 s; try again in 5 s".
_CUE = r"\b(?:again|retry|retrying|retry[-_ ]?after|wait|resets?|available|cool ?down)\W{1,3}(?:[a-z]+\W{1,3}){0,4}?~?"
_IN_WORDS = (
    rf"{_CUE}(?P<spans>{_SPANS}|{_ONE})",
    rf"\bin ~?(?P<spans>{_SPANS})",
)
_BARE = r"\bretry[-_ ]?after\b\W{1,4}(?P<number>[0-9]{1,12}(?:\.[0-9]{1,6})?)"
_AT = (
    r"\b(?:at|until|after|resets?)\W{1,3}(?P<date>\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-]\d\d:?\d\d))?|\d{10,19})"
)
_NUMERIC = r"[+-]?[0-9]{1,40}(?:\.[0-9]{0,20})?(?:[eE][+-]?[0-9]{1,3})?"
_CLOCK = r"([0-9]{1,3}):([0-9][0-9])(?::([0-9][0-9]))?"
_ISO_SPAN = r"P(?:([0-9]{1,6})D)?T?(?:([0-9]{1,6})H)?(?:([0-9]{1,6})M)?(?:([0-9]{1,9}(?:\.[0-9]{1,9})?)S)?"
_FIELD = r"\b(?:t|reset)\s{0,2}=\s{0,2}([0-9]{1,12}(?:\.[0-9]{1,6})?)"  # of RateLimit: "default";r=0;t=30


def retry_after(headers: Mapping[str, str], text: str = "", *, now: float) -> float | None:
    """Return the seconds to wait from now on that an answer asks for, or None where it does not say.

    Looked for in this order: ``retry-after-ms``, ``Retry-After`` (RFC 9110, section 10.2.3), ``ratelimit-reset``, words
    like "try again in 12s" in ``text``, and the ``x-ratelimit-reset`` headers in their many spellings. Names of headers
    may have any case. Each may be a number of seconds, a span (``1m30s``, ``2 hours``, ``PT30S``), a date, or a point
    in time in seconds, milliseconds or less since 1970; what is past means no wait. ``now`` is in seconds since the
    epoch. The number is finite and not negative, and may be absurd: who waits bounds it.

    Examples:
        >>> retry_after({"Retry-After": "7"}, now=0.0)
        7.0
        >>> retry_after({}, "Please try again in 20 minutes.", now=0.0)
        1200.0
    """
    given = {str(name).lower(): str(value).strip()[:200] for name, value in headers.items()}
    for name, read in _READERS.items():
        if name in given and (seconds := read(given[name], now)) is not None:
            return seconds
    if (seconds := _in_words(" ".join(text[:SEARCHED].split()), now)) is not None:
        return seconds
    return _until_reset(given, now)


def _milliseconds(value: str, now: float) -> float | None:
    number = _number(value)
    if number is None or number >= EPOCH:  # a point in time, or a span in words
        return _seconds(value, now)
    return number / 1000


def _seconds(value: str, now: float) -> float | None:
    """Read a number of seconds, a span, a clock's time or a date; None for anything else."""
    if re.fullmatch(_NUMERIC, value):
        number = _number(value)
        return None if number is None else _from(number, now)
    if match := re.fullmatch(_CLOCK, value):
        hours, minutes, seconds = (match[1], match[2], match[3]) if match[3] else ("0", match[1], match[2])
        return int(hours) * 3600.0 + int(minutes) * 60 + int(seconds)
    if (match := re.fullmatch(_ISO_SPAN, value, re.IGNORECASE)) and any(match.groups()):
        return sum(float(part or 0) * unit for part, unit in zip(match.groups(), (86_400, 3600, 60, 1), strict=True))
    if re.fullmatch(_SPANS, value, re.IGNORECASE):
        return _sum(value)
    return _date(value, now)


def _number(value: str) -> float | None:
    """Return a finite number that is not negative."""
    if not re.fullmatch(_NUMERIC, value):
        return None
    number = float(value)
    return number if 0 <= number < float("inf") else None


def _from(number: float, now: float) -> float | None:
    """Return the seconds that a number means: itself, or until the point in time that it is."""
    if number < EPOCH:
        return number
    for unit in EPOCH_UNITS:
        if EPOCH <= number / unit < LAST_EPOCH:
            return max(0.0, number / unit - now)
    return None


def _date(value: str, now: float) -> float | None:
    for read in (parsedate_to_datetime, _iso):
        with contextlib.suppress(ValueError, OverflowError, TypeError, IndexError):
            moment = read(value)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return max(0.0, moment.timestamp() - now)
    return None


def _iso(value: str) -> datetime:
    return datetime.fromisoformat(re.sub(r" ?(?:UTC|GMT|Z)$", "+00:00", value))


def _ratelimit(value: str, now: float) -> float | None:
    """Read ``RateLimit`` as its drafts have it: ``limit=5, remaining=0, reset=30`` or ``"default";r=0;t=30``."""
    match = re.search(_FIELD, value)
    return _seconds(match[1], now) if match else None


_READERS: Final[Mapping[str, Callable[[str, float], float | None]]] = {
    "retry-after-ms": _milliseconds,
    "x-ms-retry-after-ms": _milliseconds,
    "retry-after": _seconds,
    "x-retry-after": _seconds,
    "ratelimit-reset": _seconds,
    "ratelimit": _ratelimit,
}


def _in_words(text: str, now: float) -> float | None:
    for pattern in _IN_WORDS:
        if match := re.search(pattern, text, re.IGNORECASE):
            return _sum(match["spans"])
    if match := re.search(_BARE, text, re.IGNORECASE):
        return _seconds(match["number"], now)
    return _seconds(match["date"], now) if (match := re.search(_AT, text, re.IGNORECASE | re.ASCII)) else None


def _sum(spans: str) -> float:
    return sum(map(_part, re.finditer(_PART, spans, re.IGNORECASE)))


def _part(match: re.Match[str]) -> float:
    number = 1.0 if match["number"][0].isalpha() else float(match["number"])
    return number * next(seconds for unit, seconds in UNITS.items() if match[unit])


def _until_reset(given: Mapping[str, str], now: float) -> float | None:
    """Read ``x-ratelimit-reset-requests``, ``anthropic-ratelimit-tokens-reset`` and their like.

    An account has several limits. Of those that are used up the last one to be reset counts; where the answer does not
    say which are, the first one.
    """
    used_up, unsure = [], []
    for seconds, left in _resets(given, now):
        if left is None:
            unsure.append(seconds)
        elif _number(left) == 0:
            used_up.append(seconds)
    return max(used_up, default=min(unsure, default=None))


def _resets(given: Mapping[str, str], now: float) -> Iterator[tuple[float, str | None]]:
    """Yield the seconds until each limit is reset, and what is left of it."""
    for name, value in given.items():
        if "reset" in name and ("ratelimit" in name or "rate-limit" in name):
            left = given.get(name.replace("reset-after", "reset").replace("reset", "remaining"))
            if (seconds := _seconds(value, now)) is not None:
                yield seconds, left
