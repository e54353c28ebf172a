"""Distributions of others: built outside the workspace, installed from wheels, and found without a word about them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clean_environment import Environment, build_wheels, sizes
from novaclips.testing import StandIn
from webui import speak_webui

ROOT = Path(__file__).parents[2]
DISTS = sorted(path.parent.name for path in (ROOT / "examples" / "third-party").glob("*/pyproject.toml"))

every_dist = pytest.mark.parametrize("dist", DISTS)


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The distributions as their authors have them: in folders of their own, far from the workspace."""
    folder = tmp_path_factory.mktemp("third-party")
    for dist in DISTS:
        shutil.copytree(
            ROOT / "examples" / "third-party" / dist, folder / dist, ignore=shutil.ignore_patterns("__pycache__")
        )
    return folder


@pytest.fixture(scope="module")
def environment(
    sources: Path, make_environment: Callable[..., Environment], tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    """A clean environment with core, what tests plugins, and the distributions, all from wheels."""
    wheels = tmp_path_factory.mktemp("third-party-wheels")
    build_wheels([sources / dist for dist in DISTS], wheels)
    environment = make_environment(wheels)
    environment.install("novaclips[testing]", *DISTS)
    return environment


def test_there_is_a_provider_and_a_style_pack() -> None:
    assert DISTS == ["novaclips-provider-sdwebui", "novaclips-style-nordic"]


@every_dist
def test_the_tests_of_a_distribution_pass(environment, sources, dist, monkeypatch) -> None:
    monkeypatch.chdir(sources / dist)

    code, out, err = environment.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider")

    assert (code, err) == (0, ""), out + err
    assert "skipped" not in out


def test_they_are_found_and_healthy(environment) -> None:
    code, out, err = environment.novaclips("plugins", "list")

    assert (code, err) == (0, "")
    rows = [line.split()[:3] for line in out.splitlines()]
    assert ["provider", "sdwebui", "novaclips-provider-sdwebui"] in rows
    assert ["style", "nordic", "novaclips-style-nordic"] in rows
    assert environment.novaclips("plugins", "check")[0] == 0


def test_a_film_is_drawn_with_both(environment, write_scenes, tmp_path) -> None:
    write_scenes({1: "a lighthouse", 2: "Маяк зимой 🌕"}, seed=7)
    draw = ("visuals", "generate", "--provider", "sdwebui", "--option", "model=sd_xl_base_1.0")
    with StandIn(speak_webui) as service:
        code, out, err = environment.novaclips(
            *draw, "--style", "nordic/polar-night", "--resolution", "480x270", SDWEBUI_URL=service.url
        )

    assert (code, err) == (0, "")
    assert "style: polar-night (--style)\n" in out
    assert "$0.00" in out
    assert sizes(tmp_path / "frames") == {"scene-001.png": (480, 270), "scene-002.png": (480, 270)}
    prompts = [request.body["prompt"] for request in service.requests]
    assert [sum(words in prompt for prompt in prompts) for words in ("a lighthouse", "Маяк зимой 🌕")] == [1, 1]
    assert all(prompt.startswith("Photograph in the deep blue twilight") for prompt in prompts)
    assert {request.body["seed"] for request in service.requests} == {7}


def test_a_plan_needs_no_web_ui(environment, write_scenes) -> None:
    write_scenes(1)

    code, _, err = environment.novaclips(
        "visuals", "generate", "--provider", "sdwebui", "--dry-run", SDWEBUI_URL="http://127.0.0.1:1"
    )

    assert code == 0, err
    assert "no model is named" in err


def test_core_does_not_know_their_names() -> None:
    names = ("sdwebui", "nordic")
    sources = [path for path in (ROOT / "core" / "src").rglob("*") if path.suffix in {".py", ".yaml", ".toml", ".tmpl"}]
    assert [path.name for path in sources if any(name in path.read_text(encoding="utf-8") for name in names)] == []
