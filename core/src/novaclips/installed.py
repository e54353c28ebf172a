"""Plugins as the metadata of their distributions tells of them: nothing of a plugin is imported here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import importlib_metadata
from packaging.utils import canonicalize_name

from novaclips.errors import PluginError

GROUP: Final = "novaclips"
KINDS: Final = ("provider", "enhancer", "style", "writer")
NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")  # of a plugin: lower-case words joined by hyphens
NAMED: Final = re.compile(rf"novaclips-({'|'.join(KINDS)})-(.+)")


@dataclass(frozen=True, slots=True)
class Plugin:
    """An installed plugin: what its entry point and its distribution say."""

    kind: str
    name: str
    dist: str
    version: str
    entry: importlib_metadata.EntryPoint

    def __str__(self) -> str:
        return f"{self.entry.name} from {self.dist} {self.version}"

    @property
    def package(self) -> str:
        """The package that its module lies in."""
        return str(self.entry.module).partition(".")[0]

    @property
    def is_core(self) -> bool:
        """Whether it comes with novaclips itself: its names are its own, and it needs no bounds."""
        return canonicalize_name(self.dist) == "novaclips"

    def broken(self, what: str, *, remedy: str = "") -> PluginError:
        """Make the error that says what is wrong with this plugin, in one line; ``remedy`` is for its author."""
        text = f"{self.kind} {self.name!r} is broken: {self}: {' '.join(what.split())}"
        return PluginError(text, remedy=remedy)

    @property
    def way_in(self) -> str:
        """What its author does when the distribution is installed and its entry point is not."""
        return (
            f'write [project.entry-points.{GROUP}] and, below it, {self.entry.name} = "{self.entry.value}" into its'
            " pyproject.toml, and install it again"
        )


def kind_and_name(dist: str) -> tuple[str, str] | None:
    """Return what the name of a distribution promises: ``provider`` and ``acme`` for novaclips-provider-acme."""
    match = NAMED.fullmatch(canonicalize_name(dist))
    return (match[1], match[2]) if match else None


def distributions() -> Iterator[tuple[str, str, importlib_metadata.EntryPoints]]:
    """Yield name, version and our entry points of every distribution that has some, the first of each name.

    Not ``importlib_metadata.entry_points()``: one distribution with a damaged file, be it none of ours, ends that
    with an error. Here it counts as not installed.
    """
    seen = set()
    for dist in importlib_metadata.distributions():
        try:
            entries = dist.entry_points.select(group=GROUP)
            if entries and (key := canonicalize_name(dist.name)) not in seen:
                seen.add(key)
                yield dist.name, dist.version, entries
        except Exception:  # noqa: BLE001, S112 - which errors a damaged file causes is not documented
            continue


def unplugged() -> list[Plugin]:
    """List the distributions that are named as plugins and have no entry point, as what they should be, by name."""
    plugged = {canonicalize_name(dist) for dist, _, _ in distributions()}
    found: dict[str, Plugin] = {}
    for dist in importlib_metadata.distributions():
        try:
            key = canonicalize_name(dist.name)
            if key not in plugged and key not in found and (promised := kind_and_name(key)):
                kind, name = promised
                entry = importlib_metadata.EntryPoint(f"{kind}-{name}", f"{key.replace('-', '_')}.plugin", GROUP)
                found[key] = Plugin(kind, name, dist.name, dist.version, entry)
        except Exception:  # noqa: BLE001, S112 - as above
            continue
    return [found[key] for key in sorted(found)]
