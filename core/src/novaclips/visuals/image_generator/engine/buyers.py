"""The buyers of one run: one for each provider, made when its first request is near."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event, Lock

from novaclips.errors import ProviderError, ServiceSilent
from novaclips.visuals.image_generator.engine.breaker import Breaker
from novaclips.visuals.image_generator.engine.budget import Budget, Limits
from novaclips.visuals.image_generator.engine.buy import Buyer, Order
from novaclips.visuals.image_generator.engine.crew import Crew
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.limiter import Limiter
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.settings import Timing

# A service that answers so few of a run's requests takes money for nothing: so many, and more than such a part.
SILENT_REQUESTS, SILENT_PART = 3, 0.05


class Buyers:
    """Makes the buyers of a run, and knows what all of them together have sent; ``run`` is its number in the ledger."""

    def __init__(
        self,
        *,
        crew: Crew,
        ledger: Ledger,
        originals: Originals,
        limits: Limits,
        policy: RetryPolicy,
        timing: Timing,
        stop: Event,
        planned: int,
        tell: Callable[[int, str], None],
    ) -> None:
        self._crew = crew
        self._ledger = ledger
        self._originals = originals
        self._budget = Budget(limits)
        self.run = ledger.next_run()
        self._policy = policy
        self._timing = timing
        self._stop = stop
        self._planned = planned
        self._tell = tell
        self._made: dict[str, Buyer] = {}

    def of(self, provider: str) -> Buyer:
        """Return the buyer of a provider."""
        if provider not in self._made:
            can = self._crew.spec(provider).capabilities
            limiter = Limiter(self._timing.monotonic, self._pause, per_minute=can.per_minute)
            self._made[provider] = Buyer(
                name=provider,
                provider=self._crew.provider(provider),
                blame=self._crew.blame(provider),
                secrets=self._crew.secrets(provider),
                jobs=self._ledger.jobs(),
                ledger=self._ledger,
                originals=self._originals,
                limiter=limiter,
                breaker=Breaker(self._policy, self._timing, partial(limiter.refused, None)),
                budget=self._budget,
                policy=self._policy,
                timing=self._timing,
                stop=self._stop,
                pause=self._pause,
                tell=self._tell,
                count_silence=self._count_silence,
                run=self.run,
                serial=Lock() if can.serial else None,
            )
        return self._made[provider]

    @property
    def requests(self) -> int:
        """How many requests went out."""
        return sum(buyer.requests for buyer in self._made.values())

    def found(self, key: str) -> bool:
        """Say whether a request's picture lay there already when it was to be sent."""
        return any(key in buyer.found for buyer in self._made.values())

    @property
    def in_flight(self) -> list[int]:
        """The scenes whose answer is awaited at this moment, and of which no job's id is written down."""
        return self._awaited(jobs=False)

    @property
    def collecting(self) -> list[int]:
        """The scenes whose job is awaited at this moment; the next run can collect it."""
        return self._awaited(jobs=True)

    def _awaited(self, *, jobs: bool) -> list[int]:
        return sorted(
            scene
            for buyer in self._made.values()
            for scene, key in buyer.in_flight.copy().items()
            if (key in buyer.jobs) is jobs
        )

    def leave_jobs(self) -> set[str]:
        """Wait for no job any more; return the keys of those that were awaited."""
        return {key for buyer in self._made.values() for key in buyer.leave_jobs()}

    @property
    def unanswered(self) -> list[Order]:
        """The orders that got no answer and may have been billed."""
        return [order for buyer in self._made.values() for order in buyer.unanswered]

    @property
    def verdict(self) -> ProviderError | None:
        """What stops a run that a service makes useless: it is silent, or lets nothing through."""
        return self.silence or next(
            (buyer.breaker.verdict for buyer in self._made.values() if buyer.breaker.verdict), None
        )

    @property
    def silence(self) -> ServiceSilent | None:
        """What stops a run in which too many requests got no answer."""
        silent = len(self.unanswered)
        if silent < SILENT_REQUESTS or silent <= SILENT_PART * self._planned:
            return None
        return ServiceSilent(
            f"{silent} of {self._planned} requests got no answer, and each may have been billed; nothing more is sent."
            " See whether the service works, then run the same command again"
        )

    def _count_silence(self) -> None:
        """Stop at once: the worker that met the silence would send the next request before anybody else looks."""
        if self.silence:
            self._stop.set()

    def _pause(self, seconds: float) -> None:
        """Wait, but not through a stop."""
        if self._timing.sleep is None:
            self._stop.wait(seconds)
        else:
            self._timing.sleep(seconds)
