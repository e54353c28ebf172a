"""The n-th open, write, fsync, rename, ... of a run fails, for each n: what was bought is kept, and never bought again.

Each error is tried at a few calls of each kind, spread over the run; with NOVACLIPS_EVERY_CALL=1 at every single one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from engine.faulty import CALLS, Failing
from novaclips.errors import NovaclipsError
from novaclips.visuals.image_generator.engine.keep import last_resorts
from novaclips.visuals.image_generator.engine.report import RunReport
from scripted import Script, colour, picture
from visuals.drawing import draw, outcomes

# Read when the module is loaded: a fixture takes all variables of this kind away while a test runs.
EVERY = os.environ.get("NOVACLIPS_EVERY_CALL") == "1"
ERRORS = (errno.EIO, errno.ENOSPC, errno.EPERM, errno.EMFILE, errno.EINVAL, errno.EINTR)
SAMPLE = 5  # calls of a kind at which an error is tried
FRAMES = Path("frames")
SCENES = {1: "alpha", 2: "beta"}


def rescued() -> list[Path]:
    return [path for folder in last_resorts(FRAMES, os.environ) for path in folder.glob("*/[!.]*")]


def on_the_disk() -> set[str]:
    """The digests of all pictures that are somewhere, each checked."""
    paths = [*FRAMES.glob(".novaclips/originals/*/[!.]*"), *FRAMES.glob(".novaclips/quarantine/*/[!.]*"), *rescued()]
    pictures = [path for path in paths if path.suffix != ".json"]
    for path in pictures:
        assert path.stem == hashlib.sha256(path.read_bytes()).hexdigest()
    return {path.stem for path in pictures}


def faulty_run(failing: Failing) -> RunReport | None:
    """Draw while a call fails; None when it failed before anything was sent."""
    with failing.active():
        try:
            return draw(workers=1)
        except NovaclipsError:
            return None


def numbers(call: str, scripted: Script) -> Iterator[int]:
    """The calls at which an error is tried: all of a run, or some that are spread over it."""
    shutil.rmtree(FRAMES, ignore_errors=True)
    counting = Failing(FRAMES, call, 10**9, 0)
    faulty_run(counting)
    scripted.forget()
    every = range(1, counting.calls + 1)
    return iter(every if EVERY else sorted({every[i * len(every) // SAMPLE] for i in range(SAMPLE) if every}))


@pytest.mark.parametrize("code", ERRORS, ids=lambda code: errno.errorcode[code])
@pytest.mark.parametrize("call", CALLS)
def test_what_was_bought_is_kept_and_never_bought_again(write_scenes, scripted, call, code) -> None:
    write_scenes(SCENES)
    for number in numbers(call, scripted):
        shutil.rmtree(FRAMES, ignore_errors=True)
        scripted.forget()
        report = faulty_run(Failing(FRAMES, call, number, code))
        bought = {request.scene_id for request in scripted.calls}
        place = f"{errno.errorcode[code]} at {call} {number}"
        digests = {hashlib.sha256(picture(f"{SCENES[scene]}|None|0")).hexdigest() for scene in bought}
        assert not [one for one in report or () if "could not be kept" in one.reason], place  # there is a last resort
        assert digests <= on_the_disk(), place
        check_next_run(scripted, bought, place)


def check_next_run(scripted: Script, kept: set[int], place: str) -> None:
    """A healthy run brings everything home, buys only what was not kept, and makes every frame."""
    scripted.forget()
    report = draw()
    assert not report.missing, f"{place}: {report.missing}"
    assert set(scripted.scenes) == set(SCENES) - kept, place
    assert max(Counter(scripted.scenes).values(), default=0) <= 1, place
    for scene, words in SCENES.items():
        with Image.open(FRAMES / f"scene-{scene:03d}.png") as frame:
            assert frame.getpixel((90, 50)) == colour(f"{words}|None|0"), place
    assert rescued() == [], place
    assert outcomes(draw()) == ["fresh"] * len(SCENES), place
    assert list(FRAMES.rglob("*.tmp")) == [], place


def test_no_error_is_tried_in_vain(write_scenes, scripted) -> None:
    write_scenes(SCENES)
    counted = {}
    for call in CALLS:
        shutil.rmtree(FRAMES, ignore_errors=True)
        counting = Failing(FRAMES, call, 10**9, 0)
        faulty_run(counting)
        counted[call] = counting.calls
    assert counted.pop("chmod") == 0  # what is not called cannot be refused
    assert min(counted.values()) >= len(SCENES), counted


@pytest.mark.parametrize("pages", [8, 9, 10, 11, 12, 14, 20])
def test_wherever_the_ledger_finds_the_disk_full_no_picture_is_bought_twice(write_scenes, scripted, monkeypatch, pages):
    from novaclips.visuals.image_generator.engine.ledger import Ledger

    make = Ledger.__init__

    def full(self: Ledger, *args: object) -> None:
        make(self, *args)
        self._db.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own refusal: the file cannot grow

    write_scenes({number: f"{'long words ' * 60}{number}" for number in range(1, 21)})
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "__init__", full)
        faulty = None
        try:
            faulty = draw(workers=1)
        except NovaclipsError:
            assert scripted.calls == []
    assert faulty is None or faulty.stopped_by is None or "full" in str(faulty.stopped_by)
    report = draw()
    assert not report.missing
    assert max(Counter(scripted.scenes).values()) == 1
    assert set(scripted.scenes) == set(range(1, 21))
