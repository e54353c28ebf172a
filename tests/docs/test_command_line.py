"""The page about the command line says what the command line does."""

from __future__ import annotations

import re
import runpy

import pytest
from click.testing import CliRunner

from docs.pages import ROOT
from novaclips.cli import cli
from novaclips.errors import ExitCode
from novaclips.project import KINDS

SCRIPT = runpy.run_path(str(ROOT / "docs" / "command_line.py"))
PAGE = SCRIPT["PAGE"].read_text(encoding="utf-8")


def test_the_help_texts_are_those_of_the_commands() -> None:
    assert SCRIPT["with_help"](PAGE) == PAGE, "the help texts changed; run: python docs/command_line.py"


def test_help_texts_that_are_out_of_date_are_written_anew_and_nothing_else() -> None:
    assert SCRIPT["with_help"](PAGE.replace("  --dry-run ", "  --try-run ")) == PAGE


def test_every_command_of_the_table_is_one_that_exists_and_the_other_way_round() -> None:
    shown = re.findall(r"^\| \[`novaclips ([a-z ]+)`\]\(#novaclips-([a-z-]+)\) \|", PAGE, re.MULTILINE)
    assert [words.replace(" ", "-") for words, _ in shown] == [anchor for _, anchor in shown]
    assert {words for words, _ in shown} == {" ".join(path) for path in SCRIPT["paths"](cli) if len(path) > 1}


def test_the_settings_table_lists_every_setting() -> None:
    rows = re.findall(r"^\| `--[a-z]+` \|[^|]*\| `([a-z]+):", PAGE, re.MULTILINE)
    assert sorted(rows) == sorted(KINDS)


def test_every_option_of_the_settings_table_is_an_option_of_generate() -> None:
    shown = CliRunner().invoke(cli, ["visuals", "generate", "--help"]).output
    for option in re.findall(r"^\| `(--[a-z]+)`", PAGE, re.MULTILINE):
        assert option in shown


def test_the_exit_codes_are_the_ones_that_exist() -> None:
    codes = {int(code) for code in re.findall(r"^\| ([0-9]+) \|", PAGE, re.MULTILINE)}
    assert codes == {int(code) for code in ExitCode}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_line_for_each_shell_asks_for_a_script_that_there_is(shell: str) -> None:
    assert f"_NOVACLIPS_COMPLETE={shell}_source novaclips" in PAGE
    shown = CliRunner().invoke(cli, prog_name="novaclips", env={"_NOVACLIPS_COMPLETE": f"{shell}_source"})
    assert "_NOVACLIPS_COMPLETE=" in shown.output
