"""The pages for plugin authors name everything that there is."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

import novaclips.errors
import novaclips.plugin
import novaclips.testing
from novaclips.errors import ExitCode
from novaclips.plugin import Capabilities, ImageProviderSpec, OutputWriterSpec, PromptEnhancerSpec, ProviderError
from novaclips.testing import pytest_plugin

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
FIXTURES = re.findall(r"@pytest\.fixture[^\n]*\ndef (\w+)", Path(pytest_plugin.__file__).read_text(encoding="utf-8"))


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def rows(name: str) -> list[str]:
    """The first cells of all tables of a page, without backticks and arguments."""
    return re.findall(r"^\| `([A-Za-z_]+)[^`]*`", page(name), re.MULTILINE)


def test_the_api_page_has_every_name_of_the_plugin_module_once() -> None:
    assert sorted(re.findall(r"^::: novaclips\.plugin\.(\w+)$", page("plugin-api.md"), re.MULTILINE)) == sorted(
        novaclips.plugin.__all__
    )


@pytest.mark.parametrize("spec", [ImageProviderSpec, PromptEnhancerSpec, OutputWriterSpec, Capabilities])
def test_the_hooks_page_says_what_every_field_means(spec) -> None:
    table = page("hooks.md").partition(f"`{spec.__name__}`:\n\n")[2].partition("\n\n")[0]
    assert re.findall(r"^\| `(\w+)`", table, re.MULTILINE) == [field.name for field in fields(spec)]


def test_the_errors_page_shows_the_tree_of_the_module() -> None:
    tree = (novaclips.errors.__doc__ or "").split("\n\n")[1]
    assert tree.strip() in page("errors.md")


def test_the_errors_page_says_what_core_does_about_every_error_that_a_provider_may_raise() -> None:
    offered = {
        name
        for name in novaclips.plugin.__all__
        if isinstance(value := getattr(novaclips.plugin, name), type) and issubclass(value, ProviderError)
    }
    assert offered - {"ProviderError"} <= set(rows("errors.md"))


def test_the_errors_page_says_of_every_error_what_core_reads_of_it() -> None:
    errors = [
        error
        for error in vars(novaclips.errors).values()
        if isinstance(error, type) and issubclass(error, novaclips.errors.NovaclipsError)
    ]
    table = [
        f"| `{error.__name__}` | {error.retry} | {error.billed} | {error.scope} | {error.ends_as} |" for error in errors
    ]
    assert "\n".join(table) in page("errors.md")


def test_the_errors_page_has_every_exit_code() -> None:
    shown = re.findall(r"^\| (\d+) \| `(\w+)` \|", page("errors.md"), re.MULTILINE)
    assert shown == [(str(int(code)), code.name) for code in ExitCode]


def test_the_testing_page_names_everything_that_the_kit_offers() -> None:
    text = page("testing.md")
    assert [name for name in novaclips.testing.__all__ if not re.search(rf"\b{name}\b", text)] == []


def test_the_testing_page_has_every_fixture() -> None:
    assert FIXTURES
    assert set(FIXTURES) <= set(rows("testing.md"))
