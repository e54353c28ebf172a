"""docs/benchmarks.md: prose from a template, tables from runs, a part at a time."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

TEMPLATE = Path(__file__).with_name("page.md")
PART = re.compile(r"(<!-- begin: ([\w-]+) -->\n)(.*?)(<!-- end: \2 -->)", re.DOTALL)
NOT_MEASURED = "Not measured yet.\n"


def write_page(path: Path, measured: Mapping[str, str]) -> None:
    """Write the page with these parts; those that were not measured now stay as they are on the page that is there."""
    before = parts(path.read_text(encoding="utf-8")) if path.exists() else {}
    now = {**before, **measured}

    def fill(part: re.Match[str]) -> str:
        return f"{part[1]}\n{now.get(part[2], NOT_MEASURED)}\n{part[4]}"

    path.write_text(PART.sub(fill, TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")


def parts(page: str) -> dict[str, str]:
    """Return the parts of a page by name."""
    return {part[2]: part[3].strip() + "\n" for part in PART.finditer(page)}
