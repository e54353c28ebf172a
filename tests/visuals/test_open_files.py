"""A process that may have few files open loses no picture."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from novaclips import handles
from visuals.drawing import draw, outcomes

TESTS = Path(__file__).parents[1]
resource = pytest.importorskip("resource")

PROGRAM = """
import resource, sys
sys.path[:0] = [{tests!r}, {site!r}]
resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}))
sys.argv = ["novaclips", "visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108",
            "--workers", "256"]
import scripted
from novaclips.cli import main
try:
    main()
finally:
    print("asked for", len(scripted.script.calls), "limit", resource.getrlimit(resource.RLIMIT_NOFILE)[0],
          file=sys.stderr)
"""


def run_with(site, tmp_path, soft: int, hard: int) -> str:
    code = textwrap.dedent(PROGRAM.format(tests=str(TESTS), site=str(site.folder), soft=soft, hard=hard))
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def test_the_command_line_raises_the_soft_limit(write_scenes, scripted, site, tmp_path) -> None:
    write_scenes(30)
    assert "asked for 30 limit 1024" in run_with(site, tmp_path, 128, 1024)


def test_where_the_limit_is_hard_fewer_calls_are_made_at_once_and_nothing_is_lost(
    write_scenes, scripted, site, tmp_path
) -> None:
    write_scenes(100)
    said = run_with(site, tmp_path, 128, 128)
    assert "asked for 100 limit 128" in said
    assert (
        "note: 16 calls in flight at once, not 256: this process may have too few files open; raise ulimit -n for more"
        in said
    )
    assert outcomes(draw()) == ["fresh"] * 100


def test_from_python_the_limit_stays_as_it_is_and_is_heeded(write_scenes, scripted, monkeypatch) -> None:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.run.most_calls", lambda: 2)
    write_scenes(5)
    report = draw(workers=64)
    assert outcomes(report) == ["drawn"] * 5
    assert any(note.startswith("2 calls in flight at once, not 64") for note in report.notes)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == before
    assert draw(workers=64).notes == ()  # nothing is asked for any more


@pytest.mark.parametrize(("limit", "calls"), [(256, 48), (1024, 240), (70, 1), (10, 1), (resource.RLIM_INFINITY, None)])
def test_how_many_calls_a_limit_allows(monkeypatch, limit, calls) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limit, limit))
    assert handles.most_calls() == calls


def test_a_limit_that_cannot_be_raised_is_left_alone(monkeypatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("not permitted")

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, resource.RLIM_INFINITY))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    handles.raise_limit()
