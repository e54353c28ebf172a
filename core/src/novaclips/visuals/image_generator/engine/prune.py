"""Pruning: the originals that nothing needs any more, deleted only when somebody says so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from novaclips.visuals.image_generator.engine.ledger import Attempt, FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.plan import PlannedScene, State
from novaclips.visuals.image_generator.models import JSON


@dataclass(frozen=True, slots=True)
class Leftover:
    """An original that no frame shows and no chosen take needs; ``size`` in bytes.

    ``attempt`` is what it was bought by last; None where no ledger and no note knows it.
    """

    original: str
    size: int
    attempt: Attempt | None

    @property
    def prompt(self) -> str:
        """The scene's words that it was drawn for; empty where they are not known."""
        details = (self.attempt.details if self.attempt else None) or {}
        return str(details.get("prompt", ""))

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        attempt = self.attempt
        return {
            "original": self.original,
            "size": self.size,
            "scene": attempt.scene if attempt else None,
            "prompt": self.prompt or None,
            "provider": attempt.provider if attempt else None,
            "model": (attempt.model or None) if attempt else None,
            "drawn": datetime.fromtimestamp(attempt.started, UTC).isoformat(timespec="seconds") if attempt else None,
            "cost_usd": attempt.cost_usd if attempt else None,
            "upper_bound": attempt.upper_bound if attempt else None,
        }


@dataclass(frozen=True, slots=True)
class Leftovers(Sequence[Leftover]):
    """The originals that can go, by scene and date.

    ``deleted`` says whether they are gone; ``notes`` are sentences for the user about the folder.
    """

    found: tuple[Leftover, ...]
    deleted: bool = False
    notes: tuple[str, ...] = ()

    def __getitem__(self, index: int) -> Leftover:  # type: ignore[override]  # no user of slices
        return self.found[index]

    def __len__(self) -> int:
        return len(self.found)

    def __iter__(self) -> Iterator[Leftover]:
        return iter(self.found)

    @property
    def size(self) -> int:
        """How many bytes they take."""
        return sum(leftover.size for leftover in self.found)


def find_leftovers(
    originals: Originals,
    attempts: Iterable[Attempt],
    frames: Iterable[FrameRecord],
    planned: Iterable[PlannedScene],
) -> list[Leftover]:
    """List the originals that no frame shows and that a run would not use for any scene as it stands.

    What a provider drew that is not here now stays: nobody knows which of its pictures the scenes still need.
    """
    planned = list(planned)
    absent = {scene.addressed.provider for scene in planned if scene.state is State.ABSENT}
    needed = {str(record.about.get("original", "")) for record in frames}
    needed |= {scene.bought.original for scene in planned if scene.bought}
    bought_by = {attempt.original: attempt for attempt in attempts if attempt.original}
    kept = {name for name, attempt in bought_by.items() if attempt.provider in absent}
    found = [
        Leftover(name, originals.path(name).stat().st_size, bought_by.get(name))
        for name in originals.names()
        if name not in needed | kept
    ]
    return sorted(found, key=_place)


def _place(leftover: Leftover) -> tuple[int, float]:
    return (leftover.attempt.scene, leftover.attempt.started) if leftover.attempt else (-1, 0.0)


def delete(leftovers: Collection[Leftover], originals: Originals, ledger: Ledger | None, now: float) -> None:
    """Delete originals with their notes; the ledger knows first, so that nothing believes they are there."""
    if ledger is not None:
        ledger.prune([leftover.original for leftover in leftovers], now)
    for leftover in leftovers:
        originals.remove(leftover.original)
