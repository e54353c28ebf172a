"""What a run did, scene by scene."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

from novaclips.errors import ExitCode, NovaclipsError
from novaclips.visuals.image_generator.engine.bookings import Booking, Kind, total
from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.money import Spent, decimal_text


class Outcome(StrEnum):
    """How a scene ended."""

    DRAWN = "drawn"  # a new picture from the provider
    FITTED = "fitted"  # a new frame from a picture that was there
    FRESH = "fresh"  # nothing to do
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"  # sent, no answer: perhaps billed
    NOT_SENT = "not sent"  # the run stopped before its turn


GOOD = frozenset({Outcome.DRAWN, Outcome.FITTED, Outcome.FRESH})


class FrameBytes:
    """A field that holds bytes, or reads them from the result's ``file_path`` when it was given None."""

    def __get__(self, result: ImageResult | None, owner: type | None = None) -> bytes:
        if result is None:
            return b""  # the default that the dataclass sees
        held: bytes | None = result.__dict__.get("held_bytes")
        if held is not None:
            return held
        return result.file_path.read_bytes() if result.file_path else b""

    def __set__(self, result: ImageResult, value: bytes | FrameBytes | None) -> None:
        result.__dict__["held_bytes"] = None if isinstance(value, FrameBytes) else value


@dataclass(frozen=True)
class ImageResult:
    """What became of one scene.

    ``image_bytes`` are the frame's bytes, read from ``file_path`` when they are asked for, so that a thousand
    results fit into memory; empty when there is no frame. ``error`` says what went wrong, ``outcome`` in one word.
    ``model``, ``seed`` and ``cost_usd`` are those of the picture that the frame shows, whenever it was bought, as the
    ledger has them; ``upper_bound`` says that the cost is the most that it can have been.
    """

    scene_id: int
    image_bytes: FrameBytes = field(default=FrameBytes(), repr=False, compare=False)
    file_path: Path | None = None
    prompt_used: str = ""
    outcome: Outcome = Outcome.FRESH
    provider: str = ""
    model: str = ""
    seed: int | None = None
    cost_usd: Decimal | None = None
    upper_bound: bool = False
    warnings: tuple[str, ...] = ()
    reason: str = ""
    error: NovaclipsError | None = None

    @property
    def ok(self) -> bool:
        """Whether the scene has its frame."""
        return self.outcome in GOOD

    def as_dict(self) -> dict[str, JSON]:
        """Return the result as JSON values, without the bytes."""
        return {
            "scene": self.scene_id,
            "outcome": str(self.outcome),
            "file": str(self.file_path) if self.file_path else None,
            "prompt": self.prompt_used,
            "provider": self.provider,
            "model": self.model,
            "seed": self.seed,
            "cost_usd": None if self.cost_usd is None else decimal_text(self.cost_usd),
            "upper_bound": self.upper_bound,
            "warnings": list(self.warnings),
            "reason": self.reason or None,
            "error": {"type": type(self.error).__name__, "message": str(self.error)} if self.error else None,
        }


@dataclass(frozen=True, slots=True)
class RunReport(Sequence[ImageResult]):
    """The results of a run, in the order of scenes.yaml, and how it ended.

    ``stopped_by`` is the error that ended the run early: wrong key, no money, a full disk. ``interrupted`` is true
    after Ctrl-C. ``requests`` counts what was sent. ``bookings`` are those of the ledger for this run, ``project`` is
    the sum of all that the folder ever had. ``notes`` are sentences for the user.
    """

    results: tuple[ImageResult, ...]
    folder: Path
    stopped_by: NovaclipsError | None = None
    interrupted: bool = False
    requests: int = 0
    bookings: tuple[Booking, ...] = ()
    project: Spent = Spent()  # noqa: RUF009 - frozen
    seconds: float = 0.0
    notes: tuple[str, ...] = ()

    def __getitem__(self, index: int) -> ImageResult:  # type: ignore[override]  # no user of slices
        return self.results[index]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[ImageResult]:
        return iter(self.results)

    def of(self, *outcomes: Outcome) -> list[ImageResult]:
        """List the results that ended so."""
        return [result for result in self.results if result.outcome in outcomes]

    @property
    def counts(self) -> Mapping[str, int]:
        """Count the results by outcome."""
        return {str(outcome): len(found) for outcome in Outcome if (found := self.of(outcome))}

    @property
    def missing(self) -> list[ImageResult]:
        """List the scenes without the frame that they should have."""
        return [result for result in self.results if not result.ok]

    @property
    def warnings(self) -> list[str]:
        """List what providers ignored, each sentence once."""
        said = (f"{result.provider}: {text}" for result in self.results for text in result.warnings)
        return list(dict.fromkeys(said))

    @property
    def cost(self) -> Spent:
        """Add up what this run cost: known, at most, perhaps."""
        return total(self.bookings)

    @property
    def cost_usd(self) -> Decimal | None:
        """Add up what this run's pictures cost at most; None when a picture's price is unknown."""
        spent = total(booking for booking in self.bookings if booking.kind is not Kind.PERHAPS)
        return None if spent.unknown else spent.pictures

    @property
    def perhaps_billed(self) -> list[int]:
        """List the scenes, once for each request that brought no picture and may have been billed."""
        return sorted(booking.scene for booking in self.bookings if booking.kind is Kind.PERHAPS)

    @property
    def perhaps_usd(self) -> Decimal | None:
        """Add up the worst case of those requests; None when a price is unknown."""
        spent = total(booking for booking in self.bookings if booking.kind is Kind.PERHAPS)
        return None if spent.unknown else spent.perhaps

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.stopped_by:
            return self.stopped_by.exit_code
        if any(result.outcome is not Outcome.REFUSED for result in self.missing):
            return ExitCode.SCENES_FAILED
        return ExitCode.REFUSED if self.missing else ExitCode.OK

    def as_dict(self) -> dict[str, JSON]:
        """Return the report as JSON values."""
        return {
            "folder": str(self.folder),
            "exit_code": int(self.exit_code),
            "counts": dict(self.counts),
            "requests": self.requests,
            "cost": self.cost.as_dict(),
            "project_cost": self.project.as_dict(),
            "cost_usd": None if self.cost_usd is None else decimal_text(self.cost_usd),
            "perhaps_billed": self.perhaps_billed,
            "perhaps_usd": None if self.perhaps_usd is None else decimal_text(self.perhaps_usd),
            "seconds": round(self.seconds, 3),
            "stopped_by": str(self.stopped_by) if self.stopped_by else None,
            "notes": list(self.notes),
            "scenes": [result.as_dict() for result in self.results],
        }

    def raise_if_stopped(self) -> None:
        """Raise what ended the run early: KeyboardInterrupt, or the error in ``stopped_by``."""
        if self.interrupted:
            raise KeyboardInterrupt
        if self.stopped_by:
            raise self.stopped_by
