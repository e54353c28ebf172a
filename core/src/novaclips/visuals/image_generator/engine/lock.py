"""One run at a time: the lock on an output folder."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

from novaclips.errors import ConfigError, FolderInUse, StorageError
from novaclips.files import write_atomically
from novaclips.untrusted import stored
from novaclips.untrusted.files import read_regular
from novaclips.untrusted.stored import Damaged
from novaclips.untrusted.text import printable
from novaclips.visuals.image_generator.engine.own_files import HIDDEN

if TYPE_CHECKING:
    from filelock import FileLock

MAX_HOLDER = 10_000  # bytes
UNKNOWN_HOLDER = "another process"


class FolderLock:
    """The right to write into an output folder, given back at the end of the ``with`` block.

    The operating system holds the lock and frees it when the process ends, however it ends. A file beside it says
    who holds it, for the others to read; the lock does not depend on it. ``work`` is what the holder does to the
    folder, as in ``drawn``; ``now`` counts seconds since the epoch.
    """

    def __init__(self, folder: Path, now: Callable[[], float], *, work: str = "drawn") -> None:
        self._folder = folder
        self._now = now
        self._work = work
        self._holder = folder / HIDDEN / "holder.json"
        self._lock: FileLock | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._lock is not None:
            self._unsign()
            self._lock.release()

    def take(self) -> None:
        """Take the lock, or raise FolderInUse, which says who has it; harmless when it is ours already."""
        from filelock import FileLock, Timeout  # 30 ms of import that a plan does without

        if self._lock is not None:
            return
        # A soft lock, its stand-in where a file system has no locks, would outlive a process that is killed.
        lock = FileLock(self._folder / HIDDEN / "lock", timeout=0, thread_local=False, fallback_to_soft=False)
        try:
            self._holder.parent.mkdir(parents=True, exist_ok=True)
            lock.acquire()
        except Timeout:
            raise FolderInUse(
                f"{self._folder} is being {read_holder(self._holder, self._now())};"
                " wait for it, or choose another folder"
            ) from None
        except OSError as exc:
            raise ConfigError(
                f"cannot lock {self._folder}: {exc.strerror or exc}; nothing was sent: see that the folder can be"
                " written, or keep the project on a disk of this machine, whose file system has locks"
            ) from exc
        self._lock = lock
        self._sign()

    def _sign(self) -> None:
        """Write down who holds the lock; where the disk has no room for that, the others learn no name."""
        holder = {"work": self._work, "pid": os.getpid(), "host": socket.gethostname(), "since": self._now()}
        try:
            write_atomically(self._holder, json.dumps(holder).encode())
        except StorageError:
            self._unsign()  # that of a run before us would be wrong

    def _unsign(self) -> None:
        with contextlib.suppress(OSError):
            self._holder.unlink()


def read_holder(path: Path, now: float) -> str:
    """Say who does what to a folder since when; ``used by another process`` when the file does not tell or is old."""
    try:
        holder = stored.json_object(read_regular(path, MAX_HOLDER, follow=False))
        work, host = (printable(stored.label(holder.get(name))) for name in ("work", "host"))
        pid, since = stored.number(holder.get("pid")), stored.moment(holder.get("since"))
        began = datetime.fromtimestamp(since).astimezone()
    except (OSError, Damaged, OverflowError):
        return f"used by {UNKNOWN_HOLDER}"
    if host == socket.gethostname() and not is_alive(pid):
        return f"used by {UNKNOWN_HOLDER}"
    today = datetime.fromtimestamp(now).astimezone().date()
    clock = f"{began:%H:%M}" if began.date() == today else f"{began:%Y-%m-%d %H:%M}"
    return f"{work} by process {pid} on {host} since {clock}"


def is_alive(pid: int) -> bool:
    """Say whether a process of this machine is there; on Windows, where asking could end it, it is taken to be."""
    if os.name == "nt":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # there, and somebody else's
        return True
    return True
