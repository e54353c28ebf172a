"""Discovery, with real distributions on disk: which plugin a name leads to, and what is imported on the way."""

from __future__ import annotations

import sys

import pytest

from novaclips import __version__
from novaclips.discovery import Plugins
from novaclips.errors import PluginError, UnknownPlugin
from novaclips.plugin import Prompt, Settings
from plugin_answers import said
from site_builder import Site

# Names and plugins.


def test_installed_provider_is_found_by_its_name(install, plugins):
    install("provider-paint")

    spec = plugins.provider("paint")

    assert (spec.name, spec.summary) == ("paint", "Paints paint")
    assert plugins.make_provider("paint", Settings()).generate(None) == b"painted"


def test_what_ships_in_core_comes_through_the_same_entry_points(plugins):
    assert [str(plugin) for plugin in plugins.installed] == [
        f"provider-storyboard from novaclips {__version__}",
        f"writer-png from novaclips {__version__}",
    ]
    assert plugins.provider("storyboard").name == "storyboard"
    assert plugins.writer("png").name == "png"


def test_two_providers_may_stand_in_one_module(install, plugins):
    install("provider-oil", "provider-water", dist="paints")

    assert plugins.provider("oil").summary == "Paints oil"
    assert plugins.provider("water").summary == "Paints water"


def test_two_enhancers_may_stand_in_one_module(install, plugins):
    install("enhancer-dawn", "enhancer-dusk", dist="hours")

    assert plugins.enhancer("dawn").enhance(Prompt("a kite")).text == "dawn by hours: a kite"
    assert [(plugin.name, spec.name) for plugin, spec in plugins.styles()[0]] == [("dawn", "dawn"), ("dusk", "dusk")]


def test_one_module_may_serve_two_kinds(install, plugins):
    install("provider-paint", "style-studio", dist="studio", styles=["matt"])

    assert plugins.provider("paint").name == "paint"
    assert plugins.style("studio/matt").name == "matt"


def test_enhancer_and_style_pack_of_one_module_do_not_clash(install, plugins):
    install("enhancer-dusk", "style-moods", dist="moods", styles=["noir"])

    assert plugins.style("dusk").name == plugins.style("moods/dusk").name == "dusk"
    assert plugins.style("noir").name == "noir"


# What is asked for is imported, and nothing else.


def test_asking_for_a_provider_imports_no_other_plugin(install, plugins):
    for entry in ("provider-paint", "provider-chalk", "style-moods", "enhancer-dusk", "writer-webp"):
        install(entry)

    plugins.provider("paint")

    assert "novaclips_provider_paint" in sys.modules
    others = {"novaclips_provider_chalk", "novaclips_style_moods", "novaclips_enhancer_dusk", "novaclips_writer_webp"}
    assert not others & sys.modules.keys()


def test_listing_names_imports_nothing(install, plugins):
    install("provider-paint")

    assert plugins.names("provider") == ["paint", "storyboard"]
    assert "novaclips_provider_paint" not in sys.modules


# Names that two distributions offer.


def test_name_of_two_distributions_is_an_error_only_when_asked_for(install, plugins):
    install("provider-paint")
    install("provider-paint", dist="acme-paint", version="2.1")

    assert plugins.provider("storyboard").name == "storyboard"
    with pytest.raises(PluginError) as raised:
        plugins.provider("paint")

    assert said(raised) == (
        "provider 'paint' is offered by acme-paint 2.1 and novaclips-provider-paint 1.0; uninstall one of them"
    )
    assert not {"acme_paint", "novaclips_provider_paint"} & sys.modules.keys()


def test_order_of_folders_on_the_path_decides_nothing(tmp_path, monkeypatch):
    one, other = Site(tmp_path / "one"), Site(tmp_path / "other")
    one.install("zebra", entry_points={"provider-paint": "zebra", "provider-chalk": "zebra"})
    other.install("ant", entry_points={"provider-paint": "ant", "style-moods": "ant"})
    answers = []

    for folders in ([one.folder, other.folder], [other.folder, one.folder]):
        with monkeypatch.context() as patch:
            patch.setattr(sys, "path", [*map(str, folders), *sys.path])
            plugins = Plugins()
            with pytest.raises(PluginError) as raised:
                plugins.find("provider", "paint")
            answers.append(([str(plugin) for plugin in plugins.installed], said(raised)))

    assert answers[0] == answers[1]


def test_of_one_distribution_in_two_folders_the_first_on_the_path_counts(tmp_path, monkeypatch, plugins):
    for version in ("1.0", "2.0"):
        site = Site(tmp_path / version)
        site.install("paint", version=version, entry_points={"provider-paint": "paint"})
        monkeypatch.syspath_prepend(site.folder)

    assert plugins.find("provider", "paint").version == "2.0"


# What the environment says.


@pytest.mark.parametrize("disabled", ["provider-paint", "novaclips-provider-paint", "writer-png, provider-paint"])
def test_disabled_plugin_counts_as_not_installed(install, disabled):
    install("provider-paint")
    plugins = Plugins.from_env({"NOVACLIPS_DISABLE_PLUGINS": disabled})

    assert "paint" not in plugins.names("provider")
    with pytest.raises(UnknownPlugin):
        plugins.provider("paint")


def test_disabling_one_of_two_that_clash_leaves_the_other(install):
    install("provider-paint")
    install("provider-paint", dist="acme-paint")

    plugins = Plugins.from_env({"NOVACLIPS_DISABLE_PLUGINS": "acme-paint"})

    assert plugins.find("provider", "paint").dist == "novaclips-provider-paint"


def test_trace_prints_every_hook_call_and_whose_it_is_to_stderr(install, capsys):
    install("provider-paint")

    Plugins.from_env({"NOVACLIPS_TRACE_PLUGINS": "1"}).provider("paint")

    out, err = capsys.readouterr()
    lines = [line.strip() for line in err.splitlines()]
    assert out == ""
    assert lines[0] == "provider-paint from novaclips-provider-paint 1.0 [pluginmanage]"
    assert lines[1] == "novaclips_image_providers [hook]"
    assert lines[2].startswith("finish novaclips_image_providers --> ")


def test_nothing_is_traced_unless_asked_for(install, capsys):
    install("provider-paint")

    Plugins.from_env({}).provider("paint")

    assert capsys.readouterr() == ("", "")
