"""JSON from outside is kept within bounds, and what is left out is named."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.untrusted.values import MAX_WHOLE, bounded, read_json, whole

LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.binary(), st.datetimes())
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner), max_leaves=20
)


@given(ANYTHING)
def test_whatever_was_returned_can_be_written_down(value: object) -> None:
    kept, _ = bounded(value)
    assert json.loads(json.dumps(kept, allow_nan=False).encode()) == kept


@given(st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.integers(-9, 9)))
def test_good_values_are_kept_as_they_are(value: dict[str, int]) -> None:
    assert bounded(value) == (value, ())


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), 2**63, -(2**70), datetime(2026, 1, 1, tzinfo=UTC), b"bytes", object(), {1, 2}],
    ids=["nan", "infinity", "large", "small", "date", "bytes", "object", "set"],
)
def test_what_cannot_be_written_down_is_left_out_and_named(value: object) -> None:
    assert bounded({"good": 1, "usage": {"bad": value}}) == ({"good": 1, "usage": {}}, ("usage.bad",))


def test_a_list_keeps_its_places() -> None:
    assert bounded([1, object(), 3]) == ([1, None, 3], ("[1]",))


def test_nesting_ends() -> None:
    deep: object = 1
    for _ in range(5_000):
        deep = [deep]
    kept, dropped = bounded({"a": deep})
    json.dumps(kept)
    assert len(dropped) == 1


def test_lists_and_texts_end() -> None:
    kept, dropped = bounded({"list": list(range(5_000)), "texts": ["x" * 100_000] * 100})
    assert len(kept["list"]) == 1_000
    assert sum(map(len, filter(None, kept["texts"]))) <= 262_144
    assert "list beyond 1,000 items" in dropped


@pytest.mark.parametrize("text", ["[" * 100_000, "NaN", "1" * 10_000, "{", b"\xff\xfe\x00", "{'a': 1}"])
def test_what_is_no_json_is_a_value_error(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the module promises no more than that
        read_json(text)


@pytest.mark.parametrize(
    ("value", "kept"), [(7, 7), (MAX_WHOLE, MAX_WHOLE), (2**63, None), (True, None), ("7", None), (1.0, None)]
)
def test_a_whole_number_fits_into_a_database(value: object, kept: int | None) -> None:
    assert whole(value) == kept
