"""A disk without room loses no picture that was paid for, or says that it did."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from novaclips.errors import StorageError
from novaclips.plugin import GeneratedImage
from novaclips.visuals.image_generator.engine import originals as originals_module
from novaclips.visuals.image_generator.engine.ledger import Ledger
from scripted import picture
from visuals.drawing import draw, outcomes

TESTS = Path(__file__).parents[1]

PROGRAM = """
import resource, sys
sys.path[:0] = [{tests!r}, {site!r}]
resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
import scripted
from novaclips.cli import cli
try:
    cli(["visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108"])
finally:
    print(f"asked for {{len(scripted.script.calls)}}", file=sys.stderr)
"""


def full_for(monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    """Let no file with this ending be written."""
    write = originals_module.write_atomically

    def writing(path: Path, data: bytes) -> None:
        if path.suffix == ending:
            raise StorageError(f"cannot write {path}: No space left on device")
        write(path, data)

    monkeypatch.setattr(originals_module, "write_atomically", writing)


def test_no_room_for_the_original_is_said_and_the_next_run_goes_on(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    with monkeypatch.context() as patch:
        full_for(patch, ".png")
        report = draw(workers=1)
    assert outcomes(report) == ["failed", "not sent", "not sent"]
    assert report[0].reason.startswith("the picture was drawn and could not be kept: cannot write")
    assert report.exit_code == 1
    assert outcomes(draw()) == ["drawn"] * 3


def test_no_room_for_the_original_nor_for_the_entry_is_still_said(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)

    def full(self, attempt, state, error, now, *, perhaps_billed):
        raise StorageError("cannot use the ledger: database or disk is full")

    with monkeypatch.context() as patch:
        full_for(patch, ".png")
        patch.setattr(Ledger, "end", full)
        report = draw()
    assert report[0].reason.startswith("the picture was drawn and could not be kept: cannot write")


def test_no_room_for_the_note_stops_the_run_and_loses_no_picture(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    with monkeypatch.context() as patch:
        full_for(patch, ".json")
        report = draw(workers=1)
    assert outcomes(report) == ["failed", "not sent", "not sent"]
    assert report[0].reason.startswith(
        "the picture was drawn and is kept, but not all of it written down: cannot write"
    )
    scripted.forget()
    assert outcomes(draw()) == ["fitted", "drawn", "drawn"]
    assert scripted.scenes == [2, 3]


def test_no_room_in_the_ledger_loses_no_picture_that_has_its_note(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    receive = Ledger.receive

    def full(self, attempt, bought):
        self._db.execute("PRAGMA max_page_count = 1")  # SQLite's own refusal: the file cannot grow
        receive(self, attempt, bought)

    scripted.on(1, GeneratedImage(data=picture("alpha"), metadata={"long": "x" * 100_000}))
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "receive", full)
        report = draw(workers=1)
    assert outcomes(report)[0] == "failed"
    assert "database or disk is full" in report[0].reason
    scripted.forget()
    assert outcomes(draw()) == ["fitted", "drawn", "drawn"]
    assert scripted.scenes == [2, 3]


@pytest.mark.parametrize("limit", [20_000, 45_000, 70_000, 100_000, 130_000])
def test_wherever_the_ledger_finds_no_room_no_picture_is_bought_twice(
    write_scenes, scripted, site, tmp_path, limit
) -> None:
    write_scenes(30)
    code = textwrap.dedent(PROGRAM.format(tests=str(TESTS), site=str(site.folder), limit=limit))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == (2 if "asked for 0" in done.stderr else 1), done.stderr
    asked = int(done.stderr.rpartition("asked for ")[2])
    assert "cannot use the ledger" in done.stderr

    report = draw()
    assert not report.missing
    assert asked + len(scripted.calls) == 30
    assert outcomes(draw()) == ["fresh"] * 30
