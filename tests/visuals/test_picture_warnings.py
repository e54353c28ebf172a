"""What is said of pictures that are used all the same reaches the user, scene by scene."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from novaclips.visuals.image_generator import ImageGenerator
from picture_files import encoded, jpeg, noise
from scripted import picture


def draw(resolution: str = "192x108", **options: object):
    return ImageGenerator("scripted", "none", **options).generate_all("planning/scenes.yaml", "frames", resolution)


def test_warnings_are_the_scene_s(write_scenes, scripted) -> None:
    write_scenes(4)
    scripted.on(1, encoded(noise((64, 64))))
    scripted.on(2, encoded(Image.new("RGB", (192, 108))))
    scripted.on(3, jpeg(noise((192, 108)))[:-2])
    report = draw()
    assert [result.warnings for result in report] == [
        ("the picture has 64x64 pixels: enlarged 3.0 times, 44% of it cropped away for a frame of 192x108",),
        ("scene 2: the picture is one colour only",),
        ("scene 3: its file ends early; nothing of the picture is missing",),
        (),
    ]
    assert [result.outcome for result in report] == ["drawn"] * 4


def test_they_are_printed_and_written_down(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, encoded(Image.new("RGB", (192, 108))))
    report = draw()
    said = "scene 1: the picture is one colour only"
    assert report.warnings == [f"scripted: {said}"]
    assert report.as_dict()["scenes"][0]["warnings"] == [said]
    (frame,) = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"]
    assert (frame["warnings"], frame["picture_warnings"]) == ([], [said])


def test_a_fit_s_warning_goes_with_the_fit(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, encoded(noise((192, 192))))
    assert "44% of it cropped away" in draw()[0].warnings[0]
    assert draw(fit="contain")[0].warnings == ()


def test_the_same_picture_for_other_words_is_said(write_scenes, scripted) -> None:
    write_scenes({1: "a cat", 2: "a dog", 3: "a cat"})
    scripted.on(1, picture("x"))
    scripted.on(2, picture("x"))
    warnings = [warning for result in draw() for warning in result.warnings]
    assert len(warnings) == 1
    assert warnings[0] in {
        "scene 2: the same picture as scene 1, which asked for another",
        "scene 2: the same picture as scene 3, which asked for another",
        "scene 1: the same picture as scene 2, which asked for another",
        "scene 3: the same picture as scene 2, which asked for another",
    }


def test_the_same_picture_as_in_an_earlier_run_is_said(write_scenes, scripted) -> None:
    write_scenes({1: "a cat"})
    scripted.on(1, picture("x"))
    draw()
    write_scenes({1: "a cat", 2: "a dog"})
    scripted.on(2, picture("x"))
    assert draw()[1].warnings == ("scene 2: the same picture as scene 1, which asked for another",)


@pytest.mark.parametrize("size", [(1, 1), (8, 8)], ids=str)
def test_a_dot_fails_its_scene(write_scenes, scripted, size) -> None:
    write_scenes(2)
    scripted.on(1, encoded(Image.new("RGB", size)))
    report = draw()
    assert [result.outcome for result in report] == ["failed", "drawn"]
    assert f"is a dot of {size[0]}x{size[1]} pixels, not a picture" in report[0].reason


@pytest.mark.parametrize("resolution", ["1001x777", "777x1001", "65x64", "64x333"])
def test_any_resolution_is_drawn_from_sizes_of_sixteen(write_scenes, scripted, resolution) -> None:
    write_scenes(1)
    native = tuple(-(-int(edge) // 16) * 16 for edge in resolution.split("x"))
    scripted.on(1, picture("x", native))
    assert draw(resolution)[0].outcome == "drawn"
    with Image.open("frames/scene-001.png") as frame:
        assert frame.size == tuple(map(int, resolution.split("x")))
