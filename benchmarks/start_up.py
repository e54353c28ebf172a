"""Start-up: how long a command takes that has next to nothing to do."""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.bench import Bench, novaclips
from benchmarks.measure import Measured, checked, run
from benchmarks.peer import OFFLINE, versions_of
from benchmarks.resume import fresh_project
from benchmarks.table import table

# What is started of the peers, and the distribution that it comes from.
SCRIPTS = (("llm", ("llm", "--version")), ("llm", ("llm", "--help")), ("img-cli", ("img-cli", "--help")))
MODULES = ("openai", "litellm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many scenes the fresh project has, and how often each command is started; the median counts."""

    scenes: int = 50
    rounds: int = 15


FULL = Size()
QUICK = Size(scenes=20, rounds=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command, and the label of the one it is compared with."""

    label: str
    words: Sequence[str]
    bare: str
    env: Mapping[str, str] = field(default_factory=dict)


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return a table of the commands, each beside a Python that does nothing."""
    commands = [*our_commands(bench, size), *peer_commands(bench)]
    bench.say(f"starting {len(commands)} commands {size.rounds} times")
    started: dict[str, list[Measured]] = {command.label: [] for command in commands}
    for _ in range(size.rounds):  # in turn: a slow moment of the machine meets them all
        for command in commands:
            started[command.label].append(checked(run(command.words, {**command.env, **OFFLINE})))
    walls = {label: statistics.median(one.wall for one in runs) for label, runs in started.items()}
    rows = [
        (
            command.label,
            f"{1000 * walls[command.label]:.0f} ms",
            f"{1000 * statistics.median(one.cpu for one in started[command.label]):.0f} ms",
            f"{walls[command.label] / walls[command.bare]:.1f}",
        )
        for command in commands
    ]
    return table(("command", "wall", "CPU", "x bare python"), rows)


def our_commands(bench: Bench, size: Size) -> Iterator[Command]:
    """List what is started of novaclips."""
    bare = "`python -c pass`"
    yield Command(label=bare, words=(sys.executable, "-c", "pass"), bare=bare)
    project = fresh_project(bench, size.scenes, "start-up")
    for label, words in (
        ("`novaclips --version`", ["--version"]),
        ("`novaclips --help`", ["--help"]),
        (f"`novaclips visuals status`, {size.scenes} fresh scenes", project.status),
    ):
        yield Command(label=label, words=novaclips(words), bare=bare, env=project.env)


def peer_commands(bench: Bench) -> Iterator[Command]:
    """List what is started of the peers that are installed."""
    python = bench.peers_python
    versions, bare = versions_of(python), "`python -c pass` of the peers"
    if versions:
        yield Command(label=bare, words=(str(python), "-c", "pass"), bare=bare)
    for dist, words in SCRIPTS:
        if dist in versions:
            label = f"`{' '.join(words)}` {versions[dist]}"
            yield Command(label=label, words=(str(python.with_name(words[0])), *words[1:]), bare=bare)
    for module in MODULES:
        if module in versions:
            label = f"`import {module}` {versions[module]}"
            yield Command(label=label, words=(str(python), "-c", f"import {module}"), bare=bare)
