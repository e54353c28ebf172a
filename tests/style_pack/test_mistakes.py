"""style_pack: what is answered to every mistake in a file of styles, and to one that cannot be read."""

from __future__ import annotations

import pytest
import yaml

from novaclips.plugin import PluginError, style_pack
from style_pack.mistakes import MISTAKES, style


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
