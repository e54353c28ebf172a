"""How long a service asks its clients to wait."""

from __future__ import annotations

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
    ],
    ids=str,
)
def test_every_way_of_saying_it_is_understood(headers, text, seconds) -> None:
    assert retry_after(headers, text, now=NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("headers", "text"),
    [({}, ""), ({}, "slow down"), ({"Retry-After": "nan"}, ""), ({"Retry-After": "-4"}, ""), ({}, "in a minute")],
    ids=str,
)
def test_what_says_nothing_is_none(headers, text) -> None:
    assert retry_after(headers, text, now=NOW) is None


@given(st.dictionaries(st.sampled_from(["Retry-After", "retry-after-ms", "ratelimit-reset"]), st.text()), st.text())
def test_no_answer_can_break_it(headers, text) -> None:
    seconds = retry_after(headers, text, now=NOW)
    assert seconds is None or 0 <= seconds < float("inf")
