"""The ledger's tables: what is booked, what an older one becomes, what a damaged one says."""

from __future__ import annotations

import contextlib
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.engine.ledger import Bought, DamagedLedger, FrameRecord, Ledger, Override
from novaclips.visuals.image_generator.engine.schema import VERSION

PATH = Path("ledger.sqlite3")
VERSION_1 = """
    CREATE TABLE attempt (
        id INTEGER PRIMARY KEY, key TEXT NOT NULL, scene INTEGER NOT NULL, provider TEXT NOT NULL, state TEXT NOT NULL,
        job TEXT, started REAL NOT NULL, ended REAL, error TEXT, original TEXT, model TEXT, seed INTEGER,
        cost_usd TEXT, details TEXT
    ) STRICT;
    CREATE INDEX attempt_key ON attempt (key, state);
    CREATE TABLE pick (
        base TEXT NOT NULL, occurrence INTEGER NOT NULL, override TEXT NOT NULL, PRIMARY KEY (base, occurrence)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE frame (
        scene INTEGER NOT NULL, writer TEXT NOT NULL, record TEXT NOT NULL, PRIMARY KEY (scene, writer)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO attempt VALUES
        (1, 'k1', 1, 'openai', 'received', NULL, 10.5, 12.5, NULL, 'ab/abc.png', 'gpt', 7, '0.041', '{"warnings": []}'),
        (2, 'k2', 2, 'openai', 'refused', NULL, 11, 12, 'no', NULL, NULL, NULL, NULL, NULL),
        (3, 'k3', 3, 'replicate', 'sent', 'job-1', 12, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO pick VALUES ('base', 0, '{"take": 2, "seed": 5}');
    INSERT INTO frame VALUES (1, 'png', '{"scene": 1, "writer": "png", "file": "scene-001.png", "key": "k1",
        "resolution": "64x64", "fit": "cover", "size": 9, "mtime_ns": 8, "digest": "d", "about": {"take": 0}}');
    PRAGMA user_version = 1;
"""
PICTURE = Bought(
    original="ab/abc.png",
    provider="openai",
    model="gpt",
    seed=7,
    cost_usd="0.041",
    received=12.5,
    details={"warnings": []},
)
FRAME = FrameRecord(
    scene=1,
    writer="png",
    file="scene-001.png",
    key="k1",
    resolution="64x64",
    fit="cover",
    size=9,
    mtime_ns=8,
    digest="d",
    about={"take": 0},
)


def write_version_1() -> None:
    with contextlib.closing(sqlite3.connect(PATH)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.executescript(VERSION_1)


def version() -> int:
    with contextlib.closing(sqlite3.connect(PATH)) as db:
        return db.execute("PRAGMA user_version").fetchone()[0]


@pytest.mark.parametrize(
    ("open_it", "version_afterwards"), [(Ledger, 2), (Ledger.for_reading, 1)], ids=["writing", "reading"]
)
def test_a_ledger_of_version_1_keeps_everything(open_it, version_afterwards) -> None:
    write_version_1()
    with open_it(PATH) as ledger:
        assert ledger.bought() == {"k1": PICTURE}
        assert ledger.without_picture() == {"k2": ("refused", "no"), "k3": ("sent", "")}
        assert {key: job.id for key, job in ledger.jobs().items()} == {"k3": "job-1"}
        assert ledger.picks() == {("base", 0): Override(take=2, seed=5)}
        assert ledger.frames() == {(1, "png"): FRAME}
        assert [attempt.reserved_usd for attempt in ledger.attempts()] == [None] * 3
        assert ledger.booked() == Decimal("0.041")
    assert version() == version_afterwards


def test_a_migration_that_fails_leaves_the_old_version(monkeypatch) -> None:
    write_version_1()
    before = PATH.read_bytes()
    steps = {1: "", 2: "ALTER TABLE attempt ADD COLUMN reserved_usd TEXT; CREATE TABLE attempt (x TEXT);"}
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.schema.MIGRATIONS", steps)
    with pytest.raises(DamagedLedger, match="table attempt already exists"):
        Ledger(PATH)
    assert PATH.read_bytes() == before


def test_a_new_ledger_has_the_newest_version() -> None:
    with Ledger(PATH):
        pass
    assert version() == VERSION == 2


def test_every_attempt_books_its_cost_or_else_its_reserve() -> None:
    with Ledger(PATH) as ledger:
        numbers = {
            state: ledger.begin(key=state, scene=1, provider="p", now=1, reserved=Decimal("0.10"))
            for state in ("sent", "known cost", "no cost", "refused", "failed", "unknown", "cancelled")
        }
        ledger.begin(key="free", scene=1, provider="p", now=1)
        assert ledger.booked() == Decimal("0.70")
        ledger.receive(numbers["known cost"], PICTURE)
        ledger.receive(numbers["no cost"], replace(PICTURE, cost_usd=None))
        for state in ("refused", "failed", "unknown", "cancelled"):
            ledger.end(numbers[state], state, "why", 2, perhaps_billed=state == "unknown")
        reserves = {attempt.state: attempt.reserved_usd for attempt in ledger.attempts()}
        assert reserves["received"] == reserves["unknown"] == "0.10"
        assert {reserves[state] for state in ("refused", "failed", "cancelled")} == {None}
        assert ledger.booked() == Decimal("0.10") + Decimal("0.041") + Decimal("0.10") + Decimal("0.10")


def test_a_pruned_original_is_not_there_any_more_and_its_cost_stays_booked() -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger.prune(["ab/abc.png"], 99.0)
        assert ledger.bought() == {}
        assert ledger.booked() == Decimal("0.041")
        assert ledger.attempts()[0].pruned == 99.0


def test_what_is_restored_is_restored_whole_or_not_at_all() -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        attempts, picks, frames = ledger.attempts(), ledger.picks(), list(ledger.frames().values())
    with Ledger.in_memory(PATH) as copy:
        with pytest.raises(StorageError):
            copy.restore([attempts[0], replace(attempts[1], key=None)], picks, frames)
        assert copy.is_empty()
        copy.restore(attempts, picks, frames)
        assert (copy.attempts(), copy.picks(), list(copy.frames().values())) == (attempts, picks, frames)


def garbage(data: bytes) -> bytes:
    return b"not a database, but long enough to look like one" * 40


def truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def headless(data: bytes) -> bytes:
    return bytes(100) + data[100:]


def holed(data: bytes) -> bytes:
    return data[:8192] + bytes(range(256)) * 16 + data[12288:]


def large_ledger() -> None:
    with Ledger(PATH) as ledger:
        for number in range(200):
            attempt = ledger.begin(key=f"{number:064}", scene=number, provider="p", now=1)
            ledger.receive(attempt, PICTURE)


@pytest.mark.parametrize("damage", [garbage, truncated, headless, holed])
def test_a_damaged_file_is_told_from_one_that_cannot_be_used_now(damage) -> None:
    large_ledger()
    PATH.write_bytes(damage(PATH.read_bytes()))
    with pytest.raises(DamagedLedger, match=r"cannot use the ledger ledger.sqlite3: "), Ledger(PATH) as ledger:
        ledger.check()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE attempt SET details = '{'",
        "UPDATE attempt SET details = CAST(x'ff' AS TEXT)",
        "UPDATE frame SET about = '{'",
        "UPDATE pick SET override = '[]'",
        "UPDATE attempt SET cost_usd = 'much'",
        "DROP TABLE attempt",
    ],
    ids=["details", "bytes", "about", "pick", "cost", "no table"],
)
def test_an_entry_that_makes_no_sense_is_damage(sql) -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger._db.execute(sql)
        with pytest.raises(DamagedLedger):
            ledger.check(), ledger.bought(), ledger.frames(), ledger.picks(), ledger.booked()


def test_a_locked_ledger_is_no_damage() -> None:
    with Ledger(PATH) as ledger, contextlib.closing(sqlite3.connect(PATH)) as other:
        ledger._db.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="database is locked") as caught:
            ledger.begin(key="k", scene=1, provider="p", now=1)
    assert not isinstance(caught.value, DamagedLedger)


def test_a_ledger_of_a_newer_version_is_no_damage() -> None:
    with Ledger(PATH) as ledger:
        ledger._db.execute("PRAGMA user_version = 99")
    for open_it in (Ledger, Ledger.for_reading):
        with pytest.raises(StorageError, match="was written by a newer novaclips") as caught:
            open_it(PATH)
        assert not isinstance(caught.value, DamagedLedger)
