"""What a project has cost, and what it may: `visuals cost`, and the budgets of novaclips.yaml."""

from __future__ import annotations

import json
import shutil
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import BadImage, BudgetReached, ConfigError, OutcomeUnknown
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.costs import GROUPINGS, read_costs
from novaclips.visuals.image_generator.money import Spent
from scripted import Scripted, picture
from visuals.drawing import draw

PRICE = Decimal("0.04")


@pytest.fixture
def priced(scripted, monkeypatch):
    """Have each picture of the scripted provider cost 0.04 at most."""
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE, upper_bound=True))
    return scripted


@pytest.fixture
def eventful(write_scenes, priced, monkeypatch):
    """A project with an exact price, a lost answer, a take that no frame shows, and a picture of unknown price."""
    write_scenes(3)
    priced.on(1, GeneratedImage(data=picture("x"), cost=Cost(Decimal("0.03"))))
    priced.on(3, OutcomeUnknown("no answer"), BadImage("no picture"))
    draw(workers=1)
    ImageGenerator().regenerate_scene(2, "frames")
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: None)
    draw(workers=1)


def test_costs_are_shown_by_scene_with_what_no_frame_shows(eventful) -> None:
    assert run("visuals", "cost").stdout.splitlines() == [
        "SCENE  REQUESTS  PICTURES  COST",
        "1      1         1         $0.03",
        "2      2         2         at most $0.08",
        "3      3         1         cost unknown for 1 request, perhaps $0.08 more",
        "in all: $0.03, at most $0.08 more, cost unknown for 1 request, perhaps $0.08 more (6 requests, 4 pictures)",
    ]


def test_costs_are_shown_by_provider_and_model(eventful) -> None:
    head, row, _ = run("visuals", "cost", "--by", "provider").stdout.splitlines()
    assert head == "PROVIDER  MODEL     REQUESTS  PICTURES  COST"
    assert row.startswith(
        "scripted  script-1  6         4         $0.03, at most $0.08 more, cost unknown for 1 request"
    )


def test_costs_are_shown_by_run(eventful) -> None:
    head, *rows, _ = run("visuals", "cost", "--by", "run").stdout.splitlines()
    assert head.split() == ["RUN", "BEGAN", "REQUESTS", "PICTURES", "COST"]
    assert [row.split()[0] for row in rows] == ["1", "2", "3"]
    assert [row.rpartition("  ")[2] for row in rows] == [
        "$0.03, at most $0.04 more, perhaps $0.08 more",
        "at most $0.04",
        "cost unknown for 1 request",
    ]


def test_programs_get_every_grouping_and_the_same_sums_everywhere(eventful) -> None:
    document = json.loads(run("visuals", "cost", "--json").stdout)
    total = {"known_usd": "0.03", "at_most_usd": "0.08", "perhaps_usd": "0.08", "unknown": 1}
    assert document["total"] == {"requests": 6, "pictures": 4, **total}
    assert json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["cost"] == total
    assert draw().project.as_dict() == total
    for name in ("by_scene", "by_provider", "by_run"):
        for field in ("known_usd", "at_most_usd", "perhaps_usd"):
            assert sum(Decimal(group[field]) for group in document[name]) == Decimal(total[field])
    assert list(json.loads(run("visuals", "cost", "--json", "--by", "run").stdout)) == [
        "total",
        "project_budget_usd",
        "by_run",
    ]


def test_to_ask_for_costs_writes_nothing(eventful) -> None:
    def state() -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in Path("frames").rglob("*") if path.is_file()}

    before = state()
    run("visuals", "cost")
    assert state() == before


def test_a_project_without_frames_has_cost_nothing() -> None:
    assert run("visuals", "cost").stdout == "in all: $0.00 (0 requests, 0 pictures)\n"
    assert not Path("frames").exists()


def test_a_lost_ledger_is_said_and_what_is_left_is_counted(eventful) -> None:
    for path in Path("frames/.novaclips").glob("ledger*"):
        path.unlink()
    result = run("visuals", "cost")
    assert "is gone; the next run rebuilds it: " in result.stderr
    assert "$0.03, at most $0.08 more, cost unknown for 1 request" in result.stdout
    assert {group.of["run"] for group in read_costs(Path("frames")).by("run")} == {1, 2, 3}


def test_every_grouping_adds_up_to_the_whole(eventful) -> None:
    costs = ImageGenerator().costs("frames")
    for name in GROUPINGS:
        assert Spent.total(group.spent for group in costs.by(name)) == costs.spent == costs.whole().spent
        assert sum(group.requests for group in costs.by(name)) == len(costs.bookings)


def test_a_ledger_of_before_runs_were_numbered_is_one_group(write_scenes, priced) -> None:
    write_scenes(1)
    draw()
    import sqlite3

    with sqlite3.connect("frames/.novaclips/ledger.sqlite3") as db:
        db.execute("UPDATE attempt SET run = NULL")
    db.close()
    assert run("visuals", "cost", "--by", "run").stdout.splitlines()[1].startswith("-    ")


@pytest.mark.parametrize("budget", ["0.10", "{run: 0.10}", "$0.10", "'0.10'"])
def test_a_project_s_file_sets_the_budget_of_each_run(write_scenes, priced, budget) -> None:
    write_scenes(3)
    Path("novaclips.yaml").write_text(f"budget: {budget}\n")
    result = generate("--workers=1")
    assert result.exit_code == 4
    assert "budget: $0.10 (novaclips.yaml)" in result.stdout
    assert "3 scenes: 3 to draw; the budget of $0.10 may be reached before the end: $0.02 is missing at worst" in (
        result.stdout
    )
    assert generate().exit_code == 0


def test_a_variable_and_a_flag_count_before_the_file(write_scenes, priced) -> None:
    write_scenes(1)
    Path("novaclips.yaml").write_text("budget: {run: 0.01, project: 40}\n")
    result = generate("--dry-run", NOVACLIPS_BUDGET="2")
    assert "budget: $2.00 (NOVACLIPS_BUDGET)" in result.stdout
    assert "budget of the project: $40.00 (novaclips.yaml)" in result.stdout
    assert "1 scene: 1 to draw; of the budget of $2.00 at least $1.96 will be left" in result.stdout
    result = generate("--dry-run", "--budget", "$1", NOVACLIPS_BUDGET="2")
    assert "budget: $1.00 (--budget)" in result.stdout


def test_what_earlier_runs_booked_counts_against_the_project(write_scenes, priced) -> None:
    write_scenes(2)
    Path("novaclips.yaml").write_text("budget: {project: 0.15}\n")
    priced.on(2, BadImage("no picture in it"))
    assert generate("--workers=1").exit_code == 1
    result = generate()
    assert "of the project's budget of $0.15, of which $0.08 was booked before, at least $0.03 will be left" in (
        result.stdout
    )
    write_scenes(4)
    result = generate()
    assert result.exit_code == 4
    assert (
        "stopped: the project's budget of $0.15, of which $0.12 was booked before, is reached: $0.00 is spent, and the"
        " next picture may cost $0.04"
    ) in result.stderr
    assert "raise the project's budget first; then the same command again draws only what is missing" in result.stdout
    assert run("visuals", "cost").stdout.splitlines()[-1] == "budget: $0.03 of $0.15 is left for the project"


def test_to_draw_again_keeps_the_project_s_budget_too(write_scenes, priced) -> None:
    write_scenes(1)
    draw()
    Path("novaclips.yaml").write_text("budget: {project: 0.05}\n")
    result = run("visuals", "regenerate", "--scene", "1")
    assert (result.exit_code, len(priced.calls)) == (4, 1)
    assert "for a new one raise the project's budget" in result.stdout
    with pytest.raises(BudgetReached, match=r"the project's budget of \$0.05, of which \$0.04 was booked before, is"):
        ImageGenerator(project_budget="0.05").regenerate_scene(1, "frames")


def test_a_dry_run_tells_programs_what_would_be_left(write_scenes, priced) -> None:
    write_scenes(1)
    draw()
    write_scenes(["other words"])
    Path("novaclips.yaml").write_text("budget: {run: 5, project: 40}\n")
    assert json.loads(generate("--dry-run", "--json").stdout)["budget"] == {
        "run_usd": "5",
        "project_usd": "40",
        "booked_usd": "0.04",
        "left_usd": "4.96",
    }


def test_earlier_requests_of_unknown_cost_are_said_to_be_left_out(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    draw()
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(PRICE))
    write_scenes(["other words"])
    Path("novaclips.yaml").write_text("budget: {project: 1}\n")
    assert "will be left (not counting 1 earlier request, whose cost nobody knows)" in generate("--dry-run").stdout


def test_a_price_that_nobody_knows_and_a_project_s_budget_do_not_go_together(write_scenes, scripted) -> None:
    write_scenes(1)
    Path("novaclips.yaml").write_text("budget: {project: 1}\n")
    assert "the budget cannot be kept: what provider 'scripted'" in generate().stderr
    assert "the project's budget of $1.00 cannot be kept: the price of 1 of the pictures is unknown" in (
        generate("--dry-run").stdout
    )


@pytest.mark.parametrize("budget", ["-1", "0", "much", "true", "[]", "{}", "{run: 0}", "{film: 5}", "nan", "inf"])
def test_a_budget_that_is_none_is_answered_with_what_to_write(write_scenes, priced, budget) -> None:
    write_scenes(1)
    Path("novaclips.yaml").write_text(f"budget: {budget}\n")
    result = generate("--dry-run")
    assert result.exit_code == 2
    assert (
        "novaclips.yaml:1:9: budget should be an amount of US dollars such as 5 or 0.50, or {run: 5, project: 40}"
        in (result.stderr)
    )


def test_a_variable_that_is_no_budget_is_a_mistake(write_scenes, priced) -> None:
    write_scenes(1)
    result = generate("--dry-run", NOVACLIPS_BUDGET="much")
    assert "error: NOVACLIPS_BUDGET='much' should be an amount of US dollars" in result.stderr


def test_a_copied_folder_takes_its_costs_along(write_scenes, priced) -> None:
    write_scenes(1)
    draw()
    shutil.copytree("frames", "copy")
    assert read_costs(Path("copy")).spent == Spent(at_most=PRICE)


def test_python_checks_a_project_s_budget_too() -> None:
    with pytest.raises(ConfigError, match="budget '0' is not an amount of US dollars"):
        ImageGenerator(project_budget="0")
