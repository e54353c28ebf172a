"""A style's name leads to the pack that has it, or to how it is written."""

from __future__ import annotations

import sys

import pytest

from novaclips.discovery import Plugins
from novaclips.errors import ConfigError, PluginError, UnknownPlugin
from novaclips.plugin import Prompt
from plugin_answers import said


def test_style_is_found_in_whichever_pack_has_it(install, plugins):
    install("style-moods", styles=["noir", "dusk"])
    install("style-crafts", styles=["felt"])

    assert plugins.enhancer("felt").enhance(Prompt("a kite")).text == "felt by novaclips_style_crafts: a kite"


def test_style_of_two_packs_is_answered_with_both_ways_to_write_it(install, plugins):
    install("style-moods", styles=["noir", "dusk"])
    install("style-crime", styles=["noir"], version="2.1")

    with pytest.raises(ConfigError) as raised:
        plugins.style("noir")

    assert said(raised) == (
        "style 'noir' is offered more than once; write one of crime/noir (novaclips-style-crime 2.1) and"
        " moods/noir (novaclips-style-moods 1.0)"
    )
    assert plugins.enhancer("crime/noir").enhance(Prompt("a kite")).text == "noir by novaclips_style_crime: a kite"
    assert plugins.style("dusk").name == "dusk"


def test_enhancer_and_style_pack_of_one_name_are_both_within_reach(install, plugins):
    install("enhancer-crime")
    install("style-crime", styles=["noir"])

    assert plugins.enhancer("crime/crime").enhance(Prompt("a kite")).text == "crime by novaclips_enhancer_crime: a kite"
    assert plugins.enhancer("crime/noir").enhance(Prompt("a kite")).text == "noir by novaclips_style_crime: a kite"


@pytest.mark.parametrize("ask", [Plugins.style, Plugins.enhancer], ids=["spec", "enhancer"])
def test_pack_and_name_load_that_pack_only(install, plugins, ask):
    install("style-moods", styles=["noir"])
    install("style-crime", styles=["noir"])
    install("enhancer-dusk")

    ask(plugins, "moods/noir")

    assert "novaclips_style_moods" in sys.modules
    assert not {"novaclips_style_crime", "novaclips_enhancer_dusk"} & sys.modules.keys()


def test_broken_style_pack_hurts_only_who_asks_for_what_nobody_else_has(install, plugins):
    install("style-moods", styles=["noir"])
    install("style-crime", source="raise OSError('no ink')")

    assert plugins.style("noir").name == "noir"
    with pytest.raises(UnknownPlugin) as raised:
        plugins.style("pulp")

    assert said(raised) == (
        "style 'crime' is broken: style-crime from novaclips-style-crime 1.0: OSError: no ink; unknown style 'pulp';"
        " installed: noir; more styles: pip install novaclips-style-presets"
    )


def test_style_that_is_nearly_there_is_answered_with_it_before_what_is_broken(install, plugins):
    install("style-moods", styles=["noir"])
    install("style-crime", source="raise OSError('no ink')")

    with pytest.raises(UnknownPlugin) as raised:
        plugins.style("nior")

    assert said(raised) == (
        "unknown style 'nior'; did you mean 'noir'? installed: noir; more styles: pip install novaclips-style-presets;"
        " not looked into: style 'crime' is broken: style-crime from novaclips-style-crime 1.0: OSError: no ink"
    )


def test_style_of_a_broken_pack_is_answered_with_what_is_wrong(install, plugins):
    install("style-crime", source="raise OSError('no ink')")

    with pytest.raises(PluginError) as raised:
        plugins.style("crime/noir")

    assert said(raised) == "style 'crime' is broken: style-crime from novaclips-style-crime 1.0: OSError: no ink"


def test_typo_of_a_style_is_answered_with_what_was_meant(install, plugins):
    install("style-moods", styles=["noir", "dusk"])

    with pytest.raises(UnknownPlugin) as raised:
        plugins.style("moods/nior")

    assert said(raised) == (
        "unknown style 'moods/nior'; did you mean 'moods/noir'? installed: moods/dusk, moods/noir;"
        " more styles: pip install novaclips-style-presets"
    )


def test_style_without_any_pack_is_answered_with_the_pip_command(plugins):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.style("noir")

    assert said(raised) == ("unknown style 'noir'; installed: none; more styles: pip install novaclips-style-presets")


def test_presets_that_are_not_installed_are_answered_with_the_pip_command(plugins):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.style("presets/noir")

    assert said(raised) == "style 'presets' is not installed; run: pip install novaclips-style-presets"
