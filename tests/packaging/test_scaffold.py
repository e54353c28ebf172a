"""What ``novaclips plugins new`` writes, built and installed beside core in a clean environment."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from PIL import Image

from clean_environment import Environment, build_wheels
from novaclips import __version__
from novaclips.scaffold import KINDS, first_command, write_plugin

every_kind = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A new plugin of each kind, all named acme, by kind."""
    into = tmp_path_factory.mktemp("new")
    return {kind: write_plugin(kind, "acme", into) for kind in KINDS}


@pytest.fixture(scope="module")
def environment(folders, make_environment, tmp_path_factory) -> Environment:
    """An environment with core, pytest and the wheels of the four."""
    wheels = tmp_path_factory.mktemp("wheels")
    build_wheels(list(folders.values()), wheels)
    environment = make_environment(wheels)
    environment.install("novaclips[testing]", *(folder.name for folder in folders.values()))
    return environment


@every_kind
def test_new_plugin_passes_its_contract_test(environment, folders, kind):
    code, out, err = environment.run("python", "-m", "pytest", "-p", "no:cacheprovider", str(folders[kind]))

    assert (code, err) == (0, ""), out
    assert " passed in " in out
    assert "skipped" not in out


def test_new_plugins_are_found_healthy(environment):
    code, out, err = environment.novaclips("plugins", "check")

    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "ok       enhancer-acme from novaclips-enhancer-acme 0.1.0",
        "ok       provider-acme from novaclips-provider-acme 0.1.0: needs no key",
        f"ok       provider-storyboard from novaclips {__version__}: needs no key",
        "ok       style-acme from novaclips-style-acme 0.1.0",
        "ok       writer-acme from novaclips-writer-acme 0.1.0",
        f"ok       writer-png from novaclips {__version__}",
    ]


def picture(path: Path) -> tuple[str | None, tuple[int, int], bytes]:
    """Decode a picture: format, size, pixels."""
    with Image.open(path) as image:
        return image.format, image.size, image.tobytes()


@every_kind
def test_new_plugin_draws_with_the_command_that_it_is_announced_with(environment, write_scenes, tmp_path, kind):
    write_scenes(1)
    program, *command = shlex.split(first_command(kind, "acme"))

    code, _, err = environment.run(program, *command, "--resolution", "322x182")

    assert (code, err) == (0, "")
    file_format, size, _ = picture(next((tmp_path / "frames").glob("scene-001.*")))
    assert (file_format, size) == ("WEBP" if kind == "writer" else "PNG", (322, 182))


def test_new_plugins_of_every_kind_work_together(environment, write_scenes, tmp_path):
    write_scenes(["Река над городом", "a lighthouse 🌊"])
    flags = [word for kind in KINDS for word in (f"--{kind}", "acme/gouache" if kind == "style" else "acme")]

    code, _, err = environment.novaclips("visuals", "generate", "--resolution", "640x360", "--writer", "png", *flags)

    assert (code, err) == (0, "note: acme: the negative prompt is ignored\n")  # gouache has one, the drawing has none
    frames = tmp_path / "frames"
    first, second = (picture(frames / f"scene-00{number}.webp") for number in (1, 2))
    assert {first[:2], second[:2]} == {("WEBP", (640, 360))}
    assert first[2] != second[2]
    assert picture(frames / "scene-001.png")[2] == first[2]  # lossless
