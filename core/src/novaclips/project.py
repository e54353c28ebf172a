"""A project on disk: its folder, its settings file, and which choice counts for a run."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

from novaclips.discovery import Plugins
from novaclips.errors import ConfigError, PluginError
from novaclips.hookspecs import ImageProviderSpec
from novaclips.located_yaml import Node, load, plain
from novaclips.on_disk import nearest_beside
from novaclips.unknown_name import KEYS_OF_PUBLISHED, is_published
from novaclips.visuals.image_generator.money import amount

SETTINGS_FILE = "novaclips.yaml"
FALLBACK_PROVIDER = "storyboard"
DEFAULT_STYLE = "presets/photorealistic"
LAST_RUN = "the last run"


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting's value and who chose it, in words for the user."""

    value: Any
    source: str


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that holds ``planning/scenes.yaml`` and gets ``frames/``."""

    root: Path

    @property
    def scenes_path(self) -> Path:
        """Where the scenes are."""
        return self.root / "planning" / "scenes.yaml"

    @property
    def frames(self) -> Path:
        """Where the frames go."""
        return self.root / "frames"

    def choices(
        self, flags: Mapping[str, Any], env: Mapping[str, str], last: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Choice]:
        """Say for each setting what counts: the flag, else ``NOVACLIPS_...``, else novaclips.yaml, else the last run.

        For the provider alone the project's file counts before the variable: whose account draws is the project's
        affair, the variable is a person's habit. ``last`` are the settings of the folder's last whole run; its options
        were for its provider, and count for no other. An option given by flag counts beside the others, None takes one
        away. A setting that nobody chose is not in the answer. ConfigError says which file or variable cannot be used.
        ``budget`` is that of a run; ``project_budget``, that of the whole project, is only the file's to choose.
        """
        chosen = read_settings(self.root / SETTINGS_FILE)
        for name, kind in KINDS.items():
            variable = f"NOVACLIPS_{name.upper()}"
            if name == "provider" and name in chosen:
                continue
            if kind.from_text and (text := env.get(variable, "").strip()):
                try:
                    chosen[name] = Choice(kind.from_text(text), variable)
                except ValueError:
                    raise ConfigError(f"{variable}={text!r} should be {kind.words}") from None
                value = chosen[name].value
                _check_names(name, value or [""] if kind is NAMES else value, variable)
        for name, value in flags.items():
            if value not in (None, (), {}) and name != "options":
                chosen[name] = Choice(value, f"--{name.rstrip('s') if name in PLURALS else name}")
                _check_names(name, value, chosen[name].source)
        others = "provider" in chosen and chosen["provider"].value != last.get("provider")
        for name, value in last.items():
            if name not in chosen and not (name == "options" and others):
                chosen[name] = Choice(value, LAST_RUN)
        if options := flags.get("options"):
            before = chosen["options"].value if "options" in chosen else {}
            told = {name: value for name, value in {**before, **options}.items() if options.get(name, "") is not None}
            chosen["options"] = Choice(told, "--option")
        return chosen


@dataclass(frozen=True, slots=True)
class Kind:
    """What a setting's value may be: in words, as a check of a YAML value, and read from text."""

    words: str
    fits: Callable[[Any], bool]
    from_text: Callable[[str], Any] | None = None


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _is_names(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _dollars(value: Any) -> Decimal:
    usd = None if isinstance(value, bool) else amount(str(value).strip().removeprefix("$"))
    if not usd:
        raise ValueError(value)
    return usd


def _is_budget(value: Any) -> bool:
    amounts = value.values() if isinstance(value, dict) else [value]
    try:
        return bool([_dollars(usd) for usd in amounts]) and (
            not isinstance(value, dict) or {*value} <= {"run", "project"}
        )
    except ValueError:
        return False


def _check_names(setting: str, value: Any, place: str) -> None:
    """Raise ConfigError for a name that is blank and one that stands twice; ``place`` is where the value stands."""
    names = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, tuple | list) else ()
    like = EXAMPLES.get(setting, setting)
    if not all(name.strip() for name in names):
        raise ConfigError(f"{place}: {setting} has a name that is blank; write for example {like}, or leave it out")
    if twice := [name for number, name in enumerate(names) if name in names[:number]]:
        raise ConfigError(f"{place}: {setting} names {twice[0]!r} twice; write it once")


EXAMPLES = {
    "provider": "storyboard",
    "style": "noir",
    "resolution": "1920x1080",
    "fit": "cover",
    "enhancers": "none",
    "writers": "png",
}
TEXT = Kind("text", lambda value: isinstance(value, str), str)
NAMES = Kind("a list of names", _is_names, _names)
PLURALS = ("enhancers", "writers", "options")
KINDS = {
    "provider": TEXT,
    "style": TEXT,
    "resolution": TEXT,
    "fit": TEXT,
    "enhancers": NAMES,
    "writers": NAMES,
    "workers": Kind("a whole number from 1", lambda value: type(value) is int and value > 0, int),
    "options": Kind("a mapping of the provider's options", lambda value: isinstance(value, dict)),
    "budget": Kind("an amount of US dollars such as 5 or 0.50, or {run: 5, project: 40}", _is_budget, _dollars),
}


def read_settings(path: Path) -> dict[str, Choice]:
    """Read a project's novaclips.yaml; a project without one has chosen nothing.

    Raises ConfigError with file:line:column for a field that is unknown or not of its kind.
    """
    if not path.exists():
        if near := nearest_beside(path):
            raise ConfigError(f"{near}: settings are read from {path.name}; rename it, or take it out of the folder")
        return {}
    document = load(path, example=None)
    if document.value is None:
        return {}
    if not isinstance(document.value, dict):
        raise ConfigError(
            f"{path}:{document.line}:{document.column}: settings are a mapping; write provider: storyboard"
        )
    for name, place in document.keys.items():
        if name not in KINDS:
            close = difflib.get_close_matches(name, KINDS, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            known = ", ".join(sorted(KINDS))
            raise ConfigError(f"{path}:{place.line}:{place.column}: unknown setting {name!r}; {hint}known: {known}")
    chosen = {name: Choice(_setting(path, name, node), path.name) for name, node in document.value.items()}
    return chosen | _budgets(chosen.pop("budget", None))


def _budgets(chosen: Choice | None) -> dict[str, Choice]:
    """Part the budget of a run from that of the whole project."""
    if chosen is None:
        return {}
    limits = chosen.value if isinstance(chosen.value, dict) else {"run": chosen.value}
    names = {"run": "budget", "project": "project_budget"}
    return {names[of]: Choice(_dollars(usd), chosen.source) for of, usd in limits.items()}


def _setting(path: Path, name: str, node: Node) -> Any:
    place = f"{path}:{node.line}:{node.column}"
    value = plain(node)
    if not KINDS[name].fits(value):
        raise ConfigError(f"{place}: {name} should be {KINDS[name].words}, not {value!r}")
    if name == "writers" and not value:
        raise ConfigError(f"{place}: writers has no name; write writers: [png], or take the line out")
    _check_names(name, value, place)
    return value


def choose_provider(choices: Mapping[str, Choice], plugins: Plugins, env: Mapping[str, str]) -> Choice:
    """Choose the provider: who was asked for, else the first installed one whose key is set, else storyboard.

    Ours come before those of others, which the key of a service of ours never chooses; a provider whose capabilities
    say ``default=False`` is drawn with only when it is asked for.
    """
    if "provider" in choices:
        return choices["provider"]
    ours = {plugin.name for plugin in plugins.of_kind("provider") if is_published(plugin)}
    for name in sorted(plugins.names("provider"), key=lambda name: (name not in ours, name)):
        try:
            spec: ImageProviderSpec = plugins.provider(name)
        except PluginError:
            continue  # nobody asked for it: `novaclips plugins check` tells
        for variable in spec.key_env if spec.capabilities.default else ():
            if env.get(variable, "").strip() and (name in ours or variable not in KEYS_OF_PUBLISHED):
                return Choice(name, f"{variable} is set")
    return Choice(FALLBACK_PROVIDER, "no key of an installed provider is set; it draws offline")


def who_draws(choices: Mapping[str, Choice], plugins: Plugins, env: Mapping[str, str]) -> Choice:
    """Choose the provider; where the last run's cards go on while a key is set, say how its service is let draw."""
    chosen = choose_provider(choices, plugins, env)
    if chosen != Choice(FALLBACK_PROVIDER, LAST_RUN):
        return chosen
    able = choose_provider({}, plugins, env)
    if able.value == FALLBACK_PROVIDER:
        return chosen
    return Choice(FALLBACK_PROVIDER, f"{LAST_RUN}; {able.source}: --provider {able.value} draws with it")


def choose_style(choices: Mapping[str, Choice], plugins: Plugins) -> Choice:
    """Choose the style: the one asked for, else photorealistic where the presets are installed, else none."""
    if "style" in choices:
        return choices["style"]
    if "presets" in plugins.names("style"):
        return Choice(DEFAULT_STYLE, "default")
    return Choice("none", "no presets are installed; pip install novaclips-style-presets")
