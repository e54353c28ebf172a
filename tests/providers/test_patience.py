"""How long a service asks its clients to wait."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.plugin import retry_after

NOW = 1_792_567_670.0  # Wed, 21 Oct 2026 07:27:50 GMT


@pytest.mark.parametrize(
    ("headers", "text", "seconds"),
    [
        ({"Retry-After": "3"}, "", 3),
        ({"retry-after": "1.5"}, "", 1.5),
        ({"RETRY-AFTER": "121"}, "", 121),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "", 10),
        ({"Retry-After": "Wed, 21 Oct 2026 07:00:00 GMT"}, "", 0),
        ({"retry-after-ms": "350", "Retry-After": "1"}, "", 0.35),
        ({"ratelimit-reset": "7"}, "", 7),
        ({}, "Rate limit reached. Please try again in 12s.", 12),
        ({}, "Please try again in 350ms.", 0.35),
        ({}, "Please try again in 1m30s.", 90),
        ({}, "Request was throttled. Your rate limit resets in ~30s.", 30),
        ({}, "try again in 2 minutes", 120),
        ({"Retry-After": "soon"}, "try again in 5 seconds", 5),
        ({"Retry-After": "0"}, "", 0),
        ({"Retry-After": "86400"}, "", 86_400),
        ({"Retry-After": f"{NOW + 60:.0f}"}, "", 60),
        ({"Retry-After": f"{1000 * (NOW + 60):.0f}"}, "", 60),
        ({"Retry-After": f"{NOW - 60:.0f}"}, "", 0),
        ({"Retry-After": "17s"}, "", 17),
        ({"Retry-After": "2 hours"}, "", 7200),
        ({"Retry-After": "PT1M30S"}, "", 90),
        ({"Retry-After": "00:01:30"}, "", 90),
        ({"Retry-After": "2026-10-21T07:28:00Z"}, "", 10),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00"}, "", 10),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, "", 251_609_732_729),
        ({"retry-after-ms": "20ms"}, "", 0.02),
        ({"x-ms-retry-after-ms": "1500"}, "", 1.5),
        ({"ratelimit": "limit=5, remaining=0, reset=30"}, "", 30),
        ({"RateLimit": '"default";r=0;t=30'}, "", 30),
        ({"x-ratelimit-reset": f"{NOW + 60:.0f}"}, "", 60),
        ({"X-Rate-Limit-Reset": "5"}, "", 5),
        ({"x-ratelimit-reset-after": "3.5"}, "", 3.5),
        ({"x-ratelimit-reset-requests": "12ms", "x-ratelimit-reset-tokens": "6m0s"}, "", 0.012),
        (
            {
                "x-ratelimit-reset-requests": "12ms",
                "x-ratelimit-remaining-requests": "7",
                "x-ratelimit-reset-tokens": "6m0s",
                "x-ratelimit-remaining-tokens": "0",
            },
            "",
            360,
        ),
        ({"anthropic-ratelimit-tokens-reset": "2026-10-21T07:28:00Z"}, "", 10),
        ({"x-ratelimit-reset-tokens": "6m0s"}, "Please try again in 12s.", 12),
        ({}, "try again in 20 minutes", 1200),
        ({}, "Try again in 1 hour and 5 minutes.", 3900),
        ({}, "try again in 2 minutes, 30 seconds", 150),
        ({}, "Please wait for 30 secs before the next request", 30),
        ({}, "try again in an hour", 3600),
        ({}, "10 requests in 60 s; try again in 5 s", 5),
        ({}, "retry_after: 30", 30),
        ({}, "available again at 2026-10-21T07:28:00Z", 10),
        ({}, f"the limit resets at {NOW + 60:.0f}", 60),
    ],
    ids=str,
)
def test_every_way_of_saying_it_is_understood(headers, text, seconds) -> None:
    assert retry_after(headers, text, now=NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        ({}, ""),
        ({}, "slow down"),
        ({"Retry-After": "nan"}, ""),
        ({"Retry-After": "-4"}, ""),
        ({"Retry-After": "1e400"}, ""),
        ({"Retry-After": "9" * 20}, ""),
        ({"Retry-After": "9" * 5000}, ""),
        ({"Retry-After": "٣"}, ""),
        ({"x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-remaining-tokens": "7"}, ""),
        ({}, "in a minute"),
        ({}, "in 12 months"),
    ],
    ids=str,
)
def test_what_says_nothing_is_none(headers, text) -> None:
    assert retry_after(headers, text, now=NOW) is None


@pytest.mark.parametrize("word", ["in ", "retry ", "1m", "again in 1", "<", "9", "in 1s and "])
def test_a_text_without_end_is_read_at_once(word) -> None:
    started = time.process_time()
    retry_after({"Retry-After": word * 100_000}, word * 100_000, now=NOW)

    assert time.process_time() - started < 0.5


@given(st.dictionaries(st.sampled_from(["Retry-After", "retry-after-ms", "ratelimit-reset"]), st.text()), st.text())
def test_no_answer_can_break_it(headers, text) -> None:
    seconds = retry_after(headers, text, now=NOW)
    assert seconds is None or 0 <= seconds < float("inf")
