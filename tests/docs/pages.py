"""The pages of this repository, and the fenced blocks in them."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
MADE = {"build", "demo", "dist", "site"}  # beside folders whose name starts with a dot
FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>[\w-]*)[^\n`]*\n(?P<text>.*?)^(?P=indent)```$", re.DOTALL | re.MULTILINE
)
FILE = re.compile(r"# file: (\S+)")


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; ``line`` is where its fence stands, counted from 1."""

    page: Path
    line: int
    language: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"

    @property
    def file(self) -> str | None:
        """The file that the block is, where its first line says so: ``# file: path``."""
        match = FILE.match(self.text)
        return match[1] if match else None

    @property
    def commands(self) -> list[tuple[str, str]]:
        """The command lines of a console block, each with the output that is shown under it.

        Where a line starts with ``$``, all lines that do not are output; else every line is a command. A backslash
        at the end of a line continues it.
        """
        prompted = re.search(r"^\$ ", self.text, re.MULTILINE)
        found: list[tuple[str, str]] = []
        for line in self.text.replace("\\\n", "").splitlines():
            if prompted and not line.startswith("$ "):
                command, output = found.pop()
                found.append((command, f"{output}{line}\n"))
            elif line.strip() and not line.startswith("#"):
                found.append((line.removeprefix("$ "), ""))
        return found


def pages() -> list[Path]:
    """List every page that somebody wrote, in the order of their paths."""
    found = (path.relative_to(ROOT) for path in ROOT.rglob("*.md"))
    return [ROOT / path for path in sorted(found) if not any(_is_made(part) for part in path.parts)]


def _is_made(folder: str) -> bool:
    return folder in MADE or folder.startswith(".")


def blocks(page: Path | str, language: str | None = None) -> list[Block]:
    """List the fenced blocks of a page, of one language or of all."""
    found = _blocks(ROOT / page)
    return [block for block in found if language is None or block.language == language]


def _blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for fence in FENCE.finditer(text):
        line = text.count("\n", 0, fence.start()) + 1
        yield Block(page, line, fence["language"], textwrap.dedent(fence["text"]))
