"""Providers that hand out job ids: what was handed in is collected, never bought again."""

from __future__ import annotations

import threading
from collections import defaultdict
from pathlib import Path

import pytest

from novaclips.errors import (
    AuthenticationFailed,
    BadImage,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    OutcomeUnknown,
    ProviderUnavailable,
)
from novaclips.plugin import GeneratedImage, JobImageProvider
from novaclips.visuals.image_generator.engine.ledger import Ledger
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


def test_a_job_that_died_of_the_service_is_handed_in_anew(write_scenes, service) -> None:
    write_scenes(1)
    service.troubles["job-1"] = [ProviderUnavailable("the worker died")]
    report = draw()
    assert (outcomes(report), report.requests) == (["drawn"], 2)
    assert attempts() == [(1, "job-1", "failed"), (1, "job-2", "received")]


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
