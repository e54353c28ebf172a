"""Requests without an answer: perhaps billed, so never sent a second time without being asked."""

from __future__ import annotations

import shutil

import pytest

from cli.command_line import generate
from novaclips.errors import ConfigError, ExitCode, OutcomeUnknown, ServiceSilent
from visuals.drawing import draw, outcomes, plan, states

LOST = OutcomeUnknown("the connection broke")


def test_a_request_without_an_answer_is_sent_once_more_at_the_end(write_scenes, scripted) -> None:
    write_scenes(3)
    scripted.on(1, LOST)
    report = draw(workers=1)
    assert outcomes(report) == ["drawn"] * 3
    assert [request.scene_id for request in scripted.calls] == [1, 2, 3, 1]
    assert report.perhaps_billed == [1]


def test_an_unknown_outcome_is_never_asked_for_a_third_time(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(2, LOST, OutcomeUnknown("it broke again"))
    report = draw()
    assert outcomes(report) == ["drawn", "unknown"]
    assert report.exit_code is ExitCode.SCENES_FAILED
    assert scripted.scenes == [1, 2, 2]


def test_the_summary_names_the_scene_that_was_perhaps_billed_besides(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(2, LOST)
    result = generate()
    assert "scene 2: no answer, perhaps billed; asked again behind all others: the connection broke" in result.stdout
    assert "scene 2: drawn, and perhaps billed besides: 1 request brought no picture" in result.stderr
    assert "cost unknown for 3 requests)" in result.stdout


def test_it_can_be_left_and_listed(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(2, LOST)
    report = draw(on_unknown="leave")
    assert (outcomes(report), report.exit_code) == (["drawn", "unknown"], ExitCode.SCENES_FAILED)
    scripted.forget()
    assert states(plan(on_unknown="leave")) == ["fresh", "unknown"]
    assert outcomes(draw(on_unknown="leave")) == ["fresh", "unknown"]
    assert scripted.calls == []
    assert plan(on_unknown="leave")[1].reason == (
        "sent before without an answer, perhaps billed; --on-unknown retry sends it again"
    )
    assert plan()[1].reason == "no frame yet; no answer the last time, perhaps billed: the connection broke"
    assert outcomes(draw()) == ["fresh", "drawn"]


def test_a_plan_says_what_a_killed_run_may_have_bought(write_scenes, scripted) -> None:
    def keep_what_a_kill_would_leave(_: object) -> None:
        shutil.copytree("frames", "left")

    write_scenes(1)
    scripted.on(1, keep_what_a_kill_would_leave)
    draw()
    assert plan("left")[0].reason == "no frame yet; sent before and interrupted: perhaps billed"


def test_a_service_that_hardly_answers_stops_the_run(write_scenes, scripted) -> None:
    write_scenes(50)
    for scene in range(1, 51):
        scripted.on(scene, LOST, LOST)
    report = draw(workers=1)
    assert isinstance(report.stopped_by, ServiceSilent)
    assert str(report.stopped_by) == (
        "3 of 50 requests got no answer, and each may have been billed; nothing more is sent. See whether the service"
        " works, then run the same command again"
    )
    assert report.counts == {"unknown": 3, "not sent": 47}
    assert len(scripted.calls) == 3


def test_few_in_many_do_not_stop_the_run(write_scenes, scripted) -> None:
    write_scenes(60)
    for scene in (1, 2, 3):
        scripted.on(scene, LOST)
    assert draw().counts == {"drawn": 60}


def test_another_way_to_treat_it_is_answered_with_the_ways_there_are() -> None:
    with pytest.raises(ConfigError, match="on-unknown 'ask' is not known; write one of retry, leave"):
        draw(on_unknown="ask")
