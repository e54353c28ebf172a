"""What a scene was told by hand lasts until what it replaces changes, whatever else the film is told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from novaclips.visuals.image_generator import ImageGenerator
from scripted import Script
from visuals.drawing import SCENES, draw, outcomes, plan

OWN = "a harbour"
WORDS = "a better harbour"
LEDGER = Path("frames/.novaclips/ledger.sqlite3")


def asked(scripted: Script) -> list[tuple[int, str]]:
    """The scenes that the provider was asked for, with their words."""
    return sorted((call.scene_id, call.scene_prompt) for call in scripted.calls)


def write(**fields: object) -> None:
    """Write scenes.yaml, with more fields for the first of two scenes."""
    scenes = [{"id": 1, "visual": {"prompt": OWN} | fields}, {"id": 2, "visual": {"prompt": "a river"}}]
    Path(SCENES).parent.mkdir(exist_ok=True)
    Path(SCENES).write_text(json.dumps(scenes), encoding="utf-8")


def again(**told: Any) -> None:
    """Draw the first scene once more."""
    generator = {name: told.pop(name) for name in ("provider", "style", "options") if name in told}
    ImageGenerator(**generator).regenerate_scene(1, "frames", **told)


@pytest.fixture
def reworded(scripted) -> Script:
    """Draw two scenes, the first once more with words and a seed of its own."""
    write()
    draw()
    again(prompt=WORDS, seed=7)
    scripted.forget()
    return scripted


@pytest.fixture
def _night(site) -> None:
    """Install an enhancer that speaks of the night."""
    source = """
        from dataclasses import replace
        from novaclips.plugin import BasePromptEnhancer, PromptEnhancerSpec, hookimpl

        class Night(BasePromptEnhancer):
            def enhance(self, prompt):
                return replace(prompt, text=f"{prompt.text} at night")

        @hookimpl
        def novaclips_prompt_enhancers():
            yield PromptEnhancerSpec(name="night", summary="", create=lambda settings: Night())
    """
    points = {"enhancer-night": "night_plugin"}
    site.install("novaclips-enhancer-night", entry_points=points, modules={"night_plugin.py": source})


CHANGES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "another style": ({}, {"style": "noir"}),
    "another shape": ({}, {"size": "96x128"}),
    "an option": ({}, {"options": {"quality": "high"}}),
    "an enhancer": ({}, {"enhancers": ["night"]}),
    "a style of the scene's own": ({"style": "noir"}, {}),
    "an option of the scene's own": ({"options": {"quality": "high"}}, {}),
    "a negative prompt": ({"negative_prompt": "people"}, {}),
    "other line breaks": ({"prompt": " a\n harbour "}, {"style": "noir"}),
}


@pytest.mark.usefixtures("_night")
@pytest.mark.parametrize(("scene", "run"), CHANGES.values(), ids=CHANGES.keys())
def test_words_and_seed_given_by_hand_outlast(reworded, scene, run) -> None:
    reworded.identity = {"shape": "of its own"} if "size" in run else {}
    write(**scene)
    draw(**run)
    call = next(call for call in reworded.calls if call.scene_id == 1)
    assert (call.scene_prompt, call.seed) == (WORDS, 7)
    reworded.forget()
    assert outcomes(draw(**run)) == ["fresh", "fresh"]


def test_words_given_by_hand_outlast_another_provider(reworded) -> None:
    (first, _) = ImageGenerator("storyboard", "none").run(SCENES, "frames", "192x108")
    assert (first.provider, first.prompt_used) == ("storyboard", WORDS)


def test_words_given_by_hand_end_with_the_scene_s_own_words(reworded) -> None:
    write(prompt="a lake")
    draw()
    assert asked(reworded) == [(1, "a lake")]
    assert reworded.calls[0].seed is None


def test_going_back_to_the_settings_of_before_draws_nothing(scripted) -> None:
    write()
    draw()
    draw(style="noir")
    again()
    again()
    scripted.forget()
    assert outcomes(draw()) == ["fitted", "fitted"]
    assert outcomes(draw(style="noir")) == ["fitted", "fitted"]
    assert scripted.calls == []
    assert draw(style="noir")[0].file_path
    manifest = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert [frame["take"] for frame in manifest["frames"]] == [2, 0]


def test_a_take_that_was_picked_for_luck_goes_on_in_another_quality(scripted) -> None:
    write(seed=100)
    draw(options={"quality": "low"})
    again()
    again()
    draw(options={"quality": "high"})
    assert [call.seed for call in scripted.calls if call.scene_id == 1] == [100, 101, 102, 102]


def test_another_seed_in_the_scenes_file_draws(scripted) -> None:
    write(seed=100)
    draw()
    again(prompt=WORDS)
    write(seed=42)
    draw()
    assert (scripted.calls[-1].seed, scripted.calls[-1].scene_prompt) == (42, WORDS)


def test_a_style_given_by_hand_ends_with_the_film_s_style(scripted) -> None:
    write()
    draw()
    again(style="noir")
    assert outcomes(draw(options={"steps": 4}))[0] == "drawn"
    assert scripted.calls[-1].style in {"noir", ""}
    assert {call.style for call in scripted.calls if call.scene_id == 1 and call.options} == {"noir"}
    scripted.forget()
    draw(style="anime")
    assert {call.style for call in scripted.calls} == {"anime"}


def test_a_provider_given_by_hand_ends_with_the_film_s_provider_and_takes_its_options_along(site, scripted) -> None:
    source = """
        from scripted import create
        from novaclips.plugin import ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="acme", summary="", create=create)
    """
    site.install("novaclips-provider-acme", entry_points={"provider-acme": "acme_p"}, modules={"acme_p.py": source})
    write()
    draw()
    again(provider="acme", options={"model": "m"})
    assert [result.provider for result in draw(options={"steps": 4})] == ["acme", "scripted"]
    report = ImageGenerator("storyboard", "none").run(SCENES, "frames", "192x108")
    assert [result.provider for result in report] == ["storyboard", "storyboard"]


def test_a_take_s_own_options_win_over_the_scene_s_and_the_film_s(scripted) -> None:
    write(options={"quality": "low", "hand": "left"})
    draw(options={"model": "m", "steps": 4})
    again(options={"quality": "high", "steps": None})
    assert scripted.calls[-1].options == {"model": "m", "quality": "high", "hand": "left"}
    scripted.forget()
    assert outcomes(draw(options={"model": "m", "steps": 4})) == ["fresh", "fresh"]

    draw(options={"model": "other", "steps": 4})
    (own, _) = sorted(scripted.calls, key=lambda call: call.scene_id)
    assert own.options == {"model": "other", "quality": "high", "hand": "left"}


def test_an_option_given_by_hand_ends_when_the_film_s_own_changes(scripted) -> None:
    write()
    draw(options={"quality": "low"})
    again(options={"quality": "high"})
    scripted.forget()
    draw(options={"quality": "medium"})
    assert [call.options for call in scripted.calls] == [{"quality": "medium"}] * 2


def test_of_scenes_with_equal_words_each_keeps_its_own_through_another_style(write_scenes, scripted) -> None:
    write_scenes({1: OWN, 2: OWN})
    draw()
    ImageGenerator().regenerate_scene(2, "frames", prompt=WORDS)
    write_scenes({2: OWN, 1: OWN})
    scripted.forget()
    draw(style="noir")
    assert asked(scripted) == [(1, OWN), (2, WORDS)]
    write_scenes({1: OWN, 2: OWN})
    assert outcomes(draw(style="noir")) == ["fresh", "fresh"]


@pytest.fixture
def of_before(reworded) -> Script:
    """Turn the folder into one of a version that kept takes under what their scene asked for."""
    base = plan("elsewhere")[0].addressed.kin
    with closing(sqlite3.connect(LEDGER)) as db, db:
        ((text,),) = db.execute("SELECT override FROM pick").fetchall()
        told = {name: value for name, value in json.loads(text).items() if name not in {"instead", "enhancers"}}
        db.execute("UPDATE pick SET base = ?, override = ?", (base, json.dumps(told)))
        db.execute("UPDATE frame SET about = json_remove(about, '$.pick')")
    return reworded


RUNS: dict[str, Callable[[], object]] = {
    "at once": lambda: None,
    "after a run": draw,
    "after a plan": plan,
}


@pytest.mark.parametrize("meanwhile", RUNS.values(), ids=RUNS.keys())
def test_words_given_to_a_version_of_before_are_kept_too(of_before, meanwhile) -> None:
    meanwhile()
    assert outcomes(draw(style="noir")) == ["drawn", "drawn"]
    assert asked(of_before) == [(1, WORDS), (2, "a river")]
    assert outcomes(draw()) == ["fitted", "fitted"]
    with closing(sqlite3.connect(LEDGER)) as db:
        ((base,),) = db.execute("SELECT base FROM pick").fetchall()
    assert base.startswith("words:")
