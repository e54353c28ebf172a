"""What a person at a terminal sees: a real pseudo-terminal, read byte by byte."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")

TESTS = Path(__file__).parents[1]


def on_a_terminal(*arguments: str, site: Path | None = None, setup: str = "") -> tuple[int, str]:
    """Run the command line on a terminal of 100 columns and return its exit code and all it showed."""
    paths = [str(TESTS), *([str(site)] if site else [])]
    start = f"from novaclips.cli import main; sys.argv[1:] = {arguments!r}; main()"
    code = f"import sys; sys.path[:0] = {paths!r}; {setup}{start}"
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "100", "LINES": "30"}
    process = subprocess.Popen([sys.executable, "-c", code], stdin=theirs, stdout=theirs, stderr=theirs, env=env)
    os.close(theirs)
    shown = b""
    with os.fdopen(ours, "rb", buffering=0) as screen:
        while True:
            try:
                piece = screen.read(4096)
            except OSError:  # Linux says so when the other side is closed
                break
            if not piece:
                break
            shown += piece
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown.decode())
    return process.wait(timeout=60), text


def test_a_bar_counts_the_frames_and_goes_away(write_scenes) -> None:
    write_scenes(3)
    code, text = on_a_terminal("visuals", "generate", "--provider", "storyboard", "--resolution", "640x360")
    assert code == 0
    assert re.search(r"drawing .*[0-3]/3", text)
    assert "3 of 3 frames in frames" in text
    assert "[1/3]" not in text


def test_the_bar_counts_failures_and_the_summary_names_them(write_scenes, scripted, site) -> None:
    write_scenes(4)
    setup = "import scripted; from novaclips.errors import InvalidRequest as B; scripted.script.on(2, B('too long'));"
    arguments = ("visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108")
    code, text = on_a_terminal(*arguments, site=site.folder, setup=setup)
    assert code == 1
    assert "drawing, 1 failed" in text
    assert text.count("scene 2: failed: too long") == 1


def test_nothing_to_do_shows_no_bar(write_scenes) -> None:
    write_scenes(1)
    arguments = ("visuals", "generate", "--provider", "storyboard", "--resolution", "64x64")
    on_a_terminal(*arguments)
    code, text = on_a_terminal(*arguments)
    assert code == 0
    assert "1 scene: 1 up to date" in text
    assert "drawing" not in text
