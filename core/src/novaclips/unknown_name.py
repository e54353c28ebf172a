"""The answer to a name that no installed plugin has: what was meant, what to install, or what has that name instead."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from typing import Final

from packaging.utils import canonicalize_name

from novaclips.installed import Plugin, unplugged

# Of the letters of both names, how many must agree: 'opnai' is near 'openai', 'nope' is not.
NEAR: Final = 0.7

# What we publish ourselves: somebody who asks for it by name and lacks it gets the command that installs it.
PUBLISHED = {
    "provider": {"openai": "novaclips-provider-openai", "replicate": "novaclips-provider-replicate"},
    "style": {"presets": "novaclips-style-presets"},
}
# The variables that hold their keys: that one of these is set says nothing about somebody else's provider.
KEYS_OF_PUBLISHED = frozenset({"OPENAI_API_KEY", "REPLICATE_API_TOKEN"})

# Names of models that people take for providers, and whose they are.
MODELS_OF = {
    "dall-e": "openai",
    "dalle": "openai",
    "gpt-image": "openai",
    "flux": "replicate",
    "sdxl": "replicate",
    "stable-diffusion": "replicate",
}

# What else a name may be, and how that is asked for.
ELSE = {
    "provider": "that is a provider: write --provider {}",
    "enhancer": "that is an enhancer: write --enhancer {}",
    "style": "that is a style pack: write --style {}/NAME",
    "writer": "that is a writer: write --writer {}",
}
# --enhancer and --style both look into style packs and enhancers.
ASKED_ALIKE = {"style", "enhancer"}


def is_published(plugin: Plugin) -> bool:
    """Say whether a plugin is one that we publish ourselves."""
    return plugin.is_core or canonicalize_name(plugin.dist) == PUBLISHED.get(plugin.kind, {}).get(plugin.name)


def nearest(kind: str, name: str, known: Collection[str]) -> str | None:
    """Return the name that was meant, of those that are installed or published; None when none is really near."""
    if kind == "provider" and name in MODELS_OF:
        return MODELS_OF[name]
    close = difflib.get_close_matches(name, [*known, *PUBLISHED.get(kind, {})], n=1, cutoff=NEAR)
    return close[0] if close else None


def answer(kind: str, name: str, known: Collection[str], namesakes: Collection[Plugin], more: str = "") -> str:
    """Write what to do about a name that nothing of this kind has.

    ``known`` are the names that the kind has, ``namesakes`` the installed plugins that have this name; ``more`` is said
    after a list of what is installed.
    """
    for plugin in unplugged():
        if plugin.name == name and (plugin.kind == kind or {plugin.kind, kind} == ASKED_ALIKE):
            dist = f"{plugin.dist} {plugin.version}"
            return f"{kind} {name!r} is not found: {dist} is installed without its entry point; {plugin.way_in}"
    published = PUBLISHED.get(kind, {})
    if name in published and name not in known:
        return f"{kind} {name!r} is not installed; run: pip install {published[name]}"
    elsewhere = [ELSE[plugin.kind].format(name) for plugin in namesakes if plugin.kind in ELSE]
    hint = ""
    if elsewhere:
        hint = f"{elsewhere[0]}; "
    elif meant := nearest(kind, name, known):
        hint = f"did you mean {meant!r}? "
    return f"unknown {kind} {name!r}; {hint}installed: {', '.join(known) or 'none'}{more}"
