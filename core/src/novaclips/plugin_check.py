"""What is wrong with the installed plugins, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import importlib_metadata
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from novaclips import __version__
from novaclips.discovery import Plugin, Plugins
from novaclips.errors import PluginError
from novaclips.hookspecs import ImageProviderSpec
from novaclips.visuals.image_generator.models import JSON


@dataclass(frozen=True, slots=True)
class Finding:
    """One plugin, what it offers, what is wrong with it, and what its user still has to do."""

    plugin: Plugin
    offers: tuple[tuple[str, str], ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...]

    def as_dict(self) -> dict[str, JSON]:
        """Return the finding as JSON values."""
        plugin = self.plugin
        return {
            "kind": plugin.kind,
            "name": plugin.name,
            "distribution": plugin.dist,
            "version": plugin.version,
            "offers": [{"name": name, "summary": summary} for name, summary in self.offers],
            "problems": list(self.problems),
            "notes": list(self.notes),
        }


def check(plugins: Plugins, env: Mapping[str, str]) -> list[Finding]:
    """Load every installed plugin, each on its own, and say what was found."""
    return [_check(plugins, plugin, env) for plugin in plugins.installed]


def _check(plugins: Plugins, plugin: Plugin, env: Mapping[str, str]) -> Finding:
    problems, notes = [], []
    offers: tuple[tuple[str, str], ...] = ()
    try:
        specs = plugins.specs(plugin)
    except PluginError as exc:
        problems.append(str(exc))
    else:
        offers = tuple((spec.name, spec.summary) for spec in specs)
        notes += [note for spec in specs if isinstance(spec, ImageProviderSpec) for note in _key_notes(spec, env)]
    try:
        plugins.find(plugin.kind, plugin.name)
    except PluginError as exc:
        problems.append(str(exc))
    problems += _misfits(plugin)
    return Finding(plugin, offers, tuple(problems), tuple(notes))


def _key_notes(spec: ImageProviderSpec, env: Mapping[str, str]) -> list[str]:
    if not spec.key_env:
        return ["needs no key"]
    for name in spec.key_env:
        if env.get(name, "").strip():
            return [f"{name} is set"]
    return [f"no key: set {' or '.join(spec.key_env)}"]


def _misfits(plugin: Plugin) -> list[str]:
    """Compare this novaclips with the bounds that the plugin's distribution states."""
    try:
        lines = importlib_metadata.requires(plugin.dist) or []
    except importlib_metadata.PackageNotFoundError:
        return []
    problems = []
    for line in lines:
        try:
            requirement = Requirement(line)
        except InvalidRequirement:
            continue
        ours = canonicalize_name(requirement.name) == "novaclips" and canonicalize_name(plugin.dist) != "novaclips"
        applies = requirement.marker is None or requirement.marker.evaluate()
        if ours and applies and not requirement.specifier.contains(__version__, prereleases=True):
            problems.append(
                f"{plugin.dist} {plugin.version} wants novaclips {requirement.specifier}, and this is {__version__};"
                f" run: pip install --upgrade {plugin.dist} novaclips"
            )
    return problems
