"""A run ends, and says why, when nothing gets through to a service: in a bounded time, after few requests in all."""

from __future__ import annotations

import math
from datetime import datetime
from decimal import Decimal

import pytest

from cli.command_line import generate
from novaclips.errors import (
    BadImage,
    Billed,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    NovaclipsError,
    PluginError,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
    ServiceUnusable,
)
from novaclips.plugin import Cost
from novaclips.visuals.image_generator.engine.breaker import Breaker, duration
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.settings import Timing
from scripted import Scripted
from visuals.drawing import draw, outcomes

HTML = "what came is not a picture: it begins with '<html>'; request req_8f3a"


class Clock:
    """Time that passes where it is waited for."""

    def __init__(self) -> None:
        self.now = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    @property
    def timing(self) -> Timing:
        return Timing(sleep=self.sleep, monotonic=lambda: self.now, now=lambda: self.now, jitter=lambda: 0.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def always(scripted, scenes: int, error: NovaclipsError) -> None:
    """Answer every call for every scene so."""
    for scene in range(1, scenes + 1):
        scripted.on(scene, *[error] * 100)


def draw_all(scripted, clock: Clock, error: NovaclipsError, *, workers: int, scenes: int = 50) -> RunReport:
    always(scripted, scenes, error)
    return draw(workers=workers, timing=clock.timing)


workers = pytest.mark.parametrize("workers", [1, 4, 16])
FOR_EVER = {
    "429": RateLimited("slow down"),
    "429 with a wish": RateLimited("slow down", retry_after=20),
    "429 with a wish of nothing": RateLimited("slow down", retry_after=0),
    "429 with a long wish": RateLimited("slow down", retry_after=900),
    "503": ProviderUnavailable("503 from the gateway"),
    "503 with a wish": ProviderUnavailable("503 from the gateway", retry_after=20),
    "502 that was perhaps billed": ProviderUnavailable("502 from the gateway", billed=Billed.PERHAPS),
}


@workers
@pytest.mark.parametrize("error", FOR_EVER.values(), ids=FOR_EVER)
def test_trouble_for_ever_ends_the_run(write_scenes, scripted, clock, error, workers) -> None:
    write_scenes(50)
    report = draw_all(scripted, clock, error, workers=workers)
    assert isinstance(report.stopped_by, ServiceUnusable)
    assert "; nothing more is sent; " in str(report.stopped_by)
    assert str(report.stopped_by).endswith(str(error))
    assert report.exit_code is ExitCode.SCENES_FAILED
    assert len(scripted.calls) <= 30 + 2 * workers
    if workers == 1:  # the waits of several threads add up on this clock
        assert clock.now <= 3600
    assert len(report.of("not sent")) >= 47 - 2 * workers


def test_what_was_seen_and_what_to_do_is_said(write_scenes, scripted, clock) -> None:
    write_scenes(50)
    report = draw_all(scripted, clock, RateLimited("slow down", retry_after=20), workers=1)
    assert str(report.stopped_by) == (
        "the service asked for patience 30 times running and let nothing through; nothing more is sent; run the same"
        " command again in 20 seconds: slow down"
    )
    assert outcomes(report) == ["failed"] + ["not sent"] * 49


def test_a_dead_service_is_asked_by_few_scenes(write_scenes, scripted, clock) -> None:
    write_scenes(50)
    report = draw_all(scripted, clock, ProviderUnavailable("no connection"), workers=1)
    assert str(report.stopped_by) == (
        "nothing got through to the service for 3 scenes running; nothing more is sent; see whether the service works,"
        " then run the same command again: no connection"
    )
    assert outcomes(report) == ["failed"] * 3 + ["not sent"] * 47
    assert len(scripted.calls) == 12


def test_the_command_line_says_why_it_stopped(write_scenes, scripted, monkeypatch, clock) -> None:
    from novaclips.visuals.image_generator import generator

    monkeypatch.setattr(generator, "Timing", lambda: clock.timing)
    write_scenes(5)
    always(scripted, 5, ProviderUnavailable("no connection"))
    result = generate("--workers", "1")
    assert result.exit_code == ExitCode.SCENES_FAILED
    assert "stopped: nothing got through to the service for 3 scenes running; nothing more is sent;" in result.stderr
    assert "not sent, because the run was stopped: scenes 4-5" in result.stderr


@pytest.mark.parametrize("error", [RateLimited("429"), ProviderUnavailable("503")], ids=str)
def test_trouble_that_passes_costs_no_scene(write_scenes, scripted, clock, error) -> None:
    write_scenes(20)
    for scene in range(1, 21):
        scripted.on(scene, *[error] * (2 if scene % 2 else 0))
    patient = RetryPolicy(deadline=math.inf)  # on this clock, threads that wait at once wait one after the other
    assert outcomes(draw(workers=16, timing=clock.timing, policy=patient)) == ["drawn"] * 20


def test_one_scene_that_stays_in_trouble_stops_nobody(write_scenes, scripted, clock) -> None:
    write_scenes(12)
    for scene in (2, 5, 8, 11):
        scripted.on(scene, *[ProviderUnavailable("500")] * 9)
    report = draw(workers=1, timing=clock.timing)
    assert [result.scene_id for result in report.missing] == [2, 5, 8, 11]
    assert report.stopped_by is None


# How long a service may ask to wait.

WISHES = {
    "a negative one": -5,
    "nothing": 0,
    "a moment": 0.001,
    "what is no number": math.nan,
}


@pytest.mark.parametrize("seconds", WISHES.values(), ids=WISHES)
@pytest.mark.parametrize("kind", [RateLimited, ProviderUnavailable])
def test_the_shortest_wait_is_half_a_second(write_scenes, scripted, clock, kind, seconds) -> None:
    write_scenes(1)
    scripted.on(1, kind("busy", retry_after=seconds))
    assert outcomes(draw(timing=clock.timing)) == ["drawn"]
    assert 0.5 <= clock.now <= 1.2


@pytest.mark.parametrize("kind", [RateLimited, ProviderUnavailable])
def test_what_a_service_says_is_kept_to(write_scenes, scripted, clock, kind) -> None:
    write_scenes(1)
    scripted.on(1, kind("busy", retry_after=3000))
    assert outcomes(draw(timing=clock.timing)) == ["drawn"]
    assert 3000 <= clock.now < 3001


TOO_LONG = {
    "a day": (86400.0, "until 1970-01-02 00:00 (24 hours)"),
    "an epoch": (1.8e9, "for more than a year"),
    "twenty digits": (1e20, "for more than a year"),
    "for ever": (math.inf, "for more than a year"),
}


@pytest.mark.parametrize(("seconds", "when"), TOO_LONG.values(), ids=TOO_LONG)
@pytest.mark.parametrize("kind", [RateLimited, ProviderUnavailable])
def test_what_asks_for_more_than_a_run_bears_stops_it_at_once(
    write_scenes, scripted, clock, kind, seconds, when
) -> None:
    if "until" in when:
        until = datetime.fromtimestamp(seconds).astimezone()
        when = f"until {until:%Y-%m-%d %H:%M} (24 hours)"
    write_scenes(50)
    report = draw_all(scripted, clock, kind("come back", retry_after=seconds), workers=4)
    assert str(report.stopped_by) == (
        f"the service asks for patience {when}, longer than a run waits; nothing more is sent; run the same command"
        " again after that: come back"
    )
    assert len(scripted.calls) <= 4
    assert clock.now < 2


def test_waits_are_added_up(write_scenes, scripted, clock) -> None:
    write_scenes(1)
    scripted.on(1, *[RateLimited("busy", retry_after=1000)] * 9)
    report = draw(timing=clock.timing)
    assert isinstance(report.stopped_by, ServiceUnusable)
    assert len(scripted.calls) == 4
    assert clock.now <= 3600


def test_a_deadline_without_end_is_safe() -> None:
    breaker = Breaker(RetryPolicy(deadline=math.inf), Timing(jitter=lambda: 0.0), lambda _: None)
    assert breaker.pause(RateLimited("busy", retry_after=math.inf), 0) == 366 * 86400
    assert isinstance(breaker.verdict, ServiceUnusable)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1 second"),
        (0.5, "0 seconds"),
        (45.4, "45 seconds"),
        (720, "12 minutes"),
        (7200, "2 hours"),
        (85800, "23 hours 50 minutes"),
        (86399, "24 hours"),
        (266400, "3 days 2 hours"),
    ],
)
def test_a_time_is_written_for_people(seconds, words) -> None:
    assert duration(seconds) == words


# The same answer for everybody.

NON_ANSWERS = {
    "a portal's page": lambda scene: BadImage(f"{HTML}{scene}"),
    "a bug of the plugin": lambda scene: ValueError(f"no picture in answer {scene}"),
    "bytes that are no picture": lambda scene: b"<html>sign in</html>",
}


@workers
@pytest.mark.parametrize("answer", NON_ANSWERS.values(), ids=NON_ANSWERS)
def test_the_same_answer_three_times_running_stops_the_run(
    write_scenes, scripted, monkeypatch, clock, answer, workers
) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(Decimal("0.05")))
    write_scenes(50)
    for scene in range(1, 51):
        scripted.on(scene, answer(scene))
    report = draw(workers=workers, timing=clock.timing)
    assert isinstance(report.stopped_by, ServiceUnusable)
    assert str(report.stopped_by).startswith(
        "3 requests running brought the same answer and no picture, and each may have been billed; nothing more is"
        " sent; see whether the service works, then run the same command again: "
    )
    assert len(scripted.calls) == 3
    assert report.counts == {"failed": 3, "not sent": 47}


def test_the_same_answer_after_a_picture_stops_the_run_too(write_scenes, scripted, clock) -> None:
    write_scenes(10)
    for scene in range(3, 11):
        scripted.on(scene, BadImage(HTML))
    report = draw(workers=1, timing=clock.timing)
    assert report.counts == {"drawn": 2, "failed": 3, "not sent": 5}


@pytest.mark.parametrize(
    "between", [None, ContentRefused("no"), BadImage("something else")], ids=["a picture", "a refusal", "another one"]
)
def test_answers_that_differ_do_not_stop_it(write_scenes, scripted, clock, between) -> None:
    write_scenes(9)
    for scene in range(1, 10):
        if scene % 3:
            scripted.on(scene, BadImage(HTML))
        elif between:
            scripted.on(scene, between)
    report = draw(workers=1, timing=clock.timing)
    assert report.stopped_by is None
    assert len(scripted.calls) == 9


def test_scenes_with_the_same_mistake_do_not_stop_it(write_scenes, scripted, clock) -> None:
    write_scenes(12)
    for scene in range(1, 10):
        scripted.on(scene, InvalidRequest("the prompt is too long"))
    assert draw(workers=1, timing=clock.timing).counts == {"drawn": 3, "failed": 9}


def test_a_film_in_which_every_scene_is_wrong_stops(write_scenes, scripted, clock) -> None:
    write_scenes(50)
    for scene in range(1, 51):
        scripted.on(scene, InvalidRequest(f"no such field (request {scene})"))
    report = draw(workers=1, timing=clock.timing)
    assert report.counts == {"failed": 10, "not sent": 40}
    assert str(report.stopped_by) == (
        "10 requests running brought the same answer and no picture; nothing more is sent; see whether the service"
        " works, then run the same command again: no such field (request 10)"
    )


@pytest.mark.parametrize("kind", [ProviderError, PluginError])
def test_an_error_of_another_kind_is_read_by_its_attributes(write_scenes, scripted, clock, kind) -> None:
    write_scenes(5)
    always(scripted, 5, kind("odd", billed=Billed.PERHAPS))
    assert draw(workers=1, timing=clock.timing).counts == {"failed": 3, "not sent": 2}
