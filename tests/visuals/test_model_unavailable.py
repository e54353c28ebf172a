"""A model that the service does not have costs one request, and only the scenes that want it."""

from __future__ import annotations

import pytest

from novaclips.errors import ExitCode, ModelUnavailable
from novaclips.visuals.image_generator import ImageGenerator
from scripted import Scripted
from visuals.drawing import draw, outcomes

GONE = ModelUnavailable("there is no such model; choose another with the option model")


def refuse_model(scripted, scenes: int) -> None:
    for number in range(1, scenes + 1):
        scripted.on(number, GONE)


def test_a_model_that_is_not_there_is_asked_for_once(write_scenes, scripted) -> None:
    write_scenes(50)
    refuse_model(scripted, 50)

    report = ImageGenerator("scripted", "none", workers=8).run("planning/scenes.yaml", "frames", "192x108")

    assert len(scripted.calls) == report.requests == 1
    assert outcomes(report) == ["failed"] * 50
    assert {result.reason for result in report} == {str(GONE)}
    assert report.exit_code is ExitCode.SCENES_FAILED


def test_the_next_run_asks_again(write_scenes, scripted) -> None:
    write_scenes(3)
    refuse_model(scripted, 3)
    draw()
    scripted.answers.clear()
    assert outcomes(draw()) == ["drawn"] * 3


@pytest.fixture
def two_models(monkeypatch) -> None:
    """Let the first word of a prompt be its model."""
    monkeypatch.setattr(Scripted, "identity", lambda _, request: {"model": request.prompt.split()[0]})


@pytest.mark.usefixtures("two_models")
def test_scenes_of_another_model_are_drawn(write_scenes, scripted) -> None:
    write_scenes(["gone: a river", "there: a river", "gone: a lake", "there: a lake"])
    refuse_model(scripted, 1)
    assert outcomes(draw(workers=1)) == ["failed", "drawn", "failed", "drawn"]
    assert scripted.scenes == [1, 2, 4]


def test_where_the_model_is_not_told_only_that_scene_fails(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "identity", lambda *_: {})
    write_scenes(2)
    refuse_model(scripted, 1)
    assert outcomes(draw(workers=1)) == ["failed", "drawn"]
