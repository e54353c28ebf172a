"""Which errors are tried again, how often, and after what pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tenacity

from novaclips.errors import ProviderUnavailable, RateLimited
from novaclips.visuals.image_generator.engine.settings import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a run is with one scene.

    A service that is down gets ``attempts`` calls in all, with pauses from ``first_pause`` seconds doubling to
    ``longest_pause``. Being asked for patience uses up no attempt; ``patience`` is how often that is borne.
    ``deadline`` seconds after its first call nothing is tried again.
    """

    attempts: int = 4
    first_pause: float = 1.0
    longest_pause: float = 60.0
    patience: int = 30
    deadline: float = 3600.0

    def pause(self, failures: int, jitter: float) -> float:
        """Return the seconds to wait after so many failures; ``jitter`` from 0 to 1 takes away up to a half."""
        full = min(self.longest_pause, self.first_pause * 2.0 ** min(failures - 1, 30))
        return full * (1 - jitter / 2)


class Tries:
    """The tries at one request, counted by what went wrong; made anew for each request."""

    def __init__(self, policy: RetryPolicy, timing: Timing, stopped: Callable[[], bool]) -> None:
        self._policy = policy
        self._jitter = timing.jitter
        self._monotonic = timing.monotonic
        self._stopped = stopped
        self._end = timing.monotonic() + policy.deadline
        self.down = 0
        self.throttled = 0

    def count(self, error: BaseException) -> None:
        """Take a failure down."""
        if isinstance(error, RateLimited):
            self.throttled += 1
        else:
            self.down += 1

    def over(self, _: tenacity.RetryCallState) -> bool:
        """Say whether it is enough."""
        exhausted = self.down >= self._policy.attempts or self.throttled >= self._policy.patience
        return exhausted or self._stopped() or self._monotonic() >= self._end

    def throttle_pause(self, error: RateLimited) -> float:
        """Return how long everybody waits after a 429: what the service said, else longer each time."""
        if error.retry_after is not None:
            return max(0.0, error.retry_after)
        return self._policy.pause(self.throttled, self._jitter())

    def wait(self, state: tenacity.RetryCallState) -> float:
        """Return how long this request alone waits; after a 429 the gate does the waiting, for all."""
        error = state.outcome.exception() if state.outcome else None
        return 0.0 if isinstance(error, RateLimited) else self._policy.pause(self.down, self._jitter())

    def retrying(self, sleep: Callable[[float], None]) -> tenacity.Retrying:
        """Make the loop: RateLimited and ProviderUnavailable are tried again, all else comes out at once."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((RateLimited, ProviderUnavailable)),
            stop=self.over,
            wait=self.wait,
            sleep=sleep,
            reraise=True,
        )
