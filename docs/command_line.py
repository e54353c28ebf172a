"""Write the help texts of all commands into docs/reference/command-line.md: ``python docs/command_line.py``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
from click.testing import CliRunner

from novaclips.cli import cli
from novaclips.testing.server import serve

PAGE = Path(__file__).parent / "reference" / "command-line.md"
PART = re.compile(r"(?<=<!-- begin: help -->\n).*?(?=<!-- end: help -->)", re.DOTALL)
WIDTH = 78  # click leaves two of the 80 columns of a usual terminal free


def help_texts() -> str:
    """Return a section for each command: its name as the heading, its help text as the output of ``--help``."""
    commands = [("novaclips", cli, path) for path in paths(cli)]
    commands.append(("python -m novaclips.testing.server", serve, ()))
    sections = []
    for program, command, path in commands:
        words = " ".join((program, *path))
        shown = CliRunner().invoke(command, [*path, "--help"], prog_name=program, terminal_width=WIDTH).output
        sections.append(f"### {words}\n\n```console\n$ {words} --help\n{shown}```\n")
    return "\n".join(sections)


def paths(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the words that lead to a command and to each one under it."""
    yield path
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            if found := command.get_command(context, name):
                yield from paths(found, (*path, name))


def with_help(page: str) -> str:
    """Return the page with the help texts as they are now."""
    return PART.sub(lambda _: f"\n{help_texts()}\n", page)


if __name__ == "__main__":
    PAGE.write_text(with_help(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
