"""Frames' names: as wide as the film needs, wider free of charge, never narrower; and their titles, kept true."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine import names
from visuals.drawing import SCENES, draw, outcomes, plan

FRAMES = Path("frames")
LEDGER = FRAMES / ".novaclips" / "ledger.sqlite3"


def files() -> list[str]:
    """The frames that are there."""
    return sorted(path.name for path in FRAMES.glob("scene-*"))


def told() -> list[list[str]]:
    """The frames that the manifest tells of."""
    return [frame["files"] for frame in json.loads((FRAMES / "manifest.json").read_text(encoding="utf-8"))["frames"]]


def write(*scenes: tuple[int, str], **fields: str) -> None:
    """Write scenes.yaml: ids with their words; the fields are the first scene's."""
    entries = [{"id": number, "visual": {"prompt": words}} for number, words in scenes]
    entries[0] |= fields
    Path(SCENES).parent.mkdir(exist_ok=True)
    Path(SCENES).write_text(json.dumps(entries), encoding="utf-8")


@pytest.fixture
def short(scripted):
    """A film of two scenes, drawn."""
    write((1, "a"), (2, "b"))
    draw()
    scripted.forget()
    return scripted


def test_a_film_of_a_thousand_scenes_has_names_that_sort(scripted) -> None:
    write((1, "a"), (999, "b"), (1000, "c"))
    draw()
    assert files() == ["scene-0001.png", "scene-0999.png", "scene-1000.png"]
    assert [result.file_path.name for result in draw()] == files()


def test_names_get_wider_in_one_run_and_nothing_is_drawn(short) -> None:
    write((1, "a"), (2, "b"), (1000, "c"))
    note = (
        "the film needs wider numbers: scene-001.png becomes scene-0001.png and 1 more like it; nothing is drawn for"
        " that"
    )
    assert note in plan().notes
    assert files() == ["scene-001.png", "scene-002.png"]
    report = draw(scenes=[1000])
    assert note in report.notes
    assert short.scenes == [1000]
    assert files() == ["scene-0001.png", "scene-0002.png", "scene-1000.png"]
    assert told() == [["scene-0001.png"], ["scene-0002.png"], ["scene-1000.png"]]
    assert outcomes(draw()) == ["fresh"] * 3
    assert plan().notes == ()


def test_names_never_get_narrower(short) -> None:
    write((1, "a"), (2, "b"), (1000, "c"))
    draw()
    write((1, "a"), (2, "b"))
    draw()
    assert files() == ["scene-0001.png", "scene-0002.png"]
    write((1, "a"), (2, "b"), (3, "c"))
    draw()
    assert files()[-1] == "scene-0003.png"
    LEDGER.unlink()
    assert outcomes(draw()) == ["fresh"] * 3
    ImageGenerator().regenerate_scene(2, FRAMES)
    assert len(files()) == 3


def test_a_painted_frame_is_renamed_like_the_others(short) -> None:
    Image.new("RGB", (192, 108), "red").save(FRAMES / "scene-002.png")
    mine = (FRAMES / "scene-002.png").read_bytes()
    write((1, "a"), (2, "b"), (1000, "c"))
    draw()
    assert (FRAMES / "scene-0002.png").read_bytes() == mine
    assert plan()[1].reason == "edited by hand since it was written; kept"


def test_somebody_s_file_with_the_new_name_is_moved_aside(short) -> None:
    (FRAMES / "scene-0002.png").write_bytes(b"mine")
    write((1, "a"), (2, "b"), (1000, "c"))
    report = draw()
    assert "scene-0002.png was not as novaclips wrote it; kept as scene-0002.kept-1.png" in report.notes
    assert (FRAMES / "scene-0002.kept-1.png").read_bytes() == b"mine"
    assert outcomes(draw()) == ["fresh"] * 3


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_run_killed_between_two_renames_is_gone_on_with(short, monkeypatch, renamed) -> None:
    Image.new("RGB", (192, 108), "red").save(FRAMES / "scene-001.png")
    painted = (FRAMES / "scene-001.png").read_bytes()
    write((1, "a"), (2, "b"), (1000, "c"))
    rename: Callable[..., Path] = Path.rename
    done: list[Path] = []

    def killed(path: Path, target: Path) -> Path:
        if len(done) == renamed:
            raise KeyboardInterrupt
        done.append(path)
        return rename(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", killed)
        if renamed == 2:
            patch.setattr("novaclips.visuals.image_generator.engine.ledger.Ledger.rename_frames", killed_at_once)
        with pytest.raises(KeyboardInterrupt):
            draw()
    short.forget()
    assert [str(one.state) for one in plan()][:2] == ["fresh", "fresh"]
    assert outcomes(draw()) == ["fresh", "fresh", "drawn"]
    assert files() == ["scene-0001.png", "scene-0002.png", "scene-1000.png"]
    assert (FRAMES / "scene-0001.png").read_bytes() == painted
    assert short.scenes == [1000]


def killed_at_once(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_film_of_before_with_names_of_two_widths_gets_one(short) -> None:
    write((1, "a"), (2, "b"), (1000, "c"))
    draw()
    (FRAMES / "scene-0001.png").rename(FRAMES / "scene-001.png")
    with closing(sqlite3.connect(LEDGER)) as db, db:
        db.execute("UPDATE frame SET file = 'scene-001.png' WHERE scene = 1")
    draw()
    assert files() == ["scene-0001.png", "scene-0002.png", "scene-1000.png"]


def test_a_rename_that_is_not_allowed_says_which(short, monkeypatch) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    write((1, "a"), (2, "b"), (1000, "c"))
    monkeypatch.setattr(names.Path, "rename", refused)
    with pytest.raises(names.StorageError, match=r"cannot rename frames/scene-001.png to scene-0001.png: Permission"):
        draw()
    assert short.calls == []


def test_a_changed_title_reaches_manifest_and_file_free_of_charge(short) -> None:
    write((1, "a"), (2, "b"), title="The oven is never cold")
    assert [one.reason for one in plan()] == ["title changed: fitted again from the original, free", ""]
    assert outcomes(draw()) == ["fitted", "fresh"]
    assert short.calls == []
    assert json.loads((FRAMES / "manifest.json").read_text(encoding="utf-8"))["frames"][0]["title"].startswith(
        "The oven"
    )
    with Image.open(FRAMES / "scene-001.png") as frame:
        assert frame.text["title"] == "The oven is never cold"
    assert outcomes(draw()) == ["fresh", "fresh"]


def test_a_changed_title_touches_no_painted_frame(short) -> None:
    Image.new("RGB", (192, 108), "red").save(FRAMES / "scene-001.png")
    write((1, "a"), (2, "b"), title="New")
    assert plan()[0].reason == "edited by hand since it was written; kept"


def test_a_changed_title_buys_nothing_where_the_original_is_gone(short) -> None:
    for path in FRAMES.glob(".novaclips/originals/*/*.png"):
        path.unlink()
    write((1, "a"), (2, "b"), title="New")
    assert plan()[0].reason == "title changed, but its original is gone; the file has the old one"
    assert outcomes(draw()) == ["fresh", "fresh"]
    assert short.calls == []


def test_a_ledger_of_before_knows_its_titles(short) -> None:
    write((1, "a"), (2, "b"), title="Old")
    draw()
    with closing(sqlite3.connect(LEDGER)) as db, db:
        db.execute("ALTER TABLE frame DROP COLUMN title")
        for column in ("upper_bound", "perhaps_billed", "run", "intent"):
            db.execute(f"ALTER TABLE attempt DROP COLUMN {column}")
        db.execute("PRAGMA user_version = 2")
        db.execute("PRAGMA application_id = 0")
    assert outcomes(draw()) == ["fresh", "fresh"]
    write((1, "a"), (2, "b"), title="New")
    assert outcomes(draw()) == ["fitted", "fresh"]
