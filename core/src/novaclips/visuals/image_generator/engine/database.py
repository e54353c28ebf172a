"""The ledger's database file: opened so that no other program's is changed, and read where nothing can be written."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

from novaclips.errors import ConfigError, StorageError
from novaclips.untrusted.files import read_regular
from novaclips.visuals.image_generator.engine.schema import VERSION, is_ours, is_plain, version_of

# What SQLite answers when a file is no database, a broken one, or (SQLITE_ERROR) one with other tables than ours.
# SQLITE_TOOBIG: a value longer than any that novaclips writes.
DAMAGE = frozenset({sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_TOOBIG})
# What it answers where it cannot make the file of shared memory that write-ahead mode needs.
NO_SHARED_MEMORY = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PROTOCOL}
)
MAX_SNAPSHOT = 2**30  # bytes: what SQLite takes into memory
VERSIONS = slice(18, 20)  # of the file format, in the database's header: 2 is write-ahead mode
WRITE_AHEAD = "PRAGMA journal_mode = WAL;"
# The older journal is as safe. The exclusive lock is what a write-ahead log that is there is read with, unshared.
ROLLBACK = """
    PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA locking_mode = NORMAL;
    SELECT 1 FROM sqlite_schema;
"""
MAX_VALUE = 2**26  # bytes of one text
PRIMARY_CODE = 0xFF  # SQLite tells more in the bits above


class DamagedLedger(StorageError):
    """The ledger's file is not what novaclips wrote."""


def connect(place: Path | str, *, uri: bool = False) -> sqlite3.Connection:
    """Open a database that several threads share, and in which each statement is a transaction of its own."""
    db = sqlite3.connect(place, check_same_thread=False, isolation_level=None, uri=uri)
    db.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE)
    db.execute("PRAGMA trusted_schema = OFF")
    return db


def connect_for_writing(path: Path) -> sqlite3.Connection:
    """Open a ledger's file, or make it; nothing is written into a database that is no ledger."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size:
        peek = _connect_to_log(path) if _has_log(path) else connect(_address(path, "immutable=1"), uri=True)
        _owned(path, peek).close()
    try:
        return _connect(path, WRITE_AHEAD)
    except sqlite3.OperationalError as exc:
        if _code(exc) not in NO_SHARED_MEMORY:
            raise
    return _connect(path, ROLLBACK)


def _connect(path: Path, journal: str) -> sqlite3.Connection:
    """Open a file with a journal, and see that it can be written."""
    db = connect(path)
    try:
        for statements in (journal, "PRAGMA synchronous = FULL; BEGIN IMMEDIATE; ROLLBACK;"):
            db.executescript(statements)
    except BaseException:
        db.close()
        raise
    return db


def connect_for_reading(path: Path) -> sqlite3.Connection:
    """Open a ledger to read it as it is now, in a folder that takes no files too; nothing is left beside it.

    ConfigError for the database of another program, or of a newer novaclips.
    """
    return _owned(path, _connect_to_log(path) if _has_log(path) else _snapshot(path))


def _owned(path: Path, db: sqlite3.Connection) -> sqlite3.Connection:
    try:
        _check_owner(db, path)
    except BaseException:
        db.close()
        raise
    return db


def _check_owner(db: sqlite3.Connection, path: Path) -> None:
    if not is_ours(db):
        raise ConfigError(f"{path} is a database of another program; it was left as it is: move it away")
    if version_of(db) > VERSION:
        raise ConfigError(f"{path} was written by a newer novaclips; upgrade, or use another folder")
    if not is_plain(db):
        raise DamagedLedger(f"cannot use the ledger {path}: it has views or triggers, and novaclips makes none")


def _has_log(path: Path) -> bool:
    """Say whether a run is writing, or was killed: without a log, all is in the database's file."""
    log = _log_of(path)
    return log.exists() and log.stat().st_size > 0


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _address(path: Path, how: str) -> str:
    return f"{path.absolute().as_uri()}?{how}"


def _snapshot(path: Path) -> sqlite3.Connection:
    """Read a database without a log into memory; by itself, SQLite would make files beside it."""
    if path.stat().st_size > MAX_SNAPSHOT:
        return connect(_address(path, "immutable=1"), uri=True)
    data = bytearray(read_regular(path, MAX_SNAPSHOT, follow=False))
    db = connect(":memory:")
    if data:
        data[VERSIONS] = b"\1\1"  # no write-ahead mode: memory has no log
        db.deserialize(bytes(data))
    return db


def _connect_to_log(path: Path) -> sqlite3.Connection:
    """Open a database with its write-ahead log; where that cannot be shared, read a copy of both."""
    db = connect(_address(path, "mode=ro"), uri=True)
    try:
        db.execute("SELECT 1 FROM sqlite_schema").fetchone()
    except sqlite3.OperationalError as exc:
        db.close()
        if _code(exc) not in NO_SHARED_MEMORY:
            raise
        return _copied(path, _log_of(path))
    except BaseException:
        db.close()
        raise
    return db


def _copied(path: Path, log: Path) -> sqlite3.Connection:
    """Read a database and its write-ahead log into memory, by way of a copy."""
    with tempfile.TemporaryDirectory(prefix="novaclips-") as folder:
        copy = Path(folder, path.name)
        shutil.copyfile(path, copy)
        shutil.copyfile(log, copy.with_name(log.name))
        memory = connect(":memory:")
        with contextlib.closing(connect(copy)) as db:
            db.backup(memory)
    return memory


@contextlib.contextmanager
def opening(path: Path) -> Iterator[None]:
    """Turn what opening a database raises into DamagedLedger if it is damage, else into ConfigError with a remedy."""
    try:
        with storing(path):
            yield
    except DamagedLedger:
        raise
    except StorageError as exc:
        raise ConfigError(
            f"{exc}; nothing was sent: see that the folder can be written and its disk is not full, or keep the project"
            " on a disk of this machine"
        ) from exc


@contextlib.contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into StorageError naming the database; DamagedLedger if it is one."""
    try:
        yield
    except (sqlite3.Error, OSError) as exc:
        kind = DamagedLedger if _is_damage(exc) else StorageError
        raise kind(f"cannot use the ledger {path}: {exc}") from exc


def _is_damage(error: Exception) -> bool:
    return _code(error) in DAMAGE


def _code(error: Exception) -> int:
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & PRIMARY_CODE
