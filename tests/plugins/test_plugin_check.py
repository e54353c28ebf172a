"""``novaclips plugins list`` and ``check``: what is installed, what is wrong with it, what its user has to do."""

from __future__ import annotations

import json

import pytest

from novaclips import __version__
from novaclips.errors import ExitCode
from novaclips.plugin_check import check

NEEDS_A_KEY = """
    from novaclips.plugin import ImageProviderSpec, hookimpl

    @hookimpl
    def novaclips_image_providers():
        keys = ("PAINT_KEY", "PAINTER_KEY")
        yield ImageProviderSpec(name="paint", summary="Paints paint", create=print, key_env=keys)
"""
CORE = [
    "ok       provider-storyboard from novaclips {version}: needs no key",
    "ok       writer-png from novaclips {version}",
]
PAINT = "provider-paint from novaclips-provider-paint 1.0"


@pytest.fixture
def lines(novaclips):
    """Run ``plugins check`` and return its exit code and its lines, without those of core."""

    def run(*args):
        done = novaclips("plugins", "check", *args)
        core = [line.format(version=__version__) for line in CORE]
        printed = done.output.splitlines()
        assert set(core) <= set(printed)
        return done.exit_code, [line for line in printed if line not in core]

    return run


def test_what_ships_in_core_is_healthy(lines):
    assert lines() == (ExitCode.OK, [])


def test_healthy_plugin_is_ok(install, lines):
    install("provider-paint", requires=["novaclips>=0.1,<1000"])
    install("style-moods", styles=["noir"])

    assert lines() == (
        ExitCode.OK,
        [f"ok       {PAINT}: needs no key", "ok       style-moods from novaclips-style-moods 1.0"],
    )


def test_broken_plugin_is_trouble_and_exits_with_1(install, lines):
    install("provider-paint", source="raise OSError('no paint')")
    install("provider-chalk")

    assert lines() == (
        1,
        [
            "ok       provider-chalk from novaclips-provider-chalk 1.0: needs no key",
            f"TROUBLE  {PAINT}: provider 'paint' is broken: {PAINT}: OSError: no paint",
        ],
    )


def test_plugin_for_a_later_novaclips_is_trouble(install, lines):
    install("provider-paint", requires=["novaclips>=9", "pillow"])
    misfit = (
        f"novaclips-provider-paint 1.0 wants novaclips >=9, and this is {__version__};"
        " run: pip install --upgrade novaclips-provider-paint novaclips"
    )

    assert lines() == (
        1,
        [
            f"TROUBLE  {PAINT}: {misfit}; needs no key",
        ],
    )


@pytest.mark.parametrize(
    "requirement",
    [
        "novaclips",
        "Novaclips>=0.0.1",
        "novaclips>=9; extra == 'next'",
        "novaclips>=9; python_version < '3'",
        "an error",
    ],
)
def test_bound_that_fits_or_does_not_apply_is_no_trouble(install, lines, requirement):
    install("provider-paint", requires=[requirement])

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: needs no key"])


def test_clashing_plugins_are_both_trouble(install, lines):
    install("provider-paint")
    install("provider-paint", dist="acme-paint", version="2.1")
    clash = "provider 'paint' is offered by acme-paint 2.1 and novaclips-provider-paint 1.0; uninstall one of them"

    assert lines() == (
        1,
        [
            f"TROUBLE  provider-paint from acme-paint 2.1: {clash}; needs no key",
            f"TROUBLE  {PAINT}: {clash}; needs no key",
        ],
    )


def test_entry_point_of_an_unknown_kind_is_trouble(install, lines):
    install("painter-oil")

    oil = "painter-oil from novaclips-painter-oil 1.0"
    cause = "its entry point should start with one of enhancer, provider, style, writer"

    assert lines() == (1, [f"TROUBLE  {oil}: painter 'oil' is broken: {oil}: {cause}"])


@pytest.mark.parametrize(
    ("env", "note"),
    [
        ({}, "no key: set PAINT_KEY or PAINTER_KEY"),
        ({"PAINT_KEY": "  "}, "no key: set PAINT_KEY or PAINTER_KEY"),
        ({"PAINT_KEY": "secret"}, "PAINT_KEY is set"),
        ({"PAINTER_KEY": "secret"}, "PAINTER_KEY is set"),
    ],
    ids=["none", "blank", "first", "second"],
)
def test_key_is_told_by_its_name_and_never_by_its_value(install, lines, monkeypatch, env, note):
    install("provider-paint", source=NEEDS_A_KEY)
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: {note}"])


def test_key_in_the_projects_env_file_counts(install, lines, tmp_path):
    install("provider-paint", source=NEEDS_A_KEY)
    (tmp_path / ".env").write_text("PAINT_KEY=secret\n", encoding="utf-8")

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: PAINT_KEY is set"])


def test_each_of_two_providers_in_one_module_is_told_of_its_own_key(install, plugins):
    source = """
        from novaclips.plugin import ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            for name in ("oil", "water"):
                yield ImageProviderSpec(name=name, summary=name, create=print, key_env=(f"{name.upper()}_KEY",))
    """
    install("provider-oil", "provider-water", dist="paints", source=source)

    notes = {finding.plugin.name: finding.notes for finding in check(plugins, {"OIL_KEY": "secret"})}

    assert notes["oil"] == ("OIL_KEY is set",)
    assert notes["water"] == ("no key: set WATER_KEY",)


@pytest.mark.parametrize("command", ["list", "check"])
def test_json_is_one_document_with_every_finding(install, novaclips, command):
    install("provider-paint", source=NEEDS_A_KEY)
    install("style-moods", source="raise OSError('no ink')", version="2.1")

    done = novaclips("plugins", command, "--json")

    assert (done.exit_code, done.stderr) == (1 if command == "check" else ExitCode.OK, "")
    storyboard, png = (finding for finding in json.loads(done.stdout) if finding["distribution"] == "novaclips")
    paint, moods = (finding for finding in json.loads(done.stdout) if finding["distribution"] != "novaclips")
    assert (storyboard["kind"], storyboard["name"], storyboard["problems"]) == ("provider", "storyboard", [])
    assert (png["kind"], png["name"], png["version"]) == ("writer", "png", __version__)
    assert paint == {
        "kind": "provider",
        "name": "paint",
        "distribution": "novaclips-provider-paint",
        "version": "1.0",
        "offers": [{"name": "paint", "summary": "Paints paint"}],
        "problems": [],
        "notes": ["no key: set PAINT_KEY or PAINTER_KEY"],
    }
    assert moods == {
        "kind": "style",
        "name": "moods",
        "distribution": "novaclips-style-moods",
        "version": "2.1",
        "offers": [],
        "problems": ["style 'moods' is broken: style-moods from novaclips-style-moods 2.1: OSError: no ink"],
        "notes": [],
    }


def test_list_says_what_each_plugin_is(install, novaclips):
    install("provider-paint")
    install("style-moods", styles=["noir", "dusk"])
    install("enhancer-night")
    install("writer-webp", source="raise OSError('no webp')")

    done = novaclips("plugins", "list")

    assert done.exit_code == ExitCode.OK
    assert [line.split(maxsplit=4) for line in done.stdout.splitlines()] == [
        ["KIND", "NAME", "FROM", "WHAT"],
        ["enhancer", "night", "novaclips-enhancer-night", "1.0", "Looks night"],
        ["provider", "paint", "novaclips-provider-paint", "1.0", "Paints paint"],
        ["provider", "storyboard", "novaclips", __version__, "Storyboard cards for an animatic: free, offline, no key"],
        ["style", "moods", "novaclips-style-moods", "1.0", "2 styles"],
        ["writer", "png", "novaclips", __version__, "PNG files with prompt, provider, model and seed inside"],
        [
            "writer",
            "webp",
            "novaclips-writer-webp",
            "1.0",
            "BROKEN: writer 'webp' is broken: writer-webp from novaclips-writer-webp 1.0: OSError: no webp",
        ],
    ]
