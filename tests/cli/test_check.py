"""``visuals check``: every original and frame is read, and nothing is changed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import Result

from cli.command_line import run
from novaclips.visuals.image_generator import ImageGenerator
from scripted import picture
from visuals.drawing import draw

HIDDEN = Path("frames/.novaclips")


@pytest.fixture
def project(write_scenes, scripted):
    """Three scenes that are drawn, one of them twice."""
    write_scenes(3)
    draw()
    ImageGenerator().regenerate_scene(2, "frames")
    return scripted


def check(*arguments: str) -> Result:
    return run("visuals", "check", *arguments)


def originals() -> list[Path]:
    return sorted(HIDDEN.glob("originals/*/*.png"))


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def found(*arguments: str) -> list[tuple[str, str, int | None]]:
    document = json.loads(check("--json", *arguments).stdout)
    return [(one["what"], one["finding"], one["scene"]) for one in document["found"]]


def files() -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in Path("frames").rglob("*.*")
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }


def test_a_sound_folder_is_said_to_be_one(project) -> None:
    result = check()
    assert (result.exit_code, result.stdout) == (0, "4 originals and 3 frames read: nothing is damaged or missing\n")


def test_one_flipped_bit_in_an_original_is_found(project) -> None:
    damaged = originals()[0]
    flip(damaged)
    result = check()
    assert result.exit_code == 1
    assert f"{damaged}: its bytes changed; restore it from a backup, or the next run that needs it" in result.stdout
    assert result.stdout.splitlines()[-1] == "4 originals and 3 frames read: 1 damaged or missing"


@pytest.mark.parametrize(
    ("harm", "finding", "exit_code"),
    [
        (lambda: Path(originals()[0]).unlink(), ("original", "missing"), 1),
        (lambda: shutil.rmtree(HIDDEN / "originals"), ("original", "missing"), 1),
        (lambda: Path("frames/scene-001.png").unlink(), ("frame", "missing"), 1),
        (lambda: Path("frames/scene-001.png").write_bytes(b"x"), ("frame", "damaged"), 1),
        (lambda: Path("frames/scene-001.png").write_bytes(picture("me", (64, 64))), ("frame", "damaged"), 1),
        (lambda: Path("frames/scene-001.png").write_bytes(picture("me")), ("frame", "edited"), 0),
    ],
    ids=["original", "all originals", "frame gone", "no picture", "another size", "painted over"],
)
def test_what_is_not_as_it_was_written_is_told(project, harm, finding, exit_code) -> None:
    harm()
    result = check("--json")
    assert result.exit_code == exit_code == json.loads(result.stdout)["exit_code"]
    assert {(what, is_so) for what, is_so, _ in found()} == {finding}


def test_what_was_set_apart_is_listed_and_is_not_wrong(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(1, picture("x", format="TIFF"))
    draw()
    assert found() == [("original", "unusable", 1)]
    assert check().exit_code == 0


def test_what_was_pruned_is_not_missing(project) -> None:
    ImageGenerator().prune("frames", lambda _: True)
    assert found() == []


def test_each_finding_says_what_becomes_of_it(write_scenes, scripted) -> None:
    write_scenes(4)
    scripted.on(1, picture("x", format="TIFF"))
    draw()
    Path("frames/scene-002.png").write_bytes(picture("me"))
    Path("frames/scene-003.png").write_bytes(b"x")
    Path("frames/scene-004.png").unlink()
    rows = [" ".join(row.split()) for row in check().stdout.splitlines()]
    ends = [row.partition(": ")[2] for row in rows[1:-1]]
    assert ends == [
        "paid for, and no picture that can be used; --retry-unusable buys another",
        "painted over by hand; kept until its scene changes",
        "no picture any more; the next run makes it again, free",
        "gone; restore it from a backup, or the next run makes or buys it again",
    ]


def test_nothing_is_written_whatever_is_found(project) -> None:
    flip(originals()[0])
    Path("frames/scene-001.png").write_bytes(b"x")
    before = files()
    check()
    assert files() == before


def test_without_a_ledger_the_notes_and_the_manifest_tell(project) -> None:
    flip(originals()[0])
    (HIDDEN / "ledger.sqlite3").unlink()
    before = files()
    result = check()
    assert result.exit_code == 1
    assert "note: the ledger frames/.novaclips/ledger.sqlite3 is gone; the next run rebuilds it" in result.stderr
    assert files() == before


def test_a_folder_that_was_never_drawn_has_nothing_to_check() -> None:
    assert check().stdout == "0 originals and 0 frames read: nothing is damaged or missing\n"
    assert not Path("frames").exists()


def test_from_python_it_is_a_value(project) -> None:
    flip(originals()[0])
    checked = ImageGenerator().check("frames")
    assert (checked.originals, checked.frames, len(checked.wrong)) == (4, 3, 1)
