"""The breaker of one provider account: it ends a run that asks a service which lets nothing through."""

from __future__ import annotations

import contextlib
import math
import re
import threading
from collections.abc import Callable, Iterator
from datetime import datetime

from novaclips.errors import Billed, NovaclipsError, Retry, Scope, ServiceUnusable
from novaclips.visuals.image_generator.engine.retry import RetryPolicy, holds_everybody, stops_the_run
from novaclips.visuals.image_generator.engine.settings import Timing

# So many requests running that bring the same answer and no picture: first what may have been billed each time, then
# what was certainly not, which counts only before anything got through: ten scenes may have the same mistake.
SAME_ANSWERS, SAME_REJECTIONS = 3, 10
DOWN_SCENES = 3  # so many in trouble at once, and it is not the scenes; so many given up, and the run ends
REFUSALS = 2  # the first teaches the pace of the service; from the second running on it is tried by one request
TRIALS = 8  # with pauses of 1, 2, 4, ... 60 s: two minutes
BELIEVED = 5  # after so many refusals running the pause that a service asks for is no more than the least
MINUTE, HOUR, DAY = 60, 3600, 86400
SHORTEST_HOLD, LONGEST_HOLD = 0.5, 366.0 * DAY  # seconds
SHOWN = 500
NAMED = re.compile(r"[\w-]*\d[\w-]*")  # numbers and ids, which differ from answer to answer


class Breaker:
    """Counts what goes wrong over a whole run, and says when it is of no use to go on; used from several threads.

    States: closed, everybody may send; on trial, one request at a time is sent, to see whether it gets through; open,
    ``verdict`` says why nothing more is sent. A picture, or a refusal of content, closes it again. ``hold`` has every
    request wait for seconds.
    """

    def __init__(self, policy: RetryPolicy, timing: Timing, hold: Callable[[float], object]) -> None:
        self.verdict: ServiceUnusable | None = None
        self._policy = policy
        self._timing = timing
        self._hold = hold
        self._changed = threading.Condition()
        self._trying = False
        self._ever_through = False
        self._close()

    def _close(self) -> None:
        self._reached()
        self._answer, self._same, self._free = "", 0, True

    def _reached(self) -> None:
        """Forget the trouble of reaching the service: it answered."""
        self._began: float | None = None
        self._heard = -math.inf
        self._refusals = 0
        self._trials = 0
        self._troubled: set[int] = set()
        self._given_up: set[int] = set()

    @property
    def _on_trial(self) -> bool:
        no_picture_yet = self._same > 0 and not self._free and not self._ever_through
        return len(self._troubled) >= DOWN_SCENES or self._refusals >= REFUSALS or no_picture_yet

    @contextlib.contextmanager
    def passage(self, stopped: Callable[[], bool]) -> Iterator[None]:
        """Wait for the right to send, and have it inside the block; waits no more after a stop."""
        with self._changed:
            while self._on_trial and self._trying and not stopped():
                self._changed.wait(0.1)  # a stop wakes nobody
            mine = self._on_trial
            self._trying |= mine
        try:
            yield
        finally:
            with self._changed:
                if mine:
                    self._trying = False
                self._changed.notify_all()

    def got_through(self) -> None:
        """Hear that a picture came, or a refusal that only its own scene has earned."""
        with self._changed:
            self._ever_through = True
            self._close()
            self._changed.notify_all()

    def failed(self, scene: int, sent: float, error: NovaclipsError) -> None:
        """Hear that a request, or a look at a job, that was sent at a time brought no picture; see ``verdict``."""
        if stops_the_run(error) or error.retry is Retry.LAST:
            return
        if error.ends_as == "refused":
            self.got_through()
            return
        with self._changed:
            if error.retry is Retry.LATER:
                self._unreachable(scene, sent, error)
            else:
                self._reached()
                if error.scope is Scope.SCENE:
                    self._rejected(error)
            self._changed.notify_all()

    def gave_up(self, scene: int, error: NovaclipsError) -> None:
        """Hear that a scene will not be tried again although it might get through later."""
        with self._changed:
            self._given_up.add(scene)
            if len(self._given_up) >= DOWN_SCENES:
                self._open(f"nothing got through to the service for {len(self._given_up)} scenes running", error)

    def pause(self, error: NovaclipsError, looks: int) -> float:
        """Return how long everybody waits after an error: what the service says, within bounds, else longer each time.

        What it says is at least half a second, more after many refusals running, and at most what is left of the
        time that a run bears it; beyond that nothing more is sent. ``looks`` is how often a job was looked at in vain.
        """
        with self._changed:
            times = looks or self._refusals
            own = self._policy.pause(max(1, times), self._timing.jitter())
            said = error.retry_after
            if said is None or math.isnan(said):
                return own
            rest = self._policy.deadline - self._troubled_for()
            if said > min(rest, LONGEST_HOLD):
                self._open_until(said, error)
            least = SHORTEST_HOLD
            if times > BELIEVED:
                least = self._policy.pause(times - BELIEVED, self._timing.jitter())
            return max(least, min(said, max(0.0, rest), LONGEST_HOLD))

    def _troubled_for(self) -> float:
        return 0.0 if self._began is None else self._timing.monotonic() - self._began

    def _unreachable(self, scene: int, sent: float, error: NovaclipsError) -> None:
        now = self._timing.monotonic()
        if self._began is None:
            self._began = now
        news = sent >= self._heard  # else it went out with one whose trouble was heard before
        if news:
            self._heard = now
        if holds_everybody(error):
            self._refusals += news
            if self._refusals >= self._policy.patience or self._troubled_for() >= self._policy.deadline:
                self._open(
                    f"the service asked for patience {self._refusals} times running and let nothing through", error
                )
            return
        if self._on_trial:
            self._trials += news
            if self._trials >= TRIALS or self._troubled_for() >= self._policy.deadline:
                self._open(f"nothing got through to the service for {len(self._troubled)} scenes running", error)
            else:
                self._hold(self._policy.pause(max(1, self._trials), self._timing.jitter()))
        self._troubled.add(scene)

    def _rejected(self, error: NovaclipsError) -> None:
        """Count answers without a picture that are the same but for numbers and ids."""
        free = error.billed is Billed.NO
        if free and self._ever_through:
            return
        answer = f"{type(error).__name__} {NAMED.sub('#', str(error)[:SHOWN])}"
        self._same = self._same + 1 if answer == self._answer else 1
        self._answer, self._free = answer, free
        if self._same >= (SAME_REJECTIONS if free else SAME_ANSWERS):
            perhaps = "" if free else ", and each may have been billed"
            self._open(f"{self._same} requests running brought the same answer and no picture{perhaps}", error)

    def _open(self, what: str, error: NovaclipsError) -> None:
        again = "see whether the service works, then run the same command again"
        if error.retry_after is not None and SHORTEST_HOLD <= error.retry_after <= LONGEST_HOLD:
            again = f"run the same command again in {duration(error.retry_after)}"
        self._verdict(f"{what}; nothing more is sent; {again}: {error}", error)

    def _open_until(self, seconds: float, error: NovaclipsError) -> None:
        when = "for more than a year"
        if seconds <= LONGEST_HOLD:
            until = datetime.fromtimestamp(self._timing.now() + seconds).astimezone()
            when = f"until {until:%Y-%m-%d %H:%M} ({duration(seconds)})"
        self._verdict(
            f"the service asks for patience {when}, longer than a run waits; nothing more is sent; run the same command"
            f" again after that: {error}",
            error,
        )

    def _verdict(self, text: str, error: NovaclipsError) -> None:
        if self.verdict is None:
            self.verdict = ServiceUnusable(text, retry_after=error.retry_after)
            self.verdict.__cause__ = error


def duration(seconds: float) -> str:
    """Write a time for people: ``45 seconds``, ``12 minutes``, ``23 hours 50 minutes``, ``3 days 2 hours``."""
    if seconds < 2 * MINUTE:
        return counted(round(seconds), "second")
    if seconds < 2 * HOUR:
        return counted(round(seconds / MINUTE), "minute")
    large, small, names = (DAY, HOUR, ("day", "hour")) if seconds >= 2 * DAY else (HOUR, MINUTE, ("hour", "minute"))
    count, rest = divmod(round(seconds / small), large // small)
    return counted(count, names[0]) + (f" {counted(rest, names[1])}" if rest else "")


def counted(number: int, noun: str) -> str:
    """Write a number with its noun."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
