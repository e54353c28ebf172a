"""An image service whose books outlive the process that asks it, and a forecast of what it will be asked."""

from __future__ import annotations

import itertools
import math
import os
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from novaclips.errors import (
    BudgetReached,
    NovaclipsError,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    ServiceSilent,
    ServiceUnusable,
)
from novaclips.plugin import JSON, BaseImageProvider, Cost, GeneratedImage, ImageRequest, legal_size
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from scripted import picture

PRICE = Decimal("0.041")
DIED = 9
POLICY = RetryPolicy(attempts=3, patience=5, deadline=math.inf)
SILENT_CALLS = 3  # so many without an answer, and nothing more is sent
DOWN_ORDERS = 3  # so many given up with nothing let through in between, and nothing more is sent

Size = tuple[int, int]

# An order is named by all that makes its picture: ``prompt|seed|take|native size``. The end of a call for it is None, a
# picture, or what went wrong.
Event = tuple[str, ProviderError | None]


def native_size(size: Size) -> str:
    """Say which size the service is asked for, for frames of this size."""
    return "{}x{}".format(*legal_size(size, step=32))


def pixels(order: str) -> Size:
    """Return the width and the height of an order's picture."""
    width, height = order.rpartition("|")[2].split("x")
    return int(width), int(height)


def kin(order: str) -> tuple[str, Fraction]:
    """Return what an order has in common with those that its picture serves as well: all but the size of a shape."""
    return order.rpartition("|")[0], Fraction(*pixels(order))


def picture_of(order: str) -> bytes:
    """Draw an order, in a colour of its own."""
    return picture(order, pixels(order))


def lost(events: Sequence[Event]) -> int:
    """Count the calls without an answer."""
    return sum(isinstance(end, OutcomeUnknown) for _, end in events)


def costs(events: Sequence[Event]) -> Decimal:
    """Add up what calls cost, or may have cost."""
    return PRICE * (lost(events) + sum(end is None for _, end in events))


@dataclass(frozen=True)
class Forecast:
    """What a run has to do: its orders, its calls for them one by one, and what stops it before the last, if at all.

    ``order_matters`` when calls in another order might be stopped, too.
    """

    orders: list[str]
    events: list[Event]
    stop: type[NovaclipsError] | None = None

    @property
    def order_matters(self) -> bool:
        throttled = sum(isinstance(end, RateLimited) for _, end in self.events)
        down = Counter(order for order, end in self.events if isinstance(end, ProviderUnavailable))
        given_up = sum(calls >= POLICY.attempts for calls in down.values()) + throttled // POLICY.patience
        return bool(self.stop) or throttled >= POLICY.patience or given_up >= DOWN_ORDERS

    @property
    def unsent(self) -> set[str]:
        """The orders that the run is stopped before."""
        return set(self.orders) - {order for order, _ in self.events}


class Service:
    """Draws each order in its own colour, unless it is told otherwise.

    ``books`` is the file of all orders so far, one a line. ``troubles`` are for each order the answers without a
    picture to the first calls for it. ``dies_at`` is the number of the call, from 0, in which the process that asks
    ends without a goodbye.
    """

    def __init__(self, books: Path) -> None:
        self._books = books
        self._lock = threading.Lock()
        self.troubles: dict[str, list[ProviderError]] = {}
        self.dies_at: int | None = None
        books.touch()

    @property
    def orders(self) -> list[str]:
        """All orders so far."""
        return self._books.read_text(encoding="utf-8").splitlines()

    def draw(self, order: str) -> bytes:
        """Answer a call."""
        with self._lock:
            number = len(self.orders)
            with self._books.open("a", encoding="utf-8") as file:
                file.write(f"{order}\n")
            trouble = self.troubles[order].pop(0) if self.troubles.get(order) else None
        if number == self.dies_at:
            os._exit(DIED)
        if trouble:
            raise trouble.with_traceback(None)
        return picture_of(order)

    def foretell(self, orders: list[str], *, pictures: int | None, asks_again: bool) -> Forecast:
        """Foretell the calls of a run that goes through its orders one by one, by the engine's promises.

        What is down or throttled is asked again at once, what is lost once more at the end, if at all. ``pictures`` is
        how many the run may pay for. Where nothing gets through for too long, nothing more is sent.
        """
        ends = {order: itertools.chain(list(self.troubles.get(order, ())), itertools.repeat(None)) for order in orders}
        events: list[Event] = []
        queue = orders.copy()
        throttled, given_up = 0, set()
        for order in queue:
            for end in until_patience_ends(ends[order]):
                if pictures is not None and costs(events) == pictures * PRICE:
                    return Forecast(orders, events, BudgetReached)
                events.append((order, end))
                if lost(events) == SILENT_CALLS:
                    return Forecast(orders, events, ServiceSilent)
                throttled += isinstance(end, RateLimited)
                if answered(end):
                    throttled, given_up = 0, set()
                if throttled == POLICY.patience:
                    return Forecast(orders, events, ServiceUnusable)
            if isinstance(events[-1][1], ProviderUnavailable):
                given_up.add(order)
                if len(given_up) == DOWN_ORDERS:
                    return Forecast(orders, events, ServiceUnusable)
            if asks_again and lost(events[-1:]) and queue.count(order) == 1:
                queue.append(order)
        return Forecast(orders, events)


def answered(end: ProviderError | None) -> bool:
    """Say whether a call got through to the service, whatever came of it."""
    return not isinstance(end, OutcomeUnknown | ProviderUnavailable | RateLimited)


def until_patience_ends(ends: Iterator[ProviderError | None]) -> Iterator[ProviderError | None]:
    """Yield the ends of the calls for an order, up to one that is final or one too many of a kind."""
    down = throttled = 0
    for end in ends:
        yield end
        down += isinstance(end, ProviderUnavailable)
        throttled += isinstance(end, RateLimited)
        final = not isinstance(end, ProviderUnavailable | RateLimited)
        if final or down == POLICY.attempts or throttled == POLICY.patience:
            return


class Client(BaseImageProvider):
    """The provider that asks the service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def generate(self, request: ImageRequest) -> GeneratedImage:
        order = f"{request.prompt}|{request.seed}|{request.take}|{native_size(request.size)}"
        return GeneratedImage(data=self._service.draw(order), cost=Cost(PRICE))

    def identity(self, request: ImageRequest) -> dict[str, JSON]:
        return {"model": "service-1", "size": native_size(request.size)}

    def estimate(self, _: ImageRequest) -> Cost:
        return Cost(PRICE, upper_bound=True)
