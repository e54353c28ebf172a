"""Fixtures: a package on disk, and its file of styles."""

from __future__ import annotations

import sys
import textwrap

import pytest

from novaclips.plugin import style_pack


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An importable package on disk with a name of its own, for importlib remembers the packages it has seen."""
    folder = tmp_path / f"pack_{abs(hash(tmp_path))}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop(folder.name, None)


@pytest.fixture
def load(package):
    """Write a file into the package and load it: one spec for each style."""

    def load(text, resource="styles.yaml"):
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (package / resource).write_bytes(data)
        return list(style_pack(package.name, resource))

    return load
