"""Rules S1 to S7: what every style pack keeps.

``novaclips.plugin.style_pack`` refuses a styles.yaml with bad names, summaries or colours, and a pack that offers a
name twice does not load. Here the same holds for packs that make their specs by themselves.
"""

from __future__ import annotations

import builtins
import io
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest

from novaclips.discovery import Spec
from novaclips.hookspecs import PromptEnhancerSpec
from novaclips.style_pack import COLOUR, NAME
from novaclips.testing.contracts.packaging import PackagedContract
from novaclips.visuals.image_generator.enhancers import Prompt, Style
from novaclips.visuals.image_generator.models import Settings

PLACEHOLDER: Final = re.compile(r"[{}]|%[sd(]|\$[A-Za-z]")
WORDS: Final = ("A red kite over a harbour", "Маяк в тумане", "一条河变成云", "🦊 on the moon 🌕")


@dataclass(frozen=True, slots=True)
class StylePackCase:
    """The style pack to test: the entry point's name without ``style-``."""

    name: str


@pytest.mark.usefixtures("only_loopback")
class StylePackContract(PackagedContract):
    """The rules of style packs; a subclass gives the fixture ``case``, which returns a StylePackCase."""

    kind = "style"

    @pytest.fixture
    def styles(self, specs: tuple[Spec, ...]) -> list[PromptEnhancerSpec]:
        """Return the specs of the pack's styles."""
        return [spec for spec in specs if isinstance(spec, PromptEnhancerSpec)]

    def test_s1_names_are_lower_case_words(self, styles: list[PromptEnhancerSpec]) -> None:
        """The name of every style is lower-case words joined by hyphens: it is typed after ``--style``."""
        for spec in styles:
            assert NAME.fullmatch(spec.name), f"the style {spec.name!r} should be named like 'noir' or 'paper-cut'"

    def test_s2_every_style_is_data(self, styles: list[PromptEnhancerSpec]) -> None:
        """The spec's ``style`` is the Style that ``create`` gives, under the same name."""
        for spec in styles:
            assert type(spec.style) is Style, f"the spec of {spec.name!r} should carry its Style as style="
            assert spec.style.name == spec.name, f"the Style of {spec.name!r} is named {spec.style.name!r}"
            assert spec.create(Settings()) == spec.style, f"create() of {spec.name!r} should return its style"

    def test_s3_the_words_of_a_scene_are_in_its_prompt(self, styles: list[PromptEnhancerSpec]) -> None:
        """The scene's words are in the prompt as they were written, in any script and for every visual type."""
        for spec in styles:
            for words in WORDS:
                for kind in ("image", *_style(spec).visual_types):
                    text = spec.create(Settings()).enhance(Prompt(words, visual_type=kind)).text
                    assert words in text, f"{spec.name!r} loses {words!r} for visual type {kind!r}"

    def test_s4_colours_are_written_as_rrggbb(self, styles: list[PromptEnhancerSpec]) -> None:
        """The colours of a palette are written ``#rrggbb``."""
        for spec in styles:
            for colour in _style(spec).palette:
                assert COLOUR.fullmatch(colour), f"the colour {colour!r} of {spec.name!r} should be written '#rrggbb'"

    def test_s5_every_style_makes_another_prompt(self, styles: list[PromptEnhancerSpec]) -> None:
        """No two styles of the pack make the same prompt of the same words."""
        makers: dict[tuple[str, str], str] = {}
        for spec in styles:
            answer = spec.create(Settings()).enhance(Prompt(WORDS[0]))
            first = makers.setdefault((answer.text, answer.negative), spec.name)
            assert first == spec.name, f"{first!r} and {spec.name!r} make the same prompt; drop one or tell them apart"

    def test_s6_no_placeholder_is_left_in_the_words(self, styles: list[PromptEnhancerSpec]) -> None:
        """No text of a style has braces, ``%s`` or ``$name`` in it: nothing fills them in."""
        for spec in styles:
            for text in _texts(_style(spec)):
                found = PLACEHOLDER.findall(text)
                assert not found, f"{spec.name!r} has {found[0]!r} in {text!r}; the scene's words go between the texts"

    def test_s7_no_file_is_opened_for_a_prompt(
        self, styles: list[PromptEnhancerSpec], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Once the hook has been read, making styles and prompts opens no file."""
        opened: list[str] = []
        with monkeypatch.context() as patch:
            for module, name in ((builtins, "open"), (io, "open"), (os, "open")):
                patch.setattr(module, name, _noting(opened, getattr(module, name)))
            for spec in styles:
                spec.create(Settings()).enhance(Prompt(WORDS[0]))
        assert not opened, f"a prompt opened {opened[0]}; read the pack's file in the hook, once"


def _style(spec: PromptEnhancerSpec) -> Style:
    """Return a spec's style; a spec without one is a plain enhancer, and rule S2 says so."""
    return spec.style or Style(name=spec.name, summary=spec.summary)


def _texts(style: Style) -> Iterator[str]:
    yield from (style.prefix, style.suffix, style.negative_prompt)
    yield from style.visual_types.values()
    yield from style.visual_types_negative.values()


def _noting(opened: list[str], call: Callable[..., Any]) -> Callable[..., Any]:
    def noted(file: Any, *args: Any, **options: Any) -> Any:
        opened.append(str(file))
        return call(file, *args, **options)

    return noted
