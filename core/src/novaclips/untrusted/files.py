"""Files of a project, read with an end: a device, a pipe or a file of many gigabytes is no settings file."""

from __future__ import annotations

import os
import select
import stat
import time
from pathlib import Path

MAX_BYTES = 64 * 2**20
PIPE_SECONDS = 10.0


class NotAFile(OSError):
    """The path leads to something that is no regular file, or to more bytes than can be meant."""


class TooLarge(NotAFile):
    """A file has more bytes than can be meant."""


def read_regular(path: Path, max_bytes: int = MAX_BYTES, *, follow: bool = True) -> bytes:
    """Return the bytes of a regular file of at most ``max_bytes`` bytes.

    Raises OSError as ``open`` does, and NotAFile (an OSError with its reason in ``strerror``) for a folder, a device,
    a pipe, a file that is too large and, unless ``follow``, a symbolic link. Never waits for a writer.
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
    if not follow and path.is_symlink():  # O_NOFOLLOW alone would say "too many levels of symbolic links"
        raise NotAFile(0, "it is a symbolic link", str(path))
    handle = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    with open(handle, "rb", closefd=True) as file:  # noqa: PTH123 - a handle, not a path
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotAFile(0, "it is not a regular file", str(path))
        data = file.read(max_bytes + 1)
    if len(data) > max_bytes:
        raise TooLarge(0, f"it has more than {max_bytes:,} bytes", str(path))
    return data


def read_head(path: Path, size: int) -> bytes:
    """Return at most ``size`` first bytes of a regular file; none of what is no file, or cannot be read."""
    try:
        with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:  # noqa: PTH123 - as above
            return file.read(size) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else b""
    except (OSError, ValueError):
        return b""


def read_file_or_pipe(path: Path, max_bytes: int = MAX_BYTES, *, seconds: float = PIPE_SECONDS) -> bytes:
    """Return the bytes of a regular file, or what is written into a named pipe within so many seconds.

    Password managers offer secrets as a pipe, to one reader at a time. Raises what ``read_regular`` raises.
    """
    if not stat.S_ISFIFO(path.stat().st_mode):
        return read_regular(path, max_bytes)
    end = time.monotonic() + seconds
    data = b""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb", buffering=0) as pipe:  # noqa: PTH123
        while (left := end - time.monotonic()) > 0:
            readable, _, _ = select.select([pipe], [], [], left)
            part = pipe.read(max_bytes + 1) if readable else None
            if part == b"" and data:
                return data  # its writer has closed it
            if part == b"":
                time.sleep(min(left, 0.05))  # some systems say so as long as nobody writes
            data += part or b""
            if len(data) > max_bytes:
                raise TooLarge(0, f"it has more than {max_bytes:,} bytes", str(path))
    what = "what writes into it did not come to an end" if data else "nothing was written into it"
    raise NotAFile(0, f"it is a pipe, and {what} within {seconds:.0f} s", str(path))


def is_own_file(path: Path) -> bool:
    """Say whether there is a regular file, and no link to one, in a folder that is no link either."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and stat.S_ISDIR(path.parent.lstat().st_mode)
    except (OSError, ValueError):
        return False
