"""The gallery of wrong style packs: each fails in the test of its rule, and in no other.

What a styles.yaml cannot even say (a bad name, a colour in words) is in packs that make their specs by themselves.
"""

from __future__ import annotations

import pytest

from contracts import nested
from novaclips.testing.contracts.style_pack import StylePackContract

BY_FILE = """
from novaclips.plugin import hookimpl, style_pack


@hookimpl
def novaclips_prompt_enhancers():
    return style_pack(__package__)
"""
BY_HAND = """
from dataclasses import replace
from pathlib import Path

from novaclips.plugin import PromptEnhancerSpec, Style, hookimpl


def spec(style, create=None, name=""):
    create = create or (lambda settings: style)
    return PromptEnhancerSpec(name=name or style.name, summary="Night", create=create, style=style)


NIGHT = Style(name="night", summary="Night", suffix=", at night")


# It claims to be NIGHT: a Style itself, being data, cannot lose a word.
class Latin(Style):
    def enhance(self, prompt):
        return replace(prompt, text=prompt.text.encode("ascii", "ignore").decode() + self.suffix)

    def __eq__(self, other):
        return other == NIGHT

    __hash__ = Style.__hash__


@hookimpl
def novaclips_prompt_enhancers():
    return [{specs}]
"""
CONTRACT = """
import pytest
from novaclips.testing import StylePackCase, StylePackContract


class TestHours(StylePackContract):
    @pytest.fixture
    def case(self):
        return StylePackCase("hours")
"""
STYLES = """
visual_types:
  схема: {prompt: clear shapes, negative_prompt: letters}
styles:
  night:
    summary: Everything at night
    suffix: ", at night"
    palette: ["#0d0d0f", "#6b6f76", "#F2F0EA"]
  blue-hour:
    summary: Всё в синий час
    prefix: "Синий час: "
    exact: true
"""
PACKAGE = "novaclips_style_hours"

S1 = "test_s1_names_are_lower_case_words"
S2 = "test_s2_every_style_is_data"
S3 = "test_s3_the_words_of_a_scene_are_in_its_prompt"
S4 = "test_s4_colours_are_written_as_rrggbb"
S5 = "test_s5_every_style_makes_another_prompt"
S6 = "test_s6_no_placeholder_is_left_in_the_words"
S7 = "test_s7_no_file_is_opened_for_a_prompt"

BY_HAND_GALLERY = {
    "a name has a space and capitals": (S1, 'spec(replace(NIGHT, name="At Night"))'),
    "a spec carries no style": (
        S2,
        'PromptEnhancerSpec(name="night", summary="Night", create=lambda settings: NIGHT)',
    ),
    "a spec carries another style than it makes": (S2, 'spec(NIGHT, lambda settings: replace(NIGHT, suffix=""))'),
    "a style has another name than its spec": (S2, 'spec(NIGHT, name="evening")'),
    "what create gives knows Latin letters alone": (
        S3,
        'spec(NIGHT, lambda settings: Latin(name="night", summary="Night", suffix=", at night"))',
    ),
    "a colour is a word": (S4, 'spec(replace(NIGHT, palette=("navy",)))'),
    "making a style reads a file": (
        S7,
        "spec(NIGHT, lambda settings: NIGHT if Path(__file__).read_text() else None)",
    ),
}
BY_FILE_GALLERY = {
    "two styles differ in name alone": (S5, "\n  midnight:\n    summary: Night again\n    suffix: ', at night'"),
    "the prompt's place is marked by braces": (S6, "\n  day:\n    summary: Day\n    prefix: 'Day, {prompt}, '"),
    "a negative prompt has a placeholder": (
        S6,
        "\n  day:\n    summary: Day\n    prefix: 'Day, '\n    negative_prompt: '%s'",
    ),
}


TOLD = {
    S5: "'night' and 'midnight' make the same prompt; drop one or tell them apart",
    S6: "; the scene's words go between the texts",
    S7: "plugin.py; read the pack's file in the hook, once",
}


def install(site, source, styles=STYLES):
    modules = {f"{PACKAGE}/__init__.py": "", f"{PACKAGE}/plugin.py": source, f"{PACKAGE}/py.typed": ""}
    nested.install(site, "style", "hours", "", modules=modules | {f"{PACKAGE}/styles.yaml": styles})


@pytest.mark.parametrize(("rule", "specs"), BY_HAND_GALLERY.values(), ids=BY_HAND_GALLERY)
def test_a_wrong_pack_fails_in_the_test_of_its_rule(rule, specs, site, capsys):
    install(site, BY_HAND.format(specs=specs))

    assert nested.failures(site, CONTRACT) == [rule]
    assert TOLD.get(rule, "") in capsys.readouterr().out


@pytest.mark.parametrize(("rule", "style"), BY_FILE_GALLERY.values(), ids=BY_FILE_GALLERY)
def test_a_wrong_file_fails_in_the_test_of_its_rule(rule, style, site, capsys):
    install(site, BY_FILE, STYLES + style.removeprefix("\n"))

    assert nested.failures(site, CONTRACT) == [rule]
    assert TOLD.get(rule, "") in capsys.readouterr().out


def test_every_rule_has_a_wrong_pack():
    rules = {rule for rule, _ in (*BY_HAND_GALLERY.values(), *BY_FILE_GALLERY.values())}

    assert rules == nested.rules_of(StylePackContract)


def test_an_empty_pack_fails_in_the_rule_of_what_a_hook_yields(site):
    install(site, BY_HAND.format(specs=""))

    assert nested.failures(site, CONTRACT) == ["test_n2_hook_yields_specs_with_one_line_summaries"]


@pytest.mark.parametrize(
    "source", [BY_FILE, BY_HAND.format(specs="spec(NIGHT)")], ids=["from a file", "specs made by hand"]
)
def test_a_healthy_pack_passes(source, site):
    install(site, source)

    assert set(nested.run(site, CONTRACT).values()) == {"passed"}
