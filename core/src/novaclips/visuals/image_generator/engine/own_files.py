"""The files in which an output folder keeps its state: they are its own, and no links to somebody's files."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from novaclips.errors import ConfigError

HIDDEN = ".novaclips"
FOLDERS = ("originals", "quarantine")
LEDGER = "ledger.sqlite3"
JOURNALS = ("-wal", "-shm", "-journal")  # SQLite's own, beside the database
FILES = ("lock", "holder.json", LEDGER, *(f"{LEDGER}{suffix}" for suffix in JOURNALS))
REMEDY = "novaclips makes none there, and follows none: look where it leads, then delete it"
CHANGED_IN_PLACE = ("lock", LEDGER)  # through another name of such a file, another project would be changed too


def check_own_files(folder: Path) -> None:
    """Make sure that nothing of a folder's state is a link or no plain file or folder; ConfigError names what is.

    A project that somebody sent could lead there to any file of the user.
    """
    hidden = folder / HIDDEN
    _check(folder / "manifest.json", stat.S_ISREG, "a file")
    if _check(hidden, stat.S_ISDIR, "a folder"):
        for name in FILES:
            _check(hidden / name, stat.S_ISREG, "a file", names=1 if name in CHANGED_IN_PLACE else None)
        for name in FOLDERS:
            if _check(hidden / name, stat.S_ISDIR, "a folder"):
                for shelf in _links(hidden / name):
                    raise ConfigError(f"{shelf} is a link; {REMEDY}")


def _check(path: Path, right: Callable[[int], bool], kind: str, names: int | None = None) -> bool:
    """Check one of them, and say whether it is there."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as exc:
        raise ConfigError(f"cannot look at {path}: {exc.strerror or exc}; check the folder's permissions") from exc
    if stat.S_ISLNK(found.st_mode):
        raise ConfigError(f"{path} is a link; {REMEDY}")
    if not right(found.st_mode):
        raise ConfigError(f"{path} should be {kind}, and is something else; look what it is, then delete it")
    if names is not None and found.st_nlink > names:
        raise ConfigError(f"{path} is a file with another name elsewhere (a hard link); put a copy of it in its place")
    return True


def _links(folder: Path) -> Iterator[Path]:
    """List the links in a folder."""
    with os.scandir(folder) as entries:
        yield from (Path(entry.path) for entry in entries if entry.is_symlink())
