"""Buying one picture: attempts, their entries in the ledger, and the original on the disk."""

from __future__ import annotations

import threading
from collections.abc import Callable
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
from novaclips.visuals.image_generator.engine.ledger import Bought, Ledger
from novaclips.visuals.image_generator.engine.limiter import Gate
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.retry import RetryPolicy, Tries
from novaclips.visuals.image_generator.engine.settings import Timing
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import Capabilities, GeneratedImage, ImageRequest
from novaclips.visuals.image_generator.providers.base import BaseImageProvider, JobImageProvider

# The first request goes ahead of the others by so much, or until it is answered: a wrong key is refused within that
# time, so it costs one request and not one for each worker.
VANGUARD_SECONDS = 1.0


class NotSent(Exception):
    """The run was stopped before this request went out."""


@dataclass(slots=True)
class Buyer:
    """Asks one provider for pictures; all its threads share the gate.

    ``stop`` ends the run: nothing new is sent, what is in flight is waited for. ``tell`` hears of pauses.
    """

    name: str
    provider: BaseImageProvider
    capabilities: Capabilities
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

    def buy(self, addressed: Addressed) -> Bought:
        """Send a request until it is answered and return the picture that is then on the disk.

        Raises NotSent after a stop, and a NovaclipsError for anything that went wrong for good.
        """
        tries = Tries(self.policy, self.timing.jitter, self.stop.is_set)
        return tries.retrying(self.pause)(self._attempt, addressed, tries)

    def _attempt(self, addressed: Addressed, tries: Tries) -> Bought:
        first = self.vanguard.acquire(blocking=False)
        if not first:
            self.answered.wait(VANGUARD_SECONDS)
        self.gate.wait(self.stop.is_set)
        try:
            return self._send(addressed, tries)
        finally:
            if first:
                self.answered.set()

    def _send(self, addressed: Addressed, tries: Tries) -> Bought:
        if self.stop.is_set():
            raise NotSent
        scene = addressed.request.scene_id
        attempt = self.ledger.begin(key=addressed.key, scene=scene, provider=self.name, now=self.timing.now())
        with self._lock:
            self.requests += 1
        try:
            image = self._call(addressed.request, attempt)
            picture = verify(image.data)
        except NovaclipsError as error:
            if stops_the_run(error):
                self.stop.set()  # at once: the other workers would each buy one more refusal
            self.ledger.end(attempt, ledger_state(error), str(error), self.timing.now())
            tries.count(error)
            if isinstance(error, RateLimited):
                seconds = tries.throttle_pause(error)
                self.gate.hold(seconds)
                self.tell(scene, f"the service asks for patience: {seconds:.0f} s")
            raise
        return self._keep(attempt, image, picture.extension)

    def _call(self, request: ImageRequest, attempt: int) -> GeneratedImage:
        """Make the one call; whatever a plugin raises that is not ours is the plugin's fault."""
        try:
            if isinstance(self.provider, JobImageProvider):
                job = self.provider.submit(request)
                self.ledger.note_job(attempt, job)
                answer: GeneratedImage | bytes = self.provider.collect(job)
            else:
                answer = self.provider.generate(request)
        except NovaclipsError:
            raise
        except Exception as exc:
            raise PluginError(f"provider {self.name!r} failed unexpectedly: {type(exc).__name__}: {exc}") from exc
        if isinstance(answer, bytes):
            answer = GeneratedImage(data=answer)
        elif not isinstance(answer, GeneratedImage):
            raise PluginError(f"provider {self.name!r} is broken: it answered with {type(answer).__name__}, not bytes")
        warnings = (*ignored(request, self.capabilities), *answer.warnings)
        return replace(answer, warnings=tuple(dict.fromkeys(warnings)))

    def _keep(self, attempt: int, image: GeneratedImage, extension: str) -> Bought:
        """Put the picture on the disk before anything else can go wrong, then into the ledger."""
        now = self.timing.now()
        try:
            original = self.originals.keep(image.data, extension)
        except StorageError as error:
            self.stop.set()  # the next picture would be lost as well
            self.ledger.end(attempt, "failed", f"drawn, but not kept: {error}", now)
            raise StorageError(f"the picture was drawn and could not be kept: {error}") from error
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
        return bought


def ignored(request: ImageRequest, can: Capabilities) -> tuple[str, ...]:
    """Say, one sentence each, what of a request this provider will not look at."""
    sentences = {
        "the seed is ignored": request.seed is not None and not can.seed,
        "the negative prompt is ignored": bool(request.negative_prompt) and not can.negative_prompt,
        "reference images are ignored": bool(request.references) and not can.references,
        f"only the first {can.references} reference images are used": 0 < can.references < len(request.references),
    }
    return tuple(sentence for sentence, true in sentences.items() if true)


def ledger_state(error: NovaclipsError) -> str:
    """Return the state that an attempt has in the ledger after this error."""
    if isinstance(error, ContentRefused):
        return "refused"
    return "unknown" if isinstance(error, OutcomeUnknown) else "failed"


def stops_the_run(error: NovaclipsError) -> bool:
    """Say whether an error would meet every other scene too: wrong key, no money, a full disk."""
    return isinstance(error, AuthenticationFailed | QuotaExhausted | StorageError)
