"""``novaclips visuals regenerate``: several scenes, a dry run, options, and one budget over all."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import ContentRefused, InvalidRequest
from novaclips.plugin import Cost, GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from scripted import Script, Scripted, picture

PRICE = Decimal("0.04")


def regenerate(*arguments: str):
    return run("visuals", "regenerate", *arguments)


@pytest.fixture
def film(write_scenes, scripted) -> Script:
    """A film of five scenes."""
    write_scenes(5)
    generate("--option", "model=m")
    scripted.forget()
    return scripted


@pytest.mark.parametrize(
    ("told", "scenes"),
    [
        (["--scene", "1", "--scene", "2"], [1, 2]),
        (["--scenes", "1,4-5"], [1, 4, 5]),
        (["--scene", "3", "--scenes", "2-3"], [2, 3]),
    ],
    ids=["one by one", "a list", "both"],
)
def test_several_scenes_are_drawn_in_one_run(film, told, scenes) -> None:
    result = regenerate(*told)
    assert (result.exit_code, film.scenes) == (0, scenes)
    assert f"{len(scenes)} of {len(scenes)} frames in frames ({len(scenes)} drawn" in result.stdout
    assert {call.take for call in film.calls} == {1}
    assert "5 up to date" in generate("--option", "model=m").stdout


def test_scenes_of_equal_words_get_a_picture_each(write_scenes, scripted) -> None:
    write_scenes({1: "a black screen", 2: "a black screen"})
    generate()
    scripted.forget()
    regenerate("--scenes", "1-2")
    assert sorted(call.take for call in scripted.calls) == [1, 2]
    assert Path("frames/scene-001.png").read_bytes() != Path("frames/scene-002.png").read_bytes()
    assert "2 up to date" in generate().stdout


@pytest.mark.parametrize("words", ["", "  \n"])
def test_an_empty_prompt_buys_nothing(film, words) -> None:
    result = regenerate("--scene", "1", "--prompt", words)
    assert result.exit_code == 2
    assert result.stderr == "error: the prompt is empty; leave it out to draw with the scene's own words\n"
    assert film.calls == []


def test_without_a_scene_it_says_how_to_name_some(film) -> None:
    result = regenerate("--prompt", "words")
    assert (result.exit_code, film.calls) == (2, [])
    assert "which scenes? name them with --scene 3, or with --scenes 1,4-7" in result.stderr


def test_options_are_added_to_those_of_the_last_run(film) -> None:
    regenerate("--scene", "2", "--option", "quality=high")
    assert film.calls[0].options == {"model": "m", "quality": "high"}
    assert "5 up to date" in generate("--option", "model=m").stdout


@pytest.fixture
def priced(film, monkeypatch) -> Script:
    """Give each picture a price."""

    def paid(_: Scripted, request) -> GeneratedImage:
        film.calls.append(request)
        return GeneratedImage(data=picture(f"{request.scene_id}|{request.take}"), cost=Cost(PRICE))

    monkeypatch.setattr(Scripted, "generate", paid)
    monkeypatch.setattr(Scripted, "estimate", lambda *_: Cost(PRICE))
    return film


def test_a_dry_run_prices_it_and_writes_nothing(priced) -> None:
    before = {path: path.read_bytes() for path in Path("frames").rglob("*") if path.is_file()}
    result = regenerate("--scenes", "1-3", "--option", "quality=high", "--dry-run")
    assert "cost: $0.12 for 3 pictures" in result.stdout
    document = json.loads(regenerate("--scenes", "1-3", "--dry-run", "--json").stdout)
    assert (document["requests"], document["total"]["cost_usd"]) == (3, "0.12")
    assert priced.calls == []
    assert {path: path.read_bytes() for path in Path("frames").rglob("*") if path.is_file()} == before


def test_one_budget_is_over_all_of_them(priced) -> None:
    result = regenerate("--scenes", "1-5", "--budget", "0.09")
    assert (result.exit_code, len(priced.calls)) == (4, 2)
    assert result.stdout.splitlines()[-1].endswith("are still those from before; for new ones raise --budget")


def test_takes_that_fail_say_which_frames_are_still_the_ones_from_before(film) -> None:
    film.on(1, InvalidRequest("too long"))
    film.on(4, ContentRefused("no"))
    assert regenerate("--scenes", "1-5").stdout.splitlines()[-1] == (
        "frames/scene-001.png, frames/scene-004.png are still those from before; --scenes 1,4 again asks for new ones"
    )


def test_a_take_that_was_refused_is_sent_again_when_it_is_asked_for_again(film) -> None:
    film.on(1, ContentRefused("no"), ContentRefused("no"))
    assert [regenerate("--scene", "1").exit_code for _ in range(3)] == [3, 3, 0]
    assert film.scenes == [1, 1, 1]


def test_in_python_several_scenes_are_one_run(film) -> None:
    generator = ImageGenerator(options={"quality": "high"})
    assert generator.plan_rerun([1, 2], "frames").requests == 2
    assert film.calls == []
    assert [str(result.outcome) for result in generator.rerun([1, 2], "frames")] == ["drawn", "drawn"]
