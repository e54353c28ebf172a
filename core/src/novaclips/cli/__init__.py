"""The command line: parse, call, print.

Modules of commands are imported when a command of theirs is run, and import what they need when they need it:
``novaclips --help`` loads click and nothing else of weight.
"""

from __future__ import annotations

import codecs
import gc
import sys

import click

from novaclips import __version__
from novaclips.cli.lazy import Commands, Root, debug_option
from novaclips.cli.terminal import guard_streams
from novaclips.handles import raise_limit


@click.command(
    cls=Root,
    commands={
        "visuals": "novaclips.cli.visuals:visuals",
        "plugins": "novaclips.cli.plugins:plugins",
        "styles": "novaclips.cli.styles:styles",
    },
    summaries={
        "visuals": "Draw one picture per scene, and see how the frames stand.",
        "plugins": "See which plugins are installed and whether they work, and start one of your own.",
        "styles": "See the styles that prompts can be put into.",
    },
    # color: what looks like an escape sequence is shown, where click would cut it out.
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100, "color": True},
)
@click.version_option(__version__, package_name="novaclips", message="%(prog)s %(version)s")
@debug_option
def cli() -> None:
    """Draw one picture per scene of your video.

    Write planning/scenes.yaml in your project's folder, then run: novaclips visuals generate
    """


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that lacks a letter shows a question mark, no traceback; ASCII alone is never what is meant.
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="replace")
    guard_streams()  # for good: Python tells of a bug when all commands are over
    raise_limit()
    try:
        cli(prog_name="novaclips")
    finally:
        gc.freeze()  # else Python looks for garbage in a whole SDK before it ends: 0.1 s and more for nothing


__all__ = ["Commands", "cli", "main"]
