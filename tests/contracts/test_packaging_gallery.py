"""The gallery of badly packed plugins: each fails in the test of its rule, and in no other."""

from __future__ import annotations

import importlib.util
import json
import sys
from dataclasses import dataclass, field

import pytest

from contracts import nested
from novaclips.testing.contracts import installed
from novaclips.testing.contracts.packaging import PackagedContract

SOURCE = """
from dataclasses import replace

from novaclips.plugin import BasePromptEnhancer, OutputWriterSpec, PromptEnhancerSpec, hookimpl


class Night(BasePromptEnhancer):
    def enhance(self, prompt):
        return replace(prompt, text=f"{prompt.text}, at night")


@hookimpl
def novaclips_prompt_enhancers():
    yield PromptEnhancerSpec(name="night", summary="Everything at night", create=lambda settings: Night())
"""
CONTRACT = """
import pytest
from novaclips.testing.contracts.enhancer import EnhancerCase
from novaclips.testing.contracts.packaging import PackagedContract


class TestPackaging(PackagedContract):
    kind = "enhancer"

    @pytest.fixture
    def case(self):
        return EnhancerCase({name!r})
"""
PACKAGE = "novaclips_enhancer_night"
MODULES = {f"{PACKAGE}/__init__.py": "", f"{PACKAGE}/plugin.py": SOURCE, f"{PACKAGE}/py.typed": ""}
WRITERS = "\n@hookimpl\ndef novaclips_output_writers():\n    return []\n"
MISSPELT = "\ndef novaclips_prompt_enhancer():\n    return []\n"


@dataclass(frozen=True)
class Wrong:
    """A plugin that breaks one rule: the name of its test, what is other than it should be, and what it is told."""

    rule: str
    source: str = SOURCE
    name: str = "night"
    how: dict[str, object] = field(default_factory=dict)
    told: str = ""


def other_module(name: str) -> dict[str, object]:
    return {"entry_points": {"enhancer-night": f"{name}.plugin"}, "modules": packed_as(name)}


def packed_as(package: str) -> dict[str, str]:
    return {name.replace(PACKAGE, package): source for name, source in MODULES.items()}


N1 = "test_n1_names_follow_from_kind_and_name"
N2 = "test_n2_hook_yields_specs_with_one_line_summaries"
N3 = "test_n3_import_is_thin"
N4 = "test_n4_bounds_on_novaclips_include_this_one"
N5 = "test_n5_wheel_holds_its_package_and_nothing_else"
N6 = "test_n6_wheel_says_that_it_is_typed"
N7 = "test_n7_module_implements_no_hook_that_nothing_leads_to"

GALLERY = {
    "the distribution has another name": Wrong(N1, how={"dist": "night-for-novaclips"}),
    "the package has another name": Wrong(N1, how=other_module("night_sky")),
    "the name has capitals": Wrong(N1, SOURCE.replace('"night"', '"Night_Sky"'), "Night_Sky"),
    "the summary has two lines": Wrong(N2, SOURCE.replace("Everything", "Everything\\n")),
    "the summary is empty": Wrong(
        N2, SOURCE.replace("Everything at night", ""), told="'night' has no summary; write one line for lists"
    ),
    "the module imports what it needs later": Wrong(
        N3, "import rich\n" + SOURCE, told=f"importing {PACKAGE}.plugin imports rich; import them where needed"
    ),
    "novaclips is not required": Wrong(N4, how={"requires": ["rich>=14"]}),
    "novaclips is required by an extra alone": Wrong(N4, how={"requires": ['novaclips>=0.1,<0.2; extra == "test"']}),
    "there is no lower bound": Wrong(
        N4, how={"requires": ["novaclips<0.2"]}, told="states no lower bound on novaclips; write novaclips"
    ),
    "there is no upper bound": Wrong(N4, how={"requires": ["novaclips>=0.1"]}),
    "the bounds leave this novaclips out": Wrong(N4, how={"requires": ["novaclips>=9,<10"]}),
    "the wheel has a second package": Wrong(N5, how={"modules": MODULES | {"night_tools/__init__.py": ""}}),
    "the wheel puts a file under novaclips": Wrong(N5, how={"modules": MODULES | {"novaclips/night.txt": ""}}),
    "the wheel has tests at its top": Wrong(N5, how={"modules": MODULES | {"tests/test_night.py": ""}}),
    "the package has its tests in it": Wrong(N5, how={"modules": MODULES | {f"{PACKAGE}/tests/test_night.py": ""}}),
    "py.typed is missing": Wrong(N6, how={"modules": {name: MODULES[name] for name in list(MODULES)[:2]}}),
    "a hook of another kind has no entry point": Wrong(
        N7,
        SOURCE + WRITERS,
        told="implements novaclips_output_writers, and no entry point of novaclips-enhancer-night leads to it",
    ),
    "a hook is misspelt": Wrong(N7, SOURCE + MISSPELT),
}


@pytest.mark.parametrize("wrong", GALLERY.values(), ids=GALLERY)
def test_a_badly_packed_plugin_fails_in_the_test_of_its_rule(wrong, site, capsys):
    nested.install(site, "enhancer", wrong.name, wrong.source, **wrong.how)

    assert nested.failures(site, CONTRACT.format(name=wrong.name)) == [wrong.rule]
    assert wrong.told in capsys.readouterr().out


def test_every_rule_has_a_wrong_plugin():
    assert {wrong.rule for wrong in GALLERY.values()} == nested.rules_of(PackagedContract)


def test_a_healthy_plugin_passes(site):
    nested.install(site, "enhancer", "night", SOURCE)

    assert set(nested.run(site, CONTRACT.format(name="night")).values()) == {"passed"}


def test_one_module_may_stand_behind_two_entry_points(site):
    points = dict.fromkeys(("enhancer-night", "writer-night"), f"{PACKAGE}.plugin")
    nested.install(site, "enhancer", "night", SOURCE + WRITERS, entry_points=points)

    assert nested.failures(site, CONTRACT.format(name="night")) == []


def test_a_plugin_without_its_entry_point_is_an_error_with_the_lines_to_write(site, capsys):
    nested.install(site, "enhancer", "night", SOURCE, entry_points={})

    outcomes = nested.run(site, CONTRACT.format(name="night"))

    assert set(outcomes.values()) == {"error"}
    assert (
        "novaclips-enhancer-night 1.0 is installed without its entry point; write [project.entry-points.novaclips] and,"
        f' below it, enhancer-night = "{PACKAGE}.plugin" into its pyproject.toml, and install it again'
    ) in capsys.readouterr().out


def test_a_module_that_cannot_be_imported_is_told_with_the_cause(site, capsys):
    nested.install(site, "enhancer", "night", "raise OSError('no ink')")

    assert N3 in nested.failures(site, CONTRACT.format(name="night"))
    assert f"{PACKAGE}.plugin cannot be imported: OSError: no ink" in capsys.readouterr().out


def test_a_plugin_that_is_not_installed_is_an_error_that_says_so(site, capsys):
    outcomes = nested.run(site, CONTRACT.format(name="nihgt"))

    assert set(outcomes.values()) == {"error"}
    assert (
        "unknown enhancer 'nihgt'; installed: none; install the distribution that is tested" in capsys.readouterr().out
    )


def test_a_contract_without_its_case_says_what_is_missing(site, capsys):
    head, _, _ = CONTRACT.partition("    @pytest.fixture")

    nested.run(site, head)

    assert "TestPackaging needs a fixture 'case' that says which enhancer is tested" in capsys.readouterr().out


# How a distribution's files are found.


PYPROJECT = f"""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "novaclips-enhancer-night"
version = "1.0"

[tool.hatch.build.targets.wheel]
packages = ["src/{PACKAGE}", "tests"]
"""


def make_editable(site, source, pyproject):
    """Make an installed plugin look as if it came from ``pip install -e``: it lies in ``source``."""
    files = {f"src/{name}": text for name, text in MODULES.items()}
    for name, text in (files | {"tests/test_night.py": "", "pyproject.toml": pyproject}).items():
        path = source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    origin = json.dumps({"url": source.as_uri(), "dir_info": {"editable": True}})
    (site.folder / f"{PACKAGE}-1.0.dist-info" / "direct_url.json").write_text(origin, encoding="utf-8")


def test_an_editable_install_is_judged_by_the_wheel_that_its_folder_makes(site, capsys, tmp_path):
    nested.install(site, "enhancer", "night", SOURCE)
    make_editable(site, tmp_path, PYPROJECT)

    assert nested.failures(site, CONTRACT.format(name="night")) == [N5]
    assert f"should hold {PACKAGE}/ alone, and has tests too" in capsys.readouterr().out


def test_a_wheel_that_cannot_be_built_is_told_with_its_folder(site, capsys, tmp_path):
    nested.install(site, "enhancer", "night", SOURCE)
    make_editable(site, tmp_path, "[project")

    assert nested.failures(site, CONTRACT.format(name="night")) == [N5, N6]
    assert f"no wheel can be built from {tmp_path}: " in capsys.readouterr().out


def test_a_distribution_without_a_list_of_its_files_is_told(site, capsys):
    nested.install(site, "enhancer", "night", SOURCE)
    (site.folder / f"{PACKAGE}-1.0.dist-info" / "RECORD").unlink()

    assert nested.failures(site, CONTRACT.format(name="night")) == [N5, N6]
    assert "novaclips-enhancer-night has no RECORD of its files; install it with pip" in capsys.readouterr().out


# An environment that uv made has no pip.

UV = """#!{python}
import sys, zipfile
words = sys.argv[1:]
assert words[:2] == ["build", "--wheel"], words
with zipfile.ZipFile(words[words.index("--out-dir") + 1] + "/acme-1.whl", "w") as wheel:
    wheel.writestr("acme/py.typed", "")
"""


@pytest.fixture
def without_pip(monkeypatch):
    find_spec = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name, *how: None if name == "pip" else find_spec(name, *how))
    monkeypatch.delenv("UV", raising=False)
    monkeypatch.setenv("PATH", "")


@pytest.mark.parametrize("where", ["in PATH", "in its variable"])
def test_without_pip_the_wheel_is_built_by_uv(without_pip, tmp_path, monkeypatch, where):
    uv = tmp_path / "uv"
    uv.write_text(UV.format(python=sys.executable), encoding="utf-8")
    uv.chmod(0o755)
    monkeypatch.setenv(*(("PATH", str(tmp_path)) if where == "in PATH" else ("UV", str(uv))))

    assert list(map(str, installed._built(tmp_path / "source"))) == ["acme/py.typed"]


def test_without_pip_and_uv_it_is_said_what_is_missing(without_pip, tmp_path):
    with pytest.raises(pytest.fail.Exception, match="neither pip nor uv is here; install one of them"):
        installed._built(tmp_path / "source")
