"""Fixtures: a site-packages to install plugins into, a provider that does as it is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

import novaclips.cli  # noqa: F401 - imported once, before the tests count modules
import scripted as scripted_module
from site_builder import Site, imports_undone


@pytest.fixture(autouse=True)
def _clean_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Keep the machine's own settings, keys and current folder out of the tests."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.getbasetemp() / "state"))
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "REPLICATE_", "NOVACLIPS_")) or name in ("NO_COLOR", "FORCE_COLOR"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A folder on sys.path; what a test installs there is gone after it, from sys.modules too."""
    folder = tmp_path_factory.mktemp("site-packages")
    monkeypatch.syspath_prepend(folder)
    with imports_undone(folder):
        yield Site(folder)


@pytest.fixture
def scripted(site: Site) -> Iterator[scripted_module.Script]:
    """The script of an installed provider named ``scripted``."""
    site.install("novaclips-provider-scripted", entry_points={"provider-scripted": "scripted"})
    scripted_module.script.__init__()  # type: ignore[misc]  # the plugin module holds on to this very object
    return scripted_module.script
