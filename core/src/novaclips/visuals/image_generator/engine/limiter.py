"""The pace of one provider account, shared by all its workers: learnt from what the service lets through."""

from __future__ import annotations

import math
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

# Services count in round windows; a Retry-After is a whole number of seconds, rounded up, and tells the window no
# better than to a second. Seconds.
WINDOWS = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0)
# A request may reach the service this much later than the one before it did: counted by our clock, a window is longer.
MARGIN = 0.1
# Pauses between the first requests: a service that throttles says so at once, and before that is heard each request
# more would be refused too. After so many requests: seconds.
RAMP = {0: 0.08, 10: 0.05, 30: 0.02, 60: 0.0}
CLEAN_WINDOWS = 20  # after so many without a refusal one request more is tried
MEMORY = 4096
EXACT = 0.25  # seconds by which a Retry-After that is not rounded may be off


@dataclass(frozen=True, slots=True)
class Limit:
    """So many requests in any window of so many seconds."""

    requests: int
    seconds: float


class Limiter:
    """Gives each request its turn.

    It keeps to a window, ``per_minute`` requests in 60 seconds where the service has published that (infinity: there
    is nobody to throttle), and learns the true one from a single refusal: how many requests were let through before
    it, and when there is room again. A refusal holds everybody until then. ``monotonic`` counts seconds; ``pause``
    waits for seconds, and may end early.
    """

    def __init__(
        self, monotonic: Callable[[], float], pause: Callable[[float], object], *, per_minute: float | None = None
    ) -> None:
        self._monotonic = monotonic
        self._pause = pause
        self._lock = threading.Lock()
        self._ramp = {0: 0.0} if per_minute == math.inf else RAMP
        self._limit = Limit(max(1, round(per_minute)), 60.0) if per_minute and per_minute < math.inf else None
        self._granted: deque[float] = deque(maxlen=MEMORY)
        self._open_at = 0.0
        self._since = 0.0
        self._clean = 0

    def turn(self, stopped: Callable[[], bool]) -> float:
        """Wait for a turn and return its time, which names it; returns at once after a stop."""
        while True:
            with self._lock:
                now = self._monotonic()
                seconds = self._next() - now
                if seconds <= 0 or stopped():
                    self._grant(now)
                    return now
            self._pause(seconds)

    def refused(self, turn: float | None, retry_after: float) -> None:
        """Learn that the service did not take the request of this turn, and has room again in so many seconds.

        Without a turn it was not a request that counts; everybody waits all the same.
        """
        with self._lock:
            now = self._monotonic()
            if turn is not None and turn in self._granted:
                self._granted.remove(turn)
            if turn is not None and turn >= self._since:  # else it went out with one whose refusal was heard before
                self._limit = self._learnt(turn, now, retry_after)
                self._clean = 0
                self._since = now
            self._open_at = max(self._open_at, now + retry_after)

    def _next(self) -> float:
        """Say when the next request may go out."""
        earliest = self._open_at
        if self._granted:
            steps = (pause for after, pause in self._ramp.items() if len(self._granted) >= after)
            earliest = max(earliest, self._granted[-1] + min(steps))
        if (limit := self._limit) and len(self._granted) >= limit.requests:
            earliest = max(earliest, self._granted[-limit.requests] + limit.seconds + MARGIN)
        return earliest

    def _grant(self, now: float) -> None:
        self._granted.append(now)
        self._clean += 1
        if (limit := self._limit) and self._clean > CLEAN_WINDOWS * limit.requests:
            self._limit = Limit(limit.requests + max(1, limit.requests // 10), limit.seconds)
            self._clean = 0

    def _learnt(self, turn: float, now: float, retry_after: float) -> Limit:
        """Find the window that explains a refusal: full at that turn, and with room when the service says."""
        rounded = float(retry_after).is_integer()
        for seconds in dict.fromkeys((*((self._limit.seconds,) if self._limit else ()), *WINDOWS)):
            inside = [granted for granted in self._granted if turn - seconds < granted < turn]
            if inside:
                late = now + retry_after - (inside[0] + seconds)
                if -EXACT <= late <= (1.0 + EXACT if rounded else EXACT):
                    return Limit(len(inside), seconds)
        inside = [granted for granted in self._granted if self._since <= granted < turn]
        return Limit(max(1, len(inside)), now + retry_after - (inside[0] if inside else turn))
