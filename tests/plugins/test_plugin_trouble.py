"""``novaclips plugins check``: what each kind of trouble with a plugin's code is answered with."""

from __future__ import annotations

import json
import sys

import pytest

from novaclips.discovery import Plugins
from novaclips.errors import ExitCode
from novaclips.plugin_check import check
from plugin_sources import HEALTHY, NEEDS_A_KEY

PAINT = "provider-paint from novaclips-provider-paint 1.0"
ARGUMENTS = (
    "PluginValidationError: Plugin 'novaclips-provider-paint:provider-paint' for hook 'novaclips_image_providers'"
    " hookimpl definition: novaclips_image_providers(settings) Argument(s) {'settings'} are declared in the hookimpl"
    " but can not be found in the hookspec"
)
HOOK = "its author writes @hookimpl above def novaclips_image_providers(), and yields ImageProviderSpec from it"


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        (
            HEALTHY.replace("@hookimpl", ""),
            "its module does not implement novaclips_image_providers; mark it @hookimpl",
        ),
        ("", "its module does not implement novaclips_image_providers; write that function, marked @hookimpl"),
        (
            HEALTHY.replace("providers()", "providers(settings)"),
            ARGUMENTS,
        ),
        (
            "from novaclips.plugin import hookimpl\nnovaclips_image_providers = hookimpl(lambda: ['paint'])",
            "novaclips_image_providers should yield ImageProviderSpec, not str",
        ),
    ],
    ids=["unmarked", "absent", "arguments", "strings"],
)
def test_hook_of_another_shape_is_trouble_that_says_how_it_is_written(install, lines, source, trouble):
    install("provider-paint", source=source or "names = ()")

    assert lines() == (1, [f"TROUBLE  {PAINT}", f"         {trouble}; {HOOK}"])


@pytest.mark.parametrize(
    ("source", "trouble"),
    [
        (
            HEALTHY.replace('"paint"', '"oil"'),
            "its entry point promises 'paint', but novaclips_image_providers yields 'oil'; write name=\"paint\"",
        ),
        (
            HEALTHY.replace("providers()", "provider()"),
            "no hook 'novaclips_image_provider'; did you mean 'novaclips_image_providers'? rename the function",
        ),
    ],
    ids=["name", "misspelt"],
)
def test_trouble_with_a_name_is_answered_with_what_to_write(install, lines, source, trouble):
    install("provider-paint", source=source)

    assert lines() == (1, [f"TROUBLE  {PAINT}", f"         {trouble}"])


def test_hook_of_another_kind_is_answered_with_the_entry_point_that_leads_to_it(install, plugins):
    install("writer-paint", source=HEALTHY)
    install("provider-night", source=HEALTHY.replace("image_providers", "prompt_enhancers"))

    said = {finding.plugin.name: [str(problem) for problem in finding.problems] for finding in check(plugins, {})}

    assert said["paint"] == [
        "it implements novaclips_image_providers, not novaclips_output_writers; name the entry point provider-paint"
    ]
    (night,) = said["night"]
    assert night == (
        "it implements novaclips_prompt_enhancers, not novaclips_image_providers; name the entry point enhancer-night"
        " or style-night"
    )


def test_entry_point_without_a_kind_is_answered_with_its_name_and_no_other_note(install, lines):
    install("paint", dist="novaclips-provider-paint")

    cause = "its entry point should start with one of enhancer, provider, style, writer"
    assert lines() == (
        1,
        [
            "TROUBLE  paint from novaclips-provider-paint 1.0",
            f"         {cause}; its author names it provider-paint",
        ],
    )


def test_distribution_without_its_entry_point_is_trouble_with_the_lines_to_write(site, lines):
    site.install("novaclips-provider-paint", entry_points={})

    trouble = (
        "it has no entry point, so nobody can ask for it; write [project.entry-points.novaclips] and, below it,"
        ' provider-paint = "novaclips_provider_paint.plugin" into its pyproject.toml, and install it again'
    )
    assert lines() == (1, [f"TROUBLE  {PAINT}", f"         {trouble}"])


def test_distribution_of_no_kind_needs_no_entry_point(site, plugins):
    site.install("novaclips-tools", entry_points={})
    site.install("novaclips-painter-oil", entry_points={})

    assert plugins.unplugged() == []


def test_distribution_without_its_entry_point_can_be_disabled(site):
    site.install("novaclips-provider-paint", entry_points={})

    assert Plugins(disabled=["novaclips-provider-paint"]).unplugged() == []
    assert Plugins(disabled=["provider-paint"]).unplugged() == []


def test_entry_point_of_an_unknown_kind_is_trouble(install, lines):
    install("painter-oil")

    cause = "its entry point should start with one of enhancer, provider, style, writer"

    trouble, remark, *notes = lines()[1]
    assert trouble == "TROUBLE  painter-oil from novaclips-painter-oil 1.0"
    assert remark == f"         {cause}; its author renames it"
    assert notes == []


def test_debug_shows_where_the_trouble_comes_from(install, novaclips):
    install("provider-paint", source="raise OSError('no paint')")

    done = novaclips("plugins", "check", "--debug")

    assert done.exit_code == 1
    assert 'novaclips_provider_paint.py", line 1, in <module>' in done.stderr
    assert done.stderr.rstrip().endswith("OSError: no paint")


def test_plugin_that_prints_does_not_spoil_the_json(install, novaclips):
    install("provider-paint", source=f"print('hello')\n{HEALTHY}")

    done = novaclips("plugins", "check", "--json")

    assert len(json.loads(done.stdout)) == 3
    assert done.stderr == "hello\n"


# Making what is offered.


def check_of(plugins, env=()):
    """Find what is said about the one plugin that a test installed."""
    (finding,) = (finding for finding in check(plugins, dict(env)) if finding.plugin.dist != "novaclips")
    return finding


@pytest.mark.parametrize(
    ("create", "trouble"),
    [
        (
            "lambda settings: None",
            "'paint' cannot be made: its create() should return a BaseImageProvider, not NoneType",
        ),
        ("lambda settings: 1 / 0", "'paint' cannot be made: ZeroDivisionError: division by zero"),
    ],
    ids=["nothing", "raises"],
)
def test_provider_that_cannot_be_made_is_trouble(install, plugins, create, trouble):
    install("provider-paint", source=HEALTHY.replace("lambda settings: Painter()", create))

    (problem,) = check_of(plugins).problems

    assert (problem.about, problem.text) == ("create", trouble)
    assert problem.remedy == (
        "run: pip install --upgrade novaclips-provider-paint, or take it out: pip uninstall novaclips-provider-paint"
    )


def test_writer_that_cannot_be_made_is_trouble(install, plugins):
    install(
        "writer-ink",
        source="""
        from novaclips.plugin import OutputWriterSpec, hookimpl

        @hookimpl
        def novaclips_output_writers():
            yield OutputWriterSpec(name="ink", summary="Ink", create=lambda settings: "ink")
        """,
    )

    (problem,) = check_of(plugins).problems

    assert problem.text == "'ink' cannot be made: its create() should return a BaseOutputWriter, not str"


def test_setting_that_a_provider_cannot_use_is_trouble_for_its_user(install, plugins):
    source = """
from novaclips.plugin import ConfigError

def refuse(settings):
    raise ConfigError(f"PAINT_URL={settings.env['PAINT_URL']!r} is not an address")
"""
    install("provider-paint", source=source + HEALTHY.replace("lambda settings: Painter()", "refuse"))

    (problem,) = check_of(plugins, {"PAINT_URL": "nowhere"}).problems

    assert str(problem) == (
        "'paint' cannot be made: PAINT_URL='nowhere' is not an address; correct it in the environment or in the"
        " project's .env"
    )


def test_provider_that_wants_its_key_too_early_is_told_its_author(install, plugins):
    source = NEEDS_A_KEY.replace("Painter()", "settings.key('paint', 'PAINT_KEY')")
    install("provider-paint", source=source)

    finding = check_of(plugins)

    assert finding.problems == ()
    (note,) = finding.notes
    assert note.text.startswith("provider 'paint' needs PAINT_KEY")
    assert note.remedy == "its author reads the key in open(): a plan needs none"


# Whoever has the source corrects it.


@pytest.fixture
def from_folder(site):
    """Say of an installed distribution that it came from the folder that it lies in."""

    def say(*, editable: bool) -> str:
        origin = {"url": site.folder.as_uri(), "dir_info": {"editable": True} if editable else {}}
        (info,) = site.folder.glob("novaclips_provider_paint-*.dist-info")
        (info / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
        return str(site.folder)

    return say


@pytest.mark.parametrize(
    "source",
    [
        "raise OSError('no paint')",
        "yes no",
        HEALTHY.replace("Painter()", "1 / 0"),
        HEALTHY.replace("Painter()", "None"),
    ],
    ids=["import", "syntax", "create", "nothing made"],
)
def test_editable_plugin_that_breaks_is_corrected_in_the_file_at_fault(install, plugins, from_folder, source):
    install("provider-paint", source=source)
    folder = from_folder(editable=True)

    (problem,) = check_of(plugins).problems

    assert problem.remedy == f"correct {folder}/novaclips_provider_paint.py"


def test_editable_plugin_that_breaks_deeper_is_corrected_there(install, site, plugins, from_folder):
    install("provider-paint", source=HEALTHY.replace("Painter()", "__import__('paint_client')"))
    (site.folder / "paint_client.py").write_text("raise OSError('no paint')", encoding="utf-8")
    folder = from_folder(editable=True)

    (problem,) = check_of(plugins).problems

    assert problem.remedy == f"correct {folder}/paint_client.py"


def test_editable_plugin_whose_module_is_nowhere_is_corrected_in_its_folder(site, plugins, from_folder):
    site.install("novaclips-provider-paint", entry_points={"provider-paint": "nowhere.plugin"})
    folder = from_folder(editable=True)

    assert check_of(plugins).problems[0].remedy == f"correct {folder}"


def test_plugin_from_a_folder_is_corrected_there_and_installed_again(install, plugins, from_folder):
    install("provider-paint", source="raise OSError('no paint')")
    folder = from_folder(editable=False)

    (problem,) = check_of(plugins).problems

    assert problem.remedy == f"correct {folder} and run: pip install {folder}"


def test_plugin_from_a_folder_for_an_older_novaclips_is_corrected_there(install, plugins, from_folder):
    install("provider-paint", requires=["novaclips>=0.0.1,<0.0.2"])
    folder = from_folder(editable=True)

    (problem,) = check_of(plugins).problems

    assert problem.remedy == f"correct {folder}/pyproject.toml and install it again"


@pytest.mark.parametrize(
    "text",
    ["{", '{"url": "https://paint.example/paint.whl", "archive_info": {}}'],
    ids=["damaged", "archive"],
)
def test_plugin_that_came_from_no_folder_is_upgraded(install, site, plugins, text):
    install("provider-paint", source="raise OSError('no paint')")
    (info,) = site.folder.glob("novaclips_provider_paint-*.dist-info")
    (info / "direct_url.json").write_text(text, encoding="utf-8")

    (problem,) = check_of(plugins).problems

    assert problem.remedy.startswith("run: pip install --upgrade novaclips-provider-paint")


# Thin imports.


BULKY = (
    "its module imports bulky_codec, bulky_sdk, so all that only looks at it is slow; its author imports that in"
    " create() or open()"
)


def test_module_that_imports_more_than_novaclips_is_a_note(install, site, lines):
    for name in ("bulky_sdk", "bulky_codec"):
        (site.folder / name).mkdir()
        (site.folder / name / "__init__.py").write_text("", encoding="utf-8")
    install("provider-paint", source=f"import bulky_sdk, bulky_codec, wsgiref, pluggy\n{HEALTHY}")

    assert lines() == (
        ExitCode.OK,
        [
            f"ok       {PAINT}: needs no key",
            f"         note: {BULKY}",
        ],
    )


def test_import_that_waits_for_create_is_none_of_the_modules(install, site, lines):
    (site.folder / "bulky_sdk.py").write_text("", encoding="utf-8")
    install("provider-paint", source=HEALTHY.replace("Painter()", "__import__('bulky_sdk') and Painter()"))

    assert lines() == (ExitCode.OK, [f"ok       {PAINT}: needs no key"])
    assert "bulky_sdk" in sys.modules
