"""Fixtures: plugins as modules on disk, and an environment in which nobody else's plugins are seen."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Collection

import pytest
from click.testing import CliRunner, Result

from novaclips import __version__
from novaclips.bounds import todays_bounds
from novaclips.cli import cli
from novaclips.discovery import Plugins
from novaclips.unknown_name import PUBLISHED
from site_builder import Site

CORE = [
    f"ok       provider-storyboard from novaclips {__version__}: needs no key",
    f"ok       writer-png from novaclips {__version__}",
]
FIRST_PARTY = [dist for names in PUBLISHED.values() for dist in names.values()]
MODULE = """
from novaclips.plugin import BaseImageProvider, ImageProviderSpec, PromptEnhancerSpec, Style, hookimpl


class Painter(BaseImageProvider):
    def generate(self, request):
        return b"painted"


@hookimpl
def novaclips_image_providers():
    for name in {providers!r}:
        yield ImageProviderSpec(name=name, summary=f"Paints {{name}}", create=lambda settings: Painter())


@hookimpl
def novaclips_prompt_enhancers():
    for name in {styles!r}:
        style = Style(name=name, summary=f"Looks {{name}}", prefix=f"{{name}} by {{__name__}}: ")
        yield PromptEnhancerSpec(name=name, summary=style.summary, create=lambda settings, s=style: s, style=style)
"""


@pytest.fixture
def install(site: Site) -> Callable[..., None]:
    """Install a plugin: one module behind all the entry points.

    ``install("provider-paint")`` writes the distribution ``novaclips-provider-paint`` with the module
    ``novaclips_provider_paint``, which offers what its entry points promise, and ``styles``; ``source`` is another
    source for that module, and ``requires`` other bounds than those of a healthy plugin.
    """

    def install_plugin(
        *entries: str, dist: str = "", styles: Collection[str] = (), source: str = "", **how: object
    ) -> None:
        dist = dist or f"novaclips-{entries[0]}"
        module = dist.replace("-", "_")
        providers = [entry.removeprefix("provider-") for entry in entries if entry.startswith("provider-")]
        enhancers = [entry.removeprefix("enhancer-") for entry in entries if entry.startswith("enhancer-")]
        source = textwrap.dedent(source) or MODULE.format(providers=providers, styles=[*enhancers, *styles])
        how = {"requires": [f"novaclips{todays_bounds()}"], **how}
        points = dict.fromkeys(entries, module)
        site.install(dist, entry_points=points, modules={f"{module}.py": source}, **how)  # type: ignore[arg-type]

    return install_plugin


@pytest.fixture
def plugins() -> Plugins:
    """What a test installed, beside what ships in core."""
    return Plugins(disabled=FIRST_PARTY)


@pytest.fixture
def novaclips(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run a command line that sees what a test installed, beside what ships in core."""
    monkeypatch.setenv("NOVACLIPS_DISABLE_PLUGINS", ",".join(FIRST_PARTY))

    def run(*args: str) -> Result:
        return CliRunner().invoke(cli, args, prog_name="novaclips")

    return run


@pytest.fixture
def lines(novaclips: Callable[..., Result]) -> Callable[..., tuple[int, list[str]]]:
    """Run ``plugins check`` and return its exit code and its lines, without those of core."""

    def run(*args: str) -> tuple[int, list[str]]:
        done = novaclips("plugins", "check", *args)
        printed = done.stdout.splitlines()
        assert set(CORE) <= set(printed)
        return done.exit_code, [line for line in printed if line not in CORE]

    return run
