"""The gate that all workers of a provider pass before they send."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Gate:
    """Holds every worker back while the service asks for patience.

    ``monotonic`` counts seconds; ``pause`` waits for seconds, and may end early.
    """

    def __init__(self, monotonic: Callable[[], float], pause: Callable[[float], object]) -> None:
        self._monotonic = monotonic
        self._pause = pause
        self._lock = threading.Lock()
        self._open_at = 0.0

    def hold(self, seconds: float) -> None:
        """Let nobody through for so many seconds; the longest of several wishes counts."""
        with self._lock:
            self._open_at = max(self._open_at, self._monotonic() + seconds)

    def wait(self, stopped: Callable[[], bool]) -> None:
        """Return when the gate is open, or the run has been stopped."""
        while not stopped():
            with self._lock:
                seconds = self._open_at - self._monotonic()
            if seconds <= 0:
                return
            self._pause(seconds)
