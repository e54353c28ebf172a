"""Buying one picture: attempts, their entries in the ledger, and the original on the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, MutableMapping
from dataclasses import dataclass, field, replace

from novaclips.errors import (
    AuthenticationFailed,
    ContentRefused,
    NovaclipsError,
    OutcomeUnknown,
    PluginError,
    QuotaExhausted,
    RateLimited,
    StorageError,
)
from novaclips.visuals.image_generator.engine.keys import Addressed
from novaclips.visuals.image_generator.engine.ledger import Bought, Job, Ledger
from novaclips.visuals.image_generator.engine.limiter import Gate
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.retry import RetryPolicy, Tries
from novaclips.visuals.image_generator.engine.secrets import scrub
from novaclips.visuals.image_generator.engine.settings import Timing
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import GeneratedImage
from novaclips.visuals.image_generator.providers.base import BaseImageProvider, JobImageProvider

# The first request goes ahead of the others by so much, or until it is answered: a wrong key is refused within that
# time, so it costs one request and not one for each worker.
VANGUARD_SECONDS = 1.0

# After these the service may still hold a job's picture, so the job is collected once more instead of bought again.
LEAVES_A_JOB_OPEN = (AuthenticationFailed, OutcomeUnknown, QuotaExhausted, RateLimited, StorageError)


class NotSent(Exception):
    """The run was stopped before this request went out."""


@dataclass(slots=True)
class Buyer:
    """Asks one provider for pictures; all its threads share the gate.

    ``jobs`` are those that were handed in before and not collected yet, by key. ``secrets`` are the keys that no
    error may show. ``stop`` ends the run: nothing new is sent, what is in flight is waited for. ``tell`` hears of
    pauses.
    """

    name: str
    provider: BaseImageProvider
    secrets: Collection[str]
    jobs: MutableMapping[str, Job]
    ledger: Ledger
    originals: Originals
    gate: Gate
    policy: RetryPolicy
    timing: Timing
    stop: threading.Event
    pause: Callable[[float], None]
    tell: Callable[[int, str], None]
    requests: int = 0
    vanguard: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    answered: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def buy(self, addressed: Addressed, notices: Collection[str] = ()) -> Bought:
        """Send a request until it is answered and return the picture that is then on the disk.

        A job that was handed in for it before is collected instead. ``notices`` are kept with the picture's own
        warnings. Raises NotSent after a stop, and a NovaclipsError for anything that went wrong for good.
        """
        tries = Tries(self.policy, self.timing.jitter, self.stop.is_set)
        return tries.retrying(self.pause)(self._attempt, addressed, tries, notices)

    def _attempt(self, addressed: Addressed, tries: Tries, notices: Collection[str]) -> Bought:
        first = self.vanguard.acquire(blocking=False)
        if not first:
            self.answered.wait(VANGUARD_SECONDS)
        self.gate.wait(self.stop.is_set)
        try:
            return self._send(addressed, tries, notices)
        finally:
            if first:
                self.answered.set()

    def _send(self, addressed: Addressed, tries: Tries, notices: Collection[str]) -> Bought:
        if self.stop.is_set():
            raise NotSent
        job = self.jobs.get(addressed.key)
        attempt = job.attempt if job else self._begin(addressed)
        try:
            image = self._call(addressed, attempt)
            picture = verify(image.data)
        except NovaclipsError as error:
            scrub(error, self.secrets)
            if stops_the_run(error):
                self.stop.set()  # at once: the other workers would each buy one more refusal
            self._close(addressed.key, attempt, error)
            tries.count(error)
            if isinstance(error, RateLimited):
                seconds = tries.throttle_pause(error)
                self.gate.hold(seconds)
                self.tell(addressed.request.scene_id, f"the service asks for patience: {seconds:.0f} s")
            raise
        warnings = tuple(dict.fromkeys((*notices, *image.warnings)))
        return self._keep(addressed.key, attempt, replace(image, warnings=warnings), picture.extension)

    def _begin(self, addressed: Addressed) -> int:
        """Write down that a request is about to go out, and count it."""
        with self._lock:
            self.requests += 1
        return self.ledger.begin(
            key=addressed.key, scene=addressed.request.scene_id, provider=self.name, now=self.timing.now()
        )

    def _close(self, key: str, attempt: int, error: NovaclipsError) -> None:
        """Write down how an attempt ended; a job whose end is not known yet stays open, to be collected."""
        if key in self.jobs and isinstance(error, LEAVES_A_JOB_OPEN):
            state = "unknown"
        else:
            self.jobs.pop(key, None)
            state = ledger_state(error)
        self.ledger.end(attempt, state, str(error), self.timing.now())

    def _call(self, addressed: Addressed, attempt: int) -> GeneratedImage:
        """Make the one call; whatever a plugin raises that is not ours is the plugin's fault."""
        try:
            if isinstance(self.provider, JobImageProvider):
                answer: GeneratedImage | bytes = self.provider.collect(self._job(self.provider, addressed, attempt).id)
            else:
                answer = self.provider.generate(addressed.request)
        except NovaclipsError:
            raise
        except Exception as exc:
            raise PluginError(f"provider {self.name!r} failed unexpectedly: {type(exc).__name__}: {exc}") from exc
        if isinstance(answer, bytes):
            return GeneratedImage(data=answer)
        if isinstance(answer, GeneratedImage):
            return answer
        raise PluginError(f"provider {self.name!r} is broken: it answered with {type(answer).__name__}, not bytes")

    def _job(self, provider: JobImageProvider, addressed: Addressed, attempt: int) -> Job:
        """Return the job that was handed in for a request, or hand one in; its id is on the disk at once."""
        if addressed.key not in self.jobs:
            self.jobs[addressed.key] = job = Job(attempt, provider.submit(addressed.request))
            self.ledger.note_job(attempt, job.id)
        return self.jobs[addressed.key]

    def _keep(self, key: str, attempt: int, image: GeneratedImage, extension: str) -> Bought:
        """Put the picture on the disk before anything else can go wrong, then into the ledger."""
        now = self.timing.now()
        try:
            original = self.originals.keep(image.data, extension)
        except StorageError as error:
            self.stop.set()  # the next picture would be lost as well
            lost = StorageError(f"the picture was drawn and could not be kept: {error}")
            self._close(key, attempt, lost)
            raise lost from error
        bought = Bought(
            original=original,
            provider=self.name,
            model=image.model,
            seed=image.seed,
            cost_usd=None if image.cost is None else str(image.cost.usd),
            received=now,
            details={"warnings": list(image.warnings), "metadata": dict(image.metadata)},
        )
        self.ledger.receive(attempt, bought)
        self.jobs.pop(key, None)
        return bought


def ledger_state(error: NovaclipsError) -> str:
    """Return the state that an attempt has in the ledger after this error."""
    if isinstance(error, ContentRefused):
        return "refused"
    return "unknown" if isinstance(error, OutcomeUnknown) else "failed"


def stops_the_run(error: NovaclipsError) -> bool:
    """Say whether an error would meet every other scene too: wrong key, no money, a full disk."""
    return isinstance(error, AuthenticationFailed | QuotaExhausted | StorageError)
