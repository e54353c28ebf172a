"""Which versions of novaclips a plugin fits, as its distribution's metadata says it."""

from __future__ import annotations

import contextlib

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from novaclips import __version__
from novaclips.installed import Plugin
from novaclips.source_folder import source_folder

LOWER = frozenset({">=", ">", "~=", "==", "==="})
UPPER = frozenset({"<=", "<", "~=", "==", "==="})


def todays_bounds() -> str:
    """Return the bounds of a plugin that is written today, as in ``>=0.1,<0.2``: this minor version and no other."""
    major, minor = Version(__version__).release[:2]
    return f">={major}.{minor},<{major}.{minor + 1}"


def stated_bounds(plugin: Plugin) -> list[Requirement]:
    """Return what a plugin's distribution requires of novaclips; a line that nobody can read says nothing."""
    bounds = []
    for line in (plugin.entry.dist and plugin.entry.dist.requires) or ():
        with contextlib.suppress(InvalidRequirement):
            bound = Requirement(line)
            if canonicalize_name(bound.name) == "novaclips" and (bound.marker is None or bound.marker.evaluate()):
                bounds.append(bound)
    return bounds


def fits(bound: Requirement) -> bool:
    """Say whether this novaclips is inside a bound."""
    return bound.specifier.contains(__version__, prereleases=True)


def wants_a_newer(bound: Requirement) -> bool:
    """Say whether a bound leaves this novaclips out because it is too old."""
    ours = Version(__version__)
    lowest = [spec.version.removesuffix(".*") for spec in bound.specifier if spec.operator in LOWER]
    return any(ours < Version(version) for version in lowest)


def misfits(plugin: Plugin) -> list[tuple[str, str]]:
    """Say of each bound that leaves this novaclips out what a plugin needs, and what to do about it."""
    return [(_text(bound), _way_out(plugin, bound)) for bound in stated_bounds(plugin) if not fits(bound)]


def _text(bound: Requirement) -> str:
    return f"needs {_wanted(bound)}, this is {__version__}"


def _wanted(bound: Requirement) -> str:
    return f"novaclips{','.join(sorted(map(str, bound.specifier), reverse=True))}"  # the lower bound first


def _way_out(plugin: Plugin, bound: Requirement) -> str:
    if wants_a_newer(bound):
        return f'run: pip install "{_wanted(bound)}"'
    if source := source_folder(plugin.entry.dist):
        return f"correct {source.path / 'pyproject.toml'} and install it again"
    return f"run: pip install --upgrade {plugin.dist}"


def missing_sides(bounds: list[Requirement]) -> list[str]:
    """Name the sides, ``lower`` and ``upper``, on which no bound is stated."""
    operators = {spec.operator for bound in bounds for spec in bound.specifier}
    return [side for side, known in (("lower", LOWER), ("upper", UPPER)) if operators.isdisjoint(known)]
