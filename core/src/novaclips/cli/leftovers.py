"""How pruning is shown and agreed to: every original that can go, what it was, and a question."""

from __future__ import annotations

import sys
from datetime import datetime

import click

from novaclips.cli.output import counted, echo_json, echo_notes, echo_rows
from novaclips.errors import ConfigError
from novaclips.visuals.image_generator.engine.prune import Leftover, Leftovers
from novaclips.visuals.image_generator.models import Cost
from novaclips.visuals.image_generator.money import amount

KILOBYTE = 1000
LONGEST_PROMPT = 60


class Question:
    """Whether to delete, asked after the list was shown; ConfigError where nobody is there to answer.

    ``asked`` tells that the list was shown.
    """

    def __init__(self, *, err: bool) -> None:
        self.asked = False
        self._err = err

    def __call__(self, leftovers: Leftovers) -> bool:
        """Show the list and ask."""
        self.asked = True
        show_list(leftovers, err=self._err)
        if not sys.stdin.isatty():
            raise ConfigError("nothing was deleted: nobody is there to ask; --yes says so, --dry-run only lists")
        return click.confirm("delete them? they were paid for, and would have to be bought again", err=self._err)


def show_leftovers(leftovers: Leftovers, *, said: bool, as_json: bool) -> None:
    """Print what can go or is gone; ``said`` when the list was shown with the question."""
    if as_json:
        if not said:
            echo_notes(leftovers.notes)
        originals = [leftover.as_dict() for leftover in leftovers]
        echo_json({"deleted": leftovers.deleted, "bytes": leftovers.size, "originals": originals})
        return
    if not said:
        show_list(leftovers, err=False)
    if leftovers.deleted:
        click.echo(f"deleted: {in_all(leftovers)}")
    elif leftovers:
        click.echo("nothing was deleted")
    else:
        click.echo("nothing to delete: a frame shows every original, or a chosen take needs it")


def show_list(leftovers: Leftovers, *, err: bool) -> None:
    """Print a row for each original that can go, and their sum; what should be known first stands before it."""
    echo_notes(leftovers.notes)
    if not leftovers:
        return
    echo_rows(("SCENE", "SIZE", "DRAWN", "COST", "PROMPT"), [_row(leftover) for leftover in leftovers], err=err)
    click.echo(f"{in_all(leftovers)}: no frame shows them, and no chosen take needs them", err=err)


def in_all(leftovers: Leftovers) -> str:
    """Write how many originals there are and what room they take."""
    return f"{counted(len(leftovers), 'original')}, {readable(leftovers.size)}"


def readable(size: int) -> str:
    """Write a number of bytes for people: ``512 B``, ``1.4 MB``."""
    amount = float(size)
    for unit in ("B", "kB", "MB"):
        if amount < KILOBYTE:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= KILOBYTE
    return f"{amount:.1f} GB"


def _row(leftover: Leftover) -> tuple[str, str, str, str, str]:
    attempt = leftover.attempt
    if attempt is None:
        return "-", readable(leftover.size), "-", "unknown", leftover.original
    words = " ".join(leftover.prompt.split()) or leftover.original
    if len(words) > LONGEST_PROMPT:
        words = f"{words[: LONGEST_PROMPT - 3]}..."
    drawn = datetime.fromtimestamp(attempt.started).astimezone().strftime("%Y-%m-%d")
    cost = "unknown"
    if (usd := amount(attempt.cost_usd)) is not None:
        cost = str(Cost(usd, upper_bound=attempt.upper_bound))
    return str(attempt.scene), readable(leftover.size), drawn, cost, words
