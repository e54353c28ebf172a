"""The fault run: a service that throttles, refuses, fails and drops an answer that it has billed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from benchmarks.bench import Bench, novaclips
from benchmarks.measure import Measured, run
from benchmarks.project import Project, prompt_of
from benchmarks.service import Service
from benchmarks.table import Promise, promises, table

PICTURE = (1024, 640)  # the smallest that the service draws: its work must not disturb the clients
EXTRA_ORDERS = 3  # two scenes that meet an error and the one whose answer is dropped are ordered once more

Draw = Callable[[Project, Mapping[str, str]], Measured]


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large the run is. ``limits`` are requests and the seconds within which the service takes no more."""

    scenes: int = 50
    limits: tuple[tuple[int, float], ...] = ((10, 5), (5, 20))
    latency: float = 1.0
    workers: int = 16


FULL = Size()
QUICK = Size(scenes=20, limits=((10, 2),), latency=0.2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one tool did: its first run, its second, and what the service counted in each."""

    name: str
    frames: int
    first: Measured
    second: Measured
    counts: Mapping[str, int]
    later: Mapping[str, int]

    @property
    def wasted(self) -> float:
        """The share of requests that the service had no room for."""
        return self.counts["throttled"] / max(1, self.counts["requests"])


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return a table of all tools and one of promises for each limit."""
    return "\n".join(part for limit in size.limits for part in measure_limit(bench, size, limit))


def measure_limit(bench: Bench, size: Size, limit: tuple[int, float]) -> Iterator[str]:
    """Draw at one limit with each tool in turn."""
    label = f"{limit[0]} requests in {limit[1]:g} s"
    tools: dict[str, Draw] = {"novaclips": draw_ours, **{peer.label: peer.draw for peer in bench.peers}}
    runs = []
    for name, draw in tools.items():
        bench.say(f"fault run at {label}: {name}")
        runs.append(draw_twice(name, draw, bench, size, limit))
    ideal = ideal_seconds(size, limit)
    yield f"### {label}\n"
    yield table(
        (
            "tool", "right frames", "billed", "billed twice", "requests", "of them 429", "wall", "wall / ideal", "exit",
            "second run: requests", "billed", "exit",
        ),
        [row(done, size, ideal) for done in runs],
    )  # fmt: skip
    yield f"Ideal: {ideal:.1f} s for {size.scenes + EXTRA_ORDERS} orders.\n"
    yield promises(promised(runs[0], size, ideal))


def ideal_seconds(size: Size, limit: tuple[int, float]) -> float:
    """Return what a client needs that knows the limit: the last order goes out when its window opens, and is answered.

    Each scene is ordered once, the refused one too, and three of them once more.
    """
    requests, seconds = limit
    return (size.scenes + EXTRA_ORDERS - 1) // requests * seconds + size.latency


def faults(scenes: int) -> list[dict[str, Any]]:
    """Say which scenes meet what: spread over the file, no scene meets two of them."""
    return [
        {"name": "moderation_blocked", "prompt": prompt_of(scenes // 4)},
        {"name": "server_error", "prompt": prompt_of(scenes // 2), "times": 1},
        {"name": "server_error", "prompt": prompt_of(scenes // 2 + 1), "times": 1},
        {"name": "dropped_after", "prompt": prompt_of(3 * scenes // 4), "times": 1},
    ]


def draw_ours(project: Project, env: Mapping[str, str]) -> Measured:
    """Draw with novaclips."""
    return run(novaclips(project.generate), env)


def draw_twice(name: str, draw: Draw, bench: Bench, size: Size, limit: tuple[int, float]) -> Run:
    """Draw a project with one tool, then say the same once more."""
    folder = bench.folder / f"{name.replace(' ', '-')}-{limit[0]}-{limit[1]:g}"
    project = Project(root=folder, scenes=size.scenes, native=PICTURE, frame=PICTURE, workers=size.workers)
    project.write()
    config = {"limit": limit, "latency": size.latency, "faults": faults(size.scenes)}
    with Service("benchmarks.fault_service", config) as service:
        once = partial(draw, project, service.env)
        first, counts, frames = once(), service.report(), project.count_right_frames()
        second, after = once(), service.report()
    later = {key: after[key] - counts[key] for key in counts}
    return Run(name=name, frames=frames, first=first, second=second, counts=counts, later=later)


def row(done: Run, size: Size, ideal: float) -> tuple[object, ...]:
    """Return a tool's line of the table."""
    counts = done.counts
    return (
        done.name,
        f"{done.frames} of {size.scenes}",
        counts["billed"],
        counts["billed_twice"],
        counts["requests"],
        f"{counts['throttled']} ({done.wasted:.0%})",
        f"{done.first.wall:.1f} s",
        f"{done.first.wall / ideal:.2f}",
        done.first.code,
        done.later["requests"],
        done.later["billed"],
        done.second.code,
    )


def promised(ours: Run, size: Size, ideal: float) -> Iterator[Promise]:
    """Compare with what novaclips promises."""
    yield Promise("frames on the first run", ours.frames, size.scenes - 1, form="{:.0f}")
    yield Promise("billed", ours.counts["billed"], most=size.scenes, form="{:.0f}")
    yield Promise("share of 429 among the requests", 100 * ours.wasted, most=5, form="{:.1f}%")
    yield Promise("wall / ideal", ours.first.wall / ideal, most=1.10)
    yield Promise("exit code: only a refusal is missing", ours.first.code, 3, 3, form="{:.0f}")
    yield Promise("requests of the second run", ours.later["requests"], most=0, form="{:.0f}")
    yield Promise("exit code of the second run", ours.second.code, 3, 3, form="{:.0f}")
