"""What a newer novaclips wrote is borne where it only adds, and said where it differs; the newest attempt counts."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from cli.command_line import generate, run
from novaclips.errors import ContentRefused
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from visuals.drawing import draw, outcomes, plan, states

HIDDEN = Path("frames/.novaclips")
LEDGER = HIDDEN / "ledger.sqlite3"
MANIFEST = Path("frames/manifest.json")
WRITER = """
from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl

class Webp(BaseOutputWriter):
    extension = ".webp"

    def encode(self, frame, file):
        frame.image.save(file, "WEBP", lossless=True)

@hookimpl
def novaclips_output_writers():
    yield OutputWriterSpec(name="webp", summary="WebP", create=lambda settings: Webp())
"""


def manifest() -> dict:
    return json.loads(MANIFEST.read_text(encoding="utf-8"))


def edited(path: Path, edit: Callable[[dict], object]) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    edit(document)
    path.write_text(json.dumps(document), encoding="utf-8")


@pytest.fixture
def project(write_scenes, scripted):
    """Two scenes, the first with a chosen take; a newer version added a field to everything."""
    write_scenes(2)
    draw()
    ImageGenerator().regenerate_scene(1, "frames")

    def add(document: dict) -> None:
        document["editors"] = {"otio": 1}
        document["settings"]["pace"] = "slow"
        document["takes"][0]["letter"] = "b"
        for entry in document["frames"]:
            entry["duration"] = 2.5

    edited(MANIFEST, add)
    for note in HIDDEN.rglob("*.json"):
        edited(note, lambda document: document.update(licence="mine"))
    scripted.forget()
    return scripted


def test_fields_of_a_newer_version_are_borne_by_a_rebuild_and_by_the_runs_after_it(project) -> None:
    LEDGER.unlink()
    assert outcomes(draw()) == ["fresh", "fresh"]
    said = manifest()
    assert said["editors"] == {"otio": 1}
    assert said["settings"]["pace"] == "slow"
    assert said["takes"][0]["letter"] == "b"
    assert said["frames"][0]["duration"] == 2.5
    assert project.calls == []


def test_a_field_of_a_newer_version_stays_in_the_manifest_while_its_ledger_is_there(project) -> None:
    draw(scenes=[1])
    said = manifest()
    assert (said["editors"], said["settings"]["pace"]) == ({"otio": 1}, "slow")
    assert [entry["duration"] for entry in said["frames"]] == [2.5, 2.5]


def test_what_was_told_of_a_frame_is_not_told_of_the_one_after_it(project, write_scenes) -> None:
    write_scenes({1: "other words", 2: "and others"})
    draw()
    assert [entry.get("duration") for entry in manifest()["frames"]] == [None, None]


def test_a_field_in_a_row_is_written_into_the_manifest(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    with Ledger(LEDGER) as ledger:
        ledger._db.execute("UPDATE frame SET about = json_set(about, '$.review', 'good')")
    draw()
    assert manifest()["frames"][0]["review"] == "good"


@pytest.mark.parametrize(
    "command", [["status"], ["cost"], ["prune", "--yes"], ["regenerate", "--scene", "1"], ["check"]]
)
def test_a_manifest_of_a_newer_format_is_said_and_left_alone(write_scenes, scripted, command) -> None:
    write_scenes(1)
    draw()
    scripted.forget()
    edited(MANIFEST, lambda document: document.update(format=2))
    before = MANIFEST.read_bytes()
    for result in (run("visuals", *command), generate()):
        assert result.exit_code == 2
        assert "frames/manifest.json was written by a newer novaclips; upgrade, or use another folder" in result.stderr
    assert MANIFEST.read_bytes() == before
    assert scripted.calls == []


def test_a_note_of_a_newer_format_is_counted_and_not_guessed_at(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    for note in HIDDEN.rglob("*.json"):
        edited(note, lambda document: document.update(format=2, original={"hash": "x"}))
    found, unreadable = Originals(HIDDEN / "originals").notes()
    assert (found, unreadable) == ([], 2)


def test_a_success_after_a_refusal_counts_even_when_its_original_is_gone(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, ContentRefused("no"))
    assert outcomes(draw()) == ["refused"]
    assert outcomes(draw(retry_refused=True)) == ["drawn"]
    for path in [*HIDDEN.rglob("*.png"), *HIDDEN.rglob("*.json"), Path("frames/scene-001.png")]:
        path.unlink()
    assert states(plan()) == ["missing"]
    assert outcomes(draw()) == ["drawn"]


def test_the_manifest_tells_what_the_writer_of_now_shows_and_prune_takes_none_of_it(
    write_scenes, scripted, site
) -> None:
    site.install("novaclips-writer-webp", entry_points={"writer-webp": "webpwriter"}, modules={"webpwriter.py": WRITER})
    write_scenes({1: "alpha"})
    draw(writers=("webp", "png"))
    write_scenes({1: "beta"})
    draw(writers=("png",))
    (entry,) = manifest()["frames"]
    assert entry["scene_prompt"] == "beta"
    LEDGER.unlink()
    ImageGenerator().prune("frames", lambda _: True)
    scripted.forget()
    assert outcomes(draw(writers=("png",))) == ["fresh"]
    Path("frames/scene-001.png").unlink()
    assert outcomes(draw(writers=("png",))) == ["fitted"]
    assert scripted.calls == []
    with Image.open("frames/scene-001.png") as frame:
        assert frame.size == (192, 108)
