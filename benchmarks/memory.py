"""Memory: the most that a run holds at once, for few scenes and for many."""

from __future__ import annotations

import shutil
from dataclasses import dataclass

from benchmarks.bench import Bench, novaclips
from benchmarks.measure import Measured, checked, run
from benchmarks.project import NATIVE, Project
from benchmarks.service import Service
from benchmarks.table import Promise, promises, table


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How many scenes the runs have; the first and the last are compared. ``picture`` is the size of the answers."""

    scenes: tuple[int, ...] = (100, 1000)
    picture: tuple[int, int] = NATIVE
    latency: float = 0.5
    workers: int = 16


FULL = Size()
QUICK = Size(scenes=(20, 60))


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return the table and the promise."""
    done = {scenes: draw(bench, size, scenes) for scenes in size.scenes}
    rows = [
        (f"{scenes:,}", f"{one.peak_mb:.0f}", f"{one.wall:.1f} s", f"{1000 * one.cpu / scenes:.0f} ms")
        for scenes, one in done.items()
    ]
    few, many = size.scenes[0], size.scenes[-1]
    what = f"peak of {many:,} scenes / peak of {few:,}"
    promise = Promise(what, done[many].peak_bytes / done[few].peak_bytes, most=1.3)
    return f"{table(('scenes', 'peak MB', 'wall', 'CPU / frame'), rows)}\n{promises([promise])}"


def draw(bench: Bench, size: Size, scenes: int) -> Measured:
    """Draw a project, and remove it again: a thousand frames and their originals are 6 GB."""
    bench.say(f"memory: {scenes} scenes")
    project = Project(root=bench.folder / f"memory-{scenes}", scenes=scenes, workers=size.workers)
    project.write()
    with Service("benchmarks.photo_service", {"size": size.picture, "latency": size.latency}) as service:
        measured = checked(run(novaclips(project.generate), service.env))
    if (there := project.count_frames()) != scenes:
        raise RuntimeError(f"{there} of {scenes} frames are there:\n{measured.output[-2000:]}")
    shutil.rmtree(project.root)
    return measured
