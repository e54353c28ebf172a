"""A run killed at every single step that it takes on the disk, and what the next run makes of it."""

from __future__ import annotations

import itertools
import json
import multiprocessing
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from engine.doomed import Countdown
from scripted import colour
from visuals.drawing import draw, outcomes

FRAMES = Path("frames")


def doomed(step: int) -> None:
    """Draw, and die at this step."""
    Countdown(step).start()
    draw(workers=1)


def killed() -> Iterator[int]:
    """Leave the folder as a kill at each step leaves it, one after the other, until a run gets through."""
    for step in itertools.count(1):
        shutil.rmtree(FRAMES, ignore_errors=True)
        # Forked: the plugin that the test installed is there, and a run takes 20 ms.
        process = multiprocessing.get_context("fork").Process(target=doomed, args=(step,))
        process.start()
        process.join()
        assert process.exitcode in {0, -signal.SIGKILL}
        if process.exitcode == 0:
            return
        yield step


def kept() -> set[int]:
    """The scenes whose picture lies among the originals; there is none that no note tells of."""
    originals = FRAMES / ".novaclips" / "originals"
    notes = [json.loads(path.read_text(encoding="utf-8")) for path in originals.glob("*/[!.]*.json")]
    pictures = {path.relative_to(originals).as_posix() for path in originals.glob("*/[!.]*.png")}
    assert pictures <= {note["original"] for note in notes}
    return {note["scene"] for note in notes if note["original"] in pictures}


def shown() -> dict[int, tuple[int, int, int]]:
    """The colours of the frames that are there, each checked to its last row."""
    colours = {}
    for path in FRAMES.glob("scene-???.png"):
        with Image.open(path) as frame:
            assert frame.size == (192, 108)
            colours[int(path.stem[-3:])] = frame.getpixel((90, 50))
    return colours


def test_the_next_run_buys_exactly_what_had_not_arrived(write_scenes, scripted) -> None:
    write_scenes(2)
    right = {number: colour(f"a picture of {number}|None|0") for number in (1, 2)}
    for step in killed():
        assert shown().items() <= right.items(), step
        missing = sorted({1, 2} - kept())
        scripted.forget()
        report = draw()
        assert not [note for note in report.notes if "ledger" in note], step
        assert (scripted.scenes, shown()) == (missing, right), step
        assert outcomes(draw()) == ["fresh", "fresh"], step
    assert step > 60  # in fewer, two pictures cannot be kept and written down


def test_no_temporary_file_is_left_after_the_next_run(write_scenes, scripted) -> None:
    write_scenes(1)
    for step in killed():
        draw()
        assert list(FRAMES.rglob("*.tmp")) == [], step


def test_a_frame_of_a_killed_run_is_not_taken_for_a_stranger_s_file(write_scenes, scripted) -> None:
    write_scenes(1)
    for step in killed():
        draw()
        assert list(FRAMES.glob("*kept*")) == [], step
