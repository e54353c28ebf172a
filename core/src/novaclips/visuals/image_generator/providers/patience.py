"""How long a service asks its clients to wait, in whichever way it says so."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0}
# OpenAI: "Please try again in 12s", "in 350ms", "in 1m30s". Replicate: "Your rate limit resets in ~30s".
_IN_WORDS = re.compile(r"\bin\s+~?((?:\d+(?:\.\d+)?\s*(?:ms|m|s)(?:econds?|inutes?|ecs?|ins?)?\s*)+)", re.IGNORECASE)
_SPAN = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|m|s)", re.IGNORECASE)


def retry_after(headers: Mapping[str, str], text: str = "", *, now: float) -> float | None:
    """Return the seconds to wait from now on that an answer asks for, or None where it does not say.

    Looked for in this order: ``retry-after-ms``, ``Retry-After`` (seconds, or an HTTP date; RFC 9110, section
    10.2.3), ``ratelimit-reset`` (seconds), and words like "try again in 12s" in ``text``. Names of headers may have
    any case. ``now`` is in seconds since the epoch.

    Examples:
        >>> retry_after({"Retry-After": "7"}, now=0.0)
        7.0
    """
    given = {name.lower(): value.strip() for name, value in headers.items()}
    readers: dict[str, Callable[[str], float]] = {
        "retry-after-ms": lambda value: float(value) / 1000,
        "retry-after": lambda value: _seconds_or_date(value, now),
        "ratelimit-reset": float,
    }
    for name, read in readers.items():
        with contextlib.suppress(ValueError, OverflowError):
            seconds = read(given[name]) if name in given else -1.0
            if 0 <= seconds < float("inf"):
                return seconds
    if match := _IN_WORDS.search(text):
        return sum(float(number) * _UNITS[unit.lower()] for number, unit in _SPAN.findall(match[1]))
    return None


def _seconds_or_date(value: str, now: float) -> float:
    try:
        return float(value)
    except ValueError:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
