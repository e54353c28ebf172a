"""Which versions of novaclips a plugin fits, as its distribution's metadata says it."""

from __future__ import annotations

import contextlib

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from novaclips import __version__
from novaclips.installed import Plugin

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


def missing_sides(bounds: list[Requirement]) -> list[str]:
    """Name the sides, ``lower`` and ``upper``, on which no bound is stated."""
    operators = {spec.operator for bound in bounds for spec in bound.specifier}
    return [side for side, known in (("lower", LOWER), ("upper", UPPER)) if operators.isdisjoint(known)]
