"""What the ledger keeps: attempts, the pictures they brought, chosen takes, frames; and how each is a row.

Rows, notes and entries of the manifest are read here, field by field; what is not as novaclips writes it raises
Damaged. JSON objects are borne with the fields that this version does not know.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

from novaclips.untrusted import stored
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.models import EMPTY, JSON

K = TypeVar("K")
V = TypeVar("V")

Place = tuple[str, int]
"""Where a chosen take is kept: the name of its scene's own words, and a number among the scenes that have them."""


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


def about_of(text: str) -> Mapping[str, JSON]:
    """Return what is told of a picture or a frame; it is read when it is looked into, and empty if it makes no sense.

    A field that this version uses and that has not its form is left out; the others are borne as they are.
    """

    def read() -> dict[str, JSON]:
        try:
            return told(stored.json_object(text))
        except Damaged:
            return {}

    return Lazy(read)


def told(about: Mapping[str, JSON]) -> dict[str, JSON]:
    """Leave out of what is told of a picture the fields that are used and have not their form."""
    return {name: value for name, value in about.items() if _has_its_form(name, value)}


def _has_its_form(name: str, value: JSON) -> bool:
    if name == "request":
        return isinstance(value, dict) and isinstance(value.get("identity"), dict)
    if name == "warnings":
        return isinstance(value, list) and all(isinstance(line, str) for line in value)
    kind = FORMS.get(name)
    return kind is None or (isinstance(value, kind) and type(value) is not bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameRecord:
    """What the ledger knows of one frame file; ``size`` in bytes and ``mtime_ns`` tell whether it was touched.

    ``title`` is that of its scene then, None where it is not known; ``about`` is the frame's entry in the manifest.
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
    title: str | None = None
    about: Mapping[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A picture that a provider delivered: its original's name, and what is known about it.

    ``upper_bound`` says that ``cost_usd`` is the most that it can have cost; ``run`` is the number of the run that sent
    for it.
    """

    original: str
    provider: str
    model: str
    seed: int | None
    cost_usd: str | None
    received: float
    details: Mapping[str, JSON]
    upper_bound: bool = False
    run: int | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Work that a service may still be doing, or have done, for an attempt; ``id`` is the service's own."""

    attempt: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call to a provider as the ledger has it; times in seconds since the epoch, money as decimal text.

    ``pruned`` says when the original was deleted on purpose. ``upper_bound`` says that ``cost_usd`` is the most that it
    can have cost; ``perhaps_billed`` whether one that brought no picture may cost something (None: as its state says);
    ``run`` is the number of the run that sent it. ``intent`` is the take that it was sent for, if for one, and its
    place.
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
    upper_bound: bool = False
    perhaps_billed: bool | None = None
    run: int | None = None
    intent: Mapping[str, JSON] | None = None

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
            upper_bound=self.upper_bound,
            run=self.run,
        )


FORMS: Mapping[str, type | tuple[type, ...]] = {
    "metadata": dict,
    "prompt": str,
    "scene_prompt": str,
    "service_model": str,
    "take": int,
}
COLUMNS = tuple(one.name for one in fields(Attempt))
FRAME_COLUMNS = tuple(one.name for one in fields(FrameRecord))


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """How the chosen take of a scene differs from what scenes.yaml and the run's settings say.

    ``instead`` is what they said when it was told, by setting; None where that was not written down. ``more`` holds the
    fields of a newer novaclips, which are written again as they are.
    """

    take: int = 0
    prompt: str | None = None
    seed: int | None = None
    provider: str | None = None
    style: str | None = None
    enhancers: list[str] | None = None
    options: dict[str, JSON] | None = None
    instead: dict[str, JSON] | None = None
    more: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        return {name: getattr(self, name) for name in OVERRIDE} | dict(self.more)


def maybe(read: Callable[[Any], V]) -> Callable[[Any], V | None]:
    """Make a reader of a field that may be absent."""
    return lambda value: None if value is None else read(value)


def at_best(read: Callable[[Any], V]) -> Callable[[Any], V | None]:
    """Make a reader of a field without which an entry is of use: what makes no sense counts as absent."""

    def reader(value: JSON) -> V | None:
        try:
            return None if value is None else read(value)
        except Damaged:
            return None

    return reader


# How each field is read, whoever wrote it. A new field needs its line here.
ATTEMPT: Mapping[str, Callable[[Any], Any]] = {
    "key": stored.sha256,
    "scene": stored.number,
    "provider": stored.label,
    "state": stored.label,
    "started": stored.moment,
    "ended": at_best(stored.moment),
    "job": maybe(stored.text),
    "error": at_best(stored.text),
    "original": maybe(stored.kept),
    "model": at_best(stored.text),
    "seed": at_best(stored.seed),
    "cost_usd": at_best(stored.usd),
    "details": at_best(lambda value: told(stored.mapping(value))),
    "reserved_usd": at_best(stored.usd),
    "pruned": maybe(stored.moment),
    "upper_bound": bool,
    "perhaps_billed": maybe(bool),
    "run": at_best(stored.number),
    "intent": at_best(lambda value: intent_of(*read_intent(stored.mapping(value)))),
}
FRAME: Mapping[str, Callable[[Any], Any]] = {
    "scene": stored.number,
    "writer": stored.label,
    "file": stored.text,
    "key": stored.sha256,
    "resolution": stored.label,
    "fit": stored.label,
    "size": stored.seed,
    "mtime_ns": stored.seed,
    "digest": stored.sha256,
}
OVERRIDE: Mapping[str, Callable[[Any], Any]] = {
    "take": stored.number,
    "prompt": maybe(stored.text),
    "seed": maybe(stored.seed),
    "provider": maybe(stored.label),
    "style": maybe(stored.label),
    "enhancers": maybe(lambda value: list(stored.names(value))),
    "options": maybe(stored.mapping),
    "instead": maybe(stored.mapping),
}
# All of a frame's row at once: ten thousand rows are read for a plan, and a call for each field would take 0.1 s.
_FRAME_ROW = re.compile(
    r"(0|[1-9][0-9]{0,8})\n[^\0-\x1f/]{1,100}\nscene-0{0,8}\1(?:\.[a-z0-9]{1,16}){1,3}\n[0-9a-f]{64}\n"
    r"[0-9]{1,5}x[0-9]{1,5}\n[a-z-]{1,20}\n[0-9a-f]{64}",
    re.ASCII,
)


TOLD = ("model", "seed", "cost_usd", "upper_bound", "run")  # beside an original and in the manifest


def read_attempt(values: Mapping[str, JSON]) -> Attempt:
    """Make an attempt of JSON values or of a row; Damaged says what of them makes no sense."""
    return Attempt(**{name: read(values.get(name)) for name, read in ATTEMPT.items()})


def read_received(values: Mapping[str, JSON], *, received: JSON, details: JSON) -> Attempt:
    """Make the attempt that brought a picture, of what is told about that picture; Damaged if that makes no sense."""
    known = {name: values.get(name) for name in ("key", "scene", "provider", *TOLD)}
    ends = {"state": "received", "started": received, "ended": received}
    original = stored.kept(values.get("original"))
    return read_attempt({**known, **ends, "original": original, "details": details, "intent": values.get("intent")})


def read_frame(values: Mapping[str, JSON], about: Mapping[str, JSON]) -> FrameRecord:
    """Make the record of a frame of JSON values; Damaged says what of them makes no sense."""
    known = {name: read(values.get(name)) for name, read in FRAME.items()}
    title = about.get("title")
    record = FrameRecord(**known, title=title if isinstance(title, str) else None, about=told(about))
    stored.frame_file(record.file, record.scene)
    return record


def read_override(values: Mapping[str, JSON]) -> Override:
    """Make a chosen take of JSON values; Damaged says what of them makes no sense."""
    known = {name: read(values.get(name, 0 if name == "take" else None)) for name, read in OVERRIDE.items()}
    return Override(**known, more={name: value for name, value in values.items() if name not in OVERRIDE})


def read_place(base: JSON, occurrence: JSON) -> Place:
    """Make the place where a chosen take is kept."""
    return stored.base(base), stored.number(occurrence)


def intent_of(place: Place, override: Override) -> dict[str, JSON]:
    """Write the take that a request is sent for as JSON values."""
    return {"base": place[0], "occurrence": place[1], "override": override.as_dict()}


def read_intent(values: Mapping[str, JSON]) -> tuple[Place, Override]:
    """Read what ``intent_of`` returned; Damaged when that makes no sense."""
    return read_place(values.get("base"), values.get("occurrence")), read_override(
        stored.mapping(values.get("override"))
    )


def attempt_row(attempt: Attempt) -> tuple[JSON, ...]:
    """Put an attempt into the order of ``COLUMNS``."""
    values = {name: getattr(attempt, name) for name in COLUMNS}
    for name in ("details", "intent"):
        if values[name] is not None:
            values[name] = json_text(values[name])
    return tuple(values.values())


def attempt_of(*row: JSON) -> Attempt:
    """Read what ``attempt_row`` returned."""
    values = dict(zip(COLUMNS, row, strict=True))
    for name in ("details", "intent"):
        values[name] = at_best(stored.json_object)(values[name])
    return read_attempt(values)


def bought_of(key: str, *row: JSON) -> tuple[str, Bought]:
    """Read a delivered picture: key, then the fields of ``Bought`` in their order."""
    original, provider, model, seed, cost_usd, received, details, upper_bound, run = row
    return stored.sha256(key), Bought(
        original=stored.kept(original),
        provider=stored.label(provider),
        model=ATTEMPT["model"](model) or "",
        seed=ATTEMPT["seed"](seed),
        cost_usd=ATTEMPT["cost_usd"](cost_usd),
        received=ATTEMPT["ended"](received) or 0.0,
        details=about_of(details),
        upper_bound=bool(upper_bound),
        run=ATTEMPT["run"](run),
    )


def note_of(original: JSON, key: JSON) -> str:
    """Read what the note on a picture is called."""
    return note_name(stored.kept(original), stored.sha256(key))


def note_name(original: str, key: str) -> str:
    """Say what the note on an original that was bought for a request is called: ``ab/abc....<start of key>.json``."""
    return f"{original.partition('.')[0]}.{short(key)}.json"


def short(key: str) -> str:
    """Shorten a key to what tells the notes on one picture apart."""
    return key[:16]


def job_of(key: str, attempt: int, job: str) -> tuple[str, Job]:
    """Read a job that a service may still have."""
    return stored.sha256(key), Job(stored.seed(attempt), stored.text(job))


def pick_row(base: str, occurrence: int, override: Override) -> tuple[JSON, ...]:
    """Put a chosen take into the order of its table."""
    return base, occurrence, json_text(override.as_dict())


def pick_of(base: str, occurrence: int, text: str) -> tuple[Place, Override]:
    """Read what ``pick_row`` returned."""
    return read_place(base, occurrence), read_override(stored.json_object(text))


def frame_row(record: FrameRecord) -> tuple[JSON, ...]:
    """Put a frame into the order of ``FRAME_COLUMNS``."""
    *known, about = (getattr(record, name) for name in FRAME_COLUMNS)
    return *known, json_text(about)


def frame_of(*row: JSON) -> tuple[tuple[int, str], FrameRecord]:
    """Read what ``frame_row`` returned."""
    scene, writer, file, key, resolution, fit, size, mtime_ns, digest, title, about = row
    strings = f"{scene}\n{writer}\n{file}\n{key}\n{resolution}\n{fit}\n{digest}"
    if not (_FRAME_ROW.fullmatch(strings) and type(scene) is type(size) is type(mtime_ns) is int):
        raise Damaged("a frame in it is none")
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
        title=title if isinstance(title, str) else None,
        about=about_of(about),
    )


def json_text(value: Mapping[str, JSON]) -> str:
    """Write JSON as the ledger keeps it."""
    return json.dumps(dict(value), ensure_ascii=False, allow_nan=False)
