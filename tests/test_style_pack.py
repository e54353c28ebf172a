"""style_pack: what a YAML file of styles gives, and what it answers to every mistake in it."""

import subprocess
import sys
import textwrap

import pytest
import yaml

from novaclips import style_pack as documented
from novaclips.plugin import PluginError, Prompt, Settings, style_pack

GOOD = 'styles: {dusk: {summary: Evening light, prefix: "At dusk, "}}'


@pytest.fixture
def package(tmp_path, monkeypatch):
    """An importable package on disk with a name of its own, for importlib remembers the packages it has seen."""
    folder = tmp_path / f"pack_{abs(hash(tmp_path))}"
    folder.mkdir()
    (folder / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    sys.modules.pop(folder.name, None)


@pytest.fixture
def load(package):
    """Write a file into the package and load it: one spec for each style."""

    def load(text, resource="styles.yaml"):
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (package / resource).write_bytes(data)
        return list(style_pack(package.name, resource))

    return load


def style(text):
    """A file whose one style, ``dusk``, has these fields."""
    return f"styles:\n  dusk:\n{textwrap.indent(textwrap.dedent(text), '    ')}"


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


STYLE_FIELDS = "summary, prefix, suffix, negative_prompt, palette, visual_types, exact"
COLOURS = '["#101820", "#d94f30", "#f4efe6"]'
WORDS = 'summary: Evening light\nprefix: "At dusk, "\n'
MISTAKES = {
    "empty file": (
        "# styles will follow\n",
        ": the file is empty; write styles: and under it one entry for each style, by its name",
    ),
    "not a mapping": (
        "- noir\n",
        ": the file must be a mapping, not a list; write fields such as visual_types: and styles:",
    ),
    "no styles": (
        "visual_types: {map: {prompt: from above}}\n",
        ": the file has no 'styles'; write styles: and under it one entry for each style, by its name",
    ),
    "styles empty": (
        "styles: {}\n",
        ":1: styles is empty; write one entry for each style, by its name",
    ),
    "styles as a list": (
        "styles:\n- name: noir\n",
        ":1: styles must be a mapping, not a list; write one entry for each name",
    ),
    "unknown field of the file": (
        f"{GOOD}\nvisual_type: {{}}\n",
        (
            ": the file has an unknown field 'visual_type'; did you mean 'visual_types'? "
            "the fields are visual_types, styles"
        ),
    ),
    "unknown field of a style": (
        style(f"{WORDS}sufix: x"),
        f":2: style 'dusk' has an unknown field 'sufix'; did you mean 'suffix'? the fields are {STYLE_FIELDS}",
    ),
    "unknown field like none": (
        style(f"{WORDS}lens: 50mm"),
        f":2: style 'dusk' has an unknown field 'lens'; the fields are {STYLE_FIELDS}",
    ),
    "unknown field of a visual type": (
        style(f"{WORDS}visual_types:\n  map: {{negative: labels}}"),
        (
            ":6: style 'dusk', visual_types.map has an unknown field 'negative'; did you mean 'negative_prompt'?"
            " the fields are prompt, negative_prompt"
        ),
    ),
    "style is nothing": (
        "styles:\n  dusk:\n",
        ":2: style 'dusk' must be a mapping, not nothing; write fields such as summary: and prefix:",
    ),
    "style is text": (
        "styles: {dusk: At dusk}\n",
        ":1: style 'dusk' must be a mapping, not 'At dusk'; write fields such as summary: and prefix:",
    ),
    "text is a number": (
        style('summary: 8\nprefix: "At dusk, "'),
        ":3: style 'dusk', summary must be text, not 8; write it in quotes",
    ),
    "text is a list": (
        style(f"{WORDS}negative_prompt: [rain, people]"),
        ":5: style 'dusk', negative_prompt must be text, not a list; write it in quotes",
    ),
    "text is a mapping": (
        style(f"{WORDS}suffix: {{a: b}}"),
        ":5: style 'dusk', suffix must be text, not a mapping; write it in quotes",
    ),
    "text of a visual type is a number": (
        f"visual_types:\n  map:\n    prompt: 1\n{GOOD}\n",
        ":3: visual_types.map.prompt must be text, not 1; write it in quotes",
    ),
    "exact is text": (
        style(f"{WORDS}exact: always"),
        ":5: style 'dusk', exact must be true or false, not 'always'; write true, or leave it out",
    ),
    "exact with prompts of its own": (
        style(f"{WORDS}exact: true\nvisual_types: {{map: {{prompt: from above}}}}"),
        ":6: style 'dusk', visual_types has prompts that 'exact: true' never uses; drop one or the other",
    ),
    "visual types as a list": (
        style(f"{WORDS}visual_types: [map]"),
        ":5: style 'dusk', visual_types must be a mapping, not a list; write one entry for each name",
    ),
    "visual type is text": (
        style(f"{WORDS}visual_types: {{map: from above}}"),
        (
            ":5: style 'dusk', visual_types.map must be a mapping, not 'from above';"
            " write fields such as prompt: and negative_prompt:"
        ),
    ),
    "visual type is empty": (
        style(f"{WORDS}visual_types: {{map: {{}}}}"),
        ":5: style 'dusk', visual_types.map is empty; write prompt: or negative_prompt:, or drop it",
    ),
    "bad name": (
        'styles: {Film Noir!: {summary: Shadows, prefix: "Noir, "}}\n',
        ":1: style 'Film Noir!' has a bad name; write 'film-noir': a-z, 0-9 and single hyphens between them",
    ),
    "bad name without a Latin letter": (
        'styles: {ночь: {summary: Тьма, prefix: "Ночь, "}}\n',
        ":1: style 'ночь' has a bad name; write 'night': a-z, 0-9 and single hyphens between them",
    ),
    "name that YAML reads as a truth value": (
        'styles: {off: {summary: Off, prefix: "Off, "}}\n',
        ":1: styles has the name false, which is not text in YAML; write the name in quotes",
    ),
    "name that YAML reads as a number": (
        'styles: {1980: {summary: Big hair, prefix: "In 1980, "}}\n',
        ":1: styles has the name 1980, which is not text in YAML; write the name in quotes",
    ),
    "two styles of one name": (
        "styles:\n  dusk: {summary: A}\n  dawn: {summary: B}\n  dusk: {summary: C}\n",
        ":4: styles has 'dusk' twice (first on line 2); rename one or drop it",
    ),
    "one field twice": (
        style(f"{WORDS}summary: Again"),
        ":5: style 'dusk' has 'summary' twice (first on line 3); rename one or drop it",
    ),
    "no summary": (
        style('prefix: "At dusk, "'),
        ":2: style 'dusk' has no 'summary'; write one line for `novaclips styles list`",
    ),
    "summary of several lines": (
        style('summary: "Evening\\nlight"\nprefix: "At dusk, "'),
        ":3: style 'dusk', summary has several lines; write one line for `novaclips styles list`",
    ),
    "neither prefix nor suffix": (
        style('summary: Evening light\nprefix: " "'),
        ":2: style 'dusk' has neither 'prefix' nor 'suffix'; write the words that go before or after a scene's prompt",
    ),
    "prefix without its last space": (
        style("summary: Evening light\nprefix: At dusk, "),
        ":4: style 'dusk', prefix would stick to the prompt; write \"At dusk, \", in quotes",
    ),
    "prefix without its comma": (
        style("summary: Вечер\nprefix: На закате"),
        ":4: style 'dusk', prefix would stick to the prompt; write \"На закате, \", in quotes",
    ),
    "suffix without its comma": (
        style("summary: Evening light\nsuffix: at dusk"),
        ":4: style 'dusk', suffix would stick to the prompt; write \", at dusk\", in quotes",
    ),
    "palette is one colour": (
        style(f'{WORDS}palette: "#101820"'),
        f":5: style 'dusk', palette must be a list of colours, not '#101820'; write {COLOURS}",
    ),
    "palette is short": (
        style(f'{WORDS}palette: ["#101820", "#ffffff"]'),
        f":5: style 'dusk', palette has 2 colours; write 3 to 5, as in {COLOURS}",
    ),
    "palette is long": (
        style(f"{WORDS}palette: {['#101820'] * 6}"),
        f":5: style 'dusk', palette has 6 colours; write 3 to 5, as in {COLOURS}",
    ),
    "colour without quotes": (
        style(f"{WORDS}palette:\n- #101820\n- #ffffff"),
        ":5: style 'dusk', palette has nothing as colour 1: # starts a comment in YAML; write \"#101820\", in quotes",
    ),
    "colour by name": (
        style(f'{WORDS}palette: ["#101820", navy]'),
        ":5: style 'dusk', palette has 'navy' as colour 2; write something like \"#101820\", in quotes",
    ),
    "colour of three digits": (
        style(f'{WORDS}palette: ["#1a2"]'),
        ":5: style 'dusk', palette has '#1a2' as colour 1; write \"#11aa22\", in quotes",
    ),
    "colour without its hash": (
        style(f"{WORDS}palette: [d94f30]"),
        ":5: style 'dusk', palette has 'd94f30' as colour 1; write \"#d94f30\", in quotes",
    ),
    "colour that YAML reads as a number": (
        style(f"{WORDS}palette: [223344]"),
        ":5: style 'dusk', palette has 223344 as colour 1; write \"#223344\", in quotes",
    ),
    "field that came by a merge key": (
        """styles:
  one: &one {summary: One, prefix: "One, ", visual_types: {map: {prompt: from above}}}
  two: {<<: *one, exact: true}
""",
        ":3: style 'two', visual_types has prompts that 'exact: true' never uses; drop one or the other",
    ),
}


@pytest.mark.parametrize(("text", "message"), MISTAKES.values(), ids=MISTAKES)
def test_mistake_is_answered_with_place_cause_and_remedy(load, package, text, message):
    with pytest.raises(PluginError) as caught:
        load(text)

    assert str(caught.value) == f"{package.name}/styles.yaml{message}"


NOT_YAML = {
    "tab": ("styles:\n\tdusk: {}\n", ":2: the file is not YAML: while scanning for the next token, found character"),
    "colour in a flow list": (
        "styles: {dusk: {palette: [#101820]}}\n",
        ":2: the file is not YAML: while parsing a flow",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        ":2: the file is not YAML: expected a single document in the stream, but found another",
    ),
    "alias of nothing": ("styles: *gone\n", ":1: the file is not YAML: found undefined alias"),
    "tag of Python": (
        "styles: !!python/name:os.system {}\n",
        ":1: the file is not YAML: could not determine a constructor for the tag",
    ),
    "list as a name": (
        "styles: {? [a, b] : c}\n",
        ":1: the file is not YAML: while constructing a mapping, found unhashable key",
    ),
}


@pytest.mark.parametrize(("text", "message"), NOT_YAML.values(), ids=NOT_YAML)
def test_text_that_is_not_yaml_is_answered_with_its_line_and_a_hint(load, package, text, message):
    with pytest.raises(PluginError) as caught:
        load(text)

    assert str(caught.value).startswith(f"{package.name}/styles.yaml{message}")
    assert str(caught.value).endswith("; a colour, and a text with ': ' or ' #' in it, needs quotes")
    assert isinstance(caught.value.__cause__, yaml.YAMLError)


def test_value_that_yaml_takes_for_a_date_is_answered_with_quotes(load, package):
    with pytest.raises(PluginError) as caught:
        load(style("summary: 2026-02-31"))

    assert str(caught.value).startswith(f"{package.name}/styles.yaml: the file is not YAML: day ")
    assert str(caught.value).endswith("; write text in quotes")


def test_control_character_is_answered(load, package):
    with pytest.raises(PluginError, match=f"{package.name}/styles.yaml.*the file is not YAML: .*control characters"):
        load("styles: \x01\n")


def test_mapping_that_holds_itself_ends_in_an_answer(load):
    with pytest.raises(PluginError, match="style 'again' has an unknown field 'again'"):
        load("styles: &all {again: *all}\n")


def test_file_of_another_encoding_is_answered(load, package):
    with pytest.raises(PluginError) as caught:
        load("styles: {ночь: {}}".encode("cp1251"))

    assert str(caught.value) == f"{package.name}/styles.yaml: the file is not UTF-8 (byte 9); save it as UTF-8"


def test_missing_file_is_answered(package):
    with pytest.raises(PluginError) as caught:
        list(style_pack(package.name, "moods.yaml"))

    assert str(caught.value) == (
        f"{package.name}/moods.yaml: the file cannot be read (No such file or directory); put it beside the plugin"
        " module, and see that the wheel contains it"
    )


def test_missing_package_is_answered():
    with pytest.raises(PluginError) as caught:
        list(style_pack("novaclips_style_nowhere"))

    assert str(caught.value) == (
        "novaclips_style_nowhere/styles.yaml: there is no 'novaclips_style_nowhere'; call style_pack(__package__)"
    )


def test_module_instead_of_its_package_is_answered():
    with pytest.raises(PluginError) as caught:
        list(style_pack("novaclips.plugin"))

    assert str(caught.value) == (
        "novaclips.plugin/styles.yaml: 'novaclips.plugin' is a module, no package; call style_pack(__package__)"
    )


@pytest.mark.parametrize("nothing", ["", None])
def test_plugin_module_outside_a_package_is_answered(nothing):
    with pytest.raises(PluginError) as caught:
        list(style_pack(nothing))

    assert str(caught.value) == (
        f"style_pack() got the package {nothing!r}; put the plugin module and styles.yaml into a package,"
        " and call style_pack(__package__)"
    )
