"""Money is a hard fact: what a request may cost is set aside before it is sent."""

from __future__ import annotations

import threading
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate
from novaclips.errors import BudgetReached, ConfigError, ExitCode, OutcomeUnknown, ProviderUnavailable
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator.engine.budget import Budget, Limits
from novaclips.visuals.image_generator.engine.ledger import Ledger
from scripted import Scripted, picture
from visuals.drawing import draw, outcomes

PRICE = Decimal("0.041")
DOLLAR = Limits(run=Decimal(1))


@pytest.fixture
def priced(scripted, monkeypatch):
    """Have each picture of the scripted provider cost 0.041 at worst, and not say what it really cost."""
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE, upper_bound=True))
    return scripted


def booked() -> Decimal:
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        return ledger.booked()


def test_never_more_is_booked_or_set_aside_than_the_budget(write_scenes, priced, monkeypatch) -> None:
    write_scenes(50)
    sums: list[Decimal] = []
    begin = Ledger.begin

    def watched(self, **facts):
        attempt = begin(self, **facts)
        sums.append(self.booked())
        return attempt

    monkeypatch.setattr(Ledger, "begin", watched)
    report = draw(workers=16, budget="1.00")
    assert len(sums) == 24
    assert max(sums) <= Decimal("1.00")
    assert booked() == 24 * PRICE
    assert (report.exit_code, report.counts) == (ExitCode.BUDGET, {"drawn": 24, "not sent": 26})
    assert len(list(Path("frames").glob("scene-*.png"))) == 24


def test_the_next_run_goes_on_with_a_budget_of_its_own(write_scenes, priced) -> None:
    write_scenes(6)
    draw(budget=Decimal("0.10"))
    assert draw(budget=1).counts == {"fresh": 2, "drawn": 4}


def test_what_costs_less_than_was_set_aside_leaves_money_for_more(write_scenes, priced) -> None:
    write_scenes(10)
    for scene in range(1, 11):
        cheap = GeneratedImage(data=picture(str(scene)), cost=Cost(Decimal("0.01")))
        priced.on(scene, cheap)
    assert draw(workers=8, budget="0.14").counts == {"drawn": 10}


def test_what_certainly_was_not_billed_is_given_back(write_scenes, priced) -> None:
    write_scenes(1)
    priced.on(1, *[ProviderUnavailable("503")] * 3)
    assert outcomes(draw(budget="0.05")) == ["drawn"]
    assert booked() == PRICE


def test_what_was_perhaps_billed_is_counted(write_scenes, priced) -> None:
    write_scenes(1)
    priced.on(1, OutcomeUnknown("no answer"))
    report = draw(budget="0.05")
    assert (report.exit_code, booked(), report.perhaps_usd) == (ExitCode.BUDGET, PRICE, PRICE)


def test_what_cannot_be_asked_for_again_within_the_budget_is_still_perhaps_billed(write_scenes, priced) -> None:
    write_scenes(2)
    priced.on(2, OutcomeUnknown("no answer"))
    report = draw(budget="0.10", workers=1)
    assert outcomes(report) == ["drawn", "unknown"]
    assert report[1].reason == "no answer"
    assert (report.exit_code, report.perhaps_billed) == (ExitCode.BUDGET, [2])


def test_an_answer_in_which_no_picture_was_stays_booked(write_scenes, priced) -> None:
    write_scenes(2)
    priced.on(1, b"<html>sold out</html>")
    assert outcomes(draw(budget="0.05", workers=1)) == ["failed", "not sent"]
    assert booked() == PRICE


def test_an_unknown_price_and_a_budget_do_not_go_together(write_scenes, scripted) -> None:
    write_scenes(1)
    with pytest.raises(
        ConfigError,
        match=r"the budget cannot be kept: what provider 'scripted' \(model script-1\) asks for scene 1 is unknown;",
    ):
        draw(budget=5)
    assert not Path("frames").exists()


@pytest.mark.parametrize("amount", ["nothing", "-1", "0", "inf", "nan", "1,50"])
def test_an_amount_that_is_none_is_answered_with_what_to_write(write_scenes, scripted, amount) -> None:
    write_scenes(1)
    result = generate(f"--budget={amount}")
    assert result.exit_code == 2
    assert f"error: budget '{amount}' is not an amount of US dollars; write for example 5 or 0.50" in result.stderr


def test_the_command_line_says_that_the_budget_is_reached(write_scenes, priced) -> None:
    write_scenes(3)
    result = generate("--budget", "$0.09", "--workers", "1")
    assert result.exit_code == 4
    assert "stopped: the budget of $0.09 is reached: $0.082 is spent, and the next picture may cost $0.041" in (
        result.stderr
    )
    assert "not sent, because the run was stopped: scenes 3" in result.stderr


def test_a_request_waits_for_money_that_others_may_not_need() -> None:
    budget = Budget(DOLLAR)
    budget.reserve(Decimal("0.8"), lambda: False)
    done = threading.Event()

    def second() -> None:
        budget.reserve(Decimal("0.8"), lambda: False)
        done.set()

    thread = threading.Thread(target=second)
    thread.start()
    budget.settle(Decimal("0.8"), Decimal("0.2"))
    thread.join()
    assert done.is_set()


def test_a_request_that_does_not_fit_for_good_is_refused() -> None:
    budget = Budget(DOLLAR)
    budget.reserve(Decimal("0.8"), lambda: False)
    budget.settle(Decimal("0.8"), Decimal("0.8"))
    with pytest.raises(BudgetReached):
        budget.reserve(Decimal("0.3"), lambda: False)


def test_a_stop_ends_the_wait_for_money() -> None:
    budget = Budget(DOLLAR)
    budget.reserve(Decimal(1), lambda: False)
    budget.reserve(Decimal(1), lambda: True)
