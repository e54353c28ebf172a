"""The ledger: every attempt, written down before it is sent; every original, pick and frame.

One SQLite database in write-ahead mode, a commit for each fact, so that a killed process leaves what it knew.
"""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Self, TypeVar

from novaclips.untrusted import stored
from novaclips.untrusted.stored import Damaged
from novaclips.untrusted.text import storable
from novaclips.visuals.image_generator.engine.bookings import BOOKINGS, Booking, booking_of, total
from novaclips.visuals.image_generator.engine.database import (
    DamagedLedger,
    connect,
    connect_for_reading,
    connect_for_writing,
    opening,
    storing,
)
from novaclips.visuals.image_generator.engine.records import (
    COLUMNS,
    FRAME_COLUMNS,
    Attempt,
    Bought,
    FrameRecord,
    Job,
    Override,
    Place,
    attempt_of,
    attempt_row,
    bought_of,
    frame_of,
    frame_row,
    job_of,
    json_text,
    note_of,
    pick_of,
    pick_row,
    read_intent,
)
from novaclips.visuals.image_generator.engine.schema import VERSION, migrate, version_of
from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.money import decimal_text

T = TypeVar("T")

PUT_ATTEMPT = (
    f"INSERT INTO attempt ({', '.join(COLUMNS)})"  # noqa: S608 - our own names
    f" VALUES ({', '.join('?' * len(COLUMNS))})"
)
DELIVERED = (
    "SELECT key, original, provider, model, seed, cost_usd, ended, details, upper_bound, run FROM attempt"
    " WHERE state = '{}' AND pruned IS NULL ORDER BY ended, id"
)
PUT_PICK = "INSERT OR REPLACE INTO pick (base, occurrence, override) VALUES (?, ?, ?)"
PUT_FRAME = (
    f"INSERT OR REPLACE INTO frame ({', '.join(FRAME_COLUMNS)})"  # noqa: S608 - our own names
    f" VALUES ({', '.join('?' * len(FRAME_COLUMNS))})"
)


class Ledger:
    """The database of one output folder; safe to use from several threads.

    ``db`` is an open database to use in place of the file at ``path``.
    """

    def __init__(self, path: Path, db: sqlite3.Connection | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._left_out: dict[str, int] = {}
        with opening(path):
            self._db = db or connect_for_writing(path)
            try:
                migrate(self._db)
            except BaseException:
                self._db.close()
                raise

    @classmethod
    def for_reading(cls, path: Path) -> Self:
        """Open a ledger that is only read; an older one is brought up to date in memory, its file stays as it is."""
        with opening(path):
            db = connect_for_reading(path)
            try:
                if version_of(db) < VERSION:
                    memory = connect(":memory:")
                    db.backup(memory)
                    db.close()
                    db = memory
            except BaseException:
                db.close()
                raise
        return cls(path, db)

    @classmethod
    def in_memory(cls, path: Path) -> Self:
        """Make an empty ledger that is gone when it is closed; ``path`` is what its errors name."""
        return cls(path, connect(":memory:"))

    def check(self) -> None:
        """Look for damage in every page; DamagedLedger says what is wrong."""
        ((verdict,),) = self._reading("PRAGMA quick_check(1)")
        if verdict != "ok":
            raise DamagedLedger(f"cannot use the ledger {self.path}: {verdict.splitlines()[-1]}")

    @property
    def left_out(self) -> int:
        """How many entries were not as novaclips writes them, among those that were read; they stay where they are."""
        return sum(self._left_out.values())

    def rehearse(self) -> None:
        """Make a change that changes nothing, as far as the disk; StorageError where it takes none."""
        with self._writing() as db:
            db.execute(f"PRAGMA user_version = {VERSION}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the database; harmless when called again."""
        self._db.close()

    def begin(
        self,
        *,
        key: str,
        scene: int,
        provider: str,
        now: float,
        model: str | None = None,
        reserved: Decimal | None = None,
        run: int | None = None,
        intent: Mapping[str, JSON] | None = None,
    ) -> int:
        """Write down that a request is about to be sent, and return the attempt's number.

        ``model`` is the one that is asked for; ``reserved`` is what it costs at worst, None where nobody knows; ``run``
        is the number of the run, ``intent`` the take that it is sent for.
        """
        sql = (
            "INSERT INTO attempt (key, scene, provider, state, started, model, reserved_usd, run, intent)"
            " VALUES (?, ?, ?, 'sent', ?, ?, ?, ?, ?)"
        )
        worst = None if reserved is None else decimal_text(reserved)
        values = (key, scene, provider, now, model, worst, run, None if intent is None else json_text(intent))
        with self._writing() as db:
            number = db.execute(sql, values).lastrowid
        assert number is not None  # noqa: S101 - an INSERT has a row id
        return number

    def note_job(self, attempt: int, job: str) -> None:
        """Write down the service's id of the work."""
        with self._writing() as db:
            db.execute("UPDATE attempt SET job = ? WHERE id = ?", (storable(job), attempt))

    def receive(self, attempt: int, bought: Bought) -> None:
        """Write down that the picture came and lies among the originals."""
        self._arrived(attempt, bought, "received", None)

    def receive_unusable(self, attempt: int, bought: Bought, error: str) -> None:
        """Write down that bytes came, which cannot be used and were set apart; what they cost is booked."""
        self._arrived(attempt, bought, "unusable", storable(error))

    def _arrived(self, attempt: int, bought: Bought, state: str, error: str | None) -> None:
        sql = (
            "UPDATE attempt SET state = ?1, error = ?2, ended = ?3, original = ?4, model = ?5, seed = ?6,"
            " cost_usd = ?7, upper_bound = ?8, details = ?9,"
            " perhaps_billed = CASE ?1 WHEN 'unusable' THEN 1 ELSE perhaps_billed END WHERE id = ?10"
        )
        known = (bought.received, bought.original, bought.model, bought.seed, bought.cost_usd, bought.upper_bound)
        with self._writing() as db:
            db.execute(sql, (state, error, *known, json_text(bought.details), attempt))

    def reject(self, original: str, error: str) -> None:
        """Write down that an original turned out to be no picture; what it cost stays booked."""
        values = "state = 'unusable', error = ?, perhaps_billed = 1"
        sql = f"UPDATE attempt SET {values} WHERE original = ? AND state = 'received'"  # noqa: S608 - our own words
        with self._writing() as db:
            db.execute(sql, (storable(error), original))

    def readmit(self, original: str) -> None:
        """Write down that what could not be used is a picture after all."""
        sql = "UPDATE attempt SET state = 'received', error = NULL WHERE original = ? AND state = 'unusable'"
        with self._writing() as db:
            db.execute(sql, (original,))

    def end(self, attempt: int, state: str, error: str, now: float, *, perhaps_billed: bool) -> None:
        """Write down how an attempt ended that brought no picture; its reserve stays where it was perhaps billed."""
        sql = (
            "UPDATE attempt SET state = ?1, error = ?2, ended = ?3, perhaps_billed = ?4,"
            " reserved_usd = CASE WHEN ?4 THEN reserved_usd END WHERE id = ?5"
        )
        with self._writing() as db:
            db.execute(sql, (state, storable(error), now, perhaps_billed, attempt))

    def next_run(self) -> int:
        """Return the number of the run that is about to begin, from 1."""
        ((number,),) = self._reading("SELECT coalesce(max(run), 0) + 1 FROM attempt")
        return int(number)

    def bookings(self) -> list[Booking]:
        """List what each attempt cost, or may have, the oldest first: all sums are made of these."""
        return self._rows("attempt", BOOKINGS, booking_of)

    def booked(self) -> Decimal:
        """Add up the most that all attempts can have cost, in USD."""
        return total(self.bookings()).most

    def bought(self) -> dict[str, Bought]:
        """List by key what was delivered and not pruned; the newest where a key was bought more than once."""
        return dict(self._rows("attempt", DELIVERED.format("received"), bought_of))

    def unusable(self) -> dict[str, Bought]:
        """List by key what was delivered and cannot be used; the newest where there is more than one."""
        return dict(self._rows("attempt", DELIVERED.format("unusable"), bought_of))

    def intents(self) -> dict[Place, Override]:
        """List the takes whose picture is there, as they were sent for; the newest of each place."""
        sql = (
            "SELECT intent FROM attempt WHERE state = 'received' AND intent IS NOT NULL AND pruned IS NULL ORDER BY id"
        )
        return dict(self._rows("attempt", sql, lambda text: read_intent(stored.json_object(text))))

    def without_picture(self) -> dict[str, tuple[str, str]]:
        """List by key the state and error of the newest attempt, where that brought nothing."""
        sql = """
            WITH bare AS (SELECT id, key, state, coalesce(error, '') AS error FROM attempt WHERE state != 'received')
            SELECT bare.key, bare.state, bare.error FROM bare LEFT JOIN (
                SELECT key, max(id) AS id FROM attempt
                WHERE state = 'received' AND key IN (SELECT key FROM bare) GROUP BY key
            ) AS got ON got.key = bare.key AND got.id > bare.id
            WHERE got.id IS NULL ORDER BY bare.id
        """
        return dict(self._rows("attempt", sql, lambda key, state, error: (key, (state, stored.text(error)))))

    def jobs(self) -> dict[str, Job]:
        """List by key the jobs that were handed in and whose end nobody knows yet."""
        sql = "SELECT key, id, job FROM attempt WHERE job IS NOT NULL AND state IN ('sent', 'unknown') ORDER BY id"
        return dict(self._rows("attempt", sql, job_of))

    def attempts(self) -> list[Attempt]:
        """List every attempt, the oldest first."""
        sql = f"SELECT {', '.join(COLUMNS)} FROM attempt ORDER BY id"  # noqa: S608 - our own names
        return self._rows("attempt", sql, attempt_of)

    def unfinished(self) -> dict[int, Attempt]:
        """List by number the attempts that a killed run left without an end."""
        sql = f"SELECT id, {', '.join(COLUMNS)} FROM attempt WHERE state = 'sent'"  # noqa: S608 - our own names
        return dict(self._rows("attempt", sql, lambda number, *row: (number, attempt_of(*row))))

    def noted(self) -> frozenset[str]:
        """List the names of the notes on the pictures that are written down here, whatever became of them."""
        sql = "SELECT DISTINCT original, key FROM attempt WHERE original IS NOT NULL"
        return frozenset(self._rows("attempt", sql, note_of))

    def adopt(self, attempts: Iterable[Attempt]) -> None:
        """Write down pictures that lie on the disk and are not known here, or only as deleted: all, or nothing."""
        with self._transaction() as db:
            for attempt in attempts:
                sql = "UPDATE attempt SET pruned = NULL WHERE key = ? AND original = ? AND state = 'received'"
                if not db.execute(sql, (attempt.key, attempt.original)).rowcount:
                    db.execute(PUT_ATTEMPT, attempt_row(attempt))

    def is_empty(self) -> bool:
        """Say whether no attempt and no frame was ever written down."""
        return not self._reading("SELECT 1 FROM attempt UNION ALL SELECT 1 FROM frame LIMIT 1")

    def restore(
        self,
        attempts: Iterable[Attempt],
        picks: Mapping[Place, Override],
        frames: Iterable[FrameRecord],
    ) -> None:
        """Write down what is known from elsewhere: all of it, or nothing."""
        with self._transaction() as db:
            db.executemany(PUT_ATTEMPT, map(attempt_row, attempts))
            db.executemany(PUT_PICK, (pick_row(*base, override) for base, override in picks.items()))
            db.executemany(PUT_FRAME, map(frame_row, frames))

    def prune(self, originals: Collection[str], now: float) -> None:
        """Write down that originals are deleted on purpose; their costs stay booked."""
        with self._transaction() as db:
            db.executemany("UPDATE attempt SET pruned = ? WHERE original = ?", [(now, name) for name in originals])

    def picks(self) -> dict[Place, Override]:
        """List the chosen takes by base request and occurrence."""
        return dict(self._rows("pick", "SELECT base, occurrence, override FROM pick", pick_of))

    def pick(self, base: str, occurrence: int, override: Override) -> None:
        """Choose the take that a scene's frame shows from now on."""
        with self._writing() as db:
            db.execute(PUT_PICK, pick_row(base, occurrence, override))

    def move_picks(self, moved: Collection[tuple[Place, Place]]) -> None:
        """Keep chosen takes in another place each: from the first to the second."""
        picks = self.picks()
        with self._transaction() as db:
            for old, new in moved:
                db.execute(PUT_PICK, pick_row(*new, picks[old]))
                db.execute("DELETE FROM pick WHERE base = ? AND occurrence = ?", old)

    def frames(self) -> dict[tuple[int, str], FrameRecord]:
        """List the frames by scene and writer."""
        sql = f"SELECT {', '.join(FRAME_COLUMNS)} FROM frame ORDER BY scene, writer"  # noqa: S608 - our own names
        return dict(self._rows("frame", sql, frame_of))

    def put_frame(self, record: FrameRecord) -> None:
        """Write down a frame that is on the disk."""
        with self._writing() as db:
            db.execute(PUT_FRAME, frame_row(record))

    def rename_frames(self, records: Iterable[FrameRecord]) -> None:
        """Write down the new names of frames: all of them, or none."""
        with self._transaction() as db:
            db.executemany(PUT_FRAME, map(frame_row, records))

    def drop_frame(self, scene: int, writer: str) -> None:
        """Forget a frame whose file is gone."""
        with self._writing() as db:
            db.execute("DELETE FROM frame WHERE scene = ? AND writer = ?", (scene, writer))

    @contextlib.contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with storing(self.path), self._lock:
            yield self._db

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._writing() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # SQLite itself rolls back when the disk is full
                    db.execute("ROLLBACK")
                raise

    def _reading(self, sql: str) -> list[tuple[JSON, ...]]:
        with storing(self.path), self._lock:
            try:
                return self._db.execute(sql).fetchall()
            except sqlite3.OperationalError as exc:
                if hasattr(exc, "sqlite_errorcode"):
                    raise
            # Raised by Python itself: somewhere is a text that is no UTF-8. Readers say what of that makes no sense.
            self._db.text_factory = _readable
            try:
                return self._db.execute(sql).fetchall()
            finally:
                self._db.text_factory = str

    def _rows(self, table: str, sql: str, read: Callable[..., T]) -> list[T]:
        """Make a value of each row; one that makes no sense is left out and counted."""
        found, left_out = [], 0
        for row in self._reading(sql):
            try:
                found.append(read(*row))
            except Damaged:
                left_out += 1
        self._left_out[table] = max(left_out, self._left_out.get(table, 0))
        return found


def _readable(data: bytes) -> str:
    return data.decode("utf-8", "replace")


__all__ = ["Attempt", "Bought", "DamagedLedger", "FrameRecord", "Job", "Ledger", "Override", "storing"]
