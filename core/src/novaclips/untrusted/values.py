"""JSON values from outside, within bounds: what plugins return, and what services say."""

from __future__ import annotations

import io
import itertools
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from novaclips.untrusted.text import storable

JSON = Any  # mypy has no cheap recursive spelling of it

MAX_WHOLE = 2**63 - 1  # SQLite's integers
MAX_DEPTH = 16
MAX_ITEMS = 1_000
MAX_CHARACTERS = 262_144  # of all texts of one value together
HOLDING_BYTES = ("data", "content", "image")  # what objects call the bytes that they hold


def read_json(text: str | bytes) -> JSON:
    """Parse JSON; ValueError for anything that is none, however it is wrong: NaN, a number or nesting without end."""
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as exc:
        raise ValueError("nested too deeply") from exc


def _refuse(name: str) -> JSON:
    raise ValueError(f"{name} is no JSON")


def bytes_in(value: object) -> bytes | None:
    """Return the bytes that an answer holds, however it holds them; None where there are none.

    Understood are bytes and what is like them, a file in memory, an object whose ``data``, ``content`` or ``image``
    are bytes, and a list or mapping with one of these in it; the first counts.
    """
    return _bytes_in(value, 2)


def _bytes_in(value: object, depth: int) -> bytes | None:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, io.BytesIO):
        return None if value.closed else value.getvalue()
    inside: Iterable[object] = ()
    if isinstance(value, Mapping | list | tuple):
        items = value.values() if isinstance(value, Mapping) else value
        inside = itertools.islice(items, MAX_ITEMS)
    elif not isinstance(value, str | type):
        inside = (_attribute(value, name) for name in HOLDING_BYTES)
    return next((found for one in inside if depth and (found := _bytes_in(one, depth - 1)) is not None), None)


def _attribute(value: object, name: str) -> object:
    """Read an attribute of somebody else's object, which may do anything at all."""
    try:
        return getattr(value, name, None)
    except Exception:  # noqa: BLE001 - a property of a plugin's own class
        return None


def whole(value: object) -> int | None:
    """Return a whole number that a database can hold, or None for anything else."""
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and _fits(value) else None


def bounded(value: object) -> tuple[JSON, tuple[str, ...]]:
    """Return a value as JSON that can be stored, and the places of what had to be left out, as ``usage.total``.

    Left out are values that are no JSON, numbers that are not finite or beyond 63 bits, and what is beyond 16 levels,
    1,000 items of one list or mapping, or 262,144 characters in all. Texts lose what cannot be stored.
    """
    reader = _Reader()
    return reader.read(value, "", MAX_DEPTH), tuple(reader.dropped)


class _Dropped(Exception):
    """There is no way to keep this value."""


class _Reader:
    def __init__(self) -> None:
        self.dropped: list[str] = []
        self._characters = MAX_CHARACTERS

    def read(self, value: object, place: str, depth: int) -> JSON:
        try:
            return self._read(value, place, depth)
        except _Dropped:
            self.dropped.append(place or "all of it")
            return None

    def _read(self, value: object, place: str, depth: int) -> JSON:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, int | float):
            return _number(value)
        if not isinstance(value, Mapping | list | tuple) or not depth:
            raise _Dropped
        if isinstance(value, Mapping):
            return dict(self._entries(value, place, depth))
        return [self.read(item, f"{place}[{index}]", depth - 1) for index, item in self._first(enumerate(value), place)]

    def _entries(self, value: Mapping[Any, Any], place: str, depth: int) -> Iterator[tuple[str, JSON]]:
        for name, item in self._first(iter(value.items()), place):
            inside = f"{place}.{name}" if place else storable(str(name), 100)
            try:
                key = self._text(name) if isinstance(name, str) else str(_number(name))
                entry = self._read(item, inside, depth - 1)
            except _Dropped:
                self.dropped.append(inside)
            else:
                yield key, entry

    def _first(self, items: Iterator[Any], place: str) -> Iterator[Any]:
        for count, item in enumerate(items):
            if count == MAX_ITEMS:
                self.dropped.append(f"{place or 'all'} beyond {MAX_ITEMS:,} items")
                return
            yield item

    def _text(self, value: str) -> str:
        text = storable(value)
        self._characters -= len(text)
        if self._characters < 0:
            raise _Dropped
        return text


def _number(value: object) -> float:
    if isinstance(value, int) and _fits(value):
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return float(value)
    raise _Dropped


def _fits(value: int) -> bool:
    return -MAX_WHOLE <= value <= MAX_WHOLE
