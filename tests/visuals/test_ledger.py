"""The ledger's tables: what is booked, what an older one becomes, what a damaged one says."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from novaclips.errors import ConfigError, StorageError
from novaclips.visuals.image_generator.engine.bookings import total
from novaclips.visuals.image_generator.engine.ledger import (
    Attempt,
    Bought,
    DamagedLedger,
    FrameRecord,
    Ledger,
    Override,
)
from novaclips.visuals.image_generator.engine.records import COLUMNS, intent_of
from novaclips.visuals.image_generator.engine.schema import MIGRATIONS, VERSION
from novaclips.visuals.image_generator.money import Spent

PATH = Path("ledger.sqlite3")
K1, K2, K3, BASE, DIGEST = (letter * 64 for letter in "123bd")
ORIGINAL = f"ab/{'ab' * 32}.png"
VERSION_1 = f"""
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
        (1, '{K1}', 1, 'openai', 'received', NULL, 10.5, 12.5, NULL, '{ORIGINAL}', 'gpt', 7, '0.041',
            '{{"warnings": []}}'),
        (2, '{K2}', 2, 'openai', 'refused', NULL, 11, 12, 'no', NULL, NULL, NULL, NULL, NULL),
        (3, '{K3}', 3, 'replicate', 'sent', 'job-1', 12, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    INSERT INTO pick VALUES ('{BASE}', 0, '{{"take": 2, "seed": 5}}');
    INSERT INTO frame VALUES (1, 'png', '{{"scene": 1, "writer": "png", "file": "scene-001.png", "key": "{K1}",
        "resolution": "64x64", "fit": "cover", "size": 9, "mtime_ns": 8, "digest": "{DIGEST}",
        "about": {{"take": 0}}}}');
    PRAGMA user_version = 1;
"""
PICTURE = Bought(
    original=ORIGINAL,
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
    key=K1,
    resolution="64x64",
    fit="cover",
    size=9,
    mtime_ns=8,
    digest=DIGEST,
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
    ("open_it", "version_afterwards"), [(Ledger, VERSION), (Ledger.for_reading, 1)], ids=["writing", "reading"]
)
def test_a_ledger_of_version_1_keeps_everything(open_it, version_afterwards) -> None:
    write_version_1()
    with open_it(PATH) as ledger:
        assert ledger.bought() == {K1: PICTURE}
        assert ledger.without_picture() == {K2: ("refused", "no"), K3: ("sent", "")}
        assert {key: job.id for key, job in ledger.jobs().items()} == {K3: "job-1"}
        assert ledger.picks() == {(BASE, 0): Override(take=2, seed=5)}
        assert ledger.frames() == {(1, "png"): FRAME}
        assert [attempt.reserved_usd for attempt in ledger.attempts()] == [None] * 3
        assert ledger.booked() == Decimal("0.041")
    assert version() == version_afterwards


def test_a_migration_that_fails_leaves_the_old_version(monkeypatch) -> None:
    write_version_1()
    before = PATH.read_bytes()
    steps = {1: "", 2: "ALTER TABLE attempt ADD COLUMN reserved_usd TEXT; CREATE TABLE attempt (x TEXT);"}
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.schema.MIGRATIONS", steps)
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.schema.VERSION", 2)
    with pytest.raises(DamagedLedger, match="table attempt already exists"):
        Ledger(PATH)
    assert PATH.read_bytes() == before


def test_a_new_ledger_has_the_newest_version() -> None:
    with Ledger(PATH):
        pass
    assert version() == VERSION == 3


def test_every_attempt_books_its_cost_or_else_its_reserve() -> None:
    with Ledger(PATH) as ledger:
        numbers = {
            state: ledger.begin(key=f"{number:064}", scene=1, provider="p", now=1, reserved=Decimal("0.10"))
            for number, state in enumerate(
                ("sent", "known cost", "no cost", "refused", "failed", "unknown", "cancelled")
            )
        }
        ledger.begin(key=K1, scene=1, provider="p", now=1)
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
        ledger.prune([ORIGINAL], 99.0)
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


def test_a_ledger_without_its_tables_is_damage() -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger._db.execute("DROP TABLE attempt")
        with pytest.raises(DamagedLedger):
            ledger.bought()


def with_neighbours() -> None:
    """A second picture, take and frame, which are as they should be."""
    with Ledger(PATH) as ledger:
        ledger.receive(ledger.begin(key=K2, scene=2, provider="p", now=20), replace(PICTURE, received=21.0))
        ledger.pick(DIGEST, 0, Override(take=1))
        ledger.put_frame(replace(FRAME, scene=2, file="scene-002.png"))


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE attempt SET original = '/etc/hostname' WHERE id = 1",
        "UPDATE attempt SET original = '../../../x.png' WHERE id = 1",
        "UPDATE attempt SET original = 'cd/' || substr(original, 4) WHERE id = 1",
        "UPDATE attempt SET original = original || '.json' WHERE id = 1",
        "UPDATE attempt SET original = original || char(10) WHERE id = 1",
        "UPDATE attempt SET original = CAST(x'ff' AS TEXT) WHERE id = 1",
        "UPDATE attempt SET key = '../k' WHERE id = 1",
        "UPDATE attempt SET provider = '' WHERE id = 1",
    ],
    ids=["absolute", "outside", "other folder", "other ending", "line feed", "no UTF-8", "key", "provider"],
)
def test_a_picture_s_row_that_makes_no_sense_is_one_bad_row(sql) -> None:
    write_version_1()
    with_neighbours()
    with Ledger(PATH) as ledger:
        ledger._db.execute(sql)
        ledger.check()
        assert list(ledger.bought()) == [K2]
        assert ledger.left_out == 1
        assert len(ledger.frames()) == len(ledger.picks()) == 2


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE attempt SET details = '{'",
        "UPDATE attempt SET details = CAST(x'ff' AS TEXT)",
        (
            'UPDATE attempt SET details = \'{"metadata": {"a": NaN, "b": 1e400, "c": \''
            " || printf('%.*c', 5000, '9') || '}}'"
        ),
        "UPDATE attempt SET details = replace(printf('%.*c', 100000, 'a'), 'a', '[')",
        'UPDATE attempt SET details = \'{"request": 5, "warnings": {}, "prompt": []}\'',
        "UPDATE attempt SET cost_usd = 'much'",
        "UPDATE attempt SET cost_usd = '-36000.00'",
        "UPDATE attempt SET cost_usd = 'NaN'",
        "UPDATE attempt SET seed = -1",
        "UPDATE attempt SET ended = 9e999",
    ],
    ids=["JSON", "no UTF-8", "numbers", "nesting", "shapes", "cost", "income", "NaN", "seed", "time"],
)
def test_side_information_that_makes_no_sense_costs_no_picture(sql) -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger._db.execute(sql)
        ledger.check()
        bought = ledger.bought()[K1]
        assert bought.original == ORIGINAL
        json.dumps(dict(bought.details), allow_nan=False)
        assert ledger.booked() in (0, Decimal("0.041"))
        (first, *_) = ledger.attempts()
        with Ledger.in_memory(PATH) as copy:
            copy.restore([first], {}, ())
            assert copy.attempts() == [first]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE pick SET override = '[]' WHERE occurrence = 0 AND base LIKE 'b%'",
        "UPDATE pick SET override = '{\"seed\": \"seven\"}' WHERE base LIKE 'b%'",
        "UPDATE pick SET override = '{\"take\": \"one\"}' WHERE base LIKE 'b%'",
        "UPDATE pick SET base = '../b' WHERE base LIKE 'b%'",
    ],
    ids=["list", "seed", "take", "base"],
)
def test_a_chosen_take_that_makes_no_sense_is_one_bad_row(sql) -> None:
    write_version_1()
    with_neighbours()
    with Ledger(PATH) as ledger:
        ledger._db.execute(sql)
        assert ledger.picks() == {(DIGEST, 0): Override(take=1)}
        assert ledger.left_out == 1


@pytest.mark.parametrize(
    "change",
    [
        "file = '/etc/hostname'",
        "file = '../../authorized_keys'",
        "file = 'authorized_keys'",
        "file = 'scene-002.png'",
        "file = 'scene-001.png' || char(10)",
        "file = 'scene-001.png/../x.png'",
        "digest = 'd'",
        "key = ''",
        "resolution = 'large'",
        "writer = '../png'",
    ],
)
def test_a_frame_s_row_that_makes_no_sense_is_one_bad_row(change) -> None:
    write_version_1()
    with_neighbours()
    with Ledger(PATH) as ledger:
        ledger._db.execute(f"UPDATE frame SET {change} WHERE scene = 1")
        assert [record.file for record in ledger.frames().values()] == ["scene-002.png"]
        assert ledger.left_out == 1


def test_what_a_frame_tells_is_read_as_far_as_it_makes_sense() -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger._db.execute("""UPDATE frame SET about = '{"take": "x", "request": 5, "style": "noir", "new": [1]}'""")
        assert dict(ledger.frames()[1, "png"].about) == {"style": "noir", "new": [1]}
        ledger._db.execute("UPDATE frame SET about = '{'")
        assert dict(ledger.frames()[1, "png"].about) == {}


def test_a_field_of_a_newer_version_is_kept_in_a_take() -> None:
    with Ledger(PATH) as ledger:
        ledger._db.execute("INSERT INTO pick VALUES (?, 0, ?)", (BASE, '{"take": 1, "letter": "b", "held": true}'))
        (override,) = ledger.picks().values()
        ledger.pick(K1, 0, override)
        assert ledger.picks()[K1, 0].as_dict()["letter"] == "b"
        assert override.more == {"letter": "b", "held": True}


def test_the_newest_attempt_at_a_request_counts_whatever_came_of_it() -> None:
    with Ledger(PATH) as ledger:
        for key, states in ((K1, ["refused", "received"]), (K2, ["received", "refused"]), (K3, ["refused", "failed"])):
            for state in states:
                attempt = ledger.begin(key=key, scene=1, provider="p", now=1)
                if state == "received":
                    ledger.receive(attempt, PICTURE)
                else:
                    ledger.end(attempt, state, "why", 2, perhaps_billed=False)
        assert ledger.without_picture() == {K2: ("refused", "why"), K3: ("failed", "why")}


def test_every_field_of_an_attempt_and_of_a_take_comes_back_as_it_was_written() -> None:
    attempt = Attempt(
        key=K1, scene=1, provider="p", state="received", started=1.5, ended=2.5, job="j", error="e", original=ORIGINAL,
        model="m", seed=2**63 - 1, cost_usd="0.04", details={"more": {"a": [1, None]}}, reserved_usd="0.05", pruned=3.5,
        upper_bound=True, perhaps_billed=True, run=3, intent=intent_of((BASE, 1), Override(take=2)),
    )  # fmt: skip
    override = Override(take=2, prompt="a", seed=0, provider="p", style="x/y", options={"a": 1}, more={"letter": "b"})
    assert None not in [getattr(attempt, name) for name in COLUMNS]
    with Ledger(PATH) as ledger:
        ledger.restore([attempt], {(BASE, 1): override}, [FRAME])
        assert ledger.attempts() == [attempt]
        assert ledger.picks() == {(BASE, 1): override}
        assert ledger.frames() == {(1, "png"): FRAME}


def test_a_ledger_of_version_2_reads_its_costs_as_exact() -> None:
    with contextlib.closing(sqlite3.connect(PATH)) as db:
        db.executescript(VERSION_1 + MIGRATIONS[2] + "PRAGMA user_version = 2;")
        db.execute("UPDATE attempt SET reserved_usd = '0.05' WHERE state = 'sent'")
        db.commit()
    with Ledger.for_reading(PATH) as ledger:
        assert ledger.bought()[K1] == PICTURE
        assert total(ledger.bookings()) == Spent(known=Decimal("0.041"), perhaps=Decimal("0.05"))
    assert version() == 2
    with Ledger(PATH) as ledger:
        assert total(ledger.bookings()) == Spent(known=Decimal("0.041"), perhaps=Decimal("0.05"))
        assert ledger.next_run() == 1
    assert version() == VERSION


@pytest.mark.parametrize("amount", ["much", "NaN", "-36000.00", "1e400", "Infinity", ""])
def test_an_amount_that_is_none_is_a_cost_that_nobody_knows(amount) -> None:
    write_version_1()
    with Ledger(PATH) as ledger:
        ledger._db.execute("UPDATE attempt SET cost_usd = ? WHERE state = 'received'", (amount,))
        assert total(ledger.bookings()) == Spent(unknown=2)
        ledger._db.execute("UPDATE attempt SET reserved_usd = '0.05' WHERE state = 'received'")
        assert total(ledger.bookings()) == Spent(at_most=Decimal("0.05"), unknown=1)


def test_a_locked_ledger_is_no_damage() -> None:
    with Ledger(PATH) as ledger, contextlib.closing(sqlite3.connect(PATH)) as other:
        ledger._db.execute("PRAGMA busy_timeout = 0")
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StorageError, match="database is locked") as caught:
            ledger.begin(key=K1, scene=1, provider="p", now=1)
    assert not isinstance(caught.value, DamagedLedger)


def test_a_ledger_of_a_newer_version_is_no_damage() -> None:
    with Ledger(PATH) as ledger:
        ledger._db.execute("PRAGMA user_version = 99")
    for open_it in (Ledger, Ledger.for_reading):
        with pytest.raises(ConfigError, match="was written by a newer novaclips; upgrade, or use another folder"):
            open_it(PATH)
