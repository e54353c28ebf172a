"""Sums of money: what is known, what is an upper bound, what was perhaps billed; and how each is written in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache, reduce
from operator import add
from typing import Self

NOTHING = Decimal(0)
# Amounts are kept to this digit and up to this size, so that a million of them add up exactly in any order.
SMALLEST, LARGEST = Decimal("1e-12"), Decimal(10**9)
WHOLE_DOLLARS, DIGITS_BELOW, DIGITS_ABOVE = 1, 4, 2


@lru_cache(1024)  # the prices of a project are few
def amount(value: object) -> Decimal | None:
    """Return an amount of US dollars, rounded up to a millionth of a millionth.

    None for what is none: not finite, negative, or beyond a milliard.
    """
    try:
        usd = Decimal(str(value))
    except InvalidOperation:
        return None
    if not (usd.is_finite() and 0 <= usd <= LARGEST):
        return None
    return usd.quantize(SMALLEST, ROUND_CEILING).normalize() + NOTHING


def dollars_in_words(usd: Decimal, *, worst: bool = False) -> str:
    """Write an amount to the digit that matters: ``$12.34``, ``$0.165``, ``$0.003``, and never ``$0.00`` for more.

    ``worst`` rounds up: what is said to be the most is not exceeded by a fraction.
    """
    digits = DIGITS_ABOVE if usd >= WHOLE_DOLLARS else DIGITS_BELOW
    if usd:
        digits = max(digits, -usd.adjusted())
    text = f"{usd.quantize(Decimal(1).scaleb(-digits), ROUND_CEILING if worst else ROUND_HALF_UP):f}"
    whole, _, fraction = text.partition(".")
    return f"${whole}.{fraction.rstrip('0').ljust(DIGITS_ABOVE, '0')}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What requests cost together, in US dollars.

    ``known`` is exact; ``at_most`` adds up the upper bounds of pictures that came; ``perhaps`` the worst case of
    requests that brought no usable picture and may have been billed. ``unknown`` counts the requests that cost
    something, or may have, and whose price nobody knows: they are in none of the three.
    """

    known: Decimal = NOTHING
    at_most: Decimal = NOTHING
    perhaps: Decimal = NOTHING
    unknown: int = 0

    @classmethod
    def total(cls, parts: Iterable[Spent]) -> Spent:
        """Add up any number of sums."""
        return reduce(add, parts, cls())

    def __add__(self, other: Self) -> Spent:
        return Spent(
            known=self.known + other.known,
            at_most=self.at_most + other.at_most,
            perhaps=self.perhaps + other.perhaps,
            unknown=self.unknown + other.unknown,
        )

    @property
    def pictures(self) -> Decimal:
        """What the pictures that came cost at most."""
        return self.known + self.at_most

    @property
    def most(self) -> Decimal:
        """The most that it can have been; this is what counts against a budget."""
        return self.known + self.at_most + self.perhaps

    def __str__(self) -> str:
        """Write it in words: ``$0.12, at most $0.30 more, perhaps $0.05 more, cost unknown for 2 requests``."""
        parts = []
        if self.known or not (self.at_most or self.unknown):
            parts.append(dollars_in_words(self.known))
        if self.at_most:
            parts.append(f"at most {dollars_in_words(self.at_most, worst=True)}{' more' if parts else ''}")
        if self.unknown:
            parts.append(f"cost unknown for {self.unknown} request{'' if self.unknown == 1 else 's'}")
        if self.perhaps:
            parts.append(f"perhaps {dollars_in_words(self.perhaps, worst=True)} more")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, str | int]:
        """Return it as JSON values, the amounts as decimal text."""
        return {
            "known_usd": decimal_text(self.known),
            "at_most_usd": decimal_text(self.at_most),
            "perhaps_usd": decimal_text(self.perhaps),
            "unknown": self.unknown,
        }


def decimal_text(usd: Decimal) -> str:
    """Write an amount exactly, without an exponent."""
    return f"{usd:f}"
