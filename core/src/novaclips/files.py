"""Files that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from novaclips.errors import StorageError


@contextlib.contextmanager
def atomic_writer(path: Path) -> Iterator[IO[bytes]]:
    """Open a binary file that takes the place of ``path`` when the block ends well, and is gone when it does not.

    The bytes reach the disk (fsync) before the name does, so a crash leaves the old file or the new one. An
    OSError inside the block comes out as StorageError naming ``path``.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # delete=False: the rename moves the file away. mkstemp's 0600 would hide frames from other programs.
        file = tempfile.NamedTemporaryFile(  # noqa: SIM115 - entered below, so that the file is closed before the rename
            dir=path.parent, prefix=f".{path.name}.", suffix=".tmp", delete=False
        )
        temporary = Path(file.name)
        try:
            with file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o666 & ~_umask())
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(path.parent)
    except OSError as exc:
        raise StorageError(f"cannot write {path}: {exc.strerror or exc}") from exc


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` into ``path``: the whole of it, or StorageError and the old file."""
    with atomic_writer(path) as file:
        file.write(data)


def _sync_folder(folder: Path) -> None:
    """Make a rename in this folder survive a power cut; Windows has no such call and needs none."""
    if os.name != "nt":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    """Read the process's umask without changing it; a probe with os.umask would race with other threads."""
    with contextlib.suppress(OSError, ValueError), Path("/proc/self/status").open(encoding="ascii") as status:
        for line in status:
            if line.startswith("Umask:"):
                return int(line.split()[1], 8)
    return 0o022
