"""style_pack: what a YAML file of styles gives."""

from __future__ import annotations

import subprocess
import sys

import pytest
import yaml

from novaclips import style_pack as documented
from novaclips.plugin import PluginError, Prompt, Settings, style_pack
from style_pack.mistakes import GOOD


def test_each_style_becomes_a_spec_in_the_order_of_the_file(load):
    specs = load("""
        styles:
          night: {summary: Darkness, suffix: ", at night"}
          3d-day:
            summary: Light
            prefix: "By day, "
            suffix: ", in the sun"
            negative_prompt: rain
            palette: ["#FFEE00", "#ffffff", "#101010"]
    """)

    night, day = (spec.style for spec in specs)
    assert [(spec.name, spec.summary) for spec in specs] == [("night", "Darkness"), ("3d-day", "Light")]
    assert (night.prefix, night.suffix, night.negative_prompt, night.palette) == ("", ", at night", "", ())
    assert (day.prefix, day.suffix, day.negative_prompt) == ("By day, ", ", in the sun", "rain")
    assert day.palette == ("#ffee00", "#ffffff", "#101010")


def test_each_spec_creates_its_own_style(load):
    specs = load('styles: {a: {summary: A, prefix: "A, "}, b: {summary: B, prefix: "B, "}}')

    assert [spec.create(Settings()).enhance(Prompt("x")).text for spec in specs] == ["A, x", "B, x"]


def test_visual_types_of_a_style_go_over_those_of_the_pack_field_by_field(load):
    (spec,) = load("""
        visual_types:
          diagram: {prompt: simple shapes, negative_prompt: labels}
          map: {prompt: from above, negative_prompt: letters}
          quote: {prompt: empty space}
        styles:
          dusk:
            summary: Evening light
            prefix: "At dusk, "
            visual_types:
              diagram: {prompt: lit windows}
              map: {prompt: "", negative_prompt: ""}
              крупный план: {prompt: one detail}
    """)

    assert spec.style.visual_types == {"diagram": "lit windows", "quote": "empty space", "крупный план": "one detail"}
    assert spec.style.visual_types_negative == {"diagram": "labels"}


def test_exact_style_keeps_its_words_for_every_visual_type(load):
    (spec,) = load("""
        visual_types: {map: {prompt: from above, negative_prompt: letters}}
        styles: {dusk: {summary: Evening light, prefix: "At dusk, ", suffix: ", warm", exact: true}}
    """)

    prompt = spec.style.enhance(Prompt("a harbor", visual_type="map"))

    assert prompt.text == "At dusk, a harbor, warm"
    assert prompt.negative == "letters"


def test_anchors_aliases_and_merge_keys_work(load):
    one, two = load("""
        styles:
          one: &one
            summary: One
            prefix: "One, "
            visual_types: &types {map: {prompt: from above}}
          two:
            <<: *one
            summary: Two
            visual_types: *types
    """)

    assert (two.summary, two.style.prefix) == ("Two", "One, ")
    assert two.style.visual_types == one.style.visual_types == {"map": "from above"}


def test_another_file_name_and_a_byte_order_mark_are_fine(load):
    (spec,) = load(b"\xef\xbb\xbf" + GOOD.encode(), "more.yaml")

    assert spec.name == "dusk"


def test_prefix_of_a_script_without_spaces_may_touch_the_prompt(load):
    (spec,) = load('styles: {shui: {summary: Water, prefix: "水墨画风格的", suffix: "，留白"}}')

    assert spec.style.enhance(Prompt("山")).text == "水墨画风格的山，留白"


def test_works_without_the_c_library_of_yaml(load, monkeypatch):
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)

    assert load(GOOD)[0].name == "dusk"


def test_the_file_in_the_module_docstring_loads(load):
    text = documented.__doc__.split("UTF-8::\n")[1].split("\n``summary``")[0]

    noir, plain = load(text)

    assert noir.style.visual_types == {}
    assert noir.style.visual_types_negative == {"diagram": "text, labels, letters"}
    assert plain.style.exact


def test_nothing_is_yielded_from_a_file_with_a_mistake_further_down(package):
    (package / "styles.yaml").write_text(GOOD[:-1] + ", Bad: {}}", encoding="utf-8")

    with pytest.raises(PluginError, match="Bad"):
        next(style_pack(package.name))


def test_importing_the_plugin_module_does_not_import_yaml():
    code = "import sys, novaclips.plugin; print('yaml' in sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
