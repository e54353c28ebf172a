"""What the shell offers for the values of options: names that are installed, and the scenes of the project.

Runs at each press of the Tab key, in any project: it imports little, prints nothing, and where something is broken it
offers nothing.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from novaclips.untrusted.text import printable

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]
    Offers = Iterable[tuple[str, str]]  # values, each with what it is

FITS: Final = {"cover": "crops", "contain": "adds bars", "stretch": "bends"}
ON_UNKNOWN: Final = {"retry": "once, as the last", "leave": "leaves it to the next run"}
MOST_BYTES: Final = 4 * 2**20  # of a scenes file: more would take longer than a person waits
LONGEST_HELP: Final = 80


def _completing(find: Callable[[click.Context, str], Offers]) -> Complete:
    """Make click's function of one that finds values; those that begin otherwise, or that no shell can take, go."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            try:
                offers = list(find(ctx, incomplete))
            except (Exception, SystemExit):  # noqa: BLE001 - of plugins and files: the command itself tells
                return []
        return [
            CompletionItem(value, help=printable(" ".join(text.split()))[:LONGEST_HELP] or None)
            for value, text in offers
            if value.startswith(incomplete) and re.fullmatch(r"\S+", printable(value)) and printable(value) == value
        ]

    return complete


def _named(*kinds: str) -> Offers:
    from novaclips.discovery import Plugins

    return [(name, "") for name in Plugins.from_env(os.environ).names(*kinds)]


def _styles() -> Offers:
    from novaclips.discovery import Plugins

    offers, _ = Plugins.from_env(os.environ).styles()
    return sorted({spec.name: spec.summary for _, spec in offers}.items())


def _scenes(ctx: click.Context) -> Offers:
    """Read ids and titles from the scenes file of the project that the command line names."""
    from novaclips.located_yaml import load
    from novaclips.on_disk import as_spelled

    path = as_spelled(Path(ctx.params.get("folder") or ".")) / "planning" / "scenes.yaml"
    if path.stat().st_size > MOST_BYTES:
        return []
    root = load(path).value
    entries = root["scenes"].value if isinstance(root, dict) else root
    found = []
    for entry in entries if isinstance(entries, list) else []:
        fields = entry.value if isinstance(entry.value, dict) else {}
        number = fields["id"].value if "id" in fields else None
        if type(number) is int and number >= 0:
            found.append((str(number), fields["title"].raw if "title" in fields else ""))
    return found


def _lists_of_scenes(ctx: click.Context, incomplete: str) -> Offers:
    """Go on with a list as in 1,4-7: after a comma any scene that it has not, after a hyphen any later one."""
    before = re.match(r"(?:.*[,-])?", incomplete)[0]  # type: ignore[index]  # it matches any text
    named = set(re.findall(r"[0-9]+", before))
    first = re.search(r"([0-9]+)-$", before)
    for value, title in _scenes(ctx):
        if value not in named and (first is None or int(value) > int(first[1])):
            yield f"{before}{value}", title


providers = _completing(lambda _, __: _named("provider"))
writers = _completing(lambda _, __: _named("writer"))
enhancers = _completing(lambda _, __: [*_named("enhancer"), ("none", "the prompts as they are")])
styles = _completing(lambda _, __: _styles())
styles_or_none = _completing(lambda _, __: [*_styles(), ("none", "the prompts as they are")])
fits = _completing(lambda _, __: FITS.items())
on_unknown = _completing(lambda _, __: ON_UNKNOWN.items())
scenes = _completing(lambda ctx, _: _scenes(ctx))
lists_of_scenes = _completing(_lists_of_scenes)


def kinds(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """Offer the kinds of plugin."""
    from novaclips.installed import KINDS

    return [kind for kind in KINDS if kind.startswith(incomplete)]


def folders(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Let the shell offer folders."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(incomplete, type="dir")]
