"""Scenes drawn again: takes that stay, takes that fail, seeds that move on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import ConfigError, ContentRefused
from novaclips.visuals.image_generator import ImageGenerator, Outcome
from visuals.drawing import draw, outcomes


def test_regenerate_draws_a_new_take_and_generate_keeps_it(write_scenes, scripted) -> None:
    write_scenes(3)
    draw()
    first = Path("frames/scene-002.png").read_bytes()
    result = ImageGenerator("scripted").regenerate_scene(2, "frames", prompt="a better harbour", seed=5)
    second = Path("frames/scene-002.png").read_bytes()
    assert result.outcome is Outcome.DRAWN
    assert first != second
    assert (scripted.calls[-1].prompt, scripted.calls[-1].seed, scripted.calls[-1].take) == ("a better harbour", 5, 1)

    scripted.forget()
    assert outcomes(draw()) == ["fresh"] * 3
    assert Path("frames/scene-002.png").read_bytes() == second
    write_scenes({1: "a picture of 1", 2: "new words", 3: "a picture of 3"})
    draw()
    assert [request.prompt for request in scripted.calls] == ["new words"]


def test_regenerating_with_another_provider_is_kept_too(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    ImageGenerator("storyboard", "noir").regenerate_scene(1, "frames")
    scripted.forget()
    assert outcomes(draw()) == ["fresh", "fresh"]
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert [frame["provider"] for frame in manifest["frames"]] == ["storyboard", "scripted"]
    assert manifest["settings"]["provider"] == "scripted"


@pytest.mark.parametrize("prompt", [None, "other words"], ids=["the same words", "other words"])
def test_a_take_that_was_refused_is_sent_again_when_it_is_asked_for(write_scenes, scripted, prompt) -> None:
    write_scenes(2)
    draw()
    scripted.on(1, ContentRefused("no"), ContentRefused("no, again"))
    scripted.forget()
    for number in (1, 2, 3):
        report = ImageGenerator().rerun(1, "frames", prompt=prompt)
        assert len(scripted.calls) == number
    assert outcomes(report) == ["drawn"]
    assert outcomes(draw()) == ["fresh", "fresh"]


def test_a_refusal_alone_is_not_sent_again_by_a_run(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(1, ContentRefused("no"))
    draw()
    ImageGenerator().rerun(2, "frames")
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert [(entry["scene"], entry["outcome"]) for entry in manifest["missing"]] == [(1, "refused")]
    scripted.forget()
    assert outcomes(draw()) == ["refused", "fresh"]
    assert scripted.calls == []


def test_a_take_that_fails_leaves_the_frame_as_it_was(write_scenes, scripted) -> None:
    write_scenes(1)
    draw()
    before = Path("frames/scene-001.png").read_bytes()
    scripted.on(1, ContentRefused("no"))
    with pytest.raises(ContentRefused):
        ImageGenerator().regenerate_scene(1, "frames")
    assert Path("frames/scene-001.png").read_bytes() == before
    assert outcomes(draw()) == ["fresh"]


def test_a_fixed_seed_moves_on_with_each_take(write_scenes, scripted) -> None:
    write_scenes(1, seed=100)
    draw()
    ImageGenerator().regenerate_scene(1, "frames")
    ImageGenerator().regenerate_scene(1, "frames")
    assert [request.seed for request in scripted.calls] == [100, 101, 102]


SAME = "a black screen"


@pytest.fixture
def second_redrawn(write_scenes, scripted) -> bytes:
    """Draw two scenes of the same words, the second once more, and return what its frame shows then."""
    write_scenes({1: SAME, 2: SAME})
    draw()
    ImageGenerator().regenerate_scene(2, "frames")
    scripted.forget()
    return Path("frames/scene-002.png").read_bytes()


@pytest.mark.parametrize(
    ("scenes", "ends"),
    [
        ({2: SAME}, ["fresh"]),
        ({2: SAME, 1: SAME}, ["fresh", "fresh"]),
        ({5: SAME, 1: SAME, 2: SAME}, ["fitted", "fresh", "fresh"]),
    ],
    ids=["the first deleted", "the other order", "one more before them"],
)
def test_of_equal_scenes_each_keeps_its_take(write_scenes, scripted, second_redrawn, scenes, ends) -> None:
    write_scenes(scenes)
    assert outcomes(draw()) == ends
    assert scripted.calls == []
    assert Path("frames/scene-002.png").read_bytes() == second_redrawn


def test_of_equal_scenes_each_keeps_its_take_in_another_native_size(write_scenes, scripted) -> None:
    def colour() -> tuple[int, ...]:
        with Image.open("frames/scene-002.png") as frame:
            return frame.getpixel((5, 5))

    scripted.identity = {"size": "384x216"}
    write_scenes({1: SAME, 2: SAME})
    draw()
    ImageGenerator().regenerate_scene(2, "frames")
    shown = colour()
    scripted.identity = {"size": "192x108"}
    write_scenes({2: SAME})
    assert outcomes(draw(size="96x64")) == ["fitted"]
    assert colour() == shown


def test_an_equal_scene_that_got_another_number_keeps_its_take_by_its_order(write_scenes, second_redrawn) -> None:
    write_scenes({1: SAME, 7: SAME})
    draw()
    assert Path("frames/scene-007.png").read_bytes() != Path("frames/scene-001.png").read_bytes()


def test_regenerating_without_a_manifest_says_what_to_do_first() -> None:
    with pytest.raises(ConfigError, match=r"frames/manifest.json is not there: make the frames first"):
        ImageGenerator().regenerate_scene(1, "frames")
