"""Before the first request: who gets it, where, for how much at worst; and who may spend at all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from novaclips.errors import ConfigError
from novaclips.visuals.image_generator.engine.plan import Plan, PlannedScene
from novaclips.visuals.image_generator.engine.quote import Bill
from novaclips.visuals.image_generator.models import JSON, Cost

NOWHERE = ""  # the host of a provider that draws by itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What goes to one model of one provider.

    ``host`` is None where the provider does not say; ``is_own`` says whether it is the service's own. ``requests`` are
    to be sent and cost ``bill`` at worst; ``collects`` were sent by an earlier run.
    """

    provider: str
    host: str | None
    is_own: bool
    model: str
    requests: int
    collects: int
    bill: Bill

    @property
    def place(self) -> str:
        """Who gets it, and where."""
        host = self.host or "its own service"
        return f"{self.provider} at {host}{'' if self.is_own else ', not its own service'}"

    @property
    def words(self) -> str:
        """What goes there, and for how much."""
        parts = []
        if self.requests:
            pictures = "1 picture" if self.requests == 1 else f"{self.requests} pictures"
            parts.append(f"{pictures}{f' of {self.model}' if self.model else ''}, {price(self.bill, self.requests)}")
        if self.collects:
            parts.append(f"{self.collects} to collect, bought before")
        return ", ".join(parts)

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        return {
            "provider": self.provider,
            "host": self.host,
            "host_is_own": self.is_own,
            "model": self.model or None,
            "requests": self.requests,
            "collects": self.collects,
            "cost_usd": str(self.bill.usd),
            "upper_bound": self.bill.upper_bound,
            "unknown": self.bill.unknown,
        }


def sendings(plan: Plan) -> list[Sending]:
    """List what a plan sends, by provider, host and model; what is drawn on this machine is not sent."""
    found: dict[tuple[str, str | None, str], dict[str, PlannedScene]] = defaultdict(dict)
    for one in plan:
        if one.asks and one.quote.host != NOWHERE:
            address = (one.addressed.provider, one.quote.host, one.addressed.told("model"))
            found[address][one.addressed.key] = one  # equal requests are sent once
    return [
        Sending(
            provider=provider,
            host=host,
            is_own=all(one.quote.host_is_own for one in scenes.values()),
            model=model,
            requests=sum(one.sends for one in scenes.values()),
            collects=sum(not one.sends for one in scenes.values()),
            bill=Bill.of(one.quote.cost for one in scenes.values() if one.sends),
        )
        for (provider, host, model), scenes in sorted(found.items(), key=lambda entry: str(entry[0]))
    ]


def announcement(plan: Plan) -> str:
    """Name every provider and host that a plan sends to, and the sum at worst; empty where nothing is sent."""
    places: dict[str, list[str]] = defaultdict(list)
    sent = sendings(plan)
    for one in sent:
        places[one.place].append(one.words)
    parts = [f"{place}: {', '.join(said)}" for place, said in places.items()]
    if len(sent) > 1 and plan.requests:
        parts.append(f"in all {price(plan.bill, plan.requests)}")
    return f"sends to {'; '.join(parts)}" if parts else ""


def price(bill: Bill, requests: int) -> str:
    """Write a sum at worst, with the number of pictures whose price nobody knows."""
    known = str(Cost(bill.usd, upper_bound=bill.upper_bound)) if bill.usd else "free"
    if not bill.unknown:
        return known
    if bill.unknown == requests:
        return "price unknown"
    return f"{known}, and {bill.unknown} at an unknown price"


def check_allowed(plan: Plan, allowed: Collection[str] | None) -> None:
    """Check that only these providers spend; ConfigError names the scenes that would spend with another."""
    if said := "; ".join(forbidden(plan, allowed)):
        raise ConfigError(said)


def forbidden(plan: Iterable[PlannedScene], allowed: Collection[str] | None) -> Iterator[str]:
    """Say for each provider that may not spend which scenes would spend with it."""
    scenes: dict[str, list[str]] = defaultdict(list)
    for one in plan:
        is_free = one.quote.cost is not None and not one.quote.cost.usd
        if allowed is not None and one.sends and not is_free and one.addressed.provider not in allowed:
            scenes[one.addressed.provider].append(str(one.scene.id))
    for provider, ids in scenes.items():
        which = f"scene {ids[0]} asks" if len(ids) == 1 else f"scenes {', '.join(ids)} ask"
        yield (
            f"{which} for provider {provider!r}, which may cost money, and this run spends with"
            f" {' and '.join(map(repr, sorted(allowed or ()))) or 'nobody'} alone; write --allow {provider} (in Python"
            f" allow=[{provider!r}]), or take the provider out of scenes.yaml"
        )
