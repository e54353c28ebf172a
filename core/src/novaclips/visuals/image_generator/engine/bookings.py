"""Bookings: what each attempt of a project cost, or may have; every sum that novaclips shows is made of these."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar

from novaclips.untrusted import stored
from novaclips.visuals.image_generator.engine.records import at_best
from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.money import Spent, amount

K = TypeVar("K", bound=Hashable)

# The one query behind budget, summary, JSON, manifest and `visuals cost`; ``booking_of`` reads its rows.
BOOKINGS = (
    "SELECT scene, provider, coalesce(model, ''), run, started, state, perhaps_billed, cost_usd, upper_bound,"
    " reserved_usd FROM attempt ORDER BY id"
)

_number, _text, _moment = at_best(stored.number), at_best(lru_cache(256)(stored.text)), at_best(stored.moment)


class Kind(StrEnum):
    """How sure it is what an attempt cost."""

    KNOWN = "known"
    AT_MOST = "at most"  # a picture came, and only its upper bound is known
    PERHAPS = "perhaps"  # no usable picture came, and it may have been billed all the same
    NOTHING = "nothing"  # certainly not billed


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """What one attempt cost, or may have: ``usd`` is None where nobody knows the price.

    ``scene`` is the number that it was sent for, at that time; ``model`` is empty where there is none; ``run`` is None
    for one of the time before runs were numbered; ``started`` is in seconds since the epoch. ``picture`` says whether
    it brought one that can be used.
    """

    scene: int
    provider: str
    model: str
    run: int | None
    started: float
    picture: bool
    kind: Kind
    usd: Decimal | None

    @property
    def spent(self) -> Spent:
        """The attempt's part of a sum."""
        if self.kind is Kind.NOTHING:
            return Spent()
        if self.usd is None:
            return Spent(unknown=1)
        match self.kind:
            case Kind.KNOWN:
                return Spent(known=self.usd)
            case Kind.AT_MOST:
                return Spent(at_most=self.usd)
        return Spent(perhaps=self.usd)


def booking_of(*row: JSON) -> Booking:
    """Read a row of the query; money counts whatever else in its row makes no sense."""
    scene, provider, model, run, started, state, perhaps_billed, cost_usd, upper_bound, reserved_usd = row
    cost, reserved = amount(cost_usd), amount(reserved_usd)
    if not cost and reserved:  # a service that names no price, or says that it was free, is not believed
        cost = None
    if state == "received" or cost is not None:
        kind = Kind.AT_MOST if upper_bound or cost is None else Kind.KNOWN
    elif state in ("sent", "unknown") or perhaps_billed or reserved is not None:
        kind = Kind.PERHAPS
    else:
        kind = Kind.NOTHING
    return Booking(
        scene=_number(scene) or 0,
        provider=_text(provider) or "",
        model=_text(model) or "",
        run=_number(run),
        started=_moment(started) or 0.0,
        picture=state == "received",
        kind=kind,
        usd=reserved if cost is None else cost,
    )


def total(bookings: Iterable[Booking]) -> Spent:
    """Add bookings up."""
    return Spent.total(booking.spent for booking in bookings)


def grouped(bookings: Iterable[Booking], by: Callable[[Booking], K]) -> dict[K, list[Booking]]:
    """Sort bookings into groups, in the order in which each group's first came; none is in two, none is left out."""
    groups: dict[K, list[Booking]] = {}
    for booking in bookings:
        groups.setdefault(by(booking), []).append(booking)
    return groups
