"""``python -m benchmarks.planned PROJECT``: print how many seconds it takes to read the scenes, and to plan a run."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.project import NATIVE, Project, written
from benchmarks.resume import SMALL
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.scenes import read_scenes


def seconds(work: Callable[[], object]) -> float:
    """Return how long some work takes on the clock."""
    gc.collect()
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main() -> None:
    """Plan the project in the first argument; RuntimeError when a scene of it is not fresh."""
    project = Project(root=Path(sys.argv[1]), scenes=0)
    generator = ImageGenerator("openai", "none", options={"size": written(NATIVE)})

    def plan(scenes: list[int] | None = None) -> None:
        planned = generator.plan(project.scenes_path, project.frames, written(SMALL), scenes=scenes)
        if planned.count("fresh") != len(planned):
            raise RuntimeError(f"not fresh: {[(one.scene.id, one.reason) for one in planned if one.state != 'fresh']}")

    plan([1])  # imports what planning needs: that is start-up
    print(json.dumps({"read": seconds(lambda: read_scenes(project.scenes_path)), "plan": seconds(plan)}))


if __name__ == "__main__":
    main()
