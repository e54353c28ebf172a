"""Before anything is sent: what it would cost, what will be ignored, whether the provider is ready."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import Result

from cli.command_line import generate
from novaclips.errors import ConfigError, MissingKey, PluginError
from novaclips.plugin import Cost
from scripted import Scripted
from visuals.drawing import draw, plan


def dry_run(*arguments: str) -> Result:
    return generate("--dry-run", *arguments)


@pytest.fixture
def priced(scripted, monkeypatch) -> None:
    """Give the scripted provider a price list: a price, a worst case, and a scene of unknown price."""
    prices = {1: Cost(Decimal("0.04"), as_of="2026-11-23"), 2: Cost(Decimal("0.165"), True, "2026-11-20"), 3: None}
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: prices[request.scene_id])
    scripted.identity["size"] = "1920x1088"


def test_a_dry_run_prices_every_picture_and_their_sum(write_scenes, priced) -> None:
    write_scenes(3)
    assert dry_run().stdout.splitlines()[2:] == [
        "SCENE  STATE    PROVIDER  MODEL     SIZE       COST            WHY",
        "1      missing  scripted  script-1  1920x1088  $0.04           no frame yet",
        "2      missing  scripted  script-1  1920x1088  at most $0.165  no frame yet",
        "3      missing  scripted  script-1  1920x1088  unknown         no frame yet",
        "3 scenes: 3 to draw",
        "sends to scripted at its own service: 3 pictures of script-1, at most $0.205, and 1 at an unknown price",
        "cost: at most $0.205 for 2 pictures (prices of 2026-11-20, 2026-11-23), unknown for 1 picture",
    ]


def test_a_dry_run_prices_only_what_would_be_sent(write_scenes, priced) -> None:
    write_scenes(2)
    draw(scenes=[1])
    lines = dry_run().stdout.splitlines()
    assert lines[3] == "1      fresh    scripted  script-1  1920x1088  -"
    assert lines[-1] == "cost: at most $0.165 for 1 picture (prices of 2026-11-20)"


def test_a_dry_run_tells_programs_the_prices(write_scenes, priced) -> None:
    write_scenes(3)
    document = json.loads(dry_run("--json").stdout)
    assert document["total"] == {
        "cost_usd": "0.205",
        "upper_bound": True,
        "unknown": 1,
        "prices_of": ["2026-11-20", "2026-11-23"],
    }
    assert document["scenes"][1] == {
        "scene": 2,
        "state": "missing",
        "reason": "no frame yet",
        "provider": "scripted",
        "model": "script-1",
        "size": "1920x1088",
        "sends": True,
        "cost_usd": "0.165",
        "upper_bound": True,
    }


def test_equal_requests_are_priced_once(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "estimate", lambda self, request: Cost(Decimal("0.04")))
    write_scenes({1: "a harbour", 2: "a harbour"})
    assert plan().bill.usd == Decimal("0.04")


def test_what_is_ignored_is_said_once_and_before_anything_is_sent(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "notices", lambda self, request: ["option 'qualty' is unknown and ignored"])
    write_scenes(3)
    result = generate()
    assert result.stderr == "note: scripted: option 'qualty' is unknown and ignored\n"
    assert result.output.index("note: scripted: option 'qualty'") < result.output.index("[1/3]")


def test_what_is_ignored_stands_in_report_and_manifest(write_scenes, scripted, monkeypatch) -> None:
    monkeypatch.setattr(Scripted, "notices", lambda self, request: ["no such option"])
    write_scenes(1)
    assert draw().warnings == ["scripted: no such option"]
    assert json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"][0]["warnings"] == [
        "no such option"
    ]


def test_a_provider_gets_ready_before_the_folder_is_made(write_scenes, scripted, monkeypatch) -> None:
    def no_key(self):
        raise MissingKey("provider 'scripted' needs SCRIPTED_KEY")

    monkeypatch.setattr(Scripted, "open", no_key)
    write_scenes(1)
    with pytest.raises(MissingKey):
        draw()
    assert not Path("frames").exists()
    assert scripted.calls == []


def test_a_plan_and_a_run_without_anything_to_send_need_no_ready_provider(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    draw()

    def no_key(self):
        raise MissingKey("provider 'scripted' needs SCRIPTED_KEY")

    monkeypatch.setattr(Scripted, "open", no_key)
    assert draw().counts == {"fresh": 1}
    assert draw(size="128x72").counts == {"fitted": 1}
    write_scenes(2)
    assert plan().requests == 1


@pytest.mark.parametrize("method", ["estimate", "notices", "open"])
def test_whatever_else_a_provider_raises_is_its_own_fault(write_scenes, scripted, monkeypatch, method) -> None:
    def fail(self, *_):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(Scripted, method, fail)
    write_scenes(1)
    with pytest.raises(PluginError, match=r"provider 'scripted' is broken: .* ZeroDivisionError: division by zero"):
        draw()


def test_a_mistake_in_an_option_ends_the_run_before_it_begins(write_scenes, scripted, monkeypatch) -> None:
    def refuse(self, request):
        raise ConfigError("option quality='ultra' should be one of low, medium, high")

    monkeypatch.setattr(Scripted, "identity", refuse)
    write_scenes(1)
    assert dry_run().exit_code == 2
    assert "error: option quality='ultra' should be one of low, medium, high" in dry_run().stderr
