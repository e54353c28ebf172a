"""Fixtures for tests of plugins: services on this machine, a project on disk; novaclips brings them to pytest.

Imports nothing of novaclips before a fixture is used: pytest loads this module in every project of the environment.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from novaclips.testing.fault_server import FaultServer
    from novaclips.testing.stand_in import StandIn

WriteScenes = Callable[..., Path]


@pytest.fixture
def fault_server() -> Iterator[FaultServer]:
    """Serve the protocols of OpenAI Images and Replicate on this machine, and go wrong when told to."""
    from novaclips.testing.fault_server import FaultServer

    with FaultServer() as server:
        yield server


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    """Serve on this machine as any HTTP image service would, and go wrong when told to."""
    from novaclips.testing.stand_in import StandIn

    with StandIn() as service:
        yield service


@pytest.fixture
def only_loopback() -> Iterator[None]:
    """Fail a test as soon as it calls any other machine: no test needs the network."""
    from novaclips.testing.network import loopback_only

    with loopback_only():
        yield


@pytest.fixture
def project(write_scenes: WriteScenes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project of three scenes the current folder: ``planning/scenes.yaml``, and no frames yet."""
    write_scenes(["A paper boat on a puddle", "Бумажный кораблик в луже", "A paper boat at sea, at dusk 🌅"])
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def write_scenes(tmp_path: Path) -> WriteScenes:
    """Write ``planning/scenes.yaml`` in ``tmp_path``: a number of scenes, prompts, or prompts by scene id.

    Keywords become fields of every scene's ``visual``, as YAML: ``write_scenes(3, style="noir", seed=7)``.
    """

    def write(scenes: int | Mapping[int, str] | Sequence[str], **visual: object) -> Path:
        if isinstance(scenes, int):
            scenes = {number: f"a picture of {number}" for number in range(1, scenes + 1)}
        elif not isinstance(scenes, Mapping):
            scenes = dict(zip(itertools.count(1), scenes, strict=False))
        path = tmp_path / "planning" / "scenes.yaml"
        path.parent.mkdir(exist_ok=True)
        lines = ["scenes:"]
        for number, prompt in scenes.items():
            lines += [f"  - id: {number}", "    visual:", f"      prompt: {json.dumps(prompt, ensure_ascii=False)}"]
            lines += [f"      {name}: {value}" for name, value in visual.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write
