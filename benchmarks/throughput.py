"""Throughput: photographs fitted to frames and written, against the time that the answers alone take."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from benchmarks.bench import Bench, novaclips
from benchmarks.measure import Measured, checked, run
from benchmarks.project import NATIVE, Project
from benchmarks.service import Service
from benchmarks.table import Promise, promises, table

Draw = Callable[[Project, Mapping[str, str]], Measured]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How long an answer takes, how many calls are in flight at once, and how near to the ideal a run should come."""

    latency: float
    workers: int
    promised: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the runs are. ``picture`` is the size of the answers."""

    scenes: int = 200
    picture: tuple[int, int] = NATIVE
    loads: tuple[Load, ...] = (
        Load(latency=4, workers=16, promised=1.05),
        Load(latency=10, workers=64, promised=1.10),
    )


HEADER = (
    "tool", "frames", "wall", "wall / ideal", "to the first order", "after the last answer", "CPU / frame", "peak MB"
)  # fmt: skip
FULL = Size()
QUICK = Size(scenes=32, loads=(Load(latency=2, workers=8, promised=1.05),))


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one tool did, and when the service saw the first order and was done with the last answer."""

    name: str
    frames: int
    measured: Measured
    first: float
    last: float


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return tables for each load: all tools, promises, and where novaclips's threads spent their time."""
    return "\n".join(part for load in size.loads for part in measure_load(bench, size, load))


def measure_load(bench: Bench, size: Size, load: Load) -> Iterator[str]:
    """Draw under one load with each tool in turn."""
    label = f"{size.scenes} scenes, {load.latency:g} s latency, {load.workers} workers"
    ideal = math.ceil(size.scenes / load.workers) * load.latency
    tools: dict[str, Draw] = {"novaclips": lambda project, env: checked(run(novaclips(project.generate), env))}
    # Nothing fails here: more retries change nothing.
    tools |= {peer.label: peer.draw for peer in bench.peers if peer.retries is None}
    runs = []
    for name, work in tools.items():
        bench.say(f"{label}: {name}")
        draw(bench, name, replace(size, scenes=1), load, work)  # not counted: fills the system's caches
        runs.append(draw(bench, name, size, load, work))
    bench.say(f"{label}: novaclips, sampled")
    profile = bench.folder / f"profile-{load.workers}.json"
    words = [sys.executable, "-m", "benchmarks.profiled", str(profile)]
    draw(bench, "sampled", size, load, lambda project, env: checked(run([*words, *project.generate], env)))
    yield f"### {label}\n"
    yield table(HEADER, [row(done, ideal) for done in runs])
    yield f"Ideal: {ideal:.1f} s.\n"
    yield promises([Promise("wall / ideal", runs[0].measured.wall / ideal, most=load.promised, form="{:.3f}")])
    shares: dict[str, dict[str, float]] = json.loads(profile.read_text())
    for pool, parts in shares.items():
        rows = [(what, f"{share:.1%}") for what, share in parts.items()]
        yield table((f"a {pool} thread of novaclips", "share of its time"), rows)


def draw(bench: Bench, name: str, size: Size, load: Load, work: Draw) -> Run:
    """Draw a project with one tool and a service of its own."""
    root = bench.folder / f"{name.replace(' ', '-')}-{load.workers}-{size.scenes}"
    project = Project(root=root, scenes=size.scenes, workers=load.workers)
    project.write()
    with Service("benchmarks.photo_service", {"size": size.picture, "latency": load.latency}) as service:
        measured = work(project, service.env)
        report = service.report()
    return Run(name=name, frames=project.count_frames(), measured=measured, first=report["first"], last=report["last"])


def row(done: Run, ideal: float) -> tuple[object, ...]:
    """Return a tool's line of the table."""
    measured = done.measured
    return (
        done.name,
        done.frames,
        f"{measured.wall:.1f} s",
        f"{measured.wall / ideal:.2f}",
        f"{done.first - measured.began:.2f} s",
        f"{measured.ended - done.last:.2f} s",
        f"{1000 * measured.cpu / max(1, done.frames):.0f} ms",
        f"{measured.peak_mb:.0f}",
    )
