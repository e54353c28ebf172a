"""The script that everybody writes: a thread pool over an SDK, a frame for each answer, what is there is skipped."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

Draw = Callable[[str, str], bytes]


def draw_all(make: Callable[[int | None], Draw]) -> None:
    """Draw what the job on standard input asks for; exit code 1 when a picture is missing.

    ``make`` gets the number of retries and returns what draws: a prompt and a size in, the picture's bytes out.
    """
    job = json.load(sys.stdin)
    draw = make(job["retries"])
    Path(job["folder"]).mkdir(exist_ok=True)
    with ThreadPoolExecutor(job["workers"]) as pool:
        drawn = list(pool.map(partial(draw_one, draw, job), job["prompts"].items()))
    sys.exit(0 if all(drawn) else 1)


def draw_one(draw: Draw, job: dict[str, Any], scene: tuple[str, str]) -> bool:
    """Draw one frame, and say whether it is there."""
    name, prompt = scene
    path = Path(job["folder"]) / name
    if path.exists():
        return True
    try:
        data = draw(prompt, job["size"])
    except Exception as error:  # noqa: BLE001 - one picture less, whatever it was
        print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
        return False
    image = Image.open(io.BytesIO(data)).convert("RGB")
    ImageOps.fit(image, tuple(job["frame"]), Image.Resampling.LANCZOS).save(path)
    return True
