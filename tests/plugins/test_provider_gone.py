"""A provider that is not here any more: its scenes are named, and everything else goes on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import ExitCode, UnknownPlugin
from novaclips.visuals.image_generator import ImageGenerator
from scripted import script
from visuals.drawing import SCENES, draw, outcomes, plan, states

GONE = "unknown provider 'chalk'; "
FILM = """
scenes:
  - {id: 1, visual: {prompt: a boat}}
  - {id: 2, visual: {prompt: a kite, provider: chalk}}
  - {id: 3, visual: {prompt: a lamp}}
"""
CHALK = """
    import scripted
    from novaclips.plugin import ImageProviderSpec, hookimpl

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="chalk", summary="Chalk", create=scripted.create)
"""


def write(film: str) -> None:
    Path(SCENES).parent.mkdir(exist_ok=True)
    Path(SCENES).write_text(film, encoding="utf-8")


@pytest.fixture
def uninstall(scripted, site, monkeypatch):
    """Install the provider ``chalk``; what is returned uninstalls it."""
    site.install("novaclips-provider-chalk", entry_points={"provider-chalk": "chalk"}, modules={"chalk.py": CHALK})
    return lambda: monkeypatch.setenv("NOVACLIPS_DISABLE_PLUGINS", "provider-chalk")


@pytest.fixture
def drawn(uninstall):
    """A film of which chalk drew the second scene, and chalk is uninstalled."""
    write(FILM)
    assert generate("--allow", "chalk").exit_code == ExitCode.OK
    uninstall()
    script.forget()


# One scene asks for a provider that was never there.


def test_scene_whose_provider_is_not_installed_fails_and_the_others_are_drawn(scripted) -> None:
    write(FILM)
    report = draw()
    assert outcomes(report) == ["drawn", "failed", "drawn"]
    assert report[1].reason.startswith(GONE)
    assert isinstance(report[1].error, UnknownPlugin)
    assert report.exit_code == ExitCode.SCENES_FAILED


def test_scene_whose_provider_is_broken_fails_and_the_others_are_drawn(scripted, site) -> None:
    write(FILM)
    site.install("novaclips-provider-chalk", entry_points={"provider-chalk": "chalk"}, modules={"chalk.py": "1 / 0"})
    report = draw()
    assert outcomes(report) == ["drawn", "failed", "drawn"]
    assert report[1].reason.startswith("provider 'chalk' is broken: ")


def test_plan_names_the_scene_whose_provider_is_not_installed(scripted) -> None:
    write(FILM)
    planned = plan()
    assert states(planned) == ["missing", "absent", "missing"]
    assert planned.requests == 2
    assert planned[1].reason.startswith(GONE)


def test_scene_gets_its_picture_once_its_provider_is_there(uninstall, monkeypatch) -> None:
    write(FILM)
    uninstall()
    draw()
    monkeypatch.delenv("NOVACLIPS_DISABLE_PLUGINS")
    assert outcomes(draw()) == ["fresh", "drawn", "fresh"]


def test_when_no_scene_has_its_provider_nothing_is_begun(scripted) -> None:
    write(FILM)
    with pytest.raises(UnknownPlugin, match=GONE):
        ImageGenerator("scripted", "none").run(SCENES, "frames", "192x108", scenes=[2])
    assert not Path("frames").exists()


@pytest.mark.parametrize("command", ["generate", "status"])
def test_unknown_provider_that_is_asked_for_by_hand_is_a_mistake(scripted, command) -> None:
    write(FILM)
    done = run("visuals", command, "--provider", "scriptde")
    assert done.exit_code == ExitCode.USAGE
    assert "did you mean 'scripted'?" in done.stderr


# It drew a scene, and was uninstalled.


def test_status_says_which_scenes_are_those_of_the_provider_that_is_gone(drawn) -> None:
    done = run("visuals", "status")
    assert done.exit_code == ExitCode.OK
    rows = [line.split(maxsplit=3) for line in done.stdout.splitlines() if line[:1].isdigit()]
    assert [row[1] for row in rows[:3]] == ["fresh", "absent", "fresh"]
    assert rows[1][2] == "chalk"
    assert rows[1][3].startswith(GONE)
    assert rows[1][3].endswith("; its frame stays as it is")
    assert "1 without their provider" in done.stdout


def test_status_as_json_says_it_as_well(drawn) -> None:
    scenes = json.loads(run("visuals", "status", "--json").stdout)["scenes"]
    assert [scene["state"] for scene in scenes] == ["fresh", "absent", "fresh"]


def test_run_leaves_the_frame_of_the_provider_that_is_gone(drawn) -> None:
    before = Path("frames/scene-002.png").read_bytes()
    write(FILM.replace("a lamp", "a red lamp"))
    done = generate()
    assert done.exit_code == ExitCode.SCENES_FAILED
    assert script.scenes == [3]
    assert Path("frames/scene-002.png").read_bytes() == before


def test_prune_goes_on_and_keeps_what_the_provider_that_is_gone_drew(drawn) -> None:
    before = sorted(path.name for path in Path("frames/.novaclips/originals").rglob("*.png"))
    Path("frames/scene-002.png").unlink()
    write(FILM.replace("a lamp", "a red lamp"))
    generate()
    done = run("visuals", "prune", "--yes")
    assert done.exit_code == ExitCode.OK
    after = sorted(path.name for path in Path("frames/.novaclips/originals").rglob("*.png"))
    assert len(before) == len(after) == 3  # that of the first lamp went, that of the red one came


def test_other_scenes_are_drawn_again(drawn) -> None:
    assert run("visuals", "regenerate", "--scene", "1").exit_code == ExitCode.OK
    assert script.scenes == [1]


def test_its_scene_is_drawn_again_with_another_provider(drawn) -> None:
    assert run("visuals", "regenerate", "--scene", "2", "--provider", "scripted").exit_code == ExitCode.OK
    assert script.scenes == [2]


def test_its_scene_drawn_again_without_another_provider_is_a_mistake(drawn) -> None:
    done = run("visuals", "regenerate", "--scene", "2")
    assert (done.exit_code, script.scenes) == (ExitCode.USAGE, [])
    assert done.stderr.startswith(f"error: {GONE}")


# It drew the whole film, and was uninstalled.


@pytest.fixture
def film(uninstall):
    """A film that chalk drew, but for the first scene; and chalk is uninstalled."""
    write(FILM.replace("a boat", "a boat, provider: scripted"))
    assert generate("--provider", "chalk", "--allow", "scripted").exit_code == ExitCode.OK
    uninstall()
    script.forget()


@pytest.mark.parametrize(
    "command", [["status"], ["generate", "--dry-run"], ["prune", "--yes"], ["regenerate", "--scene", "1"]], ids=" ".join
)
def test_commands_go_on_when_the_provider_of_the_film_is_gone(film, command) -> None:
    assert run("visuals", *command).exit_code == ExitCode.OK


def test_scenes_of_other_providers_are_drawn_when_that_of_the_film_is_gone(film) -> None:
    Path("frames/scene-001.png").unlink()
    write(FILM.replace("a boat", "a red boat, provider: scripted"))
    done = run("visuals", "generate")
    assert done.exit_code == ExitCode.SCENES_FAILED
    assert script.scenes == [1]
    assert f"scenes 2-3: failed: {GONE}" in done.stderr
