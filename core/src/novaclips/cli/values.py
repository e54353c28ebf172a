"""Option values that click has no type for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import click

MOST_SCENES = 100_000


class Scenes(click.ParamType[list[int]]):
    """Scene ids and ranges of them, as in ``1,4-7``; becomes a sorted list of ids."""

    name = "scenes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> list[int]:
        """Read the list; a usage error says what to write."""
        if isinstance(value, list):
            return value
        ids: set[int] = set()
        for part in str(value).split(","):
            match = re.fullmatch(r"\s*([0-9]{1,6})\s*(?:-\s*([0-9]{1,6})\s*)?", part)
            if not match:
                self.fail(f"{value!r} is not a list of scenes; write for example 1,4-7", param, ctx)
            first, last = int(match[1]), int(match[2] or match[1])
            if last < first or last - first > MOST_SCENES:
                self.fail(f"{part.strip()!r} is no range of scenes; the smaller number comes first", param, ctx)
            ids.update(range(first, last + 1))
        return sorted(ids)


class Options(click.ParamType[tuple[str, Any]]):
    """``key=value``; the value is read as JSON where it is JSON, else as text. Becomes a pair."""

    name = "option"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Any]:
        """Read the pair; a usage error says what to write."""
        if isinstance(value, tuple):
            return value
        key, equals, text = str(value).partition("=")
        if not equals or not key.strip():
            self.fail(f"{value!r} is not KEY=VALUE; write for example quality=high", param, ctx)
        try:
            return key.strip(), json.loads(text)
        except ValueError:
            return key.strip(), text


def ranges(ids: Iterable[int]) -> str:
    """Write scene ids as ``--scenes`` takes them: ``1,4-7``."""
    spans: list[list[int]] = []
    for number in sorted(ids):
        if spans and number == spans[-1][-1] + 1:
            spans[-1][1:] = [number]
        else:
            spans.append([number])
    return ",".join("-".join(map(str, span)) for span in spans)
