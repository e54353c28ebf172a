"""Chance that falls the same way on every machine."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Random choices that follow from words alone: equal words, equal throws, in any process."""

    __slots__ = ("_random",)

    def __init__(self, *words: object) -> None:
        digest = hashlib.sha256("\x1f".join(str(word) for word in words).encode("utf-8", "replace")).digest()
        # S311: nothing secret hangs on a drawing
        self._random = random.Random(int.from_bytes(digest, "big"))  # noqa: S311

    def between(self, low: float, high: float) -> float:
        """Return a number from low to high."""
        return low + (high - low) * self._random.random()

    def count(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self._random.random() * (high - low + 1))

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.count(0, len(items) - 1)]

    def chance(self, probability: float) -> bool:
        """Return True as often as the probability says."""
        return self._random.random() < probability
