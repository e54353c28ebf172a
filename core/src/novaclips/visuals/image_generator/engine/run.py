"""The run: a plan carried out on many threads, one bad scene at a time."""

from __future__ import annotations

import contextlib
import logging
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

from novaclips.errors import BadImage, ContentRefused, NovaclipsError, OutcomeUnknown, Retry, Scope, StorageError
from novaclips.guarded import cause
from novaclips.handles import most_calls
from novaclips.untrusted.values import whole
from novaclips.visuals.image_generator.engine.bookings import Booking, total
from novaclips.visuals.image_generator.engine.budget import Limits
from novaclips.visuals.image_generator.engine.buy import Left, NotSent
from novaclips.visuals.image_generator.engine.buyers import Buyers
from novaclips.visuals.image_generator.engine.crew import Crew
from novaclips.visuals.image_generator.engine.finish import Finished, Finisher
from novaclips.visuals.image_generator.engine.interrupt import first_ctrl_c
from novaclips.visuals.image_generator.engine.ledger import Bought, FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.plan import Plan, PlannedScene, State
from novaclips.visuals.image_generator.engine.records import intent_of
from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport
from novaclips.visuals.image_generator.engine.retry import RetryPolicy, stops_the_run
from novaclips.visuals.image_generator.engine.settings import RunSettings, Timing
from novaclips.visuals.image_generator.engine.tidy import put_away, remove_orphans, sweep
from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.money import amount

T = TypeVar("T")

log = logging.getLogger("novaclips")
# Windows hands Ctrl-C to a thread only when it is not waiting for a lock: so many seconds at a stretch. None: no end.
UNINTERRUPTED = 0.2 if os.name == "nt" else None
FITTING_THREADS = min(2, os.cpu_count() or 1)  # more would only push each other's pixels out of the cache
FITTING_NICENESS = 10
CALLS = "novaclips-call"  # the name of the threads that call providers starts so
LISTENER_FAILED = "the program that listens to the run failed; the run goes on"


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run tells while it goes on: a scene's outcome, or (``outcome`` None) news in words."""

    scene_id: int | None
    outcome: Outcome | None
    text: str
    done: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Studio:
    """Where and with whom a run works."""

    settings: RunSettings
    crew: Crew
    ledger: Ledger
    originals: Originals
    finisher: Finisher
    folder: Path
    timing: Timing
    limits: Limits
    policy: RetryPolicy = RetryPolicy()  # noqa: RUF009 - frozen


@dataclass(frozen=True, slots=True)
class Picture:
    """What a result tells of the picture that its frame shows."""

    model: str = ""
    seed: int | None = None
    cost_usd: Decimal | None = None
    upper_bound: bool = False


def picture_of(about: Mapping[str, JSON]) -> Picture:
    """Read it from a frame's entry in the manifest."""
    cost, bound = amount(about.get("cost_usd")), about.get("upper_bound") is True
    return Picture(str(about.get("model") or ""), whole(about.get("seed")), cost, upper_bound=bound)


class Run:
    """Carries out one plan. Call ``execute`` once.

    Worker threads buy and fit; all decisions are made by the thread that calls ``execute``, which reads one queue.
    """

    def __init__(self, plan: Plan, studio: Studio, listen: Callable[[Progress], object]) -> None:
        self._plan = plan
        self._studio = studio
        self._listen = listen
        self._stop = threading.Event()
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._results: dict[int, ImageResult] = {}
        self._waiting: dict[str, list[PlannedScene]] = {}
        self._unknown: dict[int, NovaclipsError] = {}
        self._open = 0
        self._queued: list[tuple[Future[None], Callable[[NovaclipsError], None]]] = []
        self._buyers = Buyers(
            crew=studio.crew,
            ledger=studio.ledger,
            originals=studio.originals,
            limits=studio.limits,
            policy=studio.policy,
            timing=studio.timing,
            stop=self._stop,
            planned=plan.requests,
            tell=lambda scene, text: self._queue.put(partial(self._tell, scene, text)),
        )
        self._frames = studio.ledger.frames()
        self._interrupted = False
        self._patient = True
        self._stopped_by: NovaclipsError | None = None
        self._notes: list[str] = []

    def execute(self) -> RunReport:
        """Do what the plan says and return what came of it; errors are in the report, not raised."""
        began = self._studio.timing.monotonic()
        with first_ctrl_c(self._interrupt, self._last_words), self._pools() as (self._calls, self._fits):
            for planned in self._plan:
                self._start(planned)
            self._work()
        if not (self._interrupted or self._stopped_by):
            self._tidy()
        bookings = self._bookings()
        return RunReport(
            results=tuple(self._results[planned.scene.id] for planned in self._plan),
            folder=self._studio.folder,
            stopped_by=self._stopped_by,
            interrupted=self._interrupted,
            requests=self._buyers.requests,
            bookings=tuple(booking for booking in bookings if booking.run == self._buyers.run),
            project=total(bookings),
            seconds=self._studio.timing.monotonic() - began,
            notes=tuple(self._notes),
        )

    def _tidy(self) -> None:
        try:
            sweep(self._studio.folder)
            endings = [writer.extension for writer in self._studio.finisher.writers.values()]
            self._notes += remove_orphans(self._plan.orphans, self._studio.folder, self._studio.ledger, endings)
            self._notes += put_away(self._left_over(), self._wanted(), self._studio.folder, self._studio.ledger)
        except StorageError as error:
            self._stopped_by = error

    def _left_over(self) -> list[FrameRecord]:
        """List the files of writers that are not asked for any more and did not bring them up to date."""
        finisher = self._studio.finisher
        if not finisher.former:
            return []
        there = self._studio.ledger.frames().values()
        return [record for record in there if record.writer in finisher.former]

    def _wanted(self) -> dict[int, tuple[str, str, str]]:
        """Say for each scene that has its frame what that shows, in which size and how fitted."""
        settings = self._studio.settings
        size, fit = str(settings.resolution), settings.fit
        return {one.scene.id: (one.addressed.key, size, fit) for one in self._plan if self._results[one.scene.id].ok}

    def _bookings(self) -> list[Booking]:
        try:
            return self._studio.ledger.bookings()
        except StorageError as error:
            self._stopped_by = self._stopped_by or error
            return []

    def _start(self, planned: PlannedScene) -> None:
        """Settle a scene that needs nothing; hand any other to the thread pools."""
        if planned.state is State.FRESH:
            record = self._frames[planned.scene.id, self._studio.settings.writers[0]]
            shown = picture_of(record.about)
            file = self._studio.folder / record.file
            self._settle(planned, Outcome.FRESH, file=file, picture=shown, reason=planned.reason)
        elif planned.state is State.REFUSED:
            self._settle(planned, Outcome.REFUSED, reason=planned.reason, error=ContentRefused(planned.reason))
        elif planned.state is State.UNUSABLE:
            self._settle(planned, Outcome.FAILED, reason=planned.reason, error=BadImage(planned.reason))
        elif planned.state is State.UNKNOWN:
            self._settle(planned, Outcome.UNKNOWN, reason=planned.reason, error=OutcomeUnknown(planned.reason))
        elif planned.state is State.ABSENT:
            self._settle(planned, Outcome.FAILED, reason=planned.reason, error=planned.addressed.absent)
        elif planned.bought:
            self._fit(planned, planned.bought, Outcome.FITTED)
        else:
            self._buy(planned)

    def _buy(self, planned: PlannedScene) -> None:
        """Ask for a picture, once for all the scenes that ask for exactly the same."""
        key = planned.addressed.key
        self._waiting.setdefault(key, []).append(planned)
        if len(self._waiting[key]) == 1:
            buyer = self._buyers.of(planned.addressed.provider)
            intent = intent_of(planned.place, planned.override) if planned.new_take else None
            work = partial(buyer.buy, planned.addressed, planned.quote, intent)
            self._submit(self._calls, work, partial(self._arrived, key), partial(self._not_bought, key))

    def _arrived(self, key: str, bought: Bought) -> None:
        there = self._buyers.found(key)
        for number, planned in enumerate(self._waiting.pop(key)):
            self._fit(planned, bought, Outcome.FITTED if number or there else Outcome.DRAWN)

    def _not_bought(self, key: str, error: NovaclipsError) -> None:
        """Settle the scenes of a request that failed; one without any answer is sent once more, behind all others."""
        for planned in self._waiting.pop(key):
            scene_id = planned.scene.id
            if error.retry is Retry.LAST and scene_id not in self._unknown and self._asks_again:
                self._unknown[scene_id] = error
                self._tell(scene_id, f"no answer, perhaps billed; asked again behind all others: {error}")
                self._buy(planned)
            elif error.ends_as == "not sent" and (sent := self._sent_before(scene_id, error)):
                if stops_the_run(error):
                    self._stop_by(error)
                self._fail(planned, sent)  # it was not sent again, and it was sent
            else:
                self._fail(planned, error)
        if verdict := self._buyers.verdict:
            self._stop_by(verdict)

    def _sent_before(self, scene_id: int, error: NovaclipsError) -> NovaclipsError | None:
        """Return what came of an earlier try of this run that was perhaps billed, where there was one."""
        sent = self._unknown.get(scene_id) or error.__cause__
        return sent if isinstance(sent, NovaclipsError) else None

    @property
    def _asks_again(self) -> bool:
        return self._studio.settings.on_unknown == "retry"

    def _fit(self, planned: PlannedScene, bought: Bought, outcome: Outcome) -> None:
        work = partial(self._studio.finisher.finish, planned, bought, self._frames)
        self._submit(self._fits, work, partial(self._framed, planned, bought, outcome), partial(self._fail, planned))

    def _framed(self, planned: PlannedScene, bought: Bought, outcome: Outcome, finished: Finished) -> None:
        self._notes += finished.notes
        picture = Picture(bought.model, bought.seed, amount(bought.cost_usd), upper_bound=bought.upper_bound)
        warnings = (*bought.details.get("warnings", ()), *finished.warnings, *self._twins(planned, bought))
        file = finished.paths[0]
        self._settle(planned, outcome, file=file, picture=picture, warnings=warnings, reason=planned.reason)

    def _twins(self, planned: PlannedScene, bought: Bought) -> list[str]:
        """Say so where another scene, which asked for something else, shows the very same picture."""
        number, key = self._shown.setdefault(bought.original, (planned.scene.id, planned.addressed.key))
        if key == planned.addressed.key:
            return []
        return [f"scene {planned.scene.id}: the same picture as scene {number}, which asked for another"]

    @cached_property
    def _shown(self) -> dict[str, tuple[int, str]]:
        """By original, a scene that shows it and its request: to begin with, of frames that stay as they are."""
        writer = self._studio.settings.writers[0]
        fresh = [one.scene.id for one in self._plan.everything if one.state is State.FRESH]
        records = (self._frames.get((scene_id, writer)) for scene_id in fresh)
        return {record.about.get("original", ""): (record.scene, record.key) for record in records if record}

    def _fail(self, planned: PlannedScene, error: NovaclipsError) -> None:
        if stops_the_run(error):
            self._stop_by(error)
        outcome = outcome_of(error)
        if outcome is Outcome.NOT_SENT:
            what = "the budget was reached" if error.scope is Scope.RUN else "the run was stopped"
            self._settle(planned, outcome, reason=f"{what} before its turn")
        else:
            self._settle(planned, outcome, reason=str(error), error=error)

    def _stop_by(self, error: NovaclipsError) -> None:
        """Send nothing new; the first reason counts."""
        self._stopped_by = self._stopped_by or error
        self._stop.set()

    def _settle(
        self,
        planned: PlannedScene,
        outcome: Outcome,
        *,
        file: Path | None = None,
        picture: Picture = Picture(),
        warnings: tuple[str, ...] = (),
        reason: str = "",
        error: NovaclipsError | None = None,
    ) -> None:
        """Write down a scene's end and tell the listener."""
        request = planned.addressed.request
        self._results[planned.scene.id] = ImageResult(
            scene_id=planned.scene.id,
            image_bytes=None,
            file_path=file,
            prompt_used=request.prompt,
            outcome=outcome,
            provider=planned.addressed.provider,
            model=picture.model,
            seed=request.seed if picture.seed is None else picture.seed,
            cost_usd=picture.cost_usd,
            upper_bound=picture.upper_bound,
            warnings=warnings,
            reason=reason,
            error=error,
        )
        self._tell(planned.scene.id, reason, outcome)

    def _tell(self, scene_id: int | None, text: str, outcome: Outcome | None = None) -> None:
        try:
            self._listen(Progress(scene_id, outcome, text, len(self._results), len(self._plan)))
        except Exception:
            log.exception(LISTENER_FAILED)

    def _interrupt(self) -> None:
        """Send nothing new; called by the signal handler, so it only leaves word."""
        self._interrupted = True
        self._stop.set()
        self._queue.put(self._leave_jobs)

    def _leave_jobs(self) -> None:
        """Wait no more for jobs that the next run can collect, and say what is waited for."""
        left = self._buyers.leave_jobs()
        scenes = self._buyers.in_flight
        text = "interrupted"
        if scenes or not left:
            text += ": waiting for what is in flight (Ctrl-C again gives it up)"
        self._tell(None, text)
        for key in left:
            self._patient = False
            self._open -= 1
            for planned in self._waiting.pop(key):
                reason = "its job is with the service, and collected by the next run"
                self._settle(planned, Outcome.UNKNOWN, reason=reason, error=OutcomeUnknown(reason))
        if left:  # no thread may be free to see that the run is stopped
            for future, otherwise in self._queued:
                if future.cancel():
                    self._closing(partial(otherwise, NotSent("the run was stopped before its turn")))

    def _last_words(self) -> str:
        """Say at the second Ctrl-C what may have to be paid for."""
        jobs, scenes = self._buyers.collecting, self._buyers.in_flight
        collected = f"; collected by the next run: scenes {', '.join(map(str, jobs))}" if jobs else ""
        perhaps = f"; perhaps billed: scenes {', '.join(map(str, scenes))}" if scenes else ""
        return f"given up{collected}{perhaps}; see novaclips visuals status"

    def _submit(
        self,
        pool: ThreadPoolExecutor,
        work: Callable[[], T],
        then: Callable[[T], None],
        otherwise: Callable[[NovaclipsError], None],
    ) -> None:
        """Have a pool do ``work``; what follows is done by the thread that reads the queue."""

        def report() -> None:
            try:
                answer = work()
            except NovaclipsError as error:
                self._queue.put(partial(self._closing, partial(otherwise, error)))
            except Left:
                return  # the scene has come to its end
            except BaseException as exc:  # noqa: BLE001 - whatever it is, the scene must come to an end
                self._queue.put(partial(self._closing, partial(otherwise, mistake(exc))))
            else:
                self._queue.put(partial(self._closing, partial(then, answer)))

        self._open += 1
        self._queued.append((pool.submit(report), otherwise))

    def _closing(self, follow: Callable[[], None]) -> None:
        self._open -= 1
        follow()

    def _work(self) -> None:
        """Do what the queue says until no work is open."""
        while self._open:
            next_of(self._queue, UNINTERRUPTED)()

    def _workers(self) -> int:
        """Return how many calls may be in flight at once: as told, else as the providers say, within what is allowed.

        With more open files than the system allows, a paid picture would wait for one to be closed.
        """
        names = {planned.addressed.provider for planned in self._plan if planned.asks}
        able = [self._studio.crew.spec(name).capabilities for name in names]
        offered = max((1 if can.serial else can.in_flight for can in able), default=1)
        wanted, most = self._studio.settings.workers or offered, most_calls()
        if most is None or wanted <= most:
            return wanted
        if names:
            self._notes.append(
                f"{most} calls in flight at once, not {wanted}: this process may have too few files open; raise"
                " ulimit -n for more"
            )
        return most

    @contextlib.contextmanager
    def _pools(self) -> Iterator[tuple[ThreadPoolExecutor, ThreadPoolExecutor]]:
        """Make the thread pools, and wait for them at the end; not for jobs left alone, nor after a second Ctrl-C."""
        calls = ThreadPoolExecutor(self._workers(), thread_name_prefix=CALLS)
        fits = ThreadPoolExecutor(FITTING_THREADS, thread_name_prefix="novaclips-fit", initializer=give_way_to_calls)
        try:
            yield calls, fits
        except KeyboardInterrupt:
            self._patient = False
            raise
        finally:
            self._stop.set()
            for pool in (calls, fits):
                pool.shutdown(wait=self._patient, cancel_futures=True)


def outcome_of(error: NovaclipsError) -> Outcome:
    """Return how a scene ended that met this error; what became of a picture that found no room is known."""
    return Outcome.FAILED if error.ends_as == "unknown" and error.scope is Scope.RUN else Outcome(error.ends_as)


def mistake(exc: BaseException) -> NovaclipsError:
    """Make the error of a scene that met a mistake of novaclips itself; the log has where that is."""
    log.error("a mistake of novaclips itself", exc_info=exc)
    error = NovaclipsError(f"novaclips made a mistake, please report it: {cause(exc)}")
    error.__cause__ = exc
    return error


def next_of(events: queue.SimpleQueue[T], stretch: float | None) -> T:
    """Wait for the next event, and look up every so many seconds so that Ctrl-C gets through; None: without a break."""
    while True:
        with contextlib.suppress(queue.Empty):
            return events.get(timeout=stretch)


def give_way_to_calls() -> None:
    """Let this thread have the processor only when no call wants it, where the system can say that of a thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), FITTING_NICENESS)
