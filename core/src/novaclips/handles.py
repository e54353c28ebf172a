"""How many files this process may have open: raised by the command line, and only heeded by the library."""

from __future__ import annotations

import sys

WANTED = 4096  # as many as a run with the most workers can need
RESERVED = 64  # of libraries, the ledger, the threads that fit
EACH = 4  # of a call: its connection, what it is read into, the file that it is kept in and that file's folder


def raise_limit() -> None:
    """Let this process have as many files open as it may without asking anybody; for the command line alone."""
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        except (OSError, ValueError):  # some systems have another limit behind this one
            return


def most_calls() -> int | None:
    """Say how many calls may be in flight at once with the files that may be open; None where there is no limit."""
    if sys.platform == "win32":
        return None
    import resource

    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return None if soft == resource.RLIM_INFINITY else max(1, (soft - RESERVED) // EACH)
