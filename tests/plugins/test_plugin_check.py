"""``novaclips plugins list`` and ``check``: what is installed, what is wrong with it, what its user has to do."""

from __future__ import annotations

import json

import pytest

from novaclips import __version__
from novaclips.bounds import todays_bounds
from novaclips.errors import ExitCode
from novaclips.plugin_check import check
from plugin_sources import HEALTHY, NEEDS_A_KEY

PAINT = "provider-paint from novaclips-provider-paint 1.0"
INK_OUT = "run: pip install --upgrade novaclips-writer-ink, or take it out: pip uninstall novaclips-writer-ink"
DRAWS = HEALTHY.replace('b"painted"', '__import__("scripted").picture(request.prompt)')
BOUNDS = f"novaclips{todays_bounds()}"


def test_what_ships_in_core_is_healthy(lines):
    assert lines() == (ExitCode.OK, [])


def test_healthy_plugin_is_ok(install, lines):
    install("provider-paint")
    install("style-moods", styles=["noir"])

    assert lines() == (
        ExitCode.OK,
        [f"ok       {PAINT}: needs no key", "ok       style-moods from novaclips-style-moods 1.0"],
    )


# Four plugins side by side: a healthy, a broken, a too-new and a clashing one.


@pytest.fixture
def four(install):
    install("provider-paint", source=NEEDS_A_KEY)
    install("writer-ink", source="raise OSError('no ink')", version="2.1")
    install("style-moods", styles=["noir"], requires=["novaclips>=9,<10", "pillow"])
    install("provider-oil")
    install("provider-oil", dist="oil-paints", version="3.0")


def test_healthy_broken_too_new_and_clashing_plugins_are_each_told_apart(four, lines):
    clash = "provider 'oil' is offered by novaclips-provider-oil 1.0 and oil-paints 3.0; keep one of them"
    either = "run: pip uninstall novaclips-provider-oil or pip uninstall oil-paints"

    assert lines() == (
        1,
        [
            "TROUBLE  provider-oil from novaclips-provider-oil 1.0: needs no key",
            f"         {clash}; {either}",
            "TROUBLE  provider-oil from oil-paints 3.0: needs no key",
            f"         {clash}; {either}",
            "         note: its distribution is oil-paints; its author names it novaclips-provider-oil",
            "         note: its package is oil_paints; its author names it novaclips_provider_oil",
            f"ok       {PAINT}: no key; set PAINT_KEY or PAINTER_KEY in the environment or in the project's .env",
            "TROUBLE  style-moods from novaclips-style-moods 1.0",
            f'         needs novaclips>=9,<10, this is {__version__}; run: pip install "novaclips>=9,<10"',
            "TROUBLE  writer-ink from novaclips-writer-ink 2.1",
            f"         OSError: no ink; {INK_OUT}",
        ],
    )


@pytest.mark.parametrize("command", ["list", "check"])
def test_json_is_one_document_with_every_finding(four, novaclips, command):
    done = novaclips("plugins", command, "--json")

    assert (done.exit_code, done.stderr) == (1 if command == "check" else ExitCode.OK, "")
    findings = json.loads(done.stdout)
    storyboard, png = (finding for finding in findings if finding["distribution"] == "novaclips")
    assert (storyboard["kind"], storyboard["name"], storyboard["problems"]) == ("provider", "storyboard", [])
    assert storyboard["key"] == {"variables": [], "found": None, "where": None}
    assert (png["kind"], png["name"], png["version"], png["key"]) == ("writer", "png", __version__, None)
    clash = {
        "about": "clash",
        "text": "provider 'oil' is offered by novaclips-provider-oil 1.0 and oil-paints 3.0",
        "remedy": "keep one of them; run: pip uninstall novaclips-provider-oil or pip uninstall oil-paints",
    }
    oil = {
        "kind": "provider",
        "name": "oil",
        "offers": [{"name": "oil", "summary": "Paints oil"}],
        "key": {"variables": [], "found": None, "where": None},
        "problems": [clash],
    }
    assert [finding for finding in findings if finding["distribution"] != "novaclips"] == [
        {**oil, "distribution": "novaclips-provider-oil", "version": "1.0", "notes": []},
        {
            **oil,
            "distribution": "oil-paints",
            "version": "3.0",
            "notes": [
                {
                    "about": "names",
                    "text": "its distribution is oil-paints",
                    "remedy": "its author names it novaclips-provider-oil",
                },
                {
                    "about": "names",
                    "text": "its package is oil_paints",
                    "remedy": "its author names it novaclips_provider_oil",
                },
            ],
        },
        {
            "kind": "provider",
            "name": "paint",
            "distribution": "novaclips-provider-paint",
            "version": "1.0",
            "offers": [{"name": "paint", "summary": "Paints paint"}],
            "key": {"variables": ["PAINT_KEY", "PAINTER_KEY"], "found": None, "where": None},
            "problems": [],
            "notes": [],
        },
        {
            "kind": "style",
            "name": "moods",
            "distribution": "novaclips-style-moods",
            "version": "1.0",
            "offers": [{"name": "noir", "summary": "Looks noir"}],
            "key": None,
            "problems": [
                {
                    "about": "bounds",
                    "text": f"needs novaclips>=9,<10, this is {__version__}",
                    "remedy": 'run: pip install "novaclips>=9,<10"',
                }
            ],
            "notes": [],
        },
        {
            "kind": "writer",
            "name": "ink",
            "distribution": "novaclips-writer-ink",
            "version": "2.1",
            "offers": [],
            "key": None,
            "problems": [
                {
                    "about": "loads",
                    "text": "OSError: no ink",
                    "remedy": INK_OUT,
                }
            ],
            "notes": [],
        },
    ]


# Bounds on novaclips.


@pytest.mark.parametrize(
    ("requires", "trouble"),
    [
        (
            ["novaclips>=9,<10", "pillow"],
            f'needs novaclips>=9,<10, this is {__version__}; run: pip install "novaclips>=9,<10"',
        ),
        (["novaclips==9.*"], f'needs novaclips==9.*, this is {__version__}; run: pip install "novaclips==9.*"'),
        (
            ["novaclips<0.0.2"],
            f"needs novaclips<0.0.2, this is {__version__}; run: pip install --upgrade novaclips-provider-paint",
        ),
    ],
    ids=["newer", "newer-series", "older"],
)
def test_plugin_for_another_novaclips_is_trouble_that_says_what_to_install(install, lines, requires, trouble):
    install("provider-paint", requires=requires)

    code, printed = lines()

    assert (code, printed[:2]) == (1, [f"TROUBLE  {PAINT}: needs no key", f"         {trouble}"])


OLD = f"needs novaclips<0.0.2, this is {__version__}; run: pip install --upgrade "


@pytest.mark.parametrize("command", [["generate"], ["generate", "--dry-run"], ["status"]], ids=" ".join)
def test_run_says_once_which_of_its_plugins_are_for_another_novaclips(install, novaclips, write_scenes, command):
    bounds = ["novaclips<0.0.2"]
    install("provider-paint", requires=bounds, source=DRAWS)
    install("enhancer-dusk", requires=bounds)
    install("style-moods", styles=["noir"], requires=bounds)
    install("provider-oil", requires=bounds)
    write_scenes(2)

    chosen = ["--provider", "paint", "--style", "noir", "--enhancer", "dusk", "--resolution", "64x64"]
    done = novaclips("visuals", *command, *chosen)

    assert done.exit_code == ExitCode.OK
    notes = [line for line in done.stderr.splitlines() if "needs novaclips" in line]
    assert notes == [
        f"note: enhancer-dusk from novaclips-enhancer-dusk 1.0: {OLD}novaclips-enhancer-dusk",
        f"note: {PAINT}: {OLD}novaclips-provider-paint",
        f"note: style-moods from novaclips-style-moods 1.0: {OLD}novaclips-style-moods",
    ]


def test_list_says_which_plugins_are_for_another_novaclips(install, novaclips):
    install("provider-paint", requires=["novaclips<0.0.2"])

    assert f"BROKEN: needs novaclips<0.0.2, this is {__version__}" in novaclips("plugins", "list").stdout


@pytest.mark.parametrize(
    ("requires", "missing"),
    [
        ([], "no lower and no upper"),
        (["novaclips"], "no lower and no upper"),
        (["Novaclips>=0.0.1"], "no upper"),
        (["novaclips<1000"], "no lower"),
        (["novaclips>=9; extra == 'next'"], "no lower and no upper"),
        (["novaclips>=9; python_version < '3'"], "no lower and no upper"),
        (["an error"], "no lower and no upper"),
    ],
)
def test_bound_that_is_missing_is_a_note(install, lines, requires, missing):
    install("provider-paint", requires=requires)

    note = f"states {missing} bound on novaclips, so it may not fit; its author requires {BOUNDS}"
    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: needs no key", f"         note: {note}"])


# Keys.


@pytest.mark.parametrize(
    ("env", "key"),
    [
        ({}, "no key; set PAINT_KEY or PAINTER_KEY in the environment or in the project's .env"),
        ({"PAINT_KEY": "  "}, "no key; set PAINT_KEY or PAINTER_KEY in the environment or in the project's .env"),
        ({"PAINT_KEY": "secret"}, "PAINT_KEY is set in the environment"),
        ({"PAINTER_KEY": "secret"}, "PAINTER_KEY is set in the environment"),
    ],
    ids=["none", "blank", "first", "second"],
)
def test_key_is_told_by_its_name_and_never_by_its_value(install, lines, monkeypatch, env, key):
    install("provider-paint", source=NEEDS_A_KEY)
    for name, value in env.items():
        monkeypatch.setenv(name, value)

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: {key}"])


def test_key_in_the_projects_env_file_counts(install, lines, novaclips, tmp_path):
    install("provider-paint", source=NEEDS_A_KEY)
    (tmp_path / ".env").write_text("PAINT_KEY=secret\n", encoding="utf-8")

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: PAINT_KEY is set in .env"])
    (paint,) = (
        finding for finding in json.loads(novaclips("plugins", "check", "--json").stdout) if finding["name"] == "paint"
    )
    assert paint["key"] == {"variables": ["PAINT_KEY", "PAINTER_KEY"], "found": "PAINT_KEY", "where": ".env"}


def test_each_of_two_providers_in_one_module_is_told_of_its_own_key(install, plugins):
    source = """
        from novaclips.plugin import ImageProviderSpec, hookimpl

        @hookimpl
        def novaclips_image_providers():
            for name in ("oil", "water"):
                yield ImageProviderSpec(name=name, summary=name, create=print, key_env=(f"{name.upper()}_KEY",))
    """
    install("provider-oil", "provider-water", dist="paints", source=source)

    keys = {finding.plugin.name: str(finding.key) for finding in check(plugins, {"OIL_KEY": "secret"})}

    assert keys["oil"] == "OIL_KEY is set in the environment"
    assert keys["water"] == "no key; set WATER_KEY in the environment or in the project's .env"


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
        ["writer", "webp", "novaclips-writer-webp", "1.0", "BROKEN: OSError: no webp"],
    ]
