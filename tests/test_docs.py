"""Everything that README and docs show is run."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from novaclips.cli import cli
from novaclips.errors import ExitCode, MissingKey
from novaclips.plugin import Settings
from novaclips.project import KINDS
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator.scenes import read_scenes

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "core/README.md")]
PAGES += [*sorted((ROOT / "docs").glob("**/*.md")), *sorted((ROOT / "plugins").glob("*/README.md"))]
PAGES += sorted((ROOT / "examples").glob("*/README.md"))


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


def commands(page: str) -> list[list[str]]:
    """The novaclips commands that a page shows, as lists of words."""
    lines = [line for block in blocks(page, "console") for line in block.splitlines()]
    return [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("novaclips ")]


@pytest.fixture
def readme_project(tmp_path: Path) -> Path:
    (scenes,) = blocks("README.md", "yaml")
    path = tmp_path / "planning" / "scenes.yaml"
    path.parent.mkdir()
    path.write_text(scenes, encoding="utf-8")
    return path


@pytest.fixture
def services(fault_server, monkeypatch) -> FaultServer:
    """Both image services, on this machine."""
    for name, value in fault_server.env.items():
        monkeypatch.setenv(name, value)
    return fault_server


def test_the_commands_of_the_readme_run_one_after_the_other(readme_project, services, monkeypatch) -> None:
    monkeypatch.setenv("NOVACLIPS_RESOLUTION", "320x180")
    ran = 0
    for words in commands("README.md"):
        result = CliRunner().invoke(cli, words, prog_name="novaclips")
        assert result.exit_code == 0, (words, result.output)
        ran += 1
    assert ran >= 9


@pytest.mark.parametrize(
    "page",
    ["README.md", "plugins/novaclips-provider-openai/README.md", "plugins/novaclips-provider-replicate/README.md"],
)  # fmt: skip
def test_every_rehearsal_that_a_page_shows_runs(readme_project, page) -> None:
    shown = re.findall(
        r"(?m)^`?python -m (novaclips\.testing\.server[^`\n#]*)", (ROOT / page).read_text(encoding="utf-8")
    )
    shown = [words for words in map(shlex.split, shown) if words[1:]]  # without a word more it serves until Ctrl-C
    assert shown
    env = os.environ | {"NOVACLIPS_RESOLUTION": "320x180", "REPLICATE_POLL_INTERVAL": "0"}
    for words in shown:
        command = [sys.executable, "-m", *words]
        done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)


def test_the_python_of_the_readme_runs(readme_project, services, capsys) -> None:
    (code,) = blocks("README.md", "python")
    exec(compile(code, "README.md", "exec"), {})
    assert capsys.readouterr().out.splitlines() == [
        "1 drawn frames/scene-001.png",
        "2 drawn frames/scene-002.png",
    ]


def test_the_scenes_page_shows_a_file_that_reads(tmp_path) -> None:
    (text,) = blocks("docs/scenes.md", "yaml")
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "hero.png").touch()
    (tmp_path / "scenes.yaml").write_text(text, encoding="utf-8")
    (scene,) = read_scenes(tmp_path / "scenes.yaml")
    assert (scene.style, scene.provider, scene.seed, dict(scene.options)) == (
        "illustration",
        "storyboard",
        42,
        {"quality": "high"},
    )


PLUGINS = blocks("docs/plugins.md", "python")


@pytest.mark.parametrize("code", [code for code in PLUGINS if "@hookimpl" in code], ids=["acme", "night", "webp"])
def test_the_plugins_of_the_plugin_page_offer_what_they_say(code, request) -> None:
    names: dict[str, object] = {}
    exec(compile(code, "docs/plugins.md", "exec"), names)
    (hook,) = [value for name, value in names.items() if name.startswith("novaclips_")]
    (spec,) = hook()
    assert spec.name == request.node.callspec.id


def test_the_provider_of_the_plugin_page_reads_its_key_when_it_is_opened(write_scenes) -> None:
    names: dict[str, object] = {}
    exec(compile(PLUGINS[0], "docs/plugins.md", "exec"), names)
    provider = names["Acme"](Settings())
    with pytest.raises(MissingKey, match=r"provider 'acme' needs ACME_API_KEY; get a key at https://acme.example/keys"):
        provider.open()


def test_the_fault_server_of_the_plugin_page_answers(capsys) -> None:
    (code,) = [code for code in PLUGINS if "FaultServer" in code]
    exec(compile(code, "docs/plugins.md", "exec"), {})
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1 0\n", capsys.readouterr().out)


def test_the_settings_table_lists_every_setting() -> None:
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `--[a-z]+` \|[^|]*\| `([a-z]+):", text, re.MULTILINE)
    assert sorted(rows) == sorted(KINDS)


def test_the_exit_codes_are_the_ones_that_exist() -> None:
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    codes = {int(code) for code in re.findall(r"^\| ([0-9]+) \|", text, re.MULTILINE)}
    assert codes == {int(code) for code in ExitCode}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8")):
        assert target.startswith("http") or (page.parent / target).exists(), target


def test_every_option_of_the_settings_table_is_an_option_of_generate() -> None:
    text = (ROOT / "docs/command-line.md").read_text(encoding="utf-8")
    shown = CliRunner().invoke(cli, ["visuals", "generate", "--help"]).output
    for option in re.findall(r"^\| `(--[a-z]+)`", text, re.MULTILINE):
        assert option in shown
