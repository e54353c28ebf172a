"""One bad scene is one bad scene; a bad key or a throttled account is everybody's."""

from __future__ import annotations

from pathlib import Path

import pytest

from novaclips.errors import (
    AuthenticationFailed,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.settings import Timing
from visuals.drawing import draw, outcomes


def test_one_failing_scene_leaves_nine_frames_and_the_next_run_draws_only_that_one(write_scenes, scripted) -> None:
    write_scenes(10)
    scripted.on(3, InvalidRequest("the prompt is too long"))

    report = draw()

    assert [result.scene_id for result in report.missing] == [3]
    assert report[2].reason == "the prompt is too long"
    assert report.exit_code is ExitCode.SCENES_FAILED
    assert len(list(Path("frames").glob("scene-*.png"))) == 9
    scripted.forget()
    assert draw().exit_code is ExitCode.OK
    assert scripted.scenes == [3]


def test_a_fresh_folder_costs_nothing(write_scenes, scripted) -> None:
    write_scenes(4)
    draw()
    scripted.forget()
    report = draw()
    assert outcomes(report) == ["fresh"] * 4
    assert scripted.scenes == []


def test_generate_all_logs_a_failed_scene_and_raises_nothing(write_scenes, scripted, caplog) -> None:
    write_scenes(2)
    scripted.on(2, ContentRefused("the safety system says no"))
    generator = ImageGenerator("scripted", "none")
    report = generator.generate_all("planning/scenes.yaml", "frames", "192x108")
    assert report.exit_code is ExitCode.REFUSED
    assert "scene 2: refused: the safety system says no" in caplog.text


@pytest.mark.parametrize("error", [AuthenticationFailed("the key is wrong"), QuotaExhausted("no money")], ids=str)
def test_a_wrong_key_or_no_money_stops_after_one_request(write_scenes, scripted, error) -> None:
    write_scenes(50)
    for number in range(1, 51):
        scripted.on(number, error)
    generator = ImageGenerator("scripted", "none", workers=8)
    with pytest.raises(type(error)):
        generator.generate_all("planning/scenes.yaml", "frames", "192x108")
    assert len(scripted.calls) == 1


def test_a_service_that_is_down_is_asked_again_with_longer_pauses(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, ProviderUnavailable("502"), ProviderUnavailable("502"), ProviderUnavailable("503"))
    pauses: list[float] = []
    timing = Timing(sleep=pauses.append, jitter=lambda: 0.0)
    report = ImageGenerator("scripted", "none", timing=timing).run("planning/scenes.yaml", "frames", "192x108")
    assert outcomes(report) == ["drawn"]
    assert pauses == [1.0, 2.0, 4.0]


def test_a_service_that_stays_down_fails_the_scene_after_four_calls(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, *[ProviderUnavailable("502 from the gateway")] * 9)
    report = draw()
    assert len(scripted.calls) == 4
    assert report[0].reason == "502 from the gateway"


def test_being_throttled_holds_everybody_and_uses_up_no_try(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, *[RateLimited("slow down", retry_after=7)] * 6)
    clock = [0.0]
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    timing = Timing(sleep=sleep, monotonic=lambda: clock[0])
    report = ImageGenerator("scripted", "none", timing=timing).run("planning/scenes.yaml", "frames", "192x108")
    assert outcomes(report) == ["drawn"]
    assert [pause for pause in pauses if pause] == [7] * 6
