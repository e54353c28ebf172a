"""Before most of a finished film is bought again, a run says so and wants a yes."""

from __future__ import annotations

import json
import logging
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import ConfigError, ExitCode, InvalidRequest
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from scripted import Script, Scripted, picture
from visuals.drawing import SCENES, draw

PRICE = Decimal("0.04")


@pytest.fixture(autouse=True)
def _priced(monkeypatch, scripted) -> None:
    """Give each picture a price."""

    def paid(self: Scripted, request: object) -> GeneratedImage:
        scripted.calls.append(request)
        return GeneratedImage(data=picture(f"{request.prompt}|{request.take}"), cost=Cost(PRICE))

    monkeypatch.setattr(Scripted, "generate", paid)
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(PRICE, upper_bound=True, as_of="2026-11-01"))


@pytest.fixture
def film(write_scenes, scripted) -> Script:
    """A film of ten scenes that is finished."""
    write_scenes(10)
    assert generate().exit_code == 0
    scripted.forget()
    return scripted


def words(changed: int, of: int = 10) -> dict[int, str]:
    """Scenes of which so many have other words."""
    return {number: f"{'new' if number <= changed else 'a picture of'} {number}" for number in range(1, of + 1)}


def test_another_style_for_a_finished_film_wants_a_yes(film) -> None:
    result = generate("--style", "noir")
    assert (result.exit_code, film.calls) == (2, [])
    assert result.stderr == (
        "error: all 10 frames of this film would be drawn again by scripted, at most $0.40 for 10 pictures (prices of"
        " 2026-11-01): style changed; nothing was sent: --yes says that they shall, --dry-run shows each scene\n"
    )
    assert generate("--style", "noir", "--yes").exit_code == 0
    assert len(film.calls) == 10


@pytest.mark.parametrize(
    "flags",
    [("--option", "quality=high"), ("--provider", "storyboard"), ("--style", "noir", "--scenes", "1-6")],
    ids=["an option", "cards in place of paid pictures", "six of ten scenes"],
)
def test_so_does_whatever_takes_the_place_of_most_frames(film, flags) -> None:
    assert generate(*flags).exit_code == 2
    assert film.calls == []


@pytest.mark.parametrize(("changed", "code"), [(5, 0), (6, 2)], ids=["half", "more than half"])
def test_half_of_the_film_may_change_unasked(write_scenes, film, changed, code) -> None:
    write_scenes(words(changed))
    assert generate().exit_code == code
    assert len(film.calls) == (changed if code == 0 else 0)


@pytest.mark.parametrize(("there", "code"), [(5, 0), (6, 2)], ids=["half of the frames", "more than half"])
def test_a_film_that_is_not_finished_is_drawn_unasked(write_scenes, scripted, there, code) -> None:
    write_scenes(10)
    generate("--scenes", f"1-{there}")
    assert generate("--style", "noir").exit_code == code


def test_new_scenes_do_not_count(write_scenes, film) -> None:
    write_scenes(words(0, of=19))
    assert generate().exit_code == 0
    assert len(film.calls) == 9


def test_scenes_without_a_frame_do_not_count(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    real = Scripted.generate

    def failing(self, request):
        if request.scene_id == 3:
            raise InvalidRequest("too long")
        return real(self, request)

    monkeypatch.setattr(Scripted, "generate", failing)
    generate()
    write_scenes(words(2, of=3))
    assert "all 2 frames of this film would be drawn again" in generate().stderr


def test_what_is_fitted_from_originals_does_not_count(film) -> None:
    assert generate("--resolution", "96x64").exit_code == 0
    generate("--style", "noir", "--yes")
    assert generate().exit_code == 0


def test_frames_that_were_deleted_do_not_count(film) -> None:
    for path in Path("frames").glob("*.png"):
        path.unlink()
    assert generate("--style", "noir").exit_code == 0


def test_cards_are_no_film_yet(write_scenes, scripted) -> None:
    write_scenes(3)
    run("visuals", "generate", "--provider", "storyboard", "--resolution", "192x108")
    assert run("visuals", "generate", "--style", "noir").exit_code == 0
    assert generate().exit_code == 0
    assert len(scripted.calls) == 3


def test_what_is_free_and_was_free_does_not_count(write_scenes, scripted, monkeypatch) -> None:
    free = lambda _, request: GeneratedImage(data=picture(request.prompt), cost=Cost(Decimal(0)))  # noqa: E731 - short
    monkeypatch.setattr(Scripted, "generate", free)
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(Decimal(0)))
    write_scenes(3)
    generate()
    assert generate("--style", "noir").exit_code == 0
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(PRICE))
    assert generate("--style", "comic").exit_code == 2


def test_a_film_of_one_scene_is_asked_for_too(write_scenes, scripted) -> None:
    write_scenes(1)
    generate()
    assert "error: the only frame of this film would be drawn again by scripted" in generate("--style", "noir").stderr


@pytest.mark.parametrize(("answer", "code", "calls"), [("y\n", 0, 10), ("n\n", 2, 0), ("\n", 2, 0)])
def test_at_a_terminal_the_run_asks(film, monkeypatch, answer, code, calls) -> None:
    from click.testing import CliRunner

    from novaclips.cli import cli

    monkeypatch.setattr("novaclips.cli.plans.is_somebody_there", lambda: True)
    told = ["visuals", "generate", "--style", "noir", "--json"]
    result = CliRunner().invoke(cli, told, input=answer, prog_name="novaclips")
    assert (result.exit_code, len(film.calls)) == (code, calls)
    assert "all 10 frames of this film would be drawn again" in result.stderr


def test_a_dry_run_says_that_a_yes_will_be_wanted(film) -> None:
    result = generate("--dry-run", "--style", "noir")
    assert result.exit_code == 0
    last = result.stdout.splitlines()[-1]
    assert last.startswith("all 10 frames of this film would be drawn again by scripted")
    assert last.endswith("; generate asks before that, or wants --yes")
    document = json.loads(generate("--dry-run", "--style", "noir", "--json").stdout)
    assert document["again"] == list(range(1, 11))
    assert json.loads(generate("--dry-run", "--json").stdout)["again"] == []


def test_in_python_the_run_goes_on_and_the_log_says_so(film, caplog) -> None:
    with caplog.at_level(logging.WARNING, "novaclips"):
        report = draw(style="noir")
    assert report.exit_code is ExitCode.OK
    assert caplog.messages[0].startswith("all 10 frames of this film would be drawn again by scripted, at most $0.40")


def test_in_python_an_argument_decides(film) -> None:
    asked = []
    generator = ImageGenerator("scripted", "noir")
    with pytest.raises(ConfigError, match="style changed; nothing was sent: it was not agreed to"):
        generator.generate_all(SCENES, "frames", "192x108", confirm=lambda again: asked.append(again) or False)
    assert ([len(again.scenes) for again in asked], film.calls) == ([10], [])
    assert len(generator.generate_all(SCENES, "frames", "192x108", confirm=lambda _: True)) == 10


def test_one_scene_again_is_never_asked_for(write_scenes, scripted) -> None:
    write_scenes(1)
    generate()
    assert run("visuals", "regenerate", "--scene", "1").exit_code == 0
    assert len(scripted.calls) == 2


def test_nobody_is_there_in_a_pipe() -> None:
    from novaclips.cli.plans import is_somebody_there

    assert is_somebody_there() == sys.stdin.isatty()
