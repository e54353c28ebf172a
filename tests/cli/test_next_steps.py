"""The last line of a run says what to do about the frames that are missing."""

from __future__ import annotations

import pytest

from cli.command_line import generate, run
from novaclips.cli.next_steps import after_regenerate
from novaclips.errors import (
    AuthenticationFailed,
    BudgetReached,
    ContentRefused,
    InvalidRequest,
    OutcomeUnknown,
    QuotaExhausted,
)
from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport

NEXT = "the same command again draws only what is missing"
REFUSED = "what was refused wants another prompt, or --retry-refused"


@pytest.mark.parametrize(
    ("errors", "flags", "advice"),
    [
        ([InvalidRequest("too long")], [], NEXT),
        ([ContentRefused("no")], [], REFUSED),
        ([ContentRefused("no"), InvalidRequest("too long")], [], f"{NEXT}; {REFUSED}"),
        ([AuthenticationFailed("the key is wrong")], [], f"mend the key first; then {NEXT}"),
        ([QuotaExhausted("no money")], [], f"see to the account's credit first; then {NEXT}"),
        ([OutcomeUnknown("silence")] * 2, [], NEXT),
        (
            [OutcomeUnknown("silence")],
            ["--on-unknown", "leave"],
            "what was perhaps billed is left alone; --on-unknown retry sends it again",
        ),
    ],
    ids=["failed", "refused", "refused and failed", "key", "credit", "no answer", "no answer, left"],
)
def test_the_last_line_says_how_the_missing_frames_are_drawn(write_scenes, scripted, errors, flags, advice) -> None:
    write_scenes(1 if len({*map(type, errors)}) == 1 else len(errors))
    for number, error in enumerate(errors, 1):
        scripted.on(number if len({*map(type, errors)}) > 1 else 1, error)
    assert generate(*flags).stdout.splitlines()[-1] == advice


def test_a_complete_run_gives_no_advice(write_scenes, scripted) -> None:
    write_scenes(1)
    assert generate().stdout.splitlines()[-1].startswith("1 of 1 frame in frames (1 drawn; ")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (InvalidRequest("too long"), "the same command again asks for a new one"),
        (ContentRefused("no"), "for a new one say it in other words with --prompt"),
        (AuthenticationFailed("wrong"), "mend the key first; then the same command again asks for a new one"),
        (QuotaExhausted("empty"), "see to the account's credit first; then the same command again asks for a new one"),
    ],
    ids=["failed", "refused", "key", "credit"],
)
def test_a_take_that_fails_says_that_the_frame_from_before_is_there(write_scenes, scripted, error, advice) -> None:
    write_scenes(2)
    generate()
    scripted.on(2, error)
    result = run("visuals", "regenerate", "--scene", "2")
    assert result.stdout.splitlines()[-1] == f"frames/scene-002.png is still the one from before; {advice}"


def test_a_take_that_the_budget_stops_asks_for_a_larger_one(tmp_path) -> None:
    report = RunReport((ImageResult(1, outcome=Outcome.NOT_SENT),), tmp_path, stopped_by=BudgetReached("the budget"))
    assert after_regenerate(report) == "for a new one raise --budget"


def test_a_take_that_fails_where_no_frame_was_promises_none(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, InvalidRequest("too long"), InvalidRequest("too long"))
    generate()
    result = run("visuals", "regenerate", "--scene", "1")
    assert result.stdout.splitlines()[-1] == "the same command again asks for a new one"
