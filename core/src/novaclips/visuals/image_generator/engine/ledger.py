"""The ledger: every attempt, written down before it is sent; every original, pick and frame.

One SQLite database in write-ahead mode, a commit for each fact, so that a killed process leaves what it knew.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Self

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.models import JSON

VERSION = 1
SCHEMA = """
CREATE TABLE attempt (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL,                -- content address of the request
    scene INTEGER NOT NULL,           -- whom it was for, at that time
    provider TEXT NOT NULL,
    state TEXT NOT NULL,              -- sent, received, refused, failed, unknown
    job TEXT,                         -- the service's own id of the work
    started REAL NOT NULL,            -- seconds since the epoch
    ended REAL,
    error TEXT,
    original TEXT,
    model TEXT,
    seed INTEGER,
    cost_usd TEXT,                    -- decimal; null is unknown, never zero
    details TEXT                      -- JSON: warnings and metadata
) STRICT;
CREATE INDEX attempt_key ON attempt (key, state);
CREATE TABLE pick (                   -- the take that was chosen for a scene's request
    base TEXT NOT NULL,
    occurrence INTEGER NOT NULL,      -- two scenes may ask for exactly the same
    override TEXT NOT NULL,           -- JSON: an Override
    PRIMARY KEY (base, occurrence)
) STRICT, WITHOUT ROWID;
CREATE TABLE frame (
    scene INTEGER NOT NULL,
    writer TEXT NOT NULL,
    record TEXT NOT NULL,             -- JSON: a FrameRecord
    PRIMARY KEY (scene, writer)
) STRICT, WITHOUT ROWID;
"""


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
    about: dict[str, JSON]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bought:
    """A picture that a provider delivered: its original's name, and what is known about it."""

    original: str
    provider: str
    model: str
    seed: int | None
    cost_usd: str | None
    received: float
    details: dict[str, JSON]


@dataclass(frozen=True, slots=True)
class Job:
    """Work that a service may still be doing, or have done, for an attempt; ``id`` is the service's own."""

    attempt: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """How the chosen take of a scene differs from what scenes.yaml and the run's settings say."""

    take: int = 0
    prompt: str | None = None
    seed: int | None = None
    provider: str | None = None
    style: str | None = None
    options: dict[str, JSON] | None = None


class Ledger:
    """The database of one output folder; safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        with storing(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._db.close()
                raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StorageError(f"{self.path} was written by a newer novaclips; upgrade, or use another folder")
        if version == 0:
            self._db.executescript(f"BEGIN; {SCHEMA} PRAGMA user_version = {VERSION}; COMMIT;")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; harmless when called again."""
        self._db.close()

    def begin(self, *, key: str, scene: int, provider: str, now: float) -> int:
        """Write down that a request is about to be sent, and return the attempt's number."""
        sql = "INSERT INTO attempt (key, scene, provider, state, started) VALUES (?, ?, ?, 'sent', ?)"
        with self._writing() as db:
            number = db.execute(sql, (key, scene, provider, now)).lastrowid
        assert number is not None  # noqa: S101 - an INSERT has a row id
        return number

    def note_job(self, attempt: int, job: str) -> None:
        """Write down the service's id of the work."""
        with self._writing() as db:
            db.execute("UPDATE attempt SET job = ? WHERE id = ?", (job, attempt))

    def receive(self, attempt: int, bought: Bought) -> None:
        """Write down that the picture came and lies among the originals."""
        sql = (
            "UPDATE attempt SET state = 'received', ended = ?, original = ?, model = ?, seed = ?, cost_usd = ?,"
            " details = ? WHERE id = ?"
        )
        details = json.dumps(bought.details, ensure_ascii=False)
        values = (bought.received, bought.original, bought.model, bought.seed, bought.cost_usd, details, attempt)
        with self._writing() as db:
            db.execute(sql, values)

    def end(self, attempt: int, state: str, error: str, now: float) -> None:
        """Write down how an attempt ended that brought no picture."""
        with self._writing() as db:
            db.execute("UPDATE attempt SET state = ?, error = ?, ended = ? WHERE id = ?", (state, error, now, attempt))

    def bought(self) -> dict[str, Bought]:
        """List by key what was delivered; the newest where a key was bought more than once."""
        sql = (
            "SELECT key, original, provider, model, seed, cost_usd, ended, details FROM attempt"
            " WHERE state = 'received' ORDER BY id"
        )
        return {
            key: Bought(
                original=original,
                provider=provider,
                model=model,
                seed=seed,
                cost_usd=cost,
                received=ended,
                details=json.loads(details),
            )
            for key, original, provider, model, seed, cost, ended, details in self._reading(sql)
        }

    def without_picture(self) -> dict[str, tuple[str, str]]:
        """List by key the state and error of the newest attempt that brought nothing."""
        sql = "SELECT key, state, coalesce(error, '') FROM attempt WHERE state != 'received' ORDER BY id"
        return {key: (state, error) for key, state, error in self._reading(sql)}

    def jobs(self) -> dict[str, Job]:
        """List by key the jobs that were handed in and whose end nobody knows yet."""
        sql = "SELECT key, id, job FROM attempt WHERE job IS NOT NULL AND state IN ('sent', 'unknown') ORDER BY id"
        return {key: Job(attempt, job) for key, attempt, job in self._reading(sql)}

    def picks(self) -> dict[tuple[str, int], Override]:
        """List the chosen takes by base request and occurrence."""
        rows = self._reading("SELECT base, occurrence, override FROM pick")
        return {(base, occurrence): Override(**json.loads(text)) for base, occurrence, text in rows}

    def pick(self, base: str, occurrence: int, override: Override) -> None:
        """Choose the take that a scene's frame shows from now on."""
        values = (base, occurrence, json.dumps(asdict(override), ensure_ascii=False))
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO pick (base, occurrence, override) VALUES (?, ?, ?)", values)

    def frames(self) -> dict[tuple[int, str], FrameRecord]:
        """List the frames by scene and writer."""
        rows = self._reading("SELECT scene, writer, record FROM frame ORDER BY scene, writer")
        return {(scene, writer): FrameRecord(**json.loads(text)) for scene, writer, text in rows}

    def put_frame(self, record: FrameRecord) -> None:
        """Write down a frame that is on the disk."""
        flat: Mapping[str, JSON] = {field.name: getattr(record, field.name) for field in fields(record)}
        with self._writing() as db:
            db.execute(
                "INSERT OR REPLACE INTO frame (scene, writer, record) VALUES (?, ?, ?)",
                (record.scene, record.writer, json.dumps(flat, ensure_ascii=False)),
            )

    def drop_frame(self, scene: int, writer: str) -> None:
        """Forget a frame whose file is gone."""
        with self._writing() as db:
            db.execute("DELETE FROM frame WHERE scene = ? AND writer = ?", (scene, writer))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with storing(self.path), self._lock:
            yield self._db

    def _reading(self, sql: str) -> list[tuple[JSON, ...]]:
        with storing(self.path), self._lock:
            return self._db.execute(sql).fetchall()


@contextlib.contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into StorageError naming the database."""
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        raise StorageError(f"cannot use the ledger {path}: {exc}") from exc
