"""The bench: what every benchmark works with."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peer import Peer


@dataclass(frozen=True, slots=True)
class Bench:
    """An empty folder, the peers that are there with the Python that has them, and ``say``, which hears of progress."""

    folder: Path
    peers: Sequence[Peer]
    peers_python: Path
    say: Callable[[str], object]


def novaclips(words: Sequence[str]) -> list[str]:
    """Return the command that runs novaclips with these words: its script, as users have it."""
    return [str(Path(sys.executable).with_name("novaclips")), *words]
