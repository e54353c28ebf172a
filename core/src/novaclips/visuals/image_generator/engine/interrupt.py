"""Signals that drain a run instead of tearing it."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator


@contextlib.contextmanager
def first_ctrl_c(stop: Callable[[], None], last_words: Callable[[], str]) -> Iterator[None]:
    """Call ``stop`` at the first Ctrl-C; raise KeyboardInterrupt with ``last_words`` at the second.

    The handler may be called for another signal, too: that one stops the run, and never gives it up, for systems send
    some of them twice. Off the main thread, where Python takes no signals, nothing changes.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    stopped = False

    def handle(number: int, _: object) -> None:
        nonlocal stopped
        if not stopped:
            stopped = True
            stop()
        elif number == signal.SIGINT:
            raise KeyboardInterrupt(last_words())

    before = signal.signal(signal.SIGINT, handle)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
