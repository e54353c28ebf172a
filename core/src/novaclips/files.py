"""Files that are there whole or not at all, on whatever file system the user has.

Writing the bytes, forcing them to the disk and giving them their name are essential: what goes wrong there is a
StorageError. All else is a nicety, which some file systems refuse, and never costs a file.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from novaclips.errors import StorageError

# What a file system answers that has no such call, as CIFS, FUSE and some containers do.
NOT_SUPPORTED = frozenset({errno.EINVAL, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP})
# Where a rename is refused for good, the bytes are copied into their place.
NO_RENAME = NOT_SUPPORTED | {errno.EPERM, errno.EACCES, errno.EXDEV}
# What goes by: too many files are open, or there is no memory, at this very moment.
PASSING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EINTR, errno.EAGAIN})
COPIED = 2**20  # bytes at a time


@contextlib.contextmanager
def atomic_writer(path: Path, *, lasting: bool = True) -> Iterator[IO[bytes]]:
    """Open a binary file that takes the place of ``path`` when the block ends well, and is gone when it does not.

    The bytes reach the disk (fsync) before the name does, so a crash leaves the old file or the new one; unless
    ``lasting``, only a crash of this process is thought of, and no fsync is waited for. An OSError inside the block
    comes out as StorageError naming ``path``.
    """
    try:
        make_folder(path.parent)
        file, temporary = _temporary(path)
        try:
            with file:
                yield file
                file.flush()
                if lasting:
                    _sync(file.fileno())
            _rename(temporary, path)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise
        if lasting:
            sync_folder(path.parent)
    except OSError as exc:
        raise StorageError(f"cannot write {path}: {exc.strerror or exc}") from exc


def write_atomically(path: Path, data: bytes) -> None:
    """Put ``data`` into ``path``: the whole of it, or StorageError and the old file."""
    with atomic_writer(path) as file:
        file.write(data)


def make_folder(folder: Path) -> None:
    """Make a folder with those above it, so that it survives a power cut; harmless where it is there."""
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    if not (missing or folder.is_dir()):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(folder))
    for new in reversed(missing):
        new.mkdir(exist_ok=True)
        sync_folder(new.parent)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a power cut, where the system can do that; Windows needs no such call."""
    if os.name == "nt":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def is_passing(error: BaseException) -> bool:
    """Say whether an error, or the one behind it, goes by when one waits: no file handle or no memory is left."""
    links = (error, error.__cause__)
    return any(isinstance(one, MemoryError) or getattr(one, "errno", None) in PASSING for one in links)


def rehearse(folder: Path) -> None:
    """Do once what ``atomic_writer`` does and leave nothing behind; StorageError where the folder takes no file."""
    probe = folder / f".probe.{secrets.token_hex(4)}.tmp"
    try:
        for lasting in (False, True):  # the second file takes the place of the first
            with atomic_writer(probe, lasting=lasting) as file:
                file.write(b"novaclips")
        if probe.read_bytes() != b"novaclips":
            raise StorageError(f"cannot write {probe}: what was written does not come back")
    except OSError as exc:
        raise StorageError(f"cannot write {probe}: {exc.strerror or exc}") from exc
    finally:
        with contextlib.suppress(OSError):
            probe.unlink(missing_ok=True)


def _temporary(path: Path) -> tuple[IO[bytes], Path]:
    """Open a new file beside ``path``; the system itself gives it the permissions that new files have."""
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    handle = os.open(temporary, flags, 0o666)
    try:
        return os.fdopen(handle, "w+b"), temporary
    except BaseException:
        os.close(handle)
        raise


def _sync(handle: int) -> None:
    try:
        os.fsync(handle)
    except OSError as exc:
        if exc.errno not in NOT_SUPPORTED:
            raise


def _rename(temporary: Path, path: Path) -> None:
    """Give a file its name; where that is refused, its bytes go there by a copy."""
    try:
        temporary.replace(path)
    except OSError as exc:
        if exc.errno not in NO_RENAME or path.is_dir():
            raise
        _copy(temporary, path)
        with contextlib.suppress(OSError):
            temporary.unlink()


def _copy(temporary: Path, path: Path) -> None:
    """Write a file's bytes over another; a half of them is never left."""
    try:
        with temporary.open("rb") as source, path.open("wb") as target:
            while part := source.read(COPIED):
                target.write(part)
            target.flush()
            _sync(target.fileno())
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise
