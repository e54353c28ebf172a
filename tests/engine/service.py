"""An image service whose books outlive the process that asks it, and a rehearsal of what it will be asked."""

from __future__ import annotations

import os
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from novaclips.errors import OutcomeUnknown, ProviderError, ProviderUnavailable, RateLimited
from novaclips.plugin import JSON, BaseImageProvider, Cost, GeneratedImage, ImageRequest
from scripted import picture

PRICE = Decimal("0.041")
DIED = 9

# An order is named by all that makes its picture: ``prompt|seed|take``. Its end is None, a picture, or what went wrong.
Event = tuple[str, ProviderError | None]


class Service:
    """Draws each order in its own colour, unless it is told otherwise.

    ``books`` is the file of all orders so far, one a line. ``troubles`` are the answers to calls that bring no
    picture, by the number of the call, from 0. ``dies_at`` is the number of the call in which the process that asks
    ends without a goodbye.
    """

    def __init__(self, books: Path) -> None:
        self._books = books
        self.troubles: dict[int, ProviderError] = {}
        self.dies_at: int | None = None
        books.touch()

    @property
    def orders(self) -> list[str]:
        """All orders so far."""
        return self._books.read_text(encoding="utf-8").splitlines()

    def draw(self, order: str) -> bytes:
        """Answer a call."""
        number = len(self.orders)
        with self._books.open("a", encoding="utf-8") as file:
            file.write(f"{order}\n")
        if number == self.dies_at:
            os._exit(DIED)
        if trouble := self.troubles.get(number):
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
                end = self.troubles.get(len(past) + len(events))
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
