"""What a service would have on its bill."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Counts:
    """The figures at one moment.

    ``requests`` are orders on the wire, answered or not. ``billed`` are those that a service would charge for;
    ``billed_twice`` those of them whose content had been charged for before. ``most_in_flight`` is the most orders
    that were open at once. ``by_key`` holds the charges for each content, by its hash. ``usd`` is what the service
    would want for all of them, in US dollars; Replicate's predictions have no price here.
    """

    requests: int = 0
    billed: int = 0
    billed_twice: int = 0
    most_in_flight: int = 0
    by_key: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    usd: Decimal = Decimal(0)


class Meter:
    """Counts, from many threads at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._bills: Counter[str] = Counter()
        self._requests = self._in_flight = self._most_in_flight = 0
        self._usd = Decimal(0)

    @contextmanager
    def order(self) -> Iterator[int]:
        """Count an order as open, and hand out its number, from 1."""
        with self._lock:
            self._requests += 1
            self._in_flight += 1
            self._most_in_flight = max(self._most_in_flight, self._in_flight)
            number = self._requests
        try:
            yield number
        finally:
            with self._lock:
                self._in_flight -= 1

    def bill(self, key: str, usd: Decimal = Decimal(0)) -> int:
        """Charge so much for this content, and return how often it had been charged for before."""
        with self._lock:
            self._bills[key] += 1
            self._usd += usd
            return self._bills[key] - 1

    def refund(self, key: str) -> None:
        """Take one charge back."""
        with self._lock:
            self._bills[key] -= 1

    def counts(self) -> Counts:
        """Return the figures of this moment."""
        with self._lock:
            bills = +self._bills
            return Counts(
                requests=self._requests,
                billed=bills.total(),
                billed_twice=bills.total() - len(bills),
                most_in_flight=self._most_in_flight,
                by_key=MappingProxyType(dict(bills)),
                usd=self._usd,
            )

    def reset(self) -> None:
        """Start again from nothing; orders that are open stay open."""
        with self._lock:
            self._bills.clear()
            self._requests = 0
            self._usd = Decimal(0)
            self._most_in_flight = self._in_flight
