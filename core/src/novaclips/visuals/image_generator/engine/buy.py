"""Buying one picture: attempts, their entries in the ledger, and the original on the disk."""

from __future__ import annotations

import contextlib
import copy
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from novaclips.checked import being_answered
from novaclips.errors import (
    BadImage,
    Billed,
    InvalidRequest,
    JobLost,
    NovaclipsError,
    OutcomeUnknown,
    PluginError,
    ProviderError,
    Retry,
    Scope,
    StorageError,
)
from novaclips.guarded import PERHAPS, Guarded, cause
from novaclips.untrusted import stored
from novaclips.untrusted.values import bytes_in
from novaclips.visuals.image_generator.engine.breaker import Breaker, duration
from novaclips.visuals.image_generator.engine.budget import Budget
from novaclips.visuals.image_generator.engine.keep import Kept, Label, persistently, secure
from novaclips.visuals.image_generator.engine.keys import Addressed
from novaclips.visuals.image_generator.engine.ledger import Bought, Job, Ledger
from novaclips.visuals.image_generator.engine.limiter import Limiter
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.quote import Quote
from novaclips.visuals.image_generator.engine.retry import RetryPolicy, Tries, holds_everybody, stops_the_run
from novaclips.visuals.image_generator.engine.secrets import Secrets
from novaclips.visuals.image_generator.engine.settings import Timing
from novaclips.visuals.image_generator.frame import sniff
from novaclips.visuals.image_generator.models import JSON, GeneratedImage, complaint
from novaclips.visuals.image_generator.money import NOTHING, amount, decimal_text
from novaclips.visuals.image_generator.providers.base import BaseImageProvider, JobImageProvider

# The first request goes ahead of the others by so much, or until it is answered: a wrong key is refused within that
# time, so it costs one request and not one for each worker.
VANGUARD_SECONDS = 0.5
STOP_SECONDS = 0.1  # a stop wakes nobody who waits for a lock, so it is looked for this often

# Behind a model's name: owner/name:version, gpt-image-2-2026-04-21.
VERSION = re.compile(r"(:[^/]*|-\d{4}-\d{2}-\d{2})\Z")


class NotSent(NovaclipsError):
    """The run was stopped before this request went out."""

    ends_as = "not sent"


class Left(BaseException):
    """Nobody waits any more for the job that this thread collects: whatever it brought is dropped.

    No Exception, for nothing may be written down any more: the run may be over and another one at work.
    """


@dataclass(frozen=True, slots=True)
class Order:
    """One request on its way, with its price and its tries; ``intent`` is the take that it is for, if it is for one."""

    addressed: Addressed
    quote: Quote
    tries: Tries
    intent: Mapping[str, JSON] | None = None

    @property
    def worst_case(self) -> Decimal:
        """What is set aside for it, in US dollars."""
        return self.quote.cost.usd if self.quote.cost else NOTHING

    def booked(self, bought: Bought) -> Decimal:
        """Return what its picture counts for in the budget, in US dollars."""
        return self.worst_case if bought.cost_usd is None else amount(bought.cost_usd) or NOTHING


@dataclass(slots=True)
class Buyer:
    """Asks one provider for pictures; all its threads share limiter and breaker, and all buyers of a run the budget.

    ``blame`` makes the error that says what is wrong with its plugin. ``jobs`` are those that were handed in before and
    not collected yet, by key. ``secrets`` are the keys that nothing may show. ``stop`` ends the run: nothing new is
    sent, what is in flight is waited for. ``tell`` hears of pauses, ``count_silence`` is called after each order that
    got no answer. ``in_flight`` holds the scenes whose answer is awaited, each with its key; ``collecting`` the keys of
    jobs that are waited for, ``left`` of those that nobody waits for any more, none of which is begun once it is
    ``leaving``. ``unanswered`` are the orders that got no answer and may have been billed, ``no_models`` the models
    that no request is sent to any more, with what came of the first. ``run`` is the run's number in the ledger,
    ``begun`` holds what was set aside for each attempt that it began; ``dearer`` is how many times its price list a
    picture cost, if ever more. ``found`` holds the keys of the pictures that lay there already when they were to be
    sent for. ``serial`` is a lock where the plugin is promised one call at a time.
    """

    name: str
    provider: BaseImageProvider
    blame: Callable[[str], PluginError]
    secrets: Secrets
    jobs: MutableMapping[str, Job]
    ledger: Ledger
    originals: Originals
    limiter: Limiter
    breaker: Breaker
    budget: Budget
    policy: RetryPolicy
    timing: Timing
    stop: threading.Event
    pause: Callable[[float], None]
    tell: Callable[[int, str], None]
    count_silence: Callable[[], None]
    run: int
    requests: int = 0
    begun: dict[int, Decimal] = field(default_factory=dict)
    dearer: Decimal = Decimal(1)
    in_flight: dict[int, str] = field(default_factory=dict)
    collecting: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    leaving: bool = False
    unanswered: list[Order] = field(default_factory=list)
    no_models: dict[str, NovaclipsError] = field(default_factory=dict)
    found: set[str] = field(default_factory=set)
    serial: threading.Lock | None = None
    vanguard: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))
    answered: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def buy(self, addressed: Addressed, quote: Quote, intent: Mapping[str, JSON] | None = None) -> Bought:
        """Send a request until it is answered and return the picture that is then on the disk.

        ``intent`` is the take that the request is for: it is written down with it. A job that was handed in for it
        before is collected instead. Raises NotSent after a stop, and a NovaclipsError for anything that went wrong for
        good; one that says "not sent" has for its cause the try before that was perhaps billed.
        """
        tries = Tries(self.policy, self.timing, self.stop.is_set)
        try:
            return tries.retrying(self.pause)(self._attempt, Order(addressed, quote, tries, intent))
        except NovaclipsError as error:
            self._give_up(addressed.request.scene_id, error)
            if error.retry is Retry.LATER and (job := self.jobs.get(addressed.key)):
                text = f"job {job.id} is collected by the next run: {error}"
                raise OutcomeUnknown(text, retry=Retry.NO) from error
            if error.ends_as == "not sent" and tries.perhaps_billed:
                raise error from tries.perhaps_billed
            raise

    def _give_up(self, scene: int, error: NovaclipsError) -> None:
        if error.retry is Retry.LATER and not self.stop.is_set():
            self.breaker.gave_up(scene, error)
            if self.breaker.verdict:
                self.stop.set()

    def _attempt(self, order: Order) -> Bought:
        first = self.vanguard.acquire(blocking=False)
        if not first:
            self.answered.wait(VANGUARD_SECONDS)
        try:
            with self._alone():
                if job := self.jobs.get(order.addressed.key):
                    self._go_on_or_stop()
                    return self._collect(order, job.attempt)
                return self._send(order)
        finally:
            if first:
                self.answered.set()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Let nobody else call the plugin inside the block, where that is promised; NotSent after a stop."""
        if self.serial is None:
            yield
            return
        while not self.serial.acquire(timeout=STOP_SECONDS):
            self._go_on_or_stop()
        try:
            yield
        finally:
            self.serial.release()

    def _send(self, order: Order) -> Bought:
        """Send a request that may cost money, once there is a turn and the money for it."""
        self._see_if_in_vain(order)
        if there := self._look_up(order):
            return there
        with self.breaker.passage(self.stop.is_set):
            return self._send_within_budget(order)

    def _look_up(self, order: Order) -> Bought | None:
        """Find the picture among the originals, whatever the ledger knows; a reference that is gone ends the scene."""
        key = order.addressed.key
        if note := self.originals.look_up(key):
            self.ledger.adopt([note])
            self.found.add(key)
            return note.bought
        for path in order.addressed.request.references:
            if not path.is_file():
                raise InvalidRequest(f"the reference {path} is gone; put it back, or take it out of scenes.yaml")
        return None

    def _send_within_budget(self, order: Order) -> Bought:
        reserve = order.worst_case * self.dearer
        self.budget.reserve(reserve, self.stop.is_set)
        spent = NOTHING
        try:
            turn = self.limiter.turn(self.stop.is_set)
            self._go_on_or_stop()
            self._see_if_in_vain(order)
            attempt = self._begin(order, reserve)
            spent = reserve  # from here on it may be billed, whatever is raised
            bought = self._receive(order, attempt, turn)
            spent = order.booked(bought)
        except NovaclipsError as error:
            if error.billed is Billed.NO and order.addressed.key not in self.jobs:
                spent = NOTHING
            raise
        finally:
            self.budget.settle(reserve, spent)
        return bought

    def _collect(self, order: Order, attempt: int) -> Bought:
        """Collect a job. Its worst case is booked already: by this run, or as the earlier run's that handed it in."""
        reserve = self.begun.get(attempt, order.worst_case)
        spent = reserve
        try:
            bought = self._receive(order, attempt)
            spent = order.booked(bought)
        except NovaclipsError as error:
            if error.billed is Billed.NO and order.addressed.key not in self.jobs:
                spent = NOTHING
            raise
        finally:
            more = spent - reserve
            self.budget.settle(NOTHING, more if attempt in self.begun else max(NOTHING, more))
        return bought

    def _go_on_or_stop(self) -> None:
        if self.stop.is_set():
            raise NotSent("the run was stopped before its turn")

    def _see_if_in_vain(self, order: Order) -> None:
        """Raise what the service said before about a model that nothing is sent to any more."""
        if said := self.no_models.get(order.addressed.told("model")):
            raise copy.copy(said)

    def _begin(self, order: Order, reserve: Decimal) -> int:
        """Write down that a request is about to go out, and count it."""
        attempt = self.ledger.begin(
            key=order.addressed.key,
            scene=order.addressed.request.scene_id,
            provider=self.name,
            now=self.timing.now(),
            model=order.addressed.told("model") or None,
            reserved=reserve if order.quote.cost else None,
            run=self.run,
            intent=order.intent,
        )
        with self._lock:
            self.requests += 1
            self.begun[attempt] = reserve
        return attempt

    def _receive(self, order: Order, attempt: int, turn: float | None = None) -> Bought:
        """Make the call and keep what comes; an error is in the ledger before it comes out."""
        scene = order.addressed.request.scene_id
        sent = self.timing.monotonic()
        self.in_flight[scene] = order.addressed.key
        try:
            answer = self._call(order.addressed, attempt)
            data = bytes_in(answer)
            if data is None:
                raise self._wrong(f"it answered with {type(answer).__name__}, not bytes")
            if not data:
                raise BadImage("the answer (0 bytes) is not a picture")
        except NovaclipsError as error:
            self._failed(order, attempt, error)
            self._heed(order, error, sent, None if order.addressed.key in self.jobs else turn)
            raise
        finally:
            self.in_flight.pop(scene, None)
        try:
            bought = self._keep(order, attempt, answer, data)
        except BadImage as error:
            self._heed(order, error, sent, None)
            raise
        self.breaker.got_through()
        return bought

    def _failed(self, order: Order, attempt: int, error: NovaclipsError) -> None:
        """Write down a call that brought nothing."""
        self.secrets.scrub(error)
        if stops_the_run(error):
            self.stop.set()  # at once: the other workers would each buy one more refusal
        self._close(order, attempt, error)
        order.tries.count(error, looked=order.addressed.key in self.jobs)

    def _heed(self, order: Order, error: NovaclipsError, sent: float, turn: float | None) -> None:
        """Let all requests of the account learn from an error of one that was sent at a time."""
        scene = order.addressed.request.scene_id
        looks = order.tries.looked if order.addressed.key in self.jobs else 0
        if not looks:  # to look once more costs nothing
            self.breaker.failed(scene, sent, error)
        if error.scope is Scope.MODEL and (model := order.addressed.told("model")):
            self.no_models[model] = error
        if holds_everybody(error):
            seconds = self.breaker.pause(error, looks)
            if error.scope is Scope.LANE:
                # The pace is learnt from what the service says, even where everybody waits longer.
                said = error.retry_after or 0.0
                self.limiter.refused(turn, said if 0 < said < seconds else seconds)
            self.limiter.refused(None, seconds)
            self.tell(scene, f"the service asks for patience: {duration(seconds)}")
        elif isinstance(error, JobLost):
            self.tell(scene, f"submitted anew: {error}")
        if self.breaker.verdict:
            self.stop.set()

    def _close(self, order: Order, attempt: int, error: NovaclipsError) -> None:
        """Write down how an attempt ended; a job whose end is not known yet stays open, to be collected."""
        key = order.addressed.key
        state = error.ends_as
        if key in self.jobs and leaves_job_open(error):
            state = "unknown"
        else:
            self.jobs.pop(key, None)
            if state == "unknown":
                self.unanswered.append(order)
                self.count_silence()
        perhaps_billed = state == "unknown" or error.billed is not Billed.NO
        self.ledger.end(attempt, state, str(error), self.timing.now(), perhaps_billed=perhaps_billed)

    def _call(self, addressed: Addressed, attempt: int) -> object:
        """Make the one call; whatever a plugin raises that is not ours is the plugin's fault."""
        if isinstance(self.provider, JobImageProvider):
            job = self._job(self.provider, addressed, attempt)
            with self._awaited(addressed.key), self._guarded("collect"), being_answered():
                return self.provider.collect(job.id)
        with self._guarded("generate"), being_answered():
            return self.provider.generate(addressed.request)

    def _said(self, answer: object, data: bytes) -> GeneratedImage:
        """Read what a plugin says of its picture, without keys; nothing of that can cost the picture."""
        hide = self.secrets.hide_all
        if isinstance(answer, bytes):
            return GeneratedImage(data=data)
        try:
            if not isinstance(answer, GeneratedImage):
                said = f"what provider {self.name!r} answered is no GeneratedImage, but {type(answer).__name__}"
                return GeneratedImage(data=data, warnings=(said,))
            sound = GeneratedImage(
                data=data,
                model=hide(answer.model),
                seed=answer.seed,
                cost=answer.cost,
                warnings=tuple(hide(list(answer.warnings))),
                metadata=hide(answer.metadata),
            )
            dropped = tuple(dict.fromkeys((*answer.dropped, *sound.dropped)))
            return replace(sound, warnings=(*sound.warnings, *complaint(self.name, dropped)))
        except Exception as exc:  # noqa: BLE001 - a plugin's own kinds of mappings; the picture is paid for
            text = f"what the plugin says of the picture cannot be read and is left out: {type(exc).__name__}"
            return GeneratedImage(data=data, warnings=(text,))

    def leave_jobs(self) -> set[str]:
        """Wait no more for the jobs that are being collected, and collect no others; return the keys of the former."""
        with self._lock:
            self.leaving = True
            self.left |= self.collecting
            return set(self.collecting)

    @contextlib.contextmanager
    def _awaited(self, key: str) -> Iterator[None]:
        """Collect a job inside the block, unless nobody wants to wait; Left when nobody waited to the end."""
        with self._lock:
            if self.leaving:
                raise OutcomeUnknown("interrupted", retry=Retry.LATER)
            self.collecting.add(key)
        try:
            yield
        finally:
            with self._lock:
                self.collecting.discard(key)
                left = key in self.left
            if left:
                raise Left

    def _guarded(self, method: str) -> Guarded:
        return Guarded(self.blame, method, Billed.PERHAPS)

    def _wrong(self, what: str) -> PluginError:
        """Blame the plugin for what it returned after a request may have gone out."""
        error = self.blame(f"{what}{PERHAPS}")
        error.billed = Billed.PERHAPS
        return error

    def _job(self, provider: JobImageProvider, addressed: Addressed, attempt: int) -> Job:
        """Return the job that was handed in for a request, or hand one in; its id is on the disk at once."""
        if addressed.key not in self.jobs:
            with self._guarded("submit"):
                job_id: object = provider.submit(addressed.request)
            if not isinstance(job_id, str) or not job_id:
                raise self._wrong(f"submit() returned {job_id!r}, not a job's id")
            job = Job(attempt, job_id)
            self.jobs[addressed.key] = job
            self.ledger.note_job(attempt, self.secrets.hide(job.id))
        return self.jobs[addressed.key]

    def _keep(self, order: Order, attempt: int, answer: object, data: bytes) -> Bought:
        """Put what came on the disk before anything else can go wrong; then see what it is, and write it down.

        Its note goes first, so that an original is never without one: note or ledger, each alone lets the next run find
        the picture. Whether it is whole shows when it is fitted: to unpack it here would hold up the next call.
        """
        key, scene = order.addressed.key, order.addressed.request.scene_id
        more = {} if order.intent is None else {"intent": order.intent}
        label = Label(key, scene, self._described(order, attempt, GeneratedImage(data=b"")), more)
        try:
            kept = secure(data, label, self.originals, self._sleep)
        except StorageError as error:
            self.stop.set()  # the next picture would be lost as well
            lost = StorageError(self.originals.spell(f"the picture was drawn and could not be kept: {error}"))
            with contextlib.suppress(StorageError):  # a full disk takes no entry either; what was lost must be said
                self._close(order, attempt, lost)
            raise lost from error
        bought = replace(self._described(order, attempt, self._said(answer, data)), original=kept.name)
        unusable = self._looked_at(kept, data)
        place = self.originals.quarantine if unusable and not kept.trouble else kept.place
        label = replace(label, bought=bought, more=more | ({"error": str(unusable)} if unusable else {}))
        unwritten = self._entered(attempt, place, label, unusable)
        self.jobs.pop(key, None)
        if kept.trouble or unwritten:
            self.stop.set()  # the next picture would meet the same
        if kept.trouble:
            text = f"the picture was drawn and found no room: {kept.trouble}; it is kept as {kept.path}, and the next"
            raise StorageError(f"{text} run brings it home") from kept.trouble
        if unwritten:
            text = f"the picture was drawn and is kept, but not all of it written down: {unwritten}"
            raise StorageError(text) from unwritten
        if unusable:
            raise unusable
        return bought

    def _looked_at(self, kept: Kept, data: bytes) -> BadImage | None:
        """Return what is wrong with bytes that are on the disk, which are set apart then; None for a picture."""
        try:
            sniff(data)
        except Exception as exc:  # noqa: BLE001 - whatever a decoder makes of it, it is paid for and is kept
            error = exc if isinstance(exc, BadImage) else BadImage(f"the answer cannot be read: {cause(exc)}")
            stays = kept.trouble or not stored.is_original(kept.name)
            path = kept.path if stays else self.originals.set_apart(kept.name)
            return BadImage(self.originals.spell(set_apart_text(error, path)))
        return None

    def _entered(self, attempt: int, place: Originals, label: Label, unusable: BadImage | None) -> StorageError | None:
        """Write all that is known of a picture into its note and the ledger; return what went wrong with that."""
        unwritten = None
        try:
            persistently(lambda: label.lay(place), self._sleep)
        except StorageError as error:
            unwritten = error
        try:
            if unusable:
                self.ledger.receive_unusable(attempt, label.bought, str(unusable))
            else:
                self.ledger.receive(attempt, label.bought)
        except StorageError as error:
            unwritten = error
        return unwritten

    def _sleep(self, seconds: float) -> None:
        """Wait for the disk, through a stop, too."""
        (self.timing.sleep or time.sleep)(seconds)

    def _described(self, order: Order, attempt: int, image: GeneratedImage) -> Bought:
        """Write up what is known of a picture but its name: of price and model what was asked, where that differs."""
        cost, doubts = order.quote.settle(image.cost)
        if cost and order.worst_case and cost.usd > order.worst_case:  # so may the next one
            self.dearer = max(self.dearer, cost.usd / order.worst_case)
        asked = order.addressed.told("model")
        another = bool(asked and image.model) and not is_same_model(asked, image.model)
        if another:
            doubts += (f"the service says that {image.model!r} drew it, not {asked!r}; the price is that of {asked!r}",)
        return Bought(
            original="",
            provider=self.name,
            model=asked if another else image.model or asked,
            seed=image.seed,
            cost_usd=None if cost is None else decimal_text(cost.usd),
            received=self.timing.now(),
            details={
                "warnings": list(dict.fromkeys((*order.quote.notices, *image.warnings, *doubts))),
                "metadata": dict(image.metadata),
                "prompt": order.addressed.request.scene_prompt,
                "request": dict(order.addressed.content),
                **({"service_model": image.model} if another else {}),
            },
            upper_bound=cost is not None and cost.upper_bound,
            run=self.run if attempt in self.begun else None,
        )


def set_apart_text(error: BadImage, path: Path) -> str:
    """Say what became of bytes that cannot be used."""
    return f"{error}; kept as {path}, and not bought again unasked: --retry-unusable buys it again"


def leaves_job_open(error: NovaclipsError) -> bool:
    """Say whether a job may still bring its picture: the service did not say what became of it."""
    if isinstance(error, JobLost):
        return False
    says_nothing = error.retry in (Retry.LATER, Retry.LAST) or error.scope in (Scope.LANE, Scope.RUN)
    return says_nothing or not isinstance(error, ProviderError)


def is_same_model(asked: str, said: str) -> bool:
    """Say whether two names are of one model: one may have its version, or the date of its snapshot, behind it."""
    return VERSION.sub("", asked.casefold()) == VERSION.sub("", said.casefold())
