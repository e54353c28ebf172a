"""One sum: what is known, what is an upper bound, what was perhaps billed, the same wherever it is shown."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate
from novaclips.errors import BadImage, Billed, OutcomeUnknown, PluginError, ProviderUnavailable, RateLimited
from novaclips.plugin import Cost, GeneratedImage, JobImageProvider
from novaclips.visuals.image_generator.engine.buy import is_same_model
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.quote import Quote
from novaclips.visuals.image_generator.money import Spent, amount, dollars_in_words
from scripted import Scripted, picture
from visuals.drawing import draw, outcomes

PRICE = Decimal("0.04")
MOST = Cost(PRICE, upper_bound=True)


@pytest.fixture
def priced(scripted, monkeypatch):
    """Have each picture of the scripted provider cost 0.04 at most."""
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: MOST)
    return scripted


def costing(usd: object, *, words: str = "x", **facts: object) -> GeneratedImage:
    """A picture that its service wants so much for."""
    return GeneratedImage(data=picture(words), cost=Cost(Decimal(usd)), **facts)


@pytest.mark.parametrize(
    ("usd", "words"),
    [
        ("0", "$0.00"),
        ("0.04", "$0.04"),
        ("0.0030", "$0.003"),
        ("0.00004", "$0.00004"),
        ("0.0402875", "$0.0403"),
        ("0.99999", "$1.00"),
        ("12.3449", "$12.34"),
        ("1234.5", "$1234.50"),
    ],
)
def test_an_amount_is_written_to_the_digit_that_matters(usd, words) -> None:
    assert dollars_in_words(Decimal(usd)) == words


def test_what_is_said_to_be_the_most_is_rounded_up() -> None:
    assert dollars_in_words(Decimal("0.04021"), worst=True) == "$0.0403"
    assert dollars_in_words(Decimal("5.001"), worst=True) == "$5.01"


@pytest.mark.parametrize(
    ("known", "at_most", "perhaps", "unknown", "words"),
    [
        ("0", "0", "0", 0, "$0.00"),
        ("0.12", "0", "0", 0, "$0.12"),
        ("0", "0.30", "0", 0, "at most $0.30"),
        ("0", "0", "0.05", 0, "$0.00, perhaps $0.05 more"),
        ("0.12", "0.30", "0.05", 0, "$0.12, at most $0.30 more, perhaps $0.05 more"),
        ("0", "0", "0", 1, "cost unknown for 1 request"),
        ("0.12", "0", "0.05", 2, "$0.12, cost unknown for 2 requests, perhaps $0.05 more"),
    ],
)
def test_a_sum_is_written_in_one_way(known, at_most, perhaps, unknown, words) -> None:
    spent = Spent(known=Decimal(known), at_most=Decimal(at_most), perhaps=Decimal(perhaps), unknown=unknown)
    assert str(spent) == words


@pytest.mark.parametrize("value", ["much", "NaN", "sNaN", "Infinity", "-0.01", "1e400", "", None, "1e10"])
def test_what_is_no_amount_is_none(value) -> None:
    assert amount(value) is None


def test_a_service_that_tells_more_than_the_worst_case_is_believed_and_it_is_said(write_scenes, priced) -> None:
    write_scenes(1)
    priced.on(1, costing("0.30"))
    report = draw()
    assert report.cost == Spent(known=Decimal("0.30"))
    assert report.warnings == ["scripted: a picture cost $0.30, more than the $0.04 that it was to cost at most"]


@pytest.mark.parametrize("usd", ["0", "-0.01", "-36000", "36000"])
def test_a_cost_that_nobody_can_believe_counts_as_the_estimate(usd) -> None:
    cost, (doubt,) = Quote(MOST).settle(Cost(Decimal(usd)))
    assert cost == MOST
    assert doubt.startswith("the service told a cost that nobody can believe, $")
    assert doubt.endswith("; booked is at most $0.04")
    cost, (doubt,) = Quote().settle(Cost(Decimal(usd)))
    assert (cost, doubt.rpartition("; ")[2]) == (None, "its cost is unknown")


def test_what_is_free_is_free() -> None:
    assert Quote(Cost(Decimal(0))).settle(Cost(Decimal(0))) == (Cost(Decimal(0)), ())


@pytest.mark.parametrize("usd", ["0", "-1", "36000"])
def test_what_a_service_tells_never_makes_the_budget_larger(write_scenes, priced, usd) -> None:
    write_scenes(9)
    for scene in range(1, 10):
        priced.on(scene, lambda request: costing(usd, words=request.prompt))
    report = draw(budget="0.10")
    assert report.counts == {"drawn": 2, "not sent": 7}
    assert report.cost == Spent(at_most=2 * PRICE)


def test_a_picture_whose_price_is_only_bounded_is_at_most_and_not_unknown(write_scenes, priced) -> None:
    write_scenes(1)
    report = draw()
    assert (report.cost, str(report.cost)) == (Spent(at_most=PRICE), "at most $0.04")
    assert (report[0].cost_usd, report[0].upper_bound) == (PRICE, True)
    (frame,) = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"]
    assert (frame["cost_usd"], frame["upper_bound"]) == ("0.04", True)


def test_less_than_a_cent_is_not_nothing(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(Decimal("0.003")))
    write_scenes(1)
    assert "; $0.003)" in generate().stdout


def test_a_fresh_result_tells_what_the_ledger_knows_of_its_picture(write_scenes, priced) -> None:
    write_scenes(1)
    priced.on(1, costing("0.03", model="script-1", seed=77))
    drawn, fresh = draw()[0], draw()[0]
    assert (fresh.outcome, fresh.model, fresh.seed, fresh.cost_usd) == ("fresh", "script-1", 77, Decimal("0.03"))
    assert (drawn.model, drawn.seed, drawn.cost_usd) == (fresh.model, fresh.seed, fresh.cost_usd)
    assert draw().cost == Spent()


@pytest.mark.parametrize(
    ("asked", "said", "same"),
    [
        ("gpt-image-2", "gpt-image-2-2026-04-21", True),
        ("owner/name:0123abcd", "owner/name", True),
        ("Flux", "flux", True),
        ("gpt-image-2", "gpt-image-2.6-flare", False),
        ("gpt-image-1", "gpt-image-1-mini", False),
        ("gpt-image-2", "dall-e-3", False),
    ],
)
def test_a_model_s_version_does_not_make_it_another_model(asked, said, same) -> None:
    assert is_same_model(asked, said) is same


def test_what_was_asked_counts_where_the_service_names_another_model(write_scenes, priced) -> None:
    write_scenes(1)
    priced.on(1, costing("0.03", model="stranger-9"))
    report = draw()
    assert report[0].model == "script-1"
    assert report.warnings == [
        "scripted: the service says that 'stranger-9' drew it, not 'script-1'; the price is that of 'script-1'"
    ]
    (frame,) = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"]
    assert (frame["model"], frame["service_model"]) == ("script-1", "stranger-9")


@pytest.mark.parametrize(
    "trouble",
    [
        ZeroDivisionError("a bug"),
        BadImage("no picture in it"),
        OutcomeUnknown("no answer"),
        ProviderUnavailable("502", billed=Billed.PERHAPS),
        PluginError("confused", remedy="mend it"),
        lambda request: "a text",
        lambda request: GeneratedImage(data=b"<html>"),
        lambda request: GeneratedImage(data=picture("x")[:60], cost=None),
    ],
    ids=["bug", "no picture", "no answer", "billed 502", "plugin error", "wrong type", "html", "cut picture"],
)
def test_whatever_goes_wrong_after_the_call_is_perhaps_billed(write_scenes, priced, trouble) -> None:
    write_scenes(1)
    priced.on(1, *[trouble] * 20)
    report = draw(budget="0.10", on_unknown="leave", timing=None)
    assert len(priced.calls) <= 2
    assert report.cost.most == PRICE * len(priced.calls)
    assert report.cost.most <= Decimal("0.10")


def test_a_scene_that_was_sent_and_cannot_be_sent_again_is_no_scene_that_was_not_sent(write_scenes, priced) -> None:
    write_scenes(2)
    priced.on(1, *[ProviderUnavailable("the gateway broke", billed=Billed.PERHAPS)] * 9)
    report = draw(budget="0.10", workers=1)
    assert (outcomes(report), report[0].reason) == (["failed", "not sent"], "the gateway broke")
    assert (report.cost, report.perhaps_billed) == (Spent(perhaps=2 * PRICE), [1, 1])
    assert report.exit_code == 4


def test_a_job_that_cannot_be_looked_at_is_not_paid_for_twice_nor_forgotten(write_scenes, priced, monkeypatch) -> None:
    looks = [RateLimited("slowly", retry_after=1.0), ProviderUnavailable("503")]

    class Jobs(JobImageProvider, Scripted):
        def submit(self, request):
            return f"job-{request.scene_id}"

        def collect(self, job_id):
            if job_id == "job-1" and looks:
                raise looks.pop(0)
            return costing("0.03", words=job_id)

        def cancel(self, job_id):
            raise AssertionError(job_id)

    monkeypatch.setattr("scripted.Scripted", Jobs)
    write_scenes(3)
    report = draw(workers=1, budget="0.10")
    assert report.counts == {"drawn": 3}
    assert report.cost == Spent(known=Decimal("0.09"))


def test_runs_are_numbered_and_each_sums_up_its_own(write_scenes, priced) -> None:
    write_scenes(1)
    assert draw().cost == Spent(at_most=PRICE)
    write_scenes(["other words", "and more"])
    report = draw()
    assert (report.cost, report.project) == (Spent(at_most=2 * PRICE), Spent(at_most=3 * PRICE))
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        assert [booking.run for booking in ledger.bookings()] == [1, 2, 2]


def test_a_dearer_service_than_its_price_list_is_reckoned_with(write_scenes, priced) -> None:
    write_scenes(9)
    for scene in range(1, 10):
        priced.on(scene, costing("0.12", words=str(scene)))
    report = draw(budget="0.40", workers=1)
    assert report.counts == {"drawn": 3, "not sent": 6}
    assert report.cost == Spent(known=Decimal("0.36"))
