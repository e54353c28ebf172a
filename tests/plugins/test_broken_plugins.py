"""A plugin that is broken fails alone, in one line that says why."""

from __future__ import annotations

import importlib.metadata
import json
import re
import sys

import pytest

from novaclips.errors import ExitCode, PluginError
from novaclips.plugin import Settings
from plugin_answers import PAINT, said
from plugin_sources import HOOK

PLUGIN = "provider-paint from novaclips-provider-paint 1.0"
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


@pytest.mark.parametrize("source", [source for source, _ in BROKEN.values()], ids=BROKEN)
def test_broken_plugin_answers_the_same_when_asked_again(install, plugins, source):
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


@pytest.mark.parametrize(("file", "content"), DAMAGED.values(), ids=DAMAGED)
def test_damaged_distribution_is_named_by_its_folder_and_others_are_checked(site, install, novaclips, file, content):
    install("provider-paint")
    install("provider-chalk")
    path = site.folder / "novaclips_provider_paint-1.0.dist-info" / file
    path.unlink()
    if content is not None:
        path.write_bytes(content)

    done = novaclips("plugins", "check")

    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert "ok       provider-chalk from novaclips-provider-chalk 1.0: needs no key" in lines
    assert lines[-2] == f"TROUBLE  {path.parent}"
    assert lines[-1].startswith("         its metadata cannot be read: ")
    assert lines[-1].endswith("; it counts as not installed; delete that folder, or install the distribution again")


# Somebody else's distributions, which have nothing to do with novaclips.

STRANGERS = {
    "folder without a name": (".dist-info", {}),
    "entry points that are none": ("other-1.0.dist-info", {"entry_points.txt": "[console_scripts]\nrun\n"}),
    "metadata without a name": ("other-1.0.dist-info", {"METADATA": "Version: 1.0\n"}),
}
# As pydantic does, and with it every SDK that is built on it.
LOOKS_AROUND = """
    import importlib.metadata
    from novaclips.plugin import BaseImageProvider, ImageProviderSpec, hookimpl
    from scripted import picture

    {at_import}

    class Painter(BaseImageProvider):
        def __init__(self):
            {at_create}

        def open(self):
            {at_open}

        def generate(self, request):
            return picture(request.prompt)

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="paint", summary="Paints", create=lambda settings: Painter())
"""


@pytest.fixture(params=STRANGERS.values(), ids=STRANGERS)
def stranger(request, site):
    """The folder of a damaged distribution of somebody else."""
    name, files = request.param
    folder = site.folder / name
    folder.mkdir()
    for file, content in files.items():
        (folder / file).write_text(content, encoding="utf-8")
    return folder


@pytest.mark.parametrize("where", ["at_import", "at_create", "at_open"])
def test_plugin_that_looks_at_all_distributions_does_not_fail_by_a_stranger_s(
    install, novaclips, write_scenes, stranger, where
):
    looks = {"at_import": "pass", "at_create": "pass", "at_open": "pass"}
    looks[where] = "importlib.metadata.entry_points(group='pydantic')"
    install("provider-paint", source=LOOKS_AROUND.format(**looks))
    write_scenes(1)
    before = importlib.metadata.distributions

    done = novaclips("visuals", "generate", "--provider", "paint", "--resolution", "64x64")

    assert (done.exit_code, "is broken" in done.stderr) == (ExitCode.OK, False)
    assert importlib.metadata.distributions is before


def test_stranger_s_damaged_distribution_is_named_and_no_plugin_is_blamed(install, lines, novaclips, stranger):
    install("provider-paint")

    code, printed = lines()

    assert code == 1
    assert printed[:2] == [f"ok       {PLUGIN}: needs no key", f"TROUBLE  {stranger}"]
    assert novaclips("plugins", "list").exit_code == ExitCode.OK
    (told,) = (one for one in json.loads(novaclips("plugins", "check", "--json").stdout) if one["kind"] is None)
    assert told["place"] == str(stranger)
    assert [problem["about"] for problem in told["problems"]] == ["metadata"]


def test_entry_point_that_can_be_no_name_is_trouble_of_its_plugin_alone(site, lines):
    site.install("novaclips-provider-paint", entry_points={"provider-paint": "1nonsense:::"})

    code, printed = lines()

    assert (code, printed[0]) == (1, f"TROUBLE  {PLUGIN}")
    # importlib_metadata 10 says what is wrong, the versions before it break.
    assert re.search(
        r"(ValueError|AttributeError): .*; run: pip install --upgrade novaclips-provider-paint", printed[1]
    )
