"""What the Tab key offers, asked as shells ask: through click's protocol of variables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner

from cli.test_hostile_words import EVIL, is_clean
from novaclips.cli import cli, complete
from novaclips.installed import KINDS
from novaclips.visuals.image_generator.engine.settings import OnUnknown
from novaclips.visuals.image_generator.frame import FITS
from test_startup import RUN

FILM = """
- {id: 1, title: Rain falls, visual: {prompt: Rain}}
- {id: 4, visual: {prompt: A river}}
- {id: 12, title: "two\\nlines", visual: {prompt: The sea}}
"""


def write_film(content: str | bytes = FILM, folder: str = ".") -> None:
    path = Path(folder, "planning", "scenes.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def offered(line: str, shell: str = "bash") -> list[str]:
    """Press the Tab key at the end of a line."""
    words = line.split(" ")
    env = {
        "_NOVACLIPS_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": line,
        "COMP_CWORD": words[-1] if shell == "fish" else str(len(words) - 1),
    }
    result = CliRunner().invoke(cli, prog_name="novaclips", env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stderr == ""
    assert is_clean(result.stdout_bytes)
    lines = result.stdout.splitlines()
    return [line.partition(",")[2] for line in lines if line] if shell == "bash" else lines


@pytest.mark.parametrize(
    ("line", "values"),
    [
        ("visuals generate --provider ", ["openai", "replicate", "storyboard"]),
        ("visuals generate --provider st", ["storyboard"]),
        ("visuals status --provider o", ["openai"]),
        ("visuals regenerate --provider re", ["replicate"]),
        ("visuals generate --provider openai --allow ", ["openai", "replicate", "storyboard"]),
        ("visuals generate --writer p", ["png"]),
        ("visuals generate --enhancer n", ["none"]),
        ("visuals generate --fit ", ["cover", "contain", "stretch"]),
        ("visuals generate --fit c", ["cover", "contain"]),
        ("visuals generate --on-unknown ", ["retry", "leave"]),
        ("visuals generate --style no", ["noir", "none"]),
        ("visuals regenerate --style noi", ["noir"]),
        ("visuals cost --by ", ["scene", "provider", "run"]),
        ("styles show noi", ["noir"]),
        ("styles show non", []),
        ("plugins new ", list(KINDS)),
        ("visuals regenerate --scene ", ["1", "4", "12"]),
        ("visuals regenerate --scene 1", ["1", "12"]),
        ("visuals regenerate --scene 1 --scene 4", ["4"]),
        ("visuals regenerate --scenes ", ["1", "4", "12"]),
        ("visuals generate --scenes 4,", ["4,1", "4,12"]),
        ("visuals generate --scenes 4-", ["4-12"]),
        ("visuals generate --scenes 1,4-1", ["1,4-12"]),
        ("visuals generate --scenes x", []),
        ("visuals generate --project film --scenes ", ["7"]),
        ("visuals generate --project nowhere --scenes ", []),
    ],
)
def test_values_are_offered(line: str, values: list[str]) -> None:
    write_film()
    write_film("scenes: [{id: 7, visual: {prompt: A}}]", "film")
    assert offered(f"novaclips {line}") == values


@pytest.mark.parametrize(
    "line", ["visuals generate --project ", "visuals status --project fi", "plugins new style a --into "]
)
def test_folders_are_the_shell_s_to_offer(line: str) -> None:
    result = CliRunner().invoke(
        cli,
        prog_name="novaclips",
        env={
            "_NOVACLIPS_COMPLETE": "bash_complete",
            "COMP_WORDS": f"novaclips {line}",
            "COMP_CWORD": str(line.count(" ") + 1),
        },
    )
    assert result.stdout.startswith("dir,")


@pytest.mark.parametrize(
    "content",
    [
        *(
            "",
            "- {id: 1",
            "- id: 1\n\tb",
            "scenes: 3",
            "[1, a, ~]",
            "- {id: [1]}\n- {id: -1}\n- {id: x}\n- {id: '3'}\n",
        ),
        *(b"\xff\xfe-\0", b"\0\1\2", "a: &a [*a]", "&a [*a, *a]"),
        b"- {id: 1, visual: {prompt: " + b"x" * complete.MOST_BYTES,
    ],
    ids=lambda content: repr(content[:30]),
)
def test_a_scenes_file_that_is_broken_offers_nothing(content: str | bytes) -> None:
    write_film(content)
    assert offered("novaclips visuals regenerate --scene ") == []


def test_what_is_no_file_offers_nothing() -> None:
    Path("planning").mkdir()
    os.mkfifo("planning/scenes.yaml")
    assert offered("novaclips visuals regenerate --scene ") == []


def test_scenes_are_offered_from_a_file_with_a_mistake_elsewhere() -> None:
    write_film("- {id: 3, visual: {promt: A}}\n- {id: 3}\n- {id: 5}\n- text\n")
    assert offered("novaclips visuals regenerate --scene ") == ["3", "3", "5"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_titles_stand_beside_scenes_in_shells_that_show_them(shell: str) -> None:
    write_film()
    shown = "\n".join(offered("novaclips visuals regenerate --scene ", shell))
    assert "Rain falls" in shown
    assert "two lines" in shown


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_that_is_offered_steers_the_terminal(site, shell: str) -> None:
    source = f"""
        print({EVIL!r})
        from novaclips.plugin import PromptEnhancerSpec, hookimpl
        from novaclips.visuals.image_generator.enhancers import Style

        @hookimpl
        def novaclips_prompt_enhancers():
            style = Style(name="grim", summary="", prefix="Grim, ")
            yield PromptEnhancerSpec(name="grim", summary={EVIL!r}, create=lambda settings: style, style=style)
    """
    site.install("grim", entry_points={"style-grim": "grim"}, modules={"grim.py": source})
    write_film('- {id: 1, title: "\\e[31m\\x9b"}\n')
    assert any("grim" in line for line in offered("novaclips styles show gri", shell))
    assert offered("novaclips visuals regenerate --scene ", shell)


@pytest.mark.parametrize("raised", ["ValueError(1)", "SystemExit(3)", "KeyError"])
def test_a_broken_plugin_offers_nothing_and_hides_nobody(site, raised: str) -> None:
    site.install("bad", entry_points={"style-bad": "bad"}, modules={"bad.py": f"raise {raised}"})
    assert offered("novaclips styles show noi") == ["noir"]


def test_plugins_that_count_as_not_installed_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOVACLIPS_DISABLE_PLUGINS", "provider-openai")
    assert offered("novaclips visuals generate --provider ") == ["replicate", "storyboard"]


def test_the_lists_are_those_that_the_commands_take() -> None:
    assert tuple(complete.FITS) == FITS
    assert tuple(complete.ON_UNKNOWN) == get_args(OnUnknown)


@pytest.mark.parametrize(
    ("line", "may"),
    [
        ("visuals generate --", set()),
        ("visuals generate --fit ", set()),
        ("visuals generate --on-unknown ", set()),
        ("visuals regenerate --scene ", {"yaml"}),
        ("visuals generate --provider ", {"importlib_metadata", "pluggy"}),
        ("visuals generate --writer ", {"importlib_metadata", "pluggy"}),
        ("visuals generate --style ", {"importlib_metadata", "pluggy", "yaml"}),
    ],
)
def test_the_tab_key_imports_nothing_heavy(line: str, may: set[str]) -> None:
    from test_startup import HEAVY

    write_film()
    words = f"novaclips {line}"
    env = os.environ | {
        "_NOVACLIPS_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(words.count(" ")),
    }
    done = subprocess.run([sys.executable, "-c", RUN], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    imported = {name.partition(".")[0] for name in done.stderr.splitlines()[-1].split()}
    assert imported & HEAVY <= may
