"""Ctrl-C that drains a run instead of tearing it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator

GIVEN_UP = "given up; what was in flight may have been billed: see novaclips visuals status"


@contextlib.contextmanager
def first_ctrl_c(stop: Callable[[], None]) -> Iterator[None]:
    """Call ``stop`` at the first Ctrl-C; raise KeyboardInterrupt at the second.

    Off the main thread, where Python takes no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = False

    def handle(*_: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt(GIVEN_UP)
        pressed = True
        stop()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
