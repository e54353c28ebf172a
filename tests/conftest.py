"""Fixtures: a project on disk, a site-packages to install plugins into, a provider that does as it is told."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

import novaclips.cli  # noqa: F401 - imported once, before the tests count modules
import scripted as scripted_module
from site_builder import Site

WriteScenes = Callable[..., Path]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own settings, keys and current folder out of the tests."""
    for name in ("OPENAI_API_KEY", "REPLICATE_API_TOKEN", "NO_COLOR", "FORCE_COLOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder on sys.path; what a test installs there is gone after it, from sys.modules too."""
    folder = tmp_path_factory.mktemp("site-packages")
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def scripted(site: Site) -> Iterator[scripted_module.Script]:
    """The script of an installed provider named ``scripted``."""
    site.install("novaclips-provider-scripted", entry_points={"provider-scripted": "scripted"})
    scripted_module.script.__init__()  # type: ignore[misc]  # the plugin module holds on to this very object
    return scripted_module.script


@pytest.fixture
def write_scenes(tmp_path: Path) -> WriteScenes:
    """Write ``planning/scenes.yaml``: a number of scenes, or the prompts of scenes by id."""

    def write(scenes: int | dict[int, str] | Sequence[str], **visual: object) -> Path:
        if isinstance(scenes, int):
            scenes = {number: f"a picture of {number}" for number in range(1, scenes + 1)}
        elif not isinstance(scenes, dict):
            scenes = dict(zip(itertools.count(1), scenes, strict=False))
        path = tmp_path / "planning" / "scenes.yaml"
        path.parent.mkdir(exist_ok=True)
        lines = ["scenes:"]
        for number, prompt in scenes.items():
            lines += [f"  - id: {number}", "    visual:", f"      prompt: {prompt!r}"]
            lines += [f"      {name}: {value}" for name, value in visual.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
