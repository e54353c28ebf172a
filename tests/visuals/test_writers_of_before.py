"""Files of a writer that nobody asks for any more never show an old picture, and status tells of them."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest
from PIL import Image

from cli.command_line import run
from scripted import colour
from visuals.drawing import draw, outcomes, plan

FRAMES = Path("frames")
JPEG = """
    from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl

    class Jpeg(BaseOutputWriter):
        extension = ".jpg"

        def encode(self, frame, file):
            frame.image.save(file, "JPEG", quality=95)

    @hookimpl
    def novaclips_output_writers():
        yield OutputWriterSpec(name="NAME", summary="", create=lambda settings: Jpeg())
"""


@pytest.fixture(autouse=True)
def _writers(site) -> None:
    for name in ("jpeg", "quick"):
        source = {f"{name}_w.py": dedent(JPEG).replace("NAME", name)}
        site.install(f"novaclips-writer-{name}", entry_points={f"writer-{name}": f"{name}_w"}, modules=source)


@pytest.fixture
def both(write_scenes, scripted):
    """A film of two scenes with files of two writers."""
    write_scenes({1: "alpha", 2: "beta"})
    draw(writers=["png", "jpeg"])
    scripted.forget()
    return scripted


def shows(file: str, words: str) -> bool:
    """Say whether a file shows a scene of these words, as far as JPEG tells colours."""
    with Image.open(FRAMES / file) as frame:
        pairs = zip(frame.convert("RGB").getpixel((50, 50)), colour(f"{words}|None|0"), strict=True)
        return all(abs(one - other) < 8 for one, other in pairs)


def entries() -> dict[int, list[str]]:
    """The files of each scene that the manifest tells of."""
    frames = json.loads((FRAMES / "manifest.json").read_text(encoding="utf-8"))["frames"]
    return {frame["scene"]: sorted(frame["files"]) for frame in frames}


def test_a_reworded_scene_changes_in_all_the_files_that_are_there(write_scenes, both) -> None:
    write_scenes({1: "gamma", 2: "beta"})
    assert [result.file_path.name for result in draw(writers=["jpeg"])] == ["scene-001.jpg", "scene-002.jpg"]
    assert shows("scene-001.jpg", "gamma")
    assert shows("scene-001.png", "gamma")
    assert entries()[1] == ["scene-001.jpg", "scene-001.png"]


def test_so_it_does_when_scenes_swap_their_numbers(write_scenes, both) -> None:
    write_scenes({1: "beta", 2: "alpha"})
    assert outcomes(draw(writers=["jpeg"])) == ["fitted", "fitted"]
    for number, words in ((1, "beta"), (2, "alpha")):
        assert shows(f"scene-00{number}.png", words)
        assert shows(f"scene-00{number}.jpg", words)
    assert both.calls == []


def test_a_file_that_shows_something_old_makes_its_scene_stale(both) -> None:
    draw(writers=["jpeg"], scenes=[1], size="96x64")
    with Image.open(FRAMES / "scene-001.png") as frame:
        assert frame.size == (96, 64)
    assert [one.reason for one in plan(writers=["jpeg"])] == [
        "resolution changed: fitted again from the original, free",
        "",
    ]


def test_status_tells_of_files_that_nobody_asks_for(both) -> None:
    draw(writers=["jpeg"])
    note = "note: writer 'png' is not asked for any more, and 2 of its files are there; they are kept up to date"
    assert note in run("visuals", "status").stderr
    for path in FRAMES.glob("*.png"):
        path.unlink()
    assert "writer 'png'" not in run("visuals", "status").stderr


def test_a_file_that_the_user_deleted_does_not_come_back(write_scenes, both) -> None:
    (FRAMES / "scene-001.png").unlink()
    write_scenes({1: "gamma", 2: "beta"})
    assert outcomes(draw(writers=["jpeg"])) == ["drawn", "fresh"]
    assert not (FRAMES / "scene-001.png").exists()
    assert entries() == {1: ["scene-001.jpg"], 2: ["scene-002.jpg", "scene-002.png"]}


def test_what_somebody_painted_is_moved_aside_and_not_overwritten(write_scenes, both) -> None:
    Image.new("RGB", (192, 108), "red").save(FRAMES / "scene-001.png")
    mine = (FRAMES / "scene-001.png").read_bytes()
    draw(writers=["jpeg"])
    assert (FRAMES / "scene-001.png").read_bytes() == mine
    write_scenes({1: "gamma", 2: "beta"})
    draw(writers=["jpeg"])
    assert (FRAMES / "scene-001.kept-1.png").read_bytes() == mine
    assert shows("scene-001.png", "gamma")


def test_files_of_a_writer_that_is_not_here_are_moved_aside_once_they_are_old(write_scenes, both) -> None:
    env = {"NOVACLIPS_DISABLE_PLUGINS": "writer-jpeg"}
    write_scenes({1: "gamma", 2: "beta"})
    (note,) = plan(env=env).notes
    assert note == (
        "writer 'jpeg' is not asked for any more, and 2 of its files are there; it cannot bring them up to date, so a"
        " run moves those aside that show something old"
    )
    report = draw(env=env)
    assert "scene-001.jpg shows an old picture, and its writer 'jpeg' is not here; kept as scene-001.kept-1.jpg" in (
        report.notes
    )
    assert (FRAMES / "scene-001.kept-1.jpg").exists()
    assert shows("scene-002.jpg", "beta")
    assert entries() == {1: ["scene-001.png"], 2: ["scene-002.jpg", "scene-002.png"]}


def test_another_writer_of_the_same_files_takes_them_over(both) -> None:
    assert outcomes(draw(writers=["quick"])) == ["fitted", "fitted"]
    assert sorted(path.name for path in FRAMES.glob("scene-*")) == [
        "scene-001.jpg",
        "scene-001.png",
        "scene-002.jpg",
        "scene-002.png",
    ]
    assert outcomes(draw(writers=["quick"])) == ["fresh", "fresh"]
