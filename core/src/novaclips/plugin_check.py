"""What is wrong with the installed plugins, and what to do about it."""

from __future__ import annotations

import contextlib
import importlib
import shlex
import sys
import traceback
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pluggy
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import novaclips.plugin  # noqa: F401 - before any plugin does: what this import brings in is not a plugin's doing
from novaclips.bounds import misfits, missing_sides, stated_bounds, todays_bounds
from novaclips.discovery import HOOKS, Plugins, Spec
from novaclips.errors import ConfigError, MissingKey, PluginError
from novaclips.hookspecs import ImageProviderSpec
from novaclips.installed import Damage, Plugin, damages, kind_and_name, passed_over
from novaclips.source_folder import source_folder
from novaclips.visuals.image_generator.models import JSON, Settings

CORE = "novaclips"


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """One thing that was noticed about a plugin.

    ``about`` says what it concerns, in a word that stays: ``loads``, ``hook``, ``create``, ``key``, ``bounds``,
    ``clash``, ``names``, ``imports`` or ``entry``. ``text`` says what is so and ``remedy`` what to do about it.
    """

    about: str
    text: str
    remedy: str
    cause: BaseException | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.text}{' ' if self.text.endswith('?') else '; '}{self.remedy}"

    def as_dict(self) -> dict[str, JSON]:
        """Return the remark as JSON values."""
        return {"about": self.about, "text": self.text, "remedy": self.remedy}


@dataclass(frozen=True, slots=True)
class Key:
    """The key of a provider: the variables that may hold it, the one that does, and where that is set.

    ``where`` is ``environment`` or ``.env``, the file of that name in the project.
    """

    variables: tuple[str, ...]
    found: str | None = None
    where: str | None = None

    def __str__(self) -> str:
        if not self.variables:
            return "needs no key"
        if self.found is None:
            return f"no key; set {' or '.join(self.variables)} in the environment or in the project's .env"
        return f"{self.found} is set in {'the environment' if self.where == 'environment' else self.where}"

    def as_dict(self) -> dict[str, JSON]:
        """Return the key's state as JSON values; the key itself is never in it."""
        return {"variables": list(self.variables), "found": self.found, "where": self.where}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One plugin: what it offers, its key where it has one, what is wrong with it, and what else to know."""

    plugin: Plugin
    offers: tuple[tuple[str, str], ...]
    key: Key | None
    problems: tuple[Remark, ...]
    notes: tuple[Remark, ...]

    def as_dict(self) -> dict[str, JSON]:
        """Return the finding as JSON values."""
        plugin = self.plugin
        return {
            "kind": plugin.kind,
            "name": plugin.name,
            "distribution": plugin.dist,
            "version": plugin.version,
            "offers": [{"name": name, "summary": summary} for name, summary in self.offers],
            "key": self.key and self.key.as_dict(),
            "problems": [problem.as_dict() for problem in self.problems],
            "notes": [note.as_dict() for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Damaged:
    """A distribution, of whomever, that cannot be read: it may be a plugin or have nothing to do with novaclips."""

    place: str
    problem: Remark

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values, with the fields of a finding."""
        unknown = dict.fromkeys(("kind", "name", "distribution", "version", "key"))
        return {**unknown, "place": self.place, "offers": [], "problems": [self.problem.as_dict()], "notes": []}


def damaged_distributions() -> list[Damaged]:
    """List what is on the path, counts as not installed, and breaks packages that look at all distributions."""
    return [
        Damaged(
            damage.place,
            Remark(
                about="metadata",
                text=f"its metadata cannot be read: {damage.cause.rstrip('.')}; it counts as not installed",
                remedy="delete that folder, or install the distribution again",
            ),
        )
        for damage in damages()
    ]


def check(plugins: Plugins, env: Mapping[str, str], *, dotenv: Collection[str] = ()) -> list[Finding]:
    """Load every installed plugin, each on its own, make what it offers, and say what was found.

    ``dotenv`` names the variables of ``env`` that come from the project's ``.env``. A foreign module that several
    plugins import is noted with the first of them: for the others it was there already.
    """
    found = [_check(plugins, plugin, env, dotenv) for plugin in plugins.installed]
    return found + [_unplugged(plugin) for plugin in plugins.unplugged()]


def _unplugged(plugin: Plugin) -> Finding:
    problem = Remark(about="entry", text="it has no entry point, so nobody can ask for it", remedy=plugin.way_in)
    return Finding(plugin=plugin, offers=(), key=None, problems=(problem,), notes=())


def _check(plugins: Plugins, plugin: Plugin, env: Mapping[str, str], dotenv: Collection[str]) -> Finding:
    foreign = _foreign_packages(plugin, plugins.damaged)
    problems: list[Remark] = []
    specs: tuple[Spec, ...] = ()
    try:
        specs = plugins.specs(plugin)
    except PluginError as exc:
        problems.append(_unloaded(plugin, exc))
    making = list(_making(plugins, plugin, specs, Settings(env=env)))
    problems += [remark for remark in making if remark.about != "key"]
    bounds = stated_bounds(plugin)
    problems += [Remark(about="bounds", text=text, remedy=remedy) for text, remedy in misfits(plugin)]
    problems += _clashes(plugins, plugin)
    notes = [remark for remark in making if remark.about == "key"]
    if not plugin.is_core:
        notes += [*(_strange_names(plugin) if plugin.kind in HOOKS else ()), *_open_bounds(bounds)]
    return Finding(
        plugin=plugin,
        offers=tuple((spec.name, spec.summary) for spec in specs),
        key=next((_key(spec, env, dotenv) for spec in specs if isinstance(spec, ImageProviderSpec)), None),
        problems=tuple(problems),
        notes=(*notes, *_heavy(foreign)),
    )


def _foreign_packages(plugin: Plugin, damaged: Collection[Damage]) -> list[str]:
    """Import a plugin's module, and name what this brought in besides its own package and the standard library."""
    before = set(sys.modules)
    with (
        contextlib.suppress(Exception, SystemExit),
        passed_over(damaged),
    ):  # what goes wrong here goes wrong again when its specs are read
        importlib.import_module(plugin.module)
    packages = {name.partition(".")[0] for name in set(sys.modules) - before}
    return sorted(packages - {CORE, plugin.package} - sys.stdlib_module_names)


def _unloaded(plugin: Plugin, exc: PluginError) -> Remark:
    text, cause = _said(plugin, exc), exc.__cause__
    if plugin.kind not in HOOKS:
        promised = kind_and_name(plugin.dist)
        rename = f"names it {'-'.join(promised)}" if promised else "renames it"
        return Remark(about="names", text=text, remedy=f"its author {rename}")
    if exc.remedy:
        return Remark(about="hook", text=text, remedy=exc.remedy)
    if cause is None or isinstance(cause, pluggy.PluginValidationError):
        hook, spec_type = HOOKS[plugin.kind]
        remedy = f"its author writes @hookimpl above def {hook}(), and yields {spec_type.__name__} from it"
        return Remark(about="hook", text=text, remedy=remedy, cause=cause)
    return Remark(about="loads", text=text, remedy=_way_out(plugin, cause), cause=cause)


def _making(plugins: Plugins, plugin: Plugin, specs: Collection[Spec], settings: Settings) -> Iterator[Remark]:
    """Make what each spec offers, as a run does before it sends anything, and say what goes wrong."""
    for spec in specs:
        try:
            plugins.make(plugin, spec, settings)
        except MissingKey as exc:
            yield Remark(about="key", text=str(exc), remedy="its author reads the key in open(): a plan needs none")
        except ConfigError as exc:
            remedy = "correct it in the environment or in the project's .env"
            yield Remark(about="create", text=f"{spec.name!r} cannot be made: {exc}", remedy=remedy, cause=exc)
        except PluginError as exc:
            text = f"{spec.name!r} cannot be made: {_said(plugin, exc)}"
            yield Remark(about="create", text=text, remedy=_way_out(plugin, exc.__cause__), cause=exc.__cause__)


def _said(plugin: Plugin, exc: PluginError) -> str:
    """Take the plugin's name off an error that stands below that name."""
    return str(exc).removeprefix(str(plugin.broken("")))


def _way_out(plugin: Plugin, cause: BaseException | None) -> str:
    """Say how to get rid of an error: whoever has the source corrects it, anybody else asks for a newer one."""
    source = source_folder(plugin.entry.dist)
    if source is None:
        return f"run: pip install --upgrade {plugin.dist}, or take it out: pip uninstall {plugin.dist}"
    if source.editable:
        return f"correct {_file_at_fault(plugin, cause, source.path)}"
    return f"correct {source.path} and run: pip install {shlex.quote(str(source.path))}"


def _file_at_fault(plugin: Plugin, cause: BaseException | None, folder: Path) -> str:
    """Return the innermost file of the plugin that an error came through, else the one with its hook."""
    module = sys.modules.get(plugin.module)
    places = [getattr(module, "__file__", None), *(frame.filename for frame in _frames(cause))]
    if isinstance(cause, SyntaxError):
        places.append(cause.filename)
    own = [place for place in places if place and Path(place).is_relative_to(folder)]
    return own[-1] if own else str(folder)


def _frames(cause: BaseException | None) -> traceback.StackSummary:
    return traceback.extract_tb(cause.__traceback__ if cause else None)


def _key(spec: ImageProviderSpec, env: Mapping[str, str], dotenv: Collection[str]) -> Key:
    for name in spec.key_env:
        if env.get(name, "").strip():
            return Key(spec.key_env, name, ".env" if name in dotenv else "environment")
    return Key(spec.key_env)


def _open_bounds(bounds: list[Requirement]) -> Iterator[Remark]:
    if missing := missing_sides(bounds):
        yield Remark(
            about="bounds",
            text=f"states no {' and no '.join(missing)} bound on novaclips, so it may not fit",
            remedy=f"its author requires novaclips{todays_bounds()}",
        )


def _clashes(plugins: Plugins, plugin: Plugin) -> Iterator[Remark]:
    offers = [other for other in plugins.of_kind(plugin.kind) if other.name == plugin.name]
    if len(offers) > 1:
        who = " and ".join(f"{other.dist} {other.version}" for other in offers)
        ways = " or ".join(f"pip uninstall {dist}" for dist in dict.fromkeys(other.dist for other in offers))
        yield Remark(
            about="clash",
            text=f"{plugin.kind} {plugin.name!r} is offered by {who}",
            remedy=f"keep one of them; run: {ways}",
        )


def _strange_names(plugin: Plugin) -> Iterator[Remark]:
    """Compare distribution and package with the names that follow from kind and name."""
    dist = f"{CORE}-{plugin.entry.name}"
    if canonicalize_name(plugin.dist) != canonicalize_name(dist):
        yield Remark(about="names", text=f"its distribution is {plugin.dist}", remedy=f"its author names it {dist}")
    package = dist.replace("-", "_")
    if (own := plugin.package) != package:
        yield Remark(about="names", text=f"its package is {own}", remedy=f"its author names it {package}")


def _heavy(foreign: Collection[str]) -> Iterator[Remark]:
    if foreign:
        yield Remark(
            about="imports",
            text=f"its module imports {', '.join(foreign)}, so all that only looks at it is slow",
            remedy="its author imports that in create() or open()",
        )
