"""Markdown tables, and the promises that a benchmark keeps or misses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


def table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a Markdown table; all columns but the first stand to the right."""
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join(f"| {' | '.join(map(str, line))} |" for line in lines) + "\n"


@dataclass(frozen=True, slots=True)
class Promise:
    """A figure and its bound: what was promised, what was measured, and in which form both are written."""

    what: str
    measured: float
    least: float | None = None
    most: float | None = None
    form: str = "{:.2f}"

    @property
    def kept(self) -> bool:
        """Whether the figure as it is written keeps to the bound."""
        shown = float(self.form.format(self.measured).strip("%"))
        above = self.least is None or shown >= float(self.form.format(self.least).strip("%"))
        return above and (self.most is None or shown <= float(self.form.format(self.most).strip("%")))

    @property
    def bound(self) -> str:
        """The bound in words."""
        least, most = (None if edge is None else self.form.format(edge) for edge in (self.least, self.most))
        if least == most:
            return f"{least}"
        return f"at most {most}" if least is None else f"at least {least}"


def promises(kept: Iterable[Promise]) -> str:
    """Return a table of promises."""
    rows = ((one.what, one.form.format(one.measured), one.bound, "yes" if one.kept else "**missed**") for one in kept)
    return table(("promise", "measured", "bound", "kept"), rows)
