"""A service that bills and then answers badly, with its own count of money: no budget is passed, and all sums agree."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.command_line import run
from novaclips.cli.visuals import summary
from novaclips.errors import (
    BadImage,
    Billed,
    ContentRefused,
    ExitCode,
    InvalidRequest,
    OutcomeUnknown,
    ProviderUnavailable,
    RateLimited,
)
from novaclips.plugin import Cost, GeneratedImage, ImageRequest
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.costs import GROUPINGS
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import Timing
from novaclips.visuals.image_generator.money import Spent
from scripted import Scripted, picture

TROUBLES = (
    "bad_gateway_billed",
    None,
    "server_error_billed",
    "zero_usage",
    "truncated_body",
    "not_a_picture",
    "negative_usage",
    "absurd_usage",
    "cut_picture",
    "empty_data",
)
CALLS = 300
SIZE = "1024x640"  # the smallest that the service draws


class Clock:
    """A clock that only pauses move."""

    def __init__(self) -> None:
        self._seconds = 0.0

    def sleep(self, seconds: float) -> None:
        self._seconds += seconds

    def monotonic(self) -> float:
        return self._seconds

    @property
    def timing(self) -> Timing:
        return Timing(sleep=self.sleep, monotonic=self.monotonic, jitter=lambda: 0.0)


@pytest.fixture
def service(fault_server: FaultServer) -> FaultServer:
    """Bill every order, and answer them badly in turn."""
    for call in range(1, CALLS):
        if trouble := TROUBLES[call % len(TROUBLES)]:
            fault_server.fault(trouble, call=call)
    return fault_server


def told(text: str) -> str:
    """Find the sum at the end of a summary line."""
    (found,) = re.findall(r" s; (.*)\)$", text)
    return found


def check_sums(report: RunReport, server: FaultServer, before: Spent, folder: Path = Path("frames")) -> None:
    """All places tell one sum, and it covers what the service counted."""
    with Ledger(folder / ".novaclips" / "ledger.sqlite3") as ledger:
        booked = ledger.booked()
    project = report.project
    assert before + report.cost == project
    assert told(summary(report)) == str(report.cost)
    assert report.as_dict()["cost"] == report.cost.as_dict()
    assert json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["cost"] == project.as_dict()
    total = json.loads(run("visuals", "cost", "--json").stdout)["total"]
    assert {name: total[name] for name in project.as_dict()} == project.as_dict()
    assert f"in all: {project} (" in run("visuals", "cost").stdout
    assert booked == project.most
    assert project.known <= server.counts.usd <= project.most
    assert project.unknown == 0
    costs = ImageGenerator().costs(folder)
    for name in GROUPINGS:
        assert Spent.total(group.spent for group in costs.by(name)) == project


def generator(server: FaultServer, **options: object) -> ImageGenerator:
    return ImageGenerator("openai", "none", env=server.env, timing=Clock().timing, **options)


@pytest.mark.parametrize("workers", [1, 8], ids=["one worker", "eight workers"])
def test_no_run_passes_its_budget_whatever_the_service_answers_after_it_billed(write_scenes, service, workers) -> None:
    scenes = write_scenes(50)
    report = generator(service, budget="1.00", workers=workers).run(scenes, "frames", SIZE)
    assert service.counts.usd <= Decimal("1.00")
    assert report.cost.most <= Decimal("1.00")
    check_sums(report, service, Spent())


def test_no_number_of_runs_passes_the_budget_of_the_project(write_scenes, service) -> None:
    scenes = write_scenes(50)
    before = Spent()
    for _ in range(30):
        report = generator(service, budget="0.30", project_budget="1.00", workers=4).run(scenes, "frames", SIZE)
        assert report.cost.most <= Decimal("0.30")
        assert service.counts.usd <= report.project.most <= Decimal("1.00")
        check_sums(report, service, before)
        before = report.project
        if report.requests == 0:
            break
    assert report.exit_code is ExitCode.BUDGET
    assert "the project's budget of $1.00" in str(report.stopped_by)
    assert before.most > Decimal("0.95")


# What a service answers, and what it charges for that at most.
PRICE = Decimal("0.04")
Answer = tuple[str, Callable[[ImageRequest], object], Decimal]


def drawn(cost: Cost | None) -> Callable[[ImageRequest], object]:
    return lambda request: GeneratedImage(data=picture(f"{request.prompt}{request.take}"), cost=cost)


ANSWERS: tuple[Answer, ...] = (
    ("exact", drawn(Cost(Decimal("0.03"))), Decimal("0.03")),
    ("no cost told", drawn(None), PRICE),
    ("free, it says", drawn(Cost(Decimal(0))), PRICE),
    ("an income, it says", drawn(Cost(Decimal(-9))), PRICE),
    ("absurd", drawn(Cost(Decimal(36000))), PRICE),
    ("bare bytes", lambda request: picture(request.prompt), PRICE),
    ("no answer", lambda _: OutcomeUnknown("no answer"), PRICE),
    ("billed 502", lambda _: ProviderUnavailable("502", billed=Billed.PERHAPS), PRICE),
    ("503", lambda _: ProviderUnavailable("503"), Decimal(0)),
    ("429", lambda _: RateLimited("slowly", retry_after=1.0), Decimal(0)),
    ("billed refusal", lambda _: ContentRefused("the picture", billed=Billed.YES), PRICE),
    ("refused", lambda _: ContentRefused("the prompt"), Decimal(0)),
    ("bad request", lambda _: InvalidRequest("no"), Decimal(0)),
    ("no picture", lambda _: BadImage("no picture"), PRICE),
    ("html", lambda _: b"<html>", PRICE),
    ("cut", lambda request: picture(request.prompt)[:60], PRICE),
    ("bug", lambda _: ZeroDivisionError("bug"), PRICE),
)


class Till:
    """What a service has taken, answer by answer."""

    def __init__(self, answers: list[Answer]) -> None:
        self._answers: Iterator[Answer] = iter(answers)
        self.taken = Decimal(0)

    def serve(self, request: ImageRequest) -> object:
        _, answer, price = next(self._answers, ANSWERS[0])
        self.taken += price
        given = answer(request)
        if isinstance(given, BaseException):
            raise given
        return given


@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
@given(
    runs=st.lists(st.lists(st.sampled_from(ANSWERS), max_size=12), min_size=1, max_size=3),
    budget=st.decimals("0.03", "0.40", places=2),
    project=st.none() | st.decimals("0.03", "0.60", places=2),
    on_unknown=st.sampled_from(["retry", "leave"]),
)
def test_the_books_never_tell_less_than_was_taken_nor_more_than_the_budget(
    write_scenes, scripted, monkeypatch, tmp_path_factory, runs, budget, project, on_unknown
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("project"))
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE, upper_bound=True))
    scenes = Path("planning/scenes.yaml")
    scenes.parent.mkdir()
    scenes.write_text("scenes:\n" + "".join(f"  - {{id: {n}, visual: {{prompt: scene {n}}}}}\n" for n in range(1, 7)))
    taken = Decimal(0)
    for answers in runs:
        till = Till(answers)
        monkeypatch.setattr(Scripted, "generate", lambda self, request, till=till: till.serve(request))
        generator = ImageGenerator(
            "scripted",
            "none",
            budget=budget,
            project_budget=project,
            on_unknown=on_unknown,
            workers=1,
            retry_refused=True,
            timing=Clock().timing,
        )
        report = generator.run(scenes, "frames", "192x108")
        taken += till.taken
        assert till.taken <= report.cost.most <= budget
        assert taken <= report.project.most
        assert project is None or report.project.most <= project
        assert report.project.unknown == 0
        costs = generator.costs("frames")
        assert costs.spent == report.project
        for name in GROUPINGS:
            assert Spent.total(group.spent for group in costs.by(name)) == report.project
