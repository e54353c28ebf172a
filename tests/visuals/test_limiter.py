"""One pace for a provider account, learnt from what the service lets through. Time passes where it is waited for."""

from __future__ import annotations

import heapq
import math
import random
import threading
from dataclasses import dataclass, field

import pytest

from novaclips.visuals.image_generator.engine.limiter import MARGIN, Limiter


@dataclass
class Simulation:
    """A service that takes so many requests in any window of so many seconds, and workers that want ever more."""

    requests: int
    seconds: float
    whole_seconds: bool = True  # Retry-After is rounded up
    per_minute: float | None = None
    workers: int = 16
    latency: float = 1.0
    dice: random.Random = field(default_factory=lambda: random.Random(7))
    now: float = 0.0
    refused: int = 0

    def __post_init__(self) -> None:
        self.limiter = Limiter(lambda: self.now, self.sleep, per_minute=self.per_minute)
        self.accepted: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, wanted: int) -> float:
        """Send until so many are accepted; return when the last answer came."""
        busy: list[float] = []
        while len(self.accepted) < wanted:
            if len(busy) == self.workers:
                self.now = max(self.now, heapq.heappop(busy))
            turn = self.limiter.turn(lambda: False)
            arrival = turn + self.dice.uniform(0, 0.03)
            inside = [time for time in self.accepted if time > arrival - self.seconds]
            if len(inside) < self.requests:
                self.accepted.append(arrival)
                heapq.heappush(busy, arrival + self.latency)
            else:
                self.refused += 1
                wait = inside[0] + self.seconds - arrival
                self.now = max(self.now, arrival + 0.01)
                self.limiter.refused(turn, math.ceil(wait) if self.whole_seconds else wait)
        return max(self.accepted) + self.latency


@pytest.mark.parametrize("whole_seconds", [True, False], ids=["rounded", "exact"])
@pytest.mark.parametrize(("requests", "seconds"), [(10, 5), (5, 20), (5, 60), (20, 60), (50, 10)], ids=str)
def test_a_limit_is_learnt_from_one_refusal_and_then_used_to_the_full(requests, seconds, whole_seconds) -> None:
    service = Simulation(requests, seconds, whole_seconds=whole_seconds)
    wall = service.run(53)
    ideal = (53 - 1) // requests * seconds + service.latency
    assert service.refused == 1
    assert wall <= 1.10 * ideal


def test_a_service_without_a_limit_is_not_slowed_for_long() -> None:
    service = Simulation(10_000, 1, workers=64, latency=10)
    assert service.run(64) <= 10 + 4


def test_a_published_pace_is_kept_from_the_start() -> None:
    service = Simulation(5, 60, per_minute=5)
    service.run(20)
    assert service.refused == 0


def test_where_nobody_throttles_nobody_waits() -> None:
    pauses: list[float] = []
    limiter = Limiter(lambda: 0.0, pauses.append, per_minute=math.inf)
    for _ in range(100):
        limiter.turn(lambda: False)
    assert pauses == []


def test_a_limit_that_is_raised_is_found_out_in_time() -> None:
    service = Simulation(5, 1, latency=0.1)
    service.run(20)
    service.requests = 50
    before = service.now
    service.accepted.clear()
    service.run(3000)
    assert (service.now - before) < 3000 / 5 * 0.75


@pytest.mark.parametrize("retry_after", [0.35, 3, 121, 3600], ids=str)
def test_a_refusal_holds_everybody_for_as_long_as_the_service_says(retry_after) -> None:
    now = [100.0]
    pauses: list[float] = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    limiter = Limiter(lambda: now[0], sleep, per_minute=math.inf)
    turn = limiter.turn(lambda: False)
    limiter.refused(turn, retry_after)
    assert limiter.turn(lambda: False) - turn == pytest.approx(retry_after)


def test_the_longest_of_several_wishes_counts() -> None:
    now = [0.0]
    limiter = Limiter(lambda: now[0], lambda seconds: now.__setitem__(0, now[0] + seconds), per_minute=math.inf)
    turns = [limiter.turn(lambda: False) for _ in range(3)]
    for turn, seconds in zip(turns, (2, 7, 1), strict=True):
        limiter.refused(turn, seconds)
    assert limiter.turn(lambda: False) >= 7


def test_refusals_of_one_burst_teach_once() -> None:
    service = Simulation(10, 5)
    turns = [service.limiter.turn(lambda: False) for _ in range(13)]
    for turn in turns[10:]:
        service.limiter.refused(turn, 4)
    now = service.now
    later = [service.limiter.turn(lambda: False) for _ in range(10)]
    assert later[0] >= now + 4
    assert later[-1] - turns[9] <= 5 + MARGIN + 0.1


def test_a_stop_ends_the_wait() -> None:
    limiter = Limiter(lambda: 0.0, lambda seconds: None)
    limiter.refused(limiter.turn(lambda: False), 60)
    limiter.turn(lambda: True)


def test_many_threads_share_one_window() -> None:
    now = [0.0]
    lock = threading.Lock()

    def sleep(seconds: float) -> None:
        with lock:
            now[0] += max(seconds / 16, 0.001)  # all of them wait for the same moment

    limiter = Limiter(lambda: now[0], sleep, per_minute=60)
    turns: list[float] = []
    threads = [
        threading.Thread(target=lambda: turns.extend(limiter.turn(lambda: False) for _ in range(10))) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    turns.sort()
    assert len(turns) == 160
    assert all(later - earlier >= 60 for earlier, later in zip(turns, turns[60:], strict=False))
