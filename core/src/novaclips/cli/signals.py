"""What the command line does about signals, and about a terminal that is gone."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
import threading
from collections.abc import Iterator
from types import FrameType
from typing import NoReturn

CALLS = "novaclips-call"  # the run names its threads so
GONE = frozenset({errno.EPIPE, errno.EIO})  # the reader of a pipe went away; the terminal was closed


@contextlib.contextmanager
def drained_like_ctrl_c(*names: str) -> Iterator[None]:
    """Let these signals do what a first Ctrl-C does.

    A signal that this system lacks, or that whoever started the process has switched off, as ``nohup`` does, stays as
    it is.
    """
    if threading.current_thread() is not threading.main_thread():  # Python takes no signals there
        yield
        return

    def pass_on(number: int, frame: FrameType | None) -> None:
        handler = signal.getsignal(signal.SIGINT)
        if not callable(handler):
            raise KeyboardInterrupt
        handler(number, frame)

    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    numbers = [number for number in known if signal.getsignal(number) is signal.SIG_DFL]
    for number in numbers:
        signal.signal(number, pass_on)
    try:
        yield
    finally:
        for number in numbers:
            signal.signal(number, signal.SIG_DFL)


@contextlib.contextmanager
def nobody_need_listen() -> Iterator[None]:
    """Go on in silence when nobody reads any more what is printed inside the block."""
    try:
        yield
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except OSError as exc:
        if exc.errno not in GONE:
            raise
        for stream in (sys.stdout, sys.stderr):
            _silence_if_gone(stream)


def _silence_if_gone(stream: object) -> None:
    """Send what is printed from now on to nowhere, where it cannot be written."""
    with contextlib.suppress(AttributeError, ValueError):
        try:
            stream.flush()  # type: ignore[attr-defined]  # a test's stream may be anything
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())  # type: ignore[attr-defined]
            os.close(nowhere)


def calls_are_left_alone() -> bool:
    """Say whether calls go on that the run did not wait for."""
    return any(thread.name.startswith(CALLS) for thread in threading.enumerate())


def end_without_threads(code: int) -> NoReturn:
    """End the process with the calls that nobody waits for any more."""
    with nobody_need_listen():
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
