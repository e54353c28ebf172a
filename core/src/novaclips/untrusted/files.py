"""Files of a project, read with an end: a device, a pipe or a file of many gigabytes is no settings file."""

from __future__ import annotations

import os
import stat
from pathlib import Path

MAX_BYTES = 64 * 2**20


class NotAFile(OSError):
    """The path leads to something that is no regular file, or to more bytes than can be meant."""


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
        raise NotAFile(0, f"it has more than {max_bytes:,} bytes", str(path))
    return data


def is_own_file(path: Path) -> bool:
    """Say whether there is a regular file, and no link to one, in a folder that is no link either."""
    try:
        return stat.S_ISREG(path.lstat().st_mode) and stat.S_ISDIR(path.parent.lstat().st_mode)
    except (OSError, ValueError):
        return False
