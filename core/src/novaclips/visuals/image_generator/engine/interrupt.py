"""Ctrl-C that drains a run instead of tearing it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def first_ctrl_c(stop: Callable[[], None], last_words: Callable[[], str]) -> Iterator[None]:
    """Call ``stop`` at the first Ctrl-C; raise KeyboardInterrupt with ``last_words`` at the second.

    Off the main thread, where Python takes no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    pressed = False

    def handle(*_: object) -> None:
        nonlocal pressed
        if pressed:
            raise KeyboardInterrupt(last_words())
        pressed = True
        stop()

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
