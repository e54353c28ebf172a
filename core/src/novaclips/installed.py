"""Plugins as the metadata of their distributions tells of them: nothing of a plugin is imported here."""

from __future__ import annotations

import contextlib
import importlib.metadata
import os
import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import importlib_metadata
from packaging.utils import canonicalize_name

from novaclips.errors import PluginError
from novaclips.guarded import cause

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
    def module(self) -> str:
        """The module that its entry point names, whether or not that can be a name."""
        return self.entry.value.partition(":")[0].strip()

    @property
    def package(self) -> str:
        """The package that its module lies in."""
        return self.module.partition(".")[0]

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


@dataclass(frozen=True, slots=True)
class Damage:
    """A distribution whose metadata cannot be read: the folder of that metadata, and what went wrong with it."""

    place: str
    cause: str


Found = tuple[str, str, importlib_metadata.EntryPoints]


def distributions() -> tuple[list[Found], list[Damage]]:
    """Return name, version and our entry points of every distribution that has some, the first of each name.

    Not ``importlib_metadata.entry_points()``: one distribution with a damaged file, be it none of ours, ends that
    with an error. Here it counts as not installed, and stands in the second list.
    """
    found: dict[str, Found] = {}
    damaged: dict[str, Damage] = {}
    for dist in importlib_metadata.distributions():
        try:
            entries = dist.entry_points.select(group=GROUP)
            # To read the name of each would double the time; most have it in that of their folder as well.
            if entries or is_nameless(place_of(dist)):
                key = canonicalize_name(dist.name)
                if entries and key not in found:
                    found[key] = (dist.name, dist.version, entries)
        except Exception as exc:  # noqa: BLE001 - which errors a damaged file causes is not documented
            damaged.setdefault(place_of(dist), Damage(place_of(dist), cause(exc)))
    return list(found.values()), list(damaged.values())


def damages() -> list[Damage]:
    """List every distribution whose name or entry points cannot be read, ours or somebody else's, by its place."""
    damaged = {damage.place: damage for damage in distributions()[1]}
    for dist in importlib_metadata.distributions():
        try:
            canonicalize_name(dist.name)
        except Exception as exc:  # noqa: BLE001 - as above
            damaged.setdefault(place_of(dist), Damage(place_of(dist), cause(exc)))
    return [damaged[place] for place in sorted(damaged)]


def place_of(dist: object) -> str:
    """Return the folder of a distribution's metadata; empty for one that lies in no folder."""
    return str(getattr(dist, "_path", ""))  # there is no public name for it


def is_nameless(place: str) -> bool:
    """Say whether the name of a folder of metadata does not begin with that of a distribution."""
    return os.path.basename(place).partition("-")[0] in ("", ".dist", ".egg")  # noqa: PTH119 - for each distribution


_one_at_a_time = threading.RLock()


@contextlib.contextmanager
def passed_over(damaged: Collection[Damage]) -> Iterator[None]:
    """Let nobody inside the block meet damaged distributions, and leave all as it was.

    Packages that look for plugins of their own when they are imported, as pydantic does, fail by a damaged file of
    anybody's, and with them the SDK that needs them.
    """
    if not damaged:
        yield
        return
    places = {damage.place for damage in damaged}
    with _one_at_a_time, contextlib.ExitStack() as stack:
        for module in (importlib.metadata, importlib_metadata):
            stack.callback(setattr, module, "distributions", module.distributions)
            module.distributions = _without(places, module.distributions)  # type: ignore[attr-defined]
        yield


def _without(places: Collection[str], distributions: Callable[..., Iterable[Any]]) -> Callable[..., Iterable[Any]]:
    def sound(**how: Any) -> Iterable[Any]:
        return (dist for dist in distributions(**how) if place_of(dist) not in places)

    return sound


def unplugged() -> list[Plugin]:
    """List the distributions that are named as plugins and have no entry point, as what they should be, by name."""
    plugged = {canonicalize_name(dist) for dist, _, _ in distributions()[0]}
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
