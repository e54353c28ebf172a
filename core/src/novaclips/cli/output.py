"""How commands print: aligned rows, and one JSON document for programs."""

from __future__ import annotations

import contextlib
import json
import sys
import traceback
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import click

from novaclips.untrusted.text import printable, printable_json, storable

PRINTED = "novaclips.json_printed"
STDOUT = "novaclips.stdout"


@contextlib.contextmanager
def stdout_kept_for_json(ctx: click.Context) -> Iterator[None]:
    """Let what is printed inside go to stderr, from any thread; only ``echo_json`` prints to stdout.

    What a plugin prints must not spoil the document. What goes past Python's ``sys.stdout``, as C code and ``os.write``
    do, is out of reach.
    """
    ctx.meta[STDOUT] = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        yield


def echo_json(document: Any) -> None:
    """Print one JSON document to stdout."""
    stdout = sys.stdout
    if ctx := click.get_current_context(silent=True):
        ctx.meta[PRINTED] = True
        stdout = ctx.meta.get(STDOUT, stdout)
    lacks_letters = not (stdout.encoding or "utf-8").lower().startswith("utf")
    click.echo(printable_json(json.dumps(document, ensure_ascii=lacks_letters, indent=2)), file=stdout)


def echo_json_error(ctx: click.Context | None, error: BaseException, exit_code: int) -> None:
    """Print the error that ended a command as its JSON document, unless it has printed one."""
    if ctx and ctx.meta.get(PRINTED):
        return
    message = error.format_message() if isinstance(error, click.ClickException) else str(error)
    told = {"type": type(error).__name__, "message": storable(message)}
    echo_json({"error": told, "exit_code": int(exit_code)})


def echo_rows(header: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    """Print rows in aligned columns; the last column is free text and may be as long as it likes."""
    # Made printable here as well: how wide a cell is shown counts.
    table = [[printable(cell).replace("\n", r"\n") for cell in row] for row in (header, *rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(header) - 1)]
    for row in table:
        cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
        click.echo("  ".join([*cells, row[-1]]).rstrip(), err=err)


def counted(number: int, noun: str) -> str:
    """Write a number with its noun: ``1 scene``, ``2 scenes``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def echo_notes(notes: Iterable[str]) -> None:
    """Print sentences that the user should hear to stderr, each on a line of its own."""
    for note in notes:
        click.echo(f"note: {note}", err=True)


def echo_tracebacks(errors: Mapping[int, BaseException]) -> None:
    """Print to stderr where the errors of these scenes come from; equal ones once, for all their scenes."""
    scenes: dict[str, list[str]] = defaultdict(list)
    for scene, error in errors.items():
        scenes["".join(traceback.format_exception(error)).rstrip()].append(str(scene))
    for text, numbers in scenes.items():
        click.echo(f"where the error of scene {', '.join(numbers)} comes from:\n{text}", err=True)
