"""How costs are shown: a row for each scene, provider or run, then the sum."""

from __future__ import annotations

from datetime import datetime

import click

from novaclips.cli.output import counted, echo_json, echo_notes, echo_rows
from novaclips.visuals.image_generator.engine.budget import Limits
from novaclips.visuals.image_generator.engine.costs import GROUPINGS, By, Costs, Group
from novaclips.visuals.image_generator.money import dollars_in_words

HEADS = {"scene": ("SCENE",), "provider": ("PROVIDER", "MODEL"), "run": ("RUN", "BEGAN")}


def show_costs(costs: Costs, limits: Limits, *, by: By | None, as_json: bool) -> None:
    """Print what a project has cost, and what is left of its budget where it has one."""
    echo_notes(costs.notes)
    if as_json:
        groups = {
            f"by_{name}": [group.as_dict() for group in costs.by(name)] for name in (GROUPINGS if by is None else [by])
        }
        budget = None if limits.project is None else str(limits.project)
        echo_json({"total": costs.whole().as_dict(), "project_budget_usd": budget, **groups})
        return
    by = by or "scene"
    if costs.bookings:
        rows = [(*_of(group), str(group.requests), str(group.pictures), str(group.spent)) for group in costs.by(by)]
        echo_rows((*HEADS[by], "REQUESTS", "PICTURES", "COST"), rows)
    whole = costs.whole()
    sent, came = counted(whole.requests, "request"), counted(whole.pictures, "picture")
    click.echo(f"in all: {whole.spent} ({sent}, {came})")
    if limits.project is not None:
        left = max(limits.project - whole.spent.most, limits.project * 0)
        click.echo(f"budget: {dollars_in_words(left)} of {dollars_in_words(limits.project)} is left for the project")


def _of(group: Group) -> list[str]:
    of = dict(group.of)
    if "began" in of:
        of["began"] = datetime.fromisoformat(of["began"]).astimezone().strftime("%Y-%m-%d %H:%M")
    return ["-" if value in (None, "") else str(value) for value in of.values()]
