"""Providers that hand out job ids: what was handed in is collected, never bought again."""

from __future__ import annotations

import threading
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate
from novaclips.errors import (
    AuthenticationFailed,
    BadImage,
    Billed,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    JobLost,
    OutcomeUnknown,
    ProviderUnavailable,
    RateLimited,
)
from novaclips.plugin import Cost, GeneratedImage, JobImageProvider
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.settings import Timing
from scripted import Scripted, picture
from visuals.drawing import draw, outcomes, plan, states


class Service:
    """A service with a queue of jobs, which outlives the provider objects that use it."""

    def __init__(self) -> None:
        self.submitted: list[int] = []
        self.collected: list[str] = []
        self.troubles: dict[str, list[BaseException]] = defaultdict(list)
        self.lock = threading.Lock()


@pytest.fixture
def service(scripted, monkeypatch) -> Service:
    """Make the scripted provider a client of a service of jobs."""
    service = Service()

    class Jobs(JobImageProvider, Scripted):
        def submit(self, request):
            with service.lock:
                service.submitted.append(request.scene_id)
                return f"job-{len(service.submitted)}"

        def collect(self, job_id):
            service.collected.append(job_id)
            if service.troubles[job_id]:
                raise service.troubles[job_id].pop(0)
            return GeneratedImage(data=picture(job_id))

        def cancel(self, job_id):
            raise AssertionError(job_id)

    monkeypatch.setattr("scripted.Scripted", Jobs)
    return service


def attempts() -> list[tuple[int, str, str]]:
    """Scene, job and state of every attempt in the ledger."""
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        return ledger._reading("SELECT scene, job, state FROM attempt ORDER BY id")


def test_a_job_without_an_answer_is_collected_at_the_end_of_the_run(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [OutcomeUnknown("still drawing")]
    report = draw()
    assert (outcomes(report), report.requests) == (["drawn"], 1)
    assert (service.submitted, service.collected) == ([1], ["job-1", "job-1"])
    assert attempts() == [(1, "job-1", "received")]


def test_a_job_that_stays_without_an_answer_is_collected_by_the_next_run(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [OutcomeUnknown("still drawing")] * 2
    assert draw().exit_code is ExitCode.SCENES_FAILED
    assert plan()[0].reason == "no frame yet; the service has it as job job-1: collected, not bought again"
    assert (plan().requests, plan().collects) == (0, 1)
    report = draw()
    assert (outcomes(report), report.requests, service.submitted) == (["drawn"], 0, [1])
    assert attempts() == [(1, "job-1", "received")]


def test_a_job_of_a_killed_run_is_collected(write_scenes, service) -> None:
    write_scenes(2)
    service.troubles["job-1"] = [OutcomeUnknown("still drawing")] * 2
    draw(scenes=[1])
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger, ledger._writing() as db:
        db.execute("UPDATE attempt SET state = 'sent'")  # as a kill leaves it: the id is there, no end is
    assert outcomes(draw()) == ["drawn", "drawn"]
    assert service.submitted == [1, 2]


@pytest.mark.parametrize(
    ("trouble", "outcome", "then"),
    [
        (ContentRefused("NSFW"), "refused", "refused"),
        (InvalidRequest("the model failed"), "failed", "missing"),
        (BadImage("the picture is gone"), "failed", "missing"),
    ],
    ids=["refused", "failed", "gone"],
)
def test_a_job_that_is_over_is_not_collected_again(write_scenes, service, trouble, outcome, then) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [trouble]
    assert outcomes(draw()) == [outcome]
    assert states(plan()) == [then]
    assert plan().collects == 0


def test_a_job_that_the_service_lost_is_submitted_anew_and_that_is_said(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [JobLost("the worker died")]
    result = generate()
    assert "scene 1: submitted anew: the worker died" in result.stdout
    assert (result.exit_code, service.submitted) == (ExitCode.OK, [1, 1])
    assert attempts() == [(1, "job-1", "failed"), (1, "job-2", "received")]


@pytest.mark.parametrize(
    ("billed", "outcome", "submitted"), [(Billed.PERHAPS, "failed", [1]), (Billed.NO, "drawn", [1, 1])], ids=str
)
def test_a_lost_job_is_submitted_anew_within_the_budget(
    write_scenes, service, monkeypatch, billed, outcome, submitted
) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(Decimal("0.05")))
    write_scenes(1)
    service.troubles["job-1"] = [JobLost("the worker died", billed=billed)]
    report = draw(budget="0.08")
    assert (outcomes(report), service.submitted) == ([outcome], submitted)


def test_a_job_that_is_lost_again_and_again_fails_its_scene(write_scenes, service) -> None:
    write_scenes(1)
    for number in range(1, 9):
        service.troubles[f"job-{number}"] = [JobLost("the worker died")]
    report = draw()
    assert (outcomes(report), report[0].reason) == (["failed"], "the worker died")
    assert service.submitted == [1] * 4


LOOKS = {
    "unavailable": ProviderUnavailable("503 from the gateway"),
    "unavailable, perhaps billed": ProviderUnavailable("502 from the gateway", billed=Billed.PERHAPS),
    "unavailable for a while": ProviderUnavailable("503", retry_after=20),
    "throttled": RateLimited("not so fast"),
}


@pytest.mark.parametrize("trouble", LOOKS.values(), ids=LOOKS)
def test_while_a_job_is_collected_trouble_means_look_again(write_scenes, service, monkeypatch, trouble) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(Decimal("0.05")))
    write_scenes(1)
    service.troubles["job-1"] = [trouble] * 40
    report = draw(budget="0.05")
    assert (outcomes(report), service.submitted, len(service.collected)) == (["drawn"], [1], 41)
    assert attempts() == [(1, "job-1", "received")]


def test_looks_at_a_job_come_with_longer_pauses_and_end_at_the_deadline(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [ProviderUnavailable("503")] * 1000
    clock, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        clock[0] += seconds

    report = draw(timing=Timing(sleep=sleep, monotonic=lambda: clock[0], jitter=lambda: 0.0))
    assert pauses[:8] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert 3600 <= clock[0] < 3700
    assert outcomes(report) == ["unknown"]
    assert report[0].reason == "job job-1 is collected by the next run: 503"
    assert service.submitted == [1]
    service.troubles.clear()
    assert outcomes(draw()) == ["drawn"]
    assert service.submitted == [1]


def test_a_plugin_that_fails_on_a_job_leaves_it_open(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [KeyError("output")]
    assert outcomes(draw()) == ["failed"]
    assert plan()[0].reason == "no frame yet; the service has it as job job-1: collected, not bought again"
    assert outcomes(draw()) == ["drawn"]
    assert service.submitted == [1]


@pytest.mark.parametrize("job", [None, 17, "", b"job"], ids=repr)
def test_an_id_that_is_none_is_the_plugin_s_fault(write_scenes, service, monkeypatch, job) -> None:
    import scripted

    monkeypatch.setattr(scripted.Scripted, "submit", lambda self, request: job)
    write_scenes(1)
    report = draw()
    assert outcomes(report) == ["failed"]
    assert f"submit() returned {job!r}, not a job's id; perhaps the picture was drawn and billed" in report[0].reason


def test_a_key_that_is_revoked_meanwhile_leaves_the_job_open(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [AuthenticationFailed("revoked")]
    assert draw().exit_code is ExitCode.ACCOUNT
    assert outcomes(draw()) == ["drawn"]
    assert service.submitted == [1]


def test_a_picture_that_finds_no_room_on_the_disk_is_collected_again(write_scenes, service, monkeypatch) -> None:
    from novaclips.errors import StorageError
    from novaclips.visuals.image_generator.engine.originals import Originals

    write_scenes(1)
    keep = Originals.keep

    def full(self, data, extension):
        raise StorageError("no space left")

    monkeypatch.setattr(Originals, "keep", full)
    assert isinstance(draw().stopped_by, StorageError)
    monkeypatch.setattr(Originals, "keep", keep)
    assert outcomes(draw()) == ["drawn"]
    assert service.submitted == [1]
