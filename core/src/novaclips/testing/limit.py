"""How many orders an account may send in a while."""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from collections.abc import Callable
from dataclasses import dataclass

from novaclips.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many requests within so many seconds, for each API key."""

    requests: int = 10
    seconds: float = 5.0

    def __post_init__(self) -> None:
        if self.requests < 1 or self.seconds <= 0:
            raise ConfigError(f"limit '{self.requests}/{self.seconds:g}' lets nothing through; write 10/5")


class Window:
    """A sliding window: remembers when each account sent something."""

    def __init__(self, limit: Limit, clock: Callable[[], float]) -> None:
        self.limit = limit
        self._clock = clock
        self._lock = threading.Lock()
        self._sent: defaultdict[str, deque[float]] = defaultdict(deque)

    def admit(self, account: str) -> float:
        """Let a request in and return 0, or return the seconds until the next one may come."""
        with self._lock:
            now, sent = self._clock(), self._sent[account]
            while sent and sent[0] <= now - self.limit.seconds:
                sent.popleft()
            if len(sent) >= self.limit.requests:
                return sent[0] + self.limit.seconds - now
            sent.append(now)
            return 0.0
