"""How commands print: aligned rows, and one JSON document for programs."""

from __future__ import annotations

import json
import traceback
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click


def echo_json(document: Any) -> None:
    """Print one JSON document to stdout."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def echo_rows(header: Sequence[str], rows: Iterable[Sequence[str]], *, err: bool = False) -> None:
    """Print rows in aligned columns; the last column is free text and may be as long as it likes."""
    table = [header, *rows]
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
