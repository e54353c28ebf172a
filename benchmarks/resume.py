"""Resuming: how long it takes to decide that nothing must be done."""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.bench import Bench, novaclips
from benchmarks.measure import checked, run
from benchmarks.project import Project
from benchmarks.service import Service
from benchmarks.table import Promise, promises, table

SMALL = (64, 64)  # how many pixels a frame has does not matter here: nobody looks at them


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many scenes there are, and how often each figure is taken; its median counts."""

    scenes: tuple[int, ...] = (1, 1632, 10_000)
    rounds: int = 5
    promised: float = 0.3


FULL = Size()
QUICK = Size(scenes=(1, 300), rounds=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed:
    """The figures of one project, in seconds."""

    scenes: int
    read: float
    decided: float
    status: float
    generate: float


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return the table and the promise for the largest project."""
    done = [resume(bench, fresh_project(bench, scenes), size.rounds) for scenes in size.scenes]
    last = done[-1]
    rows = [
        (
            f"{one.scenes:,}",
            f"{one.read:.3f} s",
            f"{one.decided:.3f} s",
            f"{1e6 * one.decided / one.scenes:.0f} µs",
            f"{one.status:.2f} s",
            f"{one.generate:.2f} s",
        )
        for one in done
    ]
    header = ("fresh scenes", "scenes.yaml read", "decided", "decided / scene", "`status`", "`generate`")
    what = f"{last.scenes:,} scenes decided, in seconds"
    return f"{table(header, rows)}\n{promises([Promise(what, last.decided, most=size.promised, form='{:.3f}')])}"


def fresh_project(bench: Bench, scenes: int, name: str = "fresh") -> Project:
    """Return a project whose frames are all there, drawn by an ordinary run; nobody answers at its service any more."""
    bench.say(f"drawing a project of {scenes} scenes")
    project = Project(root=bench.folder / f"{name}-{scenes}", scenes=scenes, frame=SMALL)
    project.write()
    with Service("benchmarks.photo_service", {"size": SMALL, "latency": 0}) as service:
        checked(run(novaclips(project.generate), service.env))
    return replace(project, env=service.env)


def resume(bench: Bench, project: Project, rounds: int) -> Resumed:
    """Take the figures of one project, each in processes of its own."""
    bench.say(f"resuming a project of {project.scenes} scenes")
    decide = [sys.executable, "-m", "benchmarks.planned", str(project.root)]
    planned = [json.loads(checked(run(decide, project.env)).output) for _ in range(rounds)]
    return Resumed(
        scenes=project.scenes,
        read=statistics.median(one["read"] for one in planned),
        decided=statistics.median(one["plan"] - one["read"] for one in planned),
        status=wall(project, project.status, rounds),
        generate=wall(project, project.generate, rounds),
    )


def wall(project: Project, words: Sequence[str], rounds: int) -> float:
    """Return how long novaclips takes with these words."""
    return statistics.median(checked(run(novaclips(words), project.env)).wall for _ in range(rounds))
