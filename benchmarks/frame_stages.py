"""The frame pipeline, stage by stage: CPU time from the bytes of an answer to the bytes of a frame."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from PIL import Image, ImageOps

from benchmarks.bench import Bench
from benchmarks.project import FRAME, NATIVE, written
from benchmarks.table import Promise, promises, table
from novaclips.builtin.png_writer import PngWriter
from novaclips.plugin import Frame
from novaclips.testing.pictures import draw
from novaclips.visuals.image_generator.frame import decode, fit

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """The sizes of answer and frame, and how often each stage is run; the median counts."""

    native: tuple[int, int] = NATIVE
    frame: tuple[int, int] = FRAME
    rounds: int = 9


FULL = Size()
QUICK = Size(rounds=3)


class Stages:
    """Runs stages and keeps the CPU milliseconds that each took."""

    def __init__(self, rounds: int) -> None:
        self._rounds = rounds
        self.milliseconds: dict[str, float] = {}

    def run(self, name: str, work: Callable[[], T]) -> T:
        """Run a stage some times and return what it makes."""
        taken = []
        for _ in range(self._rounds):
            began = time.process_time()
            made = work()
            taken.append(1000 * (time.process_time() - began))
        self.milliseconds[name] = statistics.median(taken)
        return made


def measure(bench: Bench, size: Size = FULL) -> str:
    """Return a table of the stages, ours beside Pillow's defaults, and the promise."""
    bench.say("frame pipeline")
    answer = draw("a lodge in the mountains", size.native)
    path = bench.folder / "answer.png"
    path.write_bytes(answer)
    ours, theirs = Stages(size.rounds), Stages(size.rounds)
    our_frame = our_pipeline(ours, path, size)
    their_frame = pillow_pipeline(theirs, answer, size)
    rows = [(name, *(f"{stages.milliseconds[name]:.0f} ms" for stages in (ours, theirs))) for name in ours.milliseconds]
    sums = [sum(stages.milliseconds.values()) for stages in (ours, theirs)]
    rows += [("**all**", *(f"**{total:.0f} ms**" for total in sums))]
    rows += [("size of the frame's file", *(f"{len(data) / 1000:,.0f} kB" for data in (our_frame, their_frame)))]
    title = f"{written(size.native)} to {written(size.frame)}, CPU"
    what = "fit and encode, decoding included, in ms of CPU a frame"
    promise = Promise(what, sums[0], most=235, form="{:.0f}")
    return f"{table((title, 'novaclips', 'Pillow as it comes'), rows)}\n{promises([promise])}"


def our_pipeline(stages: Stages, path: Path, size: Size) -> bytes:
    """Make a frame as novaclips does."""
    image = stages.run("decode", lambda: decode(path))
    fitted = stages.run("fit", lambda: fit(image, size.frame))

    def encode() -> bytes:
        file = io.BytesIO()
        PngWriter().encode(Frame(scene_id=1, image=fitted), file)
        return file.getvalue()

    return stages.run("encode", encode)


def pillow_pipeline(stages: Stages, answer: bytes, size: Size) -> bytes:
    """Make a frame as a script does that leaves everything to Pillow's defaults."""
    image = stages.run("decode", lambda: Image.open(io.BytesIO(answer)).convert("RGB"))
    fitted = stages.run("fit", lambda: ImageOps.fit(image, size.frame, Image.Resampling.LANCZOS))

    def encode() -> bytes:
        file = io.BytesIO()
        fitted.save(file, "PNG")
        return file.getvalue()

    return stages.run("encode", encode)
