"""How a run is shown while it goes on: a bar on a terminal, plain lines in a pipe, nothing."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import click

from novaclips.cli.output import counted, echo_notes
from novaclips.cli.signals import nobody_need_listen
from novaclips.cli.terminal import guard_streams, terminal_of
from novaclips.untrusted.text import printable
from novaclips.visuals.image_generator.engine.announce import announcement, sendings
from novaclips.visuals.image_generator.engine.plan import Plan, State
from novaclips.visuals.image_generator.engine.report import GOOD, Outcome
from novaclips.visuals.image_generator.engine.run import Progress
from novaclips.visuals.image_generator.generator import Listener

# What is up to date is counted in the headline, what was not sent in the summary.
SILENT = frozenset({Outcome.FRESH, Outcome.NOT_SENT})


def listener(*, quiet: bool, err: bool) -> Quiet:
    """Choose how to show a run; ``err`` keeps stdout free for JSON."""
    if quiet:
        return Quiet()
    stream = sys.stderr if err else sys.stdout
    return Bar(err=err) if stream.isatty() else Lines(err=err)


def headline(plan: Plan) -> str:
    """Say in one line what a plan is going to do."""
    fitted = sum(planned.bought is not None and planned.state is not State.FRESH for planned in plan)
    parts = [
        f"{plan.requests} to draw" if plan.requests else "",
        f"{plan.collects} to collect, bought before" if plan.collects else "",
        f"{fitted} to fit again, free" if fitted else "",
        f"{plan.count(State.FRESH)} up to date" if plan.count(State.FRESH) else "",
        f"{plan.count(State.REFUSED)} refused before" if plan.count(State.REFUSED) else "",
        f"{plan.count(State.UNUSABLE)} came unusable, left alone" if plan.count(State.UNUSABLE) else "",
        f"{plan.count(State.ABSENT)} without their provider" if plan.count(State.ABSENT) else "",
        f"{plan.count(State.UNKNOWN)} perhaps billed before, left alone" if plan.count(State.UNKNOWN) else "",
    ]
    scenes = f"{counted(len(plan), 'scene')}: {', '.join(part for part in parts if part)}"
    outlook = plan.limits.outlook(plan.bill) if plan.requests else ""
    return f"{scenes}; {outlook}" if outlook else scenes


class Quiet(Listener):
    """Nothing but what the user should know before anything is sent: a lost ledger, what providers will ignore.

    Who gets what is sent is always said where a host is not the service's own, and otherwise if it ``announces``.
    ``said`` remembers those sentences, so that the summary need not repeat them.
    """

    def __init__(self, *, announces: bool = False) -> None:
        self._announces = announces
        self.said: list[str] = []

    def planned(self, plan: Plan) -> None:
        """Print what should be known first."""
        if (line := announcement(plan)) and (self._announces or not all(one.is_own for one in sendings(plan))):
            self.announce(line)
        self.said = [*plan.notes, *plan.notices]
        with nobody_need_listen():
            echo_notes(self.said)

    def announce(self, text: str) -> None:
        """Print who gets what is sent."""
        with nobody_need_listen():
            click.echo(text, err=True)

    def close(self) -> None:
        """Leave the terminal as it was."""


class Lines(Quiet):
    """One line per scene as it ends."""

    def __init__(self, *, err: bool) -> None:
        super().__init__(announces=True)
        self._err = err

    def planned(self, plan: Plan) -> None:
        """Print what is going to happen."""
        self.line(headline(plan))
        super().planned(plan)

    def announce(self, text: str) -> None:
        """Print who gets what is sent."""
        self.line(text)

    def progress(self, progress: Progress) -> None:
        """Print a scene's end; the reasons of what went wrong stand in the summary."""
        if progress.outcome not in SILENT:
            place = f"[{progress.done}/{progress.total}] " if progress.outcome else ""
            self.line(f"{place}{sentence(progress)}")

    def line(self, text: str) -> None:
        """Print a line."""
        with nobody_need_listen():
            click.echo(text, err=self._err)


class Bar(Lines):
    """A progress bar with counts and the time left; news stand above it."""

    def __init__(self, *, err: bool) -> None:
        super().__init__(err=err)
        self._bar: Any = None
        self._failed = 0
        self._print: Callable[[str], None] = super().line

    def planned(self, plan: Plan) -> None:
        """Print what is going to happen and open the bar."""
        super().planned(plan)
        idle = (State.FRESH, State.REFUSED, State.UNUSABLE, State.ABSENT, State.UNKNOWN)
        work = len(plan) - sum(map(plan.count, idle))
        if not work:
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
        from rich.progress import Progress as RichProgress

        console = Console(file=terminal_of(sys.stderr if self._err else sys.stdout))
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        self._bar = RichProgress(*columns, console=console, transient=True)
        self._task = self._bar.add_task("drawing", total=work)
        self._print = lambda text: console.print(printable(text), markup=False, highlight=False, soft_wrap=True)
        self._bar.start()
        guard_streams()  # rich has put its own in their place, so that others print above the bar

    def progress(self, progress: Progress) -> None:
        """Move the bar on, or print a piece of news above it."""
        if self._bar is None or progress.outcome in SILENT:
            return
        if progress.outcome is None:
            self.line(sentence(progress))
            return
        self._failed += progress.outcome not in GOOD
        words = f"drawing, {self._failed} failed" if self._failed else "drawing"
        with nobody_need_listen():
            self._bar.update(self._task, advance=1, description=words)

    def line(self, text: str) -> None:
        """Print a line above the bar."""
        with nobody_need_listen():
            self._print(text)

    def close(self) -> None:
        """Take the bar away."""
        if self._bar is not None:
            with nobody_need_listen():
                self._bar.stop()


def sentence(progress: Progress) -> str:
    """Say a piece of news in a line."""
    scene = "" if progress.scene_id is None else f"scene {progress.scene_id}: "
    return f"{scene}{progress.outcome or progress.text}"
