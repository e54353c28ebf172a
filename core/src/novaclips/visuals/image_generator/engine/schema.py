"""The tables of the ledger, and the steps that bring an older one up to date."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping

APPLICATION_ID = 0x6E6F7661  # "nova", in the database's header: whose it is
TABLES = frozenset({"attempt", "pick", "frame"})

# Each step makes its version out of the one before it. A released step is never edited: add the next.
MIGRATIONS: Mapping[int, str] = {
    1: """
        CREATE TABLE attempt (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL,                -- content address of the request
            scene INTEGER NOT NULL,           -- whom it was for, at that time
            provider TEXT NOT NULL,
            state TEXT NOT NULL,              -- sent, received, refused, failed, unknown, unusable, cancelled
            job TEXT,                         -- the service's own id of the work
            started REAL NOT NULL,            -- seconds since the epoch
            ended REAL,
            error TEXT,
            original TEXT,
            model TEXT,
            seed INTEGER,
            cost_usd TEXT,                    -- decimal; null is unknown, never zero
            details TEXT                      -- JSON: warnings, metadata, prompt
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
    """,
    2: """
        ALTER TABLE attempt ADD COLUMN reserved_usd TEXT;  -- decimal: the worst case, booked before sending
        ALTER TABLE attempt ADD COLUMN pruned REAL;        -- when the original was deleted on purpose
        DROP INDEX attempt_key;                            -- no query ever used it
        ALTER TABLE frame RENAME TO frame_1;
        CREATE TABLE frame (
            scene INTEGER NOT NULL,
            writer TEXT NOT NULL,
            file TEXT NOT NULL,
            key TEXT NOT NULL,
            resolution TEXT NOT NULL,
            fit TEXT NOT NULL,
            size INTEGER NOT NULL,                         -- bytes; with mtime_ns it tells whether it was touched
            mtime_ns INTEGER NOT NULL,
            digest TEXT NOT NULL,                          -- SHA-256
            about TEXT NOT NULL,                           -- JSON: the frame's entry in the manifest
            PRIMARY KEY (scene, writer)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO frame SELECT scene, writer, record ->> 'file', record ->> 'key', record ->> 'resolution',
            record ->> 'fit', record ->> 'size', record ->> 'mtime_ns', record ->> 'digest', record -> 'about'
            FROM frame_1;
        DROP TABLE frame_1;
    """,
    3: f"""
        PRAGMA application_id = {APPLICATION_ID};
        -- whether cost_usd is the most that it can have cost, and not exact
        ALTER TABLE attempt ADD COLUMN upper_bound INTEGER NOT NULL DEFAULT 0;
        -- whether one that brought no picture may cost something: null is as its state says
        ALTER TABLE attempt ADD COLUMN perhaps_billed INTEGER;
        -- which run sent it, from 1: null before runs were numbered
        ALTER TABLE attempt ADD COLUMN run INTEGER;
        -- JSON: the take that it was sent for, and its place
        ALTER TABLE attempt ADD COLUMN intent TEXT;
        -- the scene's title when the frame was written: null is not known
        ALTER TABLE frame ADD COLUMN title TEXT;
        UPDATE frame SET title = CASE WHEN json_valid(about) THEN about ->> 'title' END;
    """,  # noqa: S608 - a number of our own
}
VERSION = max(MIGRATIONS)


def version_of(db: sqlite3.Connection) -> int:
    """Read the version of a database's tables; 0 when it has none."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    return int(version)


def is_ours(db: sqlite3.Connection) -> bool:
    """Say whether a database is a ledger, or is empty; those of before version 3 are known by their tables alone."""
    (whose,) = db.execute("PRAGMA application_id").fetchone()
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view')")}
    return bool(whose == APPLICATION_ID or (whose == 0 and names in (set(), TABLES)))


def is_plain(db: sqlite3.Connection) -> bool:
    """Say whether a database has nothing but tables and indices, as a ledger has: a view may have no end."""
    sql = "SELECT 1 FROM sqlite_schema WHERE type NOT IN ('table', 'index') OR (type = 'table' AND rootpage = 0)"
    return db.execute(sql).fetchone() is None


def migrate(db: sqlite3.Connection) -> None:
    """Bring a database's tables up to date: all the steps it lacks, or none of them."""
    steps = [MIGRATIONS[version] for version in range(version_of(db) + 1, VERSION + 1)]
    if steps:
        db.executescript(f"BEGIN IMMEDIATE; {''.join(steps)} PRAGMA user_version = {VERSION}; COMMIT;")
