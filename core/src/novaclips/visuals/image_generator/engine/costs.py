"""Costs: what an output folder has cost up to now, in all and by scene, provider or run; read, and nothing written."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from novaclips.visuals.image_generator.engine.bookings import Booking, grouped, total
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.rebuild import recall
from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.money import Spent

By = Literal["scene", "provider", "run"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A part of the costs: ``of`` says of what, as JSON values; the sums of all groups are the sum in all."""

    of: Mapping[str, JSON]
    requests: int
    pictures: int
    spent: Spent

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        return {**self.of, "requests": self.requests, "pictures": self.pictures, **self.spent.as_dict()}


@dataclass(frozen=True, slots=True)
class Costs:
    """Every attempt of an output folder with what it cost, or may have; takes that no frame shows are among them.

    ``notes`` are sentences for the user about the folder.
    """

    bookings: tuple[Booking, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def spent(self) -> Spent:
        """The sum in all."""
        return total(self.bookings)

    def by(self, what: By) -> list[Group]:
        """Return the sum for each scene, provider and model, or run: scenes by number, the others as they came."""
        key, _ = GROUPINGS[what]
        groups = [_group(what, bookings) for bookings in grouped(self.bookings, key).values()]
        return sorted(groups, key=lambda group: int(group.of["scene"])) if what == "scene" else groups

    def whole(self) -> Group:
        """Return all of it as one group."""
        return _group(None, list(self.bookings))


def read_costs(folder: Path) -> Costs:
    """Read what a folder's ledger has booked; of a ledger that was lost, what can be found without it."""
    hidden = folder / ".novaclips"
    recalled = recall(hidden / "ledger.sqlite3", Originals(hidden / "originals"), folder, writing=False)
    if recalled.ledger is None:
        return Costs(notes=recalled.notes)
    with contextlib.closing(recalled.ledger) as ledger:
        return Costs(tuple(ledger.bookings()), recalled.notes)


def _group(what: By | None, bookings: list[Booking]) -> Group:
    of = GROUPINGS[what][1](bookings) if what else {}
    pictures = sum(booking.picture for booking in bookings)
    return Group(of=of, requests=len(bookings), pictures=pictures, spent=total(bookings))


def _run(bookings: list[Booking]) -> Mapping[str, JSON]:
    began = min(booking.started for booking in bookings)
    return {"run": bookings[0].run, "began": datetime.fromtimestamp(began, UTC).isoformat(timespec="seconds")}


GROUPINGS: Mapping[By, tuple[Callable[[Booking], object], Callable[[list[Booking]], Mapping[str, JSON]]]] = {
    "scene": (lambda booking: booking.scene, lambda found: {"scene": found[0].scene}),
    "provider": (
        lambda booking: (booking.provider, booking.model),
        lambda found: {"provider": found[0].provider, "model": found[0].model},
    ),
    "run": (lambda booking: booking.run, _run),
}
