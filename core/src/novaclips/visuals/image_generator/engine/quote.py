"""What is known of a request before it is sent: its price, and what of it will be ignored."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from novaclips.visuals.image_generator.models import Capabilities, Cost, ImageRequest
from novaclips.visuals.image_generator.money import amount, dollars_in_words

DEAREST = Decimal(1000)  # US dollars: no service asks as much for a picture, so it is a mistake in an answer


@dataclass(frozen=True, slots=True)
class Quote:
    """A request's price at worst (None: unknown), and a sentence for each thing that will be ignored.

    ``host`` is where it goes: None where the provider does not say, empty where nothing is sent; ``host_is_own`` says
    whether that is the service's own.
    """

    cost: Cost | None = None
    notices: tuple[str, ...] = ()
    host: str | None = None
    host_is_own: bool = True

    @classmethod
    def of(cls, request: ImageRequest, can: Capabilities, cost: Cost | None, notices: Iterable[str]) -> Quote:
        """Put together what a provider says of a request and what its capabilities say."""
        return cls(cost, tuple(dict.fromkeys((*ignored(request, can), *notices))))

    def settle(self, told: Cost | None) -> tuple[Cost | None, tuple[str, ...]]:
        """Return what a picture that came has cost, and a sentence for each doubt about what its service told.

        What is told counts, also where it is more than the worst case. No cost, one of zero or less, and one that
        nobody asks for a picture is no answer: then the price from before counts, None where that is unknown.
        """
        if told is None:
            return self.cost, ()
        usd, worst = amount(told.usd), amount(self.cost.usd) if self.cost else None
        if usd == worst == 0:
            return told, ()
        if not usd or usd > max(DEAREST, worst or 0):
            instead = f"booked is {self.cost}" if self.cost else "its cost is unknown"
            return self.cost, (f"the service told a cost that nobody can believe, ${told.usd}; {instead}",)
        if worst is not None and usd > worst:
            more = (
                f"a picture cost {dollars_in_words(usd)}, more than the {dollars_in_words(worst)} that it was to cost"
            )
            return told, (f"{more} at most",)
        return told, ()


@dataclass(frozen=True, slots=True)
class Bill:
    """What several requests cost together.

    ``usd`` adds up what is known; ``upper_bound`` marks a sum with a worst case in it; ``known`` counts the requests
    with a price, ``unknown`` those without; ``as_of`` holds the dates of the prices, oldest first.
    """

    usd: Decimal
    upper_bound: bool
    known: int
    unknown: int
    as_of: tuple[str, ...]

    def __str__(self) -> str:
        parts = []
        if self.known:
            dates = f" (prices of {', '.join(self.as_of)})" if self.as_of else ""
            parts.append(f"{Cost(self.usd, upper_bound=self.upper_bound)} for {_pictures(self.known)}{dates}")
        if self.unknown:
            parts.append(f"unknown for {_pictures(self.unknown)}")
        return ", ".join(parts)

    @classmethod
    def of(cls, costs: Iterable[Cost | None]) -> Bill:
        """Add up the prices of requests."""
        costs = list(costs)
        known = [cost for cost in costs if cost is not None]
        return cls(
            usd=sum((cost.usd for cost in known), Decimal(0)),
            upper_bound=any(cost.upper_bound for cost in known),
            known=len(known),
            unknown=len(costs) - len(known),
            as_of=tuple(sorted({cost.as_of for cost in known if cost.as_of})),
        )


def _pictures(number: int) -> str:
    return f"{number} picture" if number == 1 else f"{number} pictures"


def ignored(request: ImageRequest, can: Capabilities) -> tuple[str, ...]:
    """Say, one sentence each, what of a request a provider with these capabilities will not look at."""
    sentences = {
        "the seed is ignored": request.seed is not None and not can.seed,
        "the negative prompt is ignored": bool(request.negative_prompt) and not can.negative_prompt,
        "reference images are ignored": bool(request.references) and not can.references,
        f"only the first {can.references} reference images are used": 0 < can.references < len(request.references),
    }
    return tuple(sentence for sentence, true in sentences.items() if true)
