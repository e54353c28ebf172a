"""What a scene was told by hand, and how long that lasts: each thing until what it replaces changes."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import replace

from novaclips.visuals.image_generator.engine.records import Override
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.models import EMPTY, JSON, Scene

WORDS = "words:"
"""How the name of a scene's own words begins; ledgers of before named what the scene asked for instead."""
SHAPING = ("provider", "style", "enhancers", "options")
"""The settings of a run that a scene can be told to have otherwise."""


def words_of(scene: Scene) -> str:
    """Name a scene's own words: what is told by hand is kept under this, whatever the style and all other settings."""
    words = " ".join(scene.prompt.split())
    return f"{WORDS}{hashlib.sha256(words.encode()).hexdigest()}"


def options_of(scene: Scene, override: Override, settings: RunSettings) -> Mapping[str, JSON]:
    """Return the options of a scene's request: the run's for its provider, the scene's over them, a take's over both.

    A take's option that is None takes the option away.
    """
    provider = override.provider or scene.provider or settings.provider
    run = settings.options if provider == settings.provider else EMPTY
    if not override.options:
        return {**run, **scene.options} if scene.options else run
    if override.instead is None:  # as it was when this take was written down, or its picture would be bought again
        return {**override.options, **scene.options}
    merged = {**run, **scene.options, **override.options}
    return {name: value for name, value in merged.items() if value is not None or name not in override.options}


def as_told(override: Override, scene: Scene, settings: RunSettings) -> Override:
    """Add to what is told by hand what it replaces, so that it ends when that changes."""
    return replace(override, instead=_replaced(override, scene, settings))


def in_effect(override: Override, scene: Scene, settings: RunSettings) -> Override:
    """Leave out what was told by hand for a setting that has changed since; the words last as long as the scene's own.

    With another seed in scenes.yaml the takes begin anew, for it is that seed which should draw.
    """
    then = override.instead
    if then is None:
        return override
    now = _replaced(override, scene, settings)
    if now == then:
        return override
    changed = {name for name in now if now[name] != then.get(name)}
    options = override.options
    if "provider" in changed:
        options = None
    elif "options" in changed:
        before = then.get("options")
        known = before if isinstance(before, dict) else {}
        same = {name for name, value in now["options"].items() if name in known and known[name] == value}
        options = {name: value for name, value in (options or {}).items() if name in same} or None
    return replace(
        override,
        take=0 if "seed" in changed else override.take,
        seed=None if "seed" in changed else override.seed,
        provider=None if "provider" in changed else override.provider,
        style=None if "style" in changed else override.style,
        enhancers=None if "enhancers" in changed else override.enhancers,
        options=options,
    )


def _replaced(override: Override, scene: Scene, settings: RunSettings) -> dict[str, JSON]:
    without = options_of(scene, replace(override, options=None), settings)
    return {
        "seed": scene.seed,
        "provider": scene.provider or settings.provider,
        "style": scene.style or settings.style,
        "enhancers": list(settings.enhancers),
        "options": {name: without.get(name) for name in override.options or ()},
    }


def differently(
    override: Override, scene: Scene, *, film: RunSettings, run: RunSettings, given: Collection[str]
) -> Override:
    """Tell a scene by hand in what a run over part of a film differs from the film.

    ``given`` names the settings that were asked for in so many words: there what was told before ends, even where the
    run is like the film. A setting that the scene has for itself stays the scene's.
    """
    told = {name for name in SHAPING if differs(name, film, run) or name in given}
    provider, style, enhancers = override.provider, override.style, override.enhancers
    if "provider" in told and scene.provider is None:
        provider = None if run.provider == film.provider else run.provider
    if "style" in told and scene.style is None:
        style = None if run.style == film.style else run.style
    if "enhancers" in told:
        enhancers = None if run.enhancers == film.enhancers else list(run.enhancers)
    options = dict(override.options or {}) if provider == override.provider else {}
    if ("options" in told or provider) and run.provider == (provider or scene.provider or film.provider):
        without = EMPTY if provider else film.options
        for name in {*without, *run.options} - {*scene.options}:
            options.pop(name, None)
            if run.options.get(name) != without.get(name):
                options[name] = run.options.get(name)
    changed = replace(override, provider=provider, style=style, enhancers=enhancers, options=options or None)
    return as_told(changed, scene, film)


def differs(name: str, film: RunSettings, run: RunSettings) -> bool:
    """Say whether a run has another value than the film for a setting that shapes pictures."""
    return bool(getattr(film, name) != getattr(run, name))
