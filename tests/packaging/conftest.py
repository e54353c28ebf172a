"""Fixtures: the wheels of the workspace, built once, and clean environments to install them into."""

from __future__ import annotations

import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from clean_environment import Environment, build_wheels

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel of every member of the workspace."""
    folder = tmp_path_factory.mktemp("dist")
    build_wheels([ROOT / "core", *sorted((ROOT / "plugins").glob("novaclips-*"))], folder)
    return folder


@pytest.fixture(scope="session")
def make_environment(tmp_path_factory: pytest.TempPathFactory, built: Path) -> Callable[..., Environment]:
    """Make an environment in which core is installed, and nothing that core does not need.

    Arguments are further folders of wheels that its ``install`` takes from.
    """

    def make(*links: Path) -> Environment:
        folder = tmp_path_factory.mktemp("environment") / "venv"
        venv.create(folder, symlinks=True)
        environment = Environment(folder, (built, *links))
        environment.install("novaclips")
        return environment

    return make
