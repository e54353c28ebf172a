"""Which errors are tried again, how often, and after what pause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import tenacity

from novaclips.errors import Billed, NovaclipsError, Retry, Scope
from novaclips.visuals.image_generator.engine.settings import Timing


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How patient a run is.

    A service that is down gets ``attempts`` calls in all, with pauses from ``first_pause`` seconds doubling to
    ``longest_pause``. Being asked for patience uses up no attempt; ``patience`` is how often that is borne, for one
    scene and, while nothing gets through, for all together. ``deadline`` seconds after its first call nothing is tried
    again; so long, at most, a run bears that nothing gets through.
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


def stops_the_run(error: NovaclipsError) -> bool:
    """Return whether an error would meet every other scene too: wrong key, no money, a full disk, a dumb service."""
    return error.retry is not Retry.LATER and error.scope in (Scope.LANE, Scope.RUN)


def holds_everybody(error: NovaclipsError) -> bool:
    """Return whether every request waits after this error, not only the one that met it: the service asks for that."""
    return error.retry is Retry.LATER and (error.scope is Scope.LANE or error.retry_after is not None)


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
        self.looked = 0
        self.perhaps_billed: NovaclipsError | None = None

    def count(self, error: NovaclipsError, *, looked: bool) -> None:
        """Take a failure down; ``looked`` when it was a look at a job, which costs nothing and is not numbered."""
        if error.billed is not Billed.NO:
            self.perhaps_billed = error
        if looked:
            self.looked += 1
        elif holds_everybody(error) and error.billed is Billed.NO:
            self.throttled += 1
        else:
            self.down += 1

    def over(self, _: tenacity.RetryCallState) -> bool:
        """Return whether no further try is made."""
        exhausted = self.down >= self._policy.attempts or self.throttled >= self._policy.patience
        return exhausted or self._stopped() or self._monotonic() >= self._end

    def wait(self, state: tenacity.RetryCallState) -> float:
        """Return how long this request alone waits; where everybody waits, the limiter sees to that."""
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, NovaclipsError) and holds_everybody(error) and not self.looked:
            return 0.0
        return self._policy.pause(self.down + self.looked, self._jitter())

    def retrying(self, sleep: Callable[[float], None]) -> tenacity.Retrying:
        """Make the loop: what says that it is worth a later try is tried again, all else comes out at once."""
        return tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda error: getattr(error, "retry", None) is Retry.LATER),
            stop=self.over,
            wait=self.wait,
            sleep=sleep,
            reraise=True,
        )
