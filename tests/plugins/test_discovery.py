"""Discovery, with real distributions on disk: every plugin works, or fails alone in one line that says why."""

from __future__ import annotations

import sys

import pytest
from PIL import Image

from novaclips import __version__
from novaclips.discovery import Plugins
from novaclips.errors import ConfigError, ExitCode, MissingKey, PluginError, UnknownPlugin
from novaclips.plugin import Prompt, Settings
from site_builder import Site

PAINT = "provider 'paint' is broken: provider-paint from novaclips-provider-paint 1.0"


def said(raised: pytest.ExceptionInfo[Exception]) -> str:
    text = str(raised.value)
    assert "\n" not in text
    return text


# What works.


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


def test_typo_is_answered_with_what_was_meant_and_imports_nothing(install, plugins):
    install("provider-paint")

    with pytest.raises(UnknownPlugin) as raised:
        plugins.provider("piant")

    assert said(raised) == "unknown provider 'piant'; did you mean 'paint'? installed: paint, storyboard"
    assert "novaclips_provider_paint" not in sys.modules


def test_unknown_name_is_answered_with_the_installed_ones(plugins):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.writer("parchment")

    assert said(raised) == "unknown writer 'parchment'; installed: png"


@pytest.mark.parametrize("name", ["openai", "replicate"])
def test_published_but_not_installed_provider_is_answered_with_the_pip_command(plugins, name):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.provider(name)

    assert said(raised) == f"provider {name!r} is not installed; run: pip install novaclips-provider-{name}"


def test_typo_of_a_published_provider_is_answered_with_its_name(plugins):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.provider("opnai")

    assert said(raised) == "unknown provider 'opnai'; did you mean 'openai'? installed: storyboard"


def test_short_name_that_is_not_really_near_suggests_nothing(plugins):
    with pytest.raises(UnknownPlugin) as raised:
        plugins.provider("nope")

    assert said(raised) == "unknown provider 'nope'; installed: storyboard"


@pytest.mark.parametrize(
    ("entry", "ask", "answer"),
    [
        ("style-moods", Plugins.provider, "unknown provider 'moods'; that is a style pack: write --style moods/NAME"),
        ("enhancer-moods", Plugins.provider, "unknown provider 'moods'; that is an enhancer: write --enhancer moods"),
        ("writer-moods", Plugins.provider, "unknown provider 'moods'; that is a writer: write --writer moods"),
        ("provider-moods", Plugins.writer, "unknown writer 'moods'; that is a provider: write --provider moods"),
        ("provider-moods", Plugins.style, "unknown style 'moods'; that is a provider: write --provider moods"),
        ("style-moods", Plugins.style, "unknown style 'moods'; that is a style pack: write --style moods/NAME"),
    ],
    ids=["style pack", "enhancer", "writer", "provider as writer", "provider as style", "style pack as style"],
)
def test_name_of_another_kind_is_answered_with_what_it_is(install, plugins, entry, ask, answer):
    install(entry, styles=["noir"] if entry == "style-moods" else [])

    with pytest.raises(UnknownPlugin) as raised:
        ask(plugins, "moods")

    assert said(raised).startswith(f"{answer}; installed: ")


@pytest.mark.parametrize(
    ("entry", "ask", "kind"),
    [
        ("provider-paint", Plugins.provider, "provider"),
        ("writer-paint", Plugins.writer, "writer"),
        ("enhancer-paint", Plugins.enhancer, "style"),
    ],
    ids=["provider", "writer", "enhancer"],
)
def test_distribution_without_its_entry_point_is_answered_with_the_lines_to_write(site, plugins, entry, ask, kind):
    site.install(f"novaclips-{entry}", entry_points={})

    with pytest.raises(UnknownPlugin) as raised:
        ask(plugins, "paint")

    assert said(raised) == (
        f"{kind} 'paint' is not found: novaclips-{entry} 1.0 is installed without its entry point; write"
        f' [project.entry-points.novaclips] and, below it, {entry} = "novaclips_{entry.replace("-", "_")}.plugin" into'
        " its pyproject.toml, and install it again"
    )


# What is broken fails alone.

HOOK = "from novaclips.plugin import ImageProviderSpec, hookimpl\n@hookimpl\n"
SPEC = "ImageProviderSpec(name=name, summary='Paints', create=print)"
BROKEN = {
    "missing SDK": ("import no_such_sdk", "ModuleNotFoundError: No module named 'no_such_sdk'"),
    "import error": ("raise ImportError('libpaint.so is gone')", "ImportError: libpaint.so is gone"),
    "syntax error": ("yes no", "SyntaxError: invalid syntax (novaclips_provider_paint.py, line 1)"),
    "script that ends itself": ("raise SystemExit(3)", "SystemExit: 3"),
    "error without a word": ("raise RuntimeError", "RuntimeError"),
    "error of several lines": ("raise RuntimeError('one\\n  two')", "RuntimeError: one two"),
    "hook that raises": (
        f"{HOOK}def novaclips_image_providers(): raise OSError('no paint')",
        "OSError: no paint",
    ),
    "generator that raises after its first yield": (
        f"{HOOK}def novaclips_image_providers(name='paint'):\n    yield {SPEC}\n    raise KeyError('pallet')",
        "KeyError: 'pallet'",
    ),
    "hook with an argument that there is not": (
        f"{HOOK}def novaclips_image_providers(canvas): ...",
        (
            "PluginValidationError: Plugin 'novaclips-provider-paint:provider-paint' for hook"
            " 'novaclips_image_providers' hookimpl definition: novaclips_image_providers(canvas) Argument(s) {'canvas'}"
            " are declared in the hookimpl but can not be found in the hookspec"
        ),
    ),
    "misspelt hook": (
        f"{HOOK}def novaclips_image_provider(): ...",
        "no hook 'novaclips_image_provider'; did you mean 'novaclips_image_providers'?",
    ),
    "hook that there is not": (
        f"{HOOK}def paint(): ...",
        "no hook 'paint'; hooks: novaclips_image_providers, novaclips_output_writers, novaclips_prompt_enhancers",
    ),
    "misspelt hook beside the right one": (
        f"{HOOK}def novaclips_image_providers(name='paint'): yield {SPEC}\n@hookimpl\ndef novaclips_writers(): ...",
        "no hook 'novaclips_writers'; did you mean 'novaclips_output_writers'?",
    ),
    "hook of another kind": (
        f"{HOOK}def novaclips_output_writers(): ...",
        "it implements novaclips_output_writers, not novaclips_image_providers",
    ),
    "module without the hook": (
        "PAINT = True",
        "its module does not implement novaclips_image_providers; write that function, marked @hookimpl",
    ),
    "hook without its mark": (
        "def novaclips_image_providers(): ...",
        "its module does not implement novaclips_image_providers; mark it @hookimpl",
    ),
    "hook that yields another type": (
        f"{HOOK}def novaclips_image_providers(): yield 'paint'",
        "novaclips_image_providers should yield ImageProviderSpec, not str",
    ),
    "hook that returns one spec instead of yielding it": (
        f"{HOOK}def novaclips_image_providers(): name = 'paint'; return {SPEC}",
        "TypeError: 'ImageProviderSpec' object is not iterable",
    ),
    "hook that returns nothing": (
        f"{HOOK}def novaclips_image_providers(): ...",
        "its entry point promises 'paint', but novaclips_image_providers yields nothing",
    ),
    "another name than its entry point's": (
        f"{HOOK}def novaclips_image_providers():\n    for name in ('oil', 'water'): yield {SPEC}",
        "its entry point promises 'paint', but novaclips_image_providers yields 'oil', 'water'",
    ),
    "one name twice": (
        f"{HOOK}def novaclips_image_providers():\n    for name in ('paint', 'paint'): yield {SPEC}",
        "novaclips_image_providers yields 'paint' twice",
    ),
}


@pytest.mark.parametrize(("source", "cause"), BROKEN.values(), ids=BROKEN)
def test_broken_plugin_is_answered_in_one_line_and_hurts_nobody_else(install, plugins, source, cause):
    install("provider-paint", source=source)
    install("provider-chalk")

    with pytest.raises(PluginError) as raised:
        plugins.provider("paint")

    assert said(raised) == f"{PAINT}: {cause}"
    assert plugins.provider("chalk").name == "chalk"
    assert plugins.provider("storyboard").name == "storyboard"


@pytest.mark.parametrize(("source", "cause"), BROKEN.values(), ids=BROKEN)
def test_broken_plugin_answers_the_same_when_asked_again(install, plugins, source, cause):
    install("provider-paint", source=source)

    with pytest.raises(PluginError) as first:
        plugins.provider("paint")
    with pytest.raises(PluginError) as second:
        plugins.make_provider("paint", Settings())

    assert second.value is first.value


def test_cause_is_chained_for_debug(install, plugins):
    install("provider-paint", source="raise OSError('no paint')")

    with pytest.raises(PluginError) as raised:
        plugins.provider("paint")

    assert isinstance(raised.value.__cause__, OSError)


def test_selected_broken_plugin_ends_the_command_with_one_line(install, novaclips, write_scenes):
    install("provider-paint", source="raise OSError('no paint')")
    write_scenes(1)

    done = novaclips("visuals", "generate", "--provider", "paint")

    assert done.exit_code == ExitCode.USAGE
    assert done.stderr == f"error: {PAINT}: OSError: no paint\n"


def test_debug_shows_where_a_selected_plugin_broke(install, novaclips, write_scenes):
    install("provider-paint", source="raise OSError('no paint')")
    write_scenes(1)

    done = novaclips("visuals", "generate", "--provider", "paint", "--debug")

    assert done.exit_code == ExitCode.USAGE
    assert "novaclips_provider_paint.py" in done.stderr
    assert done.stderr.endswith(f"error: {PAINT}: OSError: no paint\n")


def test_module_that_is_not_there_is_answered(site, plugins):
    site.install("novaclips-provider-paint", entry_points={"provider-paint": "nowhere.plugin"})

    with pytest.raises(PluginError) as raised:
        plugins.provider("paint")

    assert said(raised) == f"{PAINT}: ModuleNotFoundError: No module named 'nowhere'"


def test_entry_point_of_an_unknown_kind_is_answered(install, plugins):
    install("painter-oil")
    (plugin,) = plugins.of_kind("painter")

    with pytest.raises(PluginError) as raised:
        plugins.specs(plugin)

    assert said(raised) == (
        "painter 'oil' is broken: painter-oil from novaclips-painter-oil 1.0: its entry point should start with one of"
        " enhancer, provider, style, writer"
    )
    assert "novaclips_painter_oil" not in sys.modules


DAMAGED = {
    "no METADATA": ("METADATA", None),
    "empty METADATA": ("METADATA", b""),
    "METADATA of another encoding": ("METADATA", b"Name: caf\xe9\nVersion: 1"),
    "entry points of another encoding": ("entry_points.txt", b"[novaclips]\nprovider-caf\xe9 = paint\n"),
    "entry points that are none": ("entry_points.txt", b"[novaclips]\nprovider-paint\n"),
}


@pytest.mark.parametrize(("file", "content"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_distribution_counts_as_not_installed(site, install, plugins, file, content):
    install("provider-paint")
    install("provider-chalk")
    path = site.folder / "novaclips_provider_paint-1.0.dist-info" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    assert plugins.names("provider") == ["chalk", "storyboard"]
    assert plugins.provider("chalk").name == "chalk"


# What create() does.

CREATE = """
    from novaclips.plugin import *

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="paint", summary="Paints", create=create, key_env=("PAINT_KEY",))

    def create(settings):
"""
CREATES = {
    "raises": ("raise OSError('no paint')", "OSError: no paint"),
    "ends the process": ("raise SystemExit", "SystemExit"),
    "returns nothing": ("return None", "its create() should return a BaseImageProvider, not NoneType"),
    "returns a class": ("return BaseImageProvider", "its create() should return a BaseImageProvider, not ABCMeta"),
}


@pytest.mark.parametrize(("code", "cause"), CREATES.values(), ids=CREATES)
def test_create_that_fails_is_answered_in_one_line(install, plugins, code, cause):
    install("provider-paint", source=f"{CREATE}        {code}\n")

    with pytest.raises(PluginError) as raised:
        plugins.make_provider("paint", Settings())

    assert said(raised) == f"{PAINT}: {cause}"


def test_missing_key_comes_out_of_create_as_it_is(install, plugins):
    install("provider-paint", source=f"{CREATE}        return settings.key('paint', 'PAINT_KEY', 'PAINTER_KEY')\n")

    with pytest.raises(MissingKey) as raised:
        plugins.make_provider("paint", Settings())

    assert said(raised) == (
        "provider 'paint' needs PAINT_KEY or PAINTER_KEY; set it in the environment or in the project's .env, or try"
        " --provider storyboard (no key)"
    )


def test_style_whose_create_returns_nothing_is_answered(install, plugins):
    source = """
        from novaclips.plugin import PromptEnhancerSpec, hookimpl

        @hookimpl
        def novaclips_prompt_enhancers():
            yield PromptEnhancerSpec(name="noir", summary="Looks noir", create=lambda settings: None)
    """
    install("style-moods", source=source)

    with pytest.raises(PluginError) as raised:
        plugins.enhancer("moods/noir")

    assert said(raised) == (
        "style 'moods' is broken: style-moods from novaclips-style-moods 1.0: its create() should return a"
        " BasePromptEnhancer, not NoneType"
    )


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


# Styles.


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


# With every third-party plugin broken, core works.


@pytest.fixture
def all_broken(install):
    """One broken plugin of each kind, and one of no kind, each in a way of its own."""
    install("provider-paint", source="import no_such_sdk")
    install("enhancer-dusk", source="yes no")
    install("style-moods", source="raise SystemExit('no mood')")
    install("writer-webp", source=f"{HOOK}def novaclips_output_writers(): yield 'webp'")
    install("painter-oil")


@pytest.mark.usefixtures("all_broken")
def test_help_works_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("--help")

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")


@pytest.mark.usefixtures("all_broken")
def test_plugins_list_shows_every_broken_plugin_with_its_cause(novaclips):
    done = novaclips("plugins", "list")

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")
    rows = {line.split()[1]: line.partition("BROKEN: ")[2] for line in done.stdout.splitlines()}
    assert rows == {
        "NAME": "",
        "dusk": "SyntaxError: invalid syntax (novaclips_enhancer_dusk.py, line 1)",
        "oil": "its entry point should start with one of enhancer, provider, style, writer",
        "paint": "ModuleNotFoundError: No module named 'no_such_sdk'",
        "storyboard": "",
        "moods": "SystemExit: no mood",
        "png": "",
        "webp": "novaclips_output_writers should yield OutputWriterSpec, not str",
    }


@pytest.mark.usefixtures("all_broken")
def test_plugins_check_exits_with_1_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("plugins", "check")

    assert (done.exit_code, done.stderr) == (1, "")
    marks = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert sorted(marks) == ["TROUBLE"] * 5 + ["ok"] * 2


@pytest.mark.usefixtures("all_broken")
def test_styles_list_warns_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("styles", "list")

    assert done.exit_code == ExitCode.OK
    assert [line.partition(" is broken")[0] for line in done.stderr.splitlines()[:2]] == [
        "warning: enhancer 'dusk'",
        "warning: style 'moods'",
    ]


@pytest.mark.usefixtures("all_broken")
@pytest.mark.parametrize("args", [["--provider", "storyboard"], []], ids=["storyboard asked for", "nobody asked for"])
def test_unselected_broken_plugin_does_not_stop_generate(novaclips, write_scenes, tmp_path, args):
    write_scenes(1)

    done = novaclips("visuals", "generate", "--resolution", "64x64", *args)

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")
    with Image.open(tmp_path / "frames" / "scene-001.png") as frame:
        assert frame.size == (64, 64)
