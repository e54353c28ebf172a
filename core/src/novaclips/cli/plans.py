"""How a plan is shown: every scene's state and why, and what it would cost to bring it up to date."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from novaclips.cli.listeners import headline
from novaclips.cli.output import echo_json, echo_notes, echo_rows
from novaclips.errors import ConfigError
from novaclips.visuals.image_generator.engine.announce import announcement, sendings
from novaclips.visuals.image_generator.engine.plan import Again, Plan, PlannedScene
from novaclips.visuals.image_generator.models import JSON


def show_state(plan: Plan, *, as_json: bool) -> None:
    """Print how every scene stands and why."""
    echo_notes(plan.notes)
    if as_json:
        echo_json({"requests": plan.requests, "scenes": [_state(one) for one in plan]})
        return
    rows = [(str(one.scene.id), str(one.state), one.addressed.provider, one.reason) for one in plan]
    echo_rows(("SCENE", "STATE", "PROVIDER", "WHY"), rows)
    click.echo(headline(plan))


def show_prices(plan: Plan, *, as_json: bool) -> None:
    """Print what a run would send for every scene, what each picture costs at worst, and the sum."""
    echo_notes(plan.notes)
    if as_json:
        bill = plan.bill
        total = {
            "cost_usd": str(bill.usd),
            "upper_bound": bill.upper_bound,
            "unknown": bill.unknown,
            "prices_of": list(bill.as_of),
        }
        scenes = [_state(one) | _price(one) for one in plan]
        again = list(plan.again.scenes) if plan.again else []
        document = {"requests": plan.requests, "total": total, "budget": plan.limits.as_dict(bill), "again": again}
        document["sends"] = [sending.as_dict() for sending in sendings(plan)]
        echo_json({**document, "notices": plan.notices, "scenes": scenes})
        return
    rows = [
        (
            str(one.scene.id),
            str(one.state),
            one.addressed.provider,
            one.addressed.told("model") or "-",
            _size(one) or "-",
            _cost(one),
            one.reason,
        )
        for one in plan
    ]
    echo_rows(("SCENE", "STATE", "PROVIDER", "MODEL", "SIZE", "COST", "WHY"), rows)
    click.echo(headline(plan))
    if line := announcement(plan):
        click.echo(line)
    if plan.requests:
        click.echo(f"cost: {plan.bill}")
    if plan.again:
        click.echo(f"{plan.again}; generate asks before that, or wants --yes")
    echo_notes(plan.notices)


def is_somebody_there() -> bool:
    """Say whether a question would be seen by anybody."""
    return sys.stdin.isatty()


def agreed(*, yes: bool, err: bool) -> Callable[[Again], bool]:
    """Return what asks whether most of a finished film may be drawn again; ConfigError where nobody is there to ask."""

    def ask(again: Again) -> bool:
        if yes:
            return True
        if not is_somebody_there():
            raise ConfigError(f"{again}; nothing was sent: --yes says that they shall, --dry-run shows each scene")
        click.echo(str(again), err=err)
        return click.confirm("draw them?", err=err)

    return ask


def _state(one: PlannedScene) -> dict[str, JSON]:
    return {"scene": one.scene.id, "state": str(one.state), "reason": one.reason or None}


def _price(one: PlannedScene) -> dict[str, JSON]:
    cost = one.quote.cost
    return {
        "provider": one.addressed.provider,
        "model": one.addressed.told("model") or None,
        "size": _size(one) or None,
        "sends": one.sends,
        "cost_usd": None if cost is None else str(cost.usd),
        "upper_bound": None if cost is None else cost.upper_bound,
    }


def _size(one: PlannedScene) -> str:
    """Write what the service is asked for: a shape, a size or both."""
    return " ".join(filter(None, (one.addressed.told("aspect"), one.addressed.told("size"))))


def _cost(one: PlannedScene) -> str:
    if not one.sends:
        return "-"
    cost = one.quote.cost
    if cost is None:
        return "unknown"
    return str(cost) if cost.usd else "free"
