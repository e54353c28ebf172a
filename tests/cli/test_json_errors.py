"""``--json``: whatever ends a command, stdout holds one JSON document, and stderr the same sentence for people."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from cli.command_line import generate, run
from novaclips.cli import cli
from novaclips.cli import styles as styles_module
from novaclips.cli import visuals as visuals_module
from novaclips.errors import AuthenticationFailed


def document(result: Result) -> dict[str, object]:
    """Parse stdout, which must hold one JSON document and nothing else."""
    parsed: dict[str, object] = json.loads(result.stdout)
    assert parsed["exit_code"] == result.exit_code
    return parsed


@pytest.mark.parametrize(
    ("arguments", "kind", "message"),
    [
        ("visuals generate --provider nobody", "UnknownPlugin", "unknown provider 'nobody'"),
        ("visuals generate --resolution big", "ConfigError", "resolution 'big' is not WIDTHxHEIGHT"),
        ("visuals generate --dry-run --fit crop", "ConfigError", "unknown fit 'crop'"),
        ("visuals generate --provider openai --style none", "MissingKey", "OPENAI_API_KEY"),
        ("visuals generate --provider broken", "PluginError", "broken"),
        ("visuals generate --project nowhere", "ConfigError", "no project folder 'nowhere'"),
        ("visuals generate --stlye noir", "NoSuchOption", "No such option"),
        ("visuals generate --workers 0", "BadParameter", "is not in the range"),
        ("visuals generate --workers", "BadParameter", "is not a valid integer range"),
        ("visuals generate extra", "UsageError", "unexpected extra argument"),
        ("visuals regenerate", "UsageError", "which scenes?"),
        ("visuals regenerate --scene 1", "ConfigError", "manifest.json"),
        ("visuals genrate", "UsageError", "did you mean 'generate'?"),
        ("visuals status --project nowhere", "ConfigError", "no project folder"),
        ("visuals prune", "ConfigError", "manifest.json"),
        ("visuals cost --by month", "BadParameter", "'month' is not one of"),
        ("visuals", "NoSuchOption", "No such option"),
        ("styles show nior", "UnknownPlugin", "did you mean 'noir'?"),
        ("styles show", "MissingParameter", "Missing argument"),
        ("plugins new provider acme", "NoSuchOption", "No such option"),
        ("nothing", "UsageError", "no command 'nothing'"),
    ],
)
def test_a_mistake_is_a_document_too(write_scenes, site, arguments: str, kind: str, message: str) -> None:
    site.install("broken", entry_points={"provider-broken": "broken"}, modules={"broken.py": "raise OSError(5)"})
    write_scenes(1)
    result = run(*arguments.split(), "--json")
    assert result.exit_code == 2
    parsed = document(result)
    assert set(parsed) == {"error", "exit_code"}
    assert set(parsed["error"]) == {"type", "message"}
    assert parsed["error"]["type"] == kind
    assert message in parsed["error"]["message"]
    assert message in result.stderr


def test_the_root_s_own_mistakes_are_a_document() -> None:
    assert document(run("--quite", "visuals", "status", "--json"))["error"]["type"] == "NoSuchOption"


def test_without_json_stdout_stays_empty() -> None:
    assert run("visuals", "generate", "--project", "nowhere").stdout == ""


@pytest.mark.parametrize("content", ["- id: x\n", "- {id: 1, visual: {prompt: A: b}}", None], ids=str)
def test_a_scenes_file_that_cannot_be_used_is_a_document(scripted, content: str | None) -> None:
    Path("planning").mkdir()
    if content:
        Path("planning/scenes.yaml").write_text(content, encoding="utf-8")
    result = generate("--json")
    assert document(result)["error"]["type"] == "ScenesError"
    assert str(document(result)["error"]["message"]).startswith("planning/scenes.yaml:")


def test_a_run_that_stopped_has_its_report_and_no_second_document(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(1, AuthenticationFailed("wrong key"))
    scripted.on(2, AuthenticationFailed("wrong key"))
    result = generate("--json")
    assert document(result)["exit_code"] == 5
    assert "scenes" in document(result)


def failing_with(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> Result:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(styles_module.list_styles, "callback", fail)
    return CliRunner().invoke(cli, ["styles", "list", "--json"], prog_name="novaclips")


@pytest.mark.parametrize(
    ("error", "exit_code", "told"),
    [
        (LookupError("lost"), 1, {"type": "LookupError", "message": "lost"}),
        (KeyboardInterrupt(), 130, {"type": "KeyboardInterrupt", "message": "interrupted"}),
        (click.Abort(), 1, {"type": "Abort", "message": "aborted"}),
        (MemoryError(), 1, {"type": "MemoryError", "message": ""}),
        (UnicodeEncodeError("utf-8", "\ud83e", 0, 1, "surrogates not allowed"), 1, None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_whatever_else_ends_a_command_is_a_document(monkeypatch, error, exit_code: int, told) -> None:
    result = failing_with(error, monkeypatch)
    assert result.exit_code == exit_code
    parsed = document(result)
    assert parsed["error"] == told or told is None


def test_a_reader_that_is_gone_gets_no_document(monkeypatch) -> None:
    assert failing_with(BrokenPipeError(32, "Broken pipe"), monkeypatch).stdout == ""


def test_a_bug_after_the_document_adds_no_second_one(write_scenes, scripted, monkeypatch) -> None:
    def bug(*_: object) -> None:
        raise LookupError("late")

    write_scenes(1)
    monkeypatch.setattr(visuals_module, "show_causes", bug)
    with pytest.raises(LookupError):
        generate("--json")
    result = CliRunner().invoke(cli, ["visuals", "generate", "--provider", "scripted", "--json"], prog_name="novaclips")
    assert "scenes" in json.loads(result.stdout)
