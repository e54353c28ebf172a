"""The command line in a process that kills itself: ``doomed.py steps 120 visuals generate ...``.

It dies of SIGKILL at its 120th step on the disk, or with ``seconds 0.8`` after that time. A step is the moment before
or after an fsync, a rename, or a statement of the ledger: all that may come between them has no trace on the disk.
"""

from __future__ import annotations

import functools
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from novaclips.cli import cli

P = ParamSpec("P")
R = TypeVar("R")


class Countdown:
    """Ends the process at the last of so many steps, whichever thread makes it."""

    def __init__(self, steps: int) -> None:
        self._left = steps
        self._lock = threading.Lock()

    def step(self) -> None:
        """Count one step."""
        with self._lock:
            self._left -= 1
            if self._left == 0:
                die()

    def around(self, work: Callable[P, R]) -> Callable[P, R]:
        """Return ``work`` with a step before and a step after it."""

        @functools.wraps(work)
        def counted(*args: P.args, **kwargs: P.kwargs) -> R:
            self.step()
            result = work(*args, **kwargs)
            self.step()
            return result

        return counted

    def start(self) -> None:
        """Count everything from now on that leaves a trace on the disk."""
        os.fsync = self.around(os.fsync)
        os.replace = self.around(os.replace)

        class Counted(sqlite3.Connection):
            execute = self.around(sqlite3.Connection.execute)

        sqlite3.connect = functools.partial(sqlite3.connect, factory=Counted)


def die() -> None:
    """End at once, without any goodbye."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(kind: str, number: str, *arguments: str) -> None:
    """Run the command line until its hour has come."""
    if kind == "steps":
        Countdown(int(number)).start()
    else:
        timer = threading.Timer(float(number), die)
        timer.daemon = True
        timer.start()
    cli(arguments, prog_name="novaclips")


if __name__ == "__main__":
    main(*sys.argv[1:])
