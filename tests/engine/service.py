"""An image service whose books outlive the process that asks it, and a rehearsal of what it will be asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from novaclips.errors import ContentRefused, OutcomeUnknown, ProviderError, ProviderUnavailable, RateLimited
from novaclips.plugin import JSON, BaseImageProvider, Cost, GeneratedImage, ImageRequest
from scripted import picture

PRICE = Decimal("0.041")
DIED = 9

# An order is named by all that makes its picture: ``prompt|seed|take``. Its end is None, a picture, or what went wrong.
Event = tuple[str, ProviderError | None]


class Service:
    """Draws each order in its own colour, unless it is told otherwise.

    ``books`` is the file of all orders so far, one a line. ``forbidden`` holds words that are always refused.
    ``dies_at`` is the number of the order, from 1, in which the process that asks ends without a goodbye.
    """

    def __init__(self, books: Path) -> None:
        self._books = books
        self._troubles: dict[tuple[str, int], ProviderError] = {}
        self.forbidden: set[str] = set()
        self.dies_at: int | None = None
        books.touch()

    @property
    def orders(self) -> list[str]:
        """All orders so far."""
        return self._books.read_text(encoding="utf-8").splitlines()

    def meet(self, order: str, trouble: ProviderError) -> None:
        """Answer the next call for an order so; troubles stand in line."""
        number = self.orders.count(order)
        while (order, number) in self._troubles:
            number += 1
        self._troubles[order, number] = trouble

    def waiting(self, kind: type[ProviderError], order: str | None = None) -> int:
        """Count the troubles of a kind that are still to come, for an order or for all."""
        orders = self.orders
        return sum(
            isinstance(trouble, kind) and number >= orders.count(whose) and order in {whose, None}
            for (whose, number), trouble in self._troubles.items()
        )

    def end(self, order: str, number: int) -> ProviderError | None:
        """Say how the call of this number for an order ends."""
        if trouble := self._troubles.get((order, number)):
            return trouble
        return ContentRefused("not this one") if any(word in order for word in self.forbidden) else None

    def draw(self, order: str) -> bytes:
        """Answer a call."""
        number = self.orders.count(order)
        with self._books.open("a", encoding="utf-8") as file:
            file.write(f"{order}\n")
        if len(self.orders) == self.dies_at:
            os._exit(DIED)
        if trouble := self.end(order, number):
            raise trouble
        return picture(order)

    def rehearse(
        self, wanted: Sequence[str], past: Sequence[str], pictures: int | None = None
    ) -> tuple[list[Event], bool]:
        """Foretell the calls of a run that goes through its orders one by one, by the engine's promises.

        What is down or throttled is asked again at once, what is lost once more at the end. ``past`` are the orders
        before the run, ``pictures`` is how many it may pay for; returns besides whether these were too few.
        """
        events: list[Event] = []
        queue = list(dict.fromkeys(wanted))
        for order in queue:
            again = True
            while again:
                if pictures is not None and sum(map(costs, events)) == pictures:
                    return events, True
                end = self.end(order, past.count(order) + sum(order == asked for asked, _ in events))
                events.append((order, end))
                again = isinstance(end, RateLimited | ProviderUnavailable)
            if isinstance(end, OutcomeUnknown) and queue.count(order) == 1:
                queue.append(order)
        return events, False


def costs(event: Event) -> bool:
    """Say whether a call was paid for, or may have been."""
    return event[1] is None or isinstance(event[1], OutcomeUnknown)


class Client(BaseImageProvider):
    """The provider that asks the service."""

    def __init__(self, service: Service) -> None:
        self._service = service

    def generate(self, request: ImageRequest) -> GeneratedImage:
        data = self._service.draw(f"{request.prompt}|{request.seed}|{request.take}")
        return GeneratedImage(data=data, cost=Cost(PRICE))

    def identity(self, _: ImageRequest) -> dict[str, JSON]:
        return {"model": "service-1"}

    def estimate(self, _: ImageRequest) -> Cost:
        return Cost(PRICE, upper_bound=True)
