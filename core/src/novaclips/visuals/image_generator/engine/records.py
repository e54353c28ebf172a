"""What the ledger keeps: attempts, the pictures they brought, chosen takes, frames; and how each is a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import TypeVar

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.models import JSON

K = TypeVar("K")
V = TypeVar("V")

Place = tuple[str, int]
"""Where a chosen take is kept: what its scene asks for as written, and a number among the scenes that ask for that."""


class Lazy(Mapping[K, V]):
    """A mapping that is read when somebody looks into it: most of a ledger never is."""

    __slots__ = ("_read", "_value")

    def __init__(self, read: Callable[[], dict[K, V]]) -> None:
        self._read = read
        self._value: dict[K, V] | None = None

    @property
    def _all(self) -> dict[K, V]:
        if self._value is None:
            self._value = self._read()
        return self._value

    def __getitem__(self, name: K) -> V:
        return self._all[name]

    def __iter__(self) -> Iterator[K]:
        return iter(self._all)

    def __len__(self) -> int:
        return len(self._all)


def stored(text: str) -> Mapping[str, JSON]:
    """Return a JSON object of the ledger; StorageError, when it is looked into, for a text that is none."""

    def read() -> dict[str, JSON]:
        try:
            return dict(json.loads(text))
        except (ValueError, TypeError) as exc:
            raise StorageError(f"an entry of the ledger makes no sense: {exc}; the next run rebuilds it") from exc

    return Lazy(read)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRecord:
    """What the ledger knows of one frame file; ``size`` in bytes and ``mtime_ns`` tell whether it was touched.

    ``about`` is the frame's entry in the manifest.
    """

    scene: int
    writer: str
    file: str
    key: str
    resolution: str
    fit: str
    size: int
    mtime_ns: int
    digest: str
    about: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A picture that a provider delivered: its original's name, and what is known about it."""

    original: str
    provider: str
    model: str
    seed: int | None
    cost_usd: str | None
    received: float
    details: Mapping[str, JSON]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that a service may still be doing, or have done, for an attempt; ``id`` is the service's own."""

    attempt: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to a provider as the ledger has it; times in seconds since the epoch, money as decimal text.

    ``pruned`` says when the original was deleted on purpose.
    """

    key: str
    scene: int
    provider: str
    state: str
    started: float
    ended: float | None = None
    job: str | None = None
    error: str | None = None
    original: str | None = None
    model: str | None = None
    seed: int | None = None
    cost_usd: str | None = None
    details: Mapping[str, JSON] | None = None
    reserved_usd: str | None = None
    pruned: float | None = None

    @property
    def bought(self) -> Bought:
        """The picture of an attempt that brought one."""
        return Bought(
            original=self.original or "",
            provider=self.provider,
            model=self.model or "",
            seed=self.seed,
            cost_usd=self.cost_usd,
            received=self.started if self.ended is None else self.ended,
            details=self.details or {},
        )


COLUMNS = tuple(field.name for field in fields(Attempt))
FRAME_COLUMNS = tuple(field.name for field in fields(FrameRecord))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """How the chosen take of a scene differs from what scenes.yaml and the run's settings say."""

    take: int = 0
    prompt: str | None = None
    seed: int | None = None
    provider: str | None = None
    style: str | None = None
    options: dict[str, JSON] | None = None


def attempt_row(attempt: Attempt) -> tuple[JSON, ...]:
    """Put an attempt into the order of ``COLUMNS``."""
    values = {name: getattr(attempt, name) for name in COLUMNS}
    if attempt.details is not None:
        values["details"] = json_text(attempt.details)
    return tuple(values.values())


def attempt_of(*row: JSON) -> Attempt:
    """Read what ``attempt_row`` returned."""
    values = dict(zip(COLUMNS, row, strict=True))
    if values["details"] is not None:
        values["details"] = json.loads(values["details"])
    return Attempt(**values)


def bought_of(key: str, *row: JSON) -> tuple[str, Bought]:
    """Read a delivered picture: key, then the fields of ``Bought`` in their order."""
    original, provider, model, seed, cost_usd, received, details = row
    return key, Bought(
        original=original,
        provider=provider,
        model=model,
        seed=seed,
        cost_usd=cost_usd,
        received=received,
        details=stored(details),
    )


def pick_row(base: str, occurrence: int, override: Override) -> tuple[JSON, ...]:
    """Put a chosen take into the order of its table."""
    return base, occurrence, json_text(asdict(override))


def pick_of(base: str, occurrence: int, text: str) -> tuple[Place, Override]:
    """Read what ``pick_row`` returned."""
    return (base, occurrence), Override(**json.loads(text))


def frame_row(record: FrameRecord) -> tuple[JSON, ...]:
    """Put a frame into the order of ``FRAME_COLUMNS``."""
    *known, about = (getattr(record, name) for name in FRAME_COLUMNS)
    return *known, json_text(about)


def frame_of(*row: JSON) -> tuple[tuple[int, str], FrameRecord]:
    """Read what ``frame_row`` returned."""
    scene, writer, file, key, resolution, fit, size, mtime_ns, digest, about = row
    return (scene, writer), FrameRecord(
        scene=scene,
        writer=writer,
        file=file,
        key=key,
        resolution=resolution,
        fit=fit,
        size=size,
        mtime_ns=mtime_ns,
        digest=digest,
        about=stored(about),
    )


def json_text(value: Mapping[str, JSON]) -> str:
    """Write JSON as the ledger keeps it."""
    return json.dumps(dict(value), ensure_ascii=False)
