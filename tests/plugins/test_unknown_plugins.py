"""A name that no plugin has is answered with what was meant, or with what to install."""

from __future__ import annotations

import sys

import pytest

from novaclips.discovery import Plugins
from novaclips.errors import UnknownPlugin
from plugin_answers import said


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
