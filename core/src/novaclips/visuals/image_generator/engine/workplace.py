"""A workplace: an output folder with everything that works on it, opened so that mistakes leave no trace."""

from __future__ import annotations

import contextlib
import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from novaclips.collector import collector_paused
from novaclips.discovery import Plugins
from novaclips.environment import environment
from novaclips.errors import ConfigError, FolderInUse, NovaclipsError, PluginError, StorageError
from novaclips.files import rehearse
from novaclips.visuals.image_generator.engine.announce import announcement, check_allowed, forbidden
from novaclips.visuals.image_generator.engine.bookings import total
from novaclips.visuals.image_generator.engine.budget import Limits
from novaclips.visuals.image_generator.engine.by_hand import SHAPING, differently, differs
from novaclips.visuals.image_generator.engine.crew import Crew
from novaclips.visuals.image_generator.engine.finish import Finisher
from novaclips.visuals.image_generator.engine.keep import last_resorts
from novaclips.visuals.image_generator.engine.keys import Addresser
from novaclips.visuals.image_generator.engine.ledger import FrameRecord, Ledger, Override
from novaclips.visuals.image_generator.engine.listener import Listener
from novaclips.visuals.image_generator.engine.lock import FolderLock
from novaclips.visuals.image_generator.engine.manifest import Remembered, write_manifest
from novaclips.visuals.image_generator.engine.names import Renamed, as_found, narrow, sentence, widen, width_of
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.own_files import HIDDEN, LEDGER, check_own_files
from novaclips.visuals.image_generator.engine.plan import Again, Plan, PlannedScene, State
from novaclips.visuals.image_generator.engine.planner import Planner
from novaclips.visuals.image_generator.engine.rebuild import recall
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.run import LISTENER_FAILED, Progress, Run, Studio
from novaclips.visuals.image_generator.engine.settings import RunSettings, Timing
from novaclips.visuals.image_generator.engine.spelled import Spelled, working_folder_kept
from novaclips.visuals.image_generator.models import Scene
from novaclips.visuals.image_generator.scenes import project_of, read_scenes
from novaclips.visuals.image_generator.writers import BaseOutputWriter

log = logging.getLogger("novaclips")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run finds: plugins, environment, clock, how patient it is, and who may spend (None: everybody)."""

    plugins: Plugins
    environ: Mapping[str, str]
    timing: Timing
    policy: RetryPolicy
    allow: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Workplace:
    """An output folder with everything that works on it.

    ``settings`` are those of the run, or where it draws only a part of a film, the film's with the run's beside:
    ``otherwise`` is then what the run was told. ``ledger`` is None where nothing was ever drawn; ``database`` is its
    file.
    """

    folder: Path
    spelled: Spelled
    remembered: Remembered
    settings: RunSettings
    otherwise: RunSettings | None
    scenes: tuple[Scene, ...]
    planner: Planner
    crew: Crew
    writers: Mapping[str, BaseOutputWriter]
    originals: Originals
    database: Path
    ledger: Ledger | None
    notes: tuple[str, ...]
    lock: FolderLock
    width: int
    narrow: Sequence[Renamed]
    beside: Mapping[str, BaseOutputWriter]
    former: Collection[str]
    left: Mapping[str, int]
    surroundings: Surroundings

    def plan(self, chosen: Collection[int] | None, redo: Mapping[int, Override] | None = None) -> Plan:
        """Plan the scenes; what the user should hear about the folder comes with it."""
        plan = self.planner.plan(self.scenes, chosen=chosen, redo=redo)
        if self.otherwise and redo is None:
            told = {one.scene.id: self._told(one, self.otherwise) for one in plan}
            plan = self.planner.plan(self.scenes, chosen=chosen, redo=told)
        refused = forbidden(plan, self.surroundings.allow)
        wider = [sentence(self.narrow)] if self.narrow else []
        notes = (*self.notes, *left_out(self.ledger), *self.crew.misfits(), *refused, *wider, *self._left_files())
        return self.spelled.plan(replace(plan, notes=notes, limits=self._limits()))

    def _left_files(self) -> list[str]:
        """Say what becomes of the files of writers that are not asked for any more."""
        return [
            f"writer {name!r} is not asked for any more, and {number} of its files are there; "
            + ("they are kept up to date, delete what you do not need" if name in self.beside else MOVED_ASIDE)
            for name, number in self.left.items()
        ]

    def _limits(self) -> Limits:
        """Say what the run may spend; what was booked before matters only to a budget of the whole project."""
        settings = self.settings
        bookings = self.ledger.bookings() if self.ledger and settings.project_budget is not None else []
        return Limits(run=settings.budget, project=settings.project_budget, booked=total(bookings))

    def _told(self, planned: PlannedScene, run: RunSettings) -> Override:
        return differently(planned.override, planned.scene, film=self.settings, run=run, given=run.given)

    def carry_out(
        self, plan: Plan, listener: Listener, agree: Callable[[Again | None], None] = lambda _: None
    ) -> RunReport:
        """Carry out a plan; a missing key or an unknown price shows before the folder is made.

        ``agree`` hears what would be drawn again of a finished film, and raises when that is not to be.
        """
        if plan and all(one.state is State.ABSENT for one in plan):
            raise plan[0].addressed.absent or PluginError(plan[0].reason)
        check_allowed(plan, self.surroundings.allow)
        check_prices(plan)
        if line := announcement(plan):
            log.info("%s", line)
        self.crew.open({planned.addressed.provider for planned in plan if planned.asks})
        agree(plan.again)
        check_folder(self.folder)
        self.lock.take()
        if self.ledger is None and self.database.exists():
            raise FolderInUse(f"{self.folder} was drawn by another process meanwhile; the same command again goes on")
        with contextlib.ExitStack() as stack:
            ledger = self.ledger or stack.enter_context(Ledger(self.database))
            if plan.requests or plan.collects:
                rehearse_keeping(self.originals, ledger)
            try:
                listener.planned(plan)
            except NovaclipsError:
                raise
            except Exception:
                log.exception(LISTENER_FAILED)
            if plan.moved:
                ledger.move_picks(plan.moved)
            return self._draw(self._widened(plan, ledger), ledger, self.spelled.listen(listener.progress))

    def _widened(self, plan: Plan, ledger: Ledger) -> Plan:
        """Give the frames the names that the film needs."""
        if not self.narrow:
            return plan
        renamed, notes = widen(self.narrow, self.folder)
        ledger.rename_frames(renamed)
        return replace(plan, notes=(*plan.notes, *notes))

    def _draw(self, plan: Plan, ledger: Ledger, listen: Callable[[Progress], object]) -> RunReport:
        settings = self.settings
        studio = Studio(
            settings=settings,
            crew=self.crew,
            ledger=ledger,
            originals=self.originals,
            finisher=Finisher(
                settings=settings,
                writers=self.writers,
                blame=self.crew.blame_writer,
                ledger=ledger,
                originals=self.originals,
                folder=self.folder,
                width=self.width,
                beside=self.beside,
                former=self.former,
            ),
            folder=self.folder,
            timing=self.surroundings.timing,
            policy=self.surroundings.policy,
            limits=plan.limits,
        )
        if plan.requests or plan.collects:  # a run that is killed must be known by its settings, too
            with contextlib.suppress(StorageError):  # at the end it is told
                write_manifest(self.remembered, plan, RunReport((), self.folder), ledger)
        report = Run(plan, studio, listen).execute()
        report = self.spelled.texts(replace(report, notes=(*plan.notes, *report.notes)))
        try:
            write_manifest(self.remembered, plan, report, ledger)
        except StorageError as error:
            self.spelled.error(error)
            report = replace(report, stopped_by=report.stopped_by or error)
        return self.spelled.paths(report)


@contextlib.contextmanager
def open_workplace(
    scenes_path: Path,
    folder: Path,
    settings: RunSettings,
    chosen: Collection[int] | None,
    surroundings: Surroundings,
    *,
    before: Callable[[], RunSettings | None],
    writing: bool = True,
    work: str = "drawn",
) -> Iterator[Workplace]:
    """Read the scenes, make the plugins, open the folder: in this order, so that mistakes leave no trace.

    ``before`` returns the settings of the folder's last run, None where it had none; few runs need them.
    """
    scenes = read_scenes(scenes_path)
    check_chosen(scenes, chosen)
    asked_for = settings.provider if "provider" in settings.given else ""
    kept, settings, otherwise = part_of_film(before, settings, chosen, scenes)
    env = environment(project_of(scenes_path), surroundings.environ)
    spelled = Spelled.of(folder)
    folder, scenes_path = spelled.absolute, scenes_path.absolute()  # a plugin may change the working folder
    hidden = folder / HIDDEN
    originals = Originals(hidden / "originals", last_resorts(folder, surroundings.environ), spell=spelled.text)
    database = hidden / LEDGER
    with contextlib.ExitStack() as stack:
        stack.enter_context(working_folder_kept())
        stack.enter_context(spelled.errors())
        check_own_files(folder)
        crew = stack.enter_context(Crew(surroundings.plugins, settings, env))
        addresser = Addresser(settings, crew)
        with collector_paused():
            if asked_for and (error := crew.absent(asked_for)):
                raise error
            for scene in scenes:  # unknown names show here, before the folder is touched
                addresser.address(scene)
        writers = crew.writers()
        lock = stack.enter_context(FolderLock(folder, surroundings.timing.now, work=work))
        if writing and folder.exists():
            check_folder(folder)
            if hidden.exists():
                lock.take()
        brought = originals.bring_home() if writing and hidden.exists() else []
        recalled = recall(database, originals, folder, writing=writing)
        if recalled.ledger is not None:
            stack.enter_context(recalled.ledger)
        ids = {scene.id for scene in scenes}
        width = width_of(ids, recalled.memory.frames)
        renamed = narrow(recalled.memory.frames, ids, width)
        memory = replace(recalled.memory, frames=as_found(recalled.memory.frames, renamed, folder))
        former = {writer for _, writer in memory.frames if writer not in writers}
        beside = crew.writers_beside(writers, sorted(former)) if former else {}
        planner = Planner(
            settings=settings,
            addresser=addresser,
            quote=crew.quote,
            writers=writers,
            beside=beside,
            memory=memory,
            folder=folder,
            originals=originals,
            formerly=partial(kin_of_before, before, settings, surroundings.plugins, env),
        )
        yield Workplace(
            folder=folder,
            spelled=spelled,
            remembered=Remembered(scenes_path, kept),
            settings=settings,
            otherwise=otherwise,
            scenes=scenes,
            planner=planner,
            crew=crew,
            writers=writers,
            originals=originals,
            database=database,
            ledger=recalled.ledger,
            notes=tuple(map(spelled.text, (*brought, *recalled.notes))),
            lock=lock,
            width=width,
            narrow=renamed,
            beside=beside,
            former=sorted(former),
            left=files_left(memory.frames, former, folder) if former else {},
            surroundings=surroundings,
        )


def left_out(ledger: Ledger | None) -> list[str]:
    """Say how many entries of the ledger were of no use."""
    if ledger is None or not ledger.left_out:
        return []
    entries = "1 entry" if ledger.left_out == 1 else f"{ledger.left_out} entries"
    return [f"{entries} of the ledger {ledger.path} cannot be understood and count as not written"]


MOVED_ASIDE = "it cannot bring them up to date, so a run moves those aside that show something old"


def files_left(frames: Mapping[tuple[int, str], FrameRecord], writers: Collection[str], folder: Path) -> dict[str, int]:
    """Count the files that are there of each of these writers."""
    there = (name for (_, name), record in frames.items() if name in writers and os.path.lexists(folder / record.file))
    return dict(Counter(there))


def part_of_film(
    before: Callable[[], RunSettings | None],
    run: RunSettings,
    chosen: Collection[int] | None,
    scenes: Collection[Scene],
) -> tuple[RunSettings, RunSettings, RunSettings | None]:
    """Say which settings the folder keeps, which ones the run has, and what its own scenes are told otherwise.

    A run over part of a film changes nothing for the rest of it: the folder keeps the settings of before, and in what
    shapes pictures the run has them too. In what it was told otherwise, its scenes are told by hand.
    """
    if chosen is None or set(chosen) >= {scene.id for scene in scenes} or (film := before()) is None:
        return run, run, None
    otherwise = any(name in run.given or differs(name, film, run) for name in SHAPING)
    shared = replace(run, provider=film.provider, style=film.style, enhancers=film.enhancers, options=film.options)
    return film, shared, run if otherwise else None


def kin_of_before(
    before: Callable[[], RunSettings | None],
    run: RunSettings,
    plugins: Plugins,
    env: Mapping[str, str],
    scenes: Sequence[Scene],
) -> list[str]:
    """Name what the scenes asked for in the folder's last run, whatever the native size."""
    settings = before() or run
    with Crew(plugins, settings, env) as crew:
        addresser = Addresser(settings, crew)
        return [addresser.address(scene).kin for scene in scenes]


def check_chosen(scenes: Collection[Scene], wanted: Collection[int] | None) -> None:
    """Check that the wanted scenes are there; ConfigError names those that are not."""
    ids = {scene.id for scene in scenes}
    if unknown := sorted(set(wanted or ()) - ids):
        known = f"{min(ids)} to {max(ids)}" if len(ids) > 1 else str(min(ids))
        raise ConfigError(f"no scene {', '.join(map(str, unknown))} in the scenes file; it has {known}")


def check_prices(plan: Plan) -> None:
    """Check that a budget can be kept; ConfigError names the first scene whose price nobody knows."""
    if plan.limits.usd is None:
        return
    for planned in plan:
        if planned.asks and planned.quote.cost is None:
            asked = planned.addressed
            model = f" (model {asked.told('model')})" if asked.told("model") else ""
            raise ConfigError(
                f"the budget cannot be kept: what provider {asked.provider!r}{model} asks for scene {planned.scene.id}"
                " is unknown; leave the budget out, or choose a model with a known price"
            )


def check_folder(folder: Path) -> None:
    """Make sure that the output folder is one and takes files; ConfigError before anything is sent."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".novaclips-probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as exc:
        raise ConfigError(f"cannot write into {folder}: {exc.strerror or exc}; choose another output folder") from exc


def rehearse_keeping(originals: Originals, ledger: Ledger) -> None:
    """Do once all that keeping a picture takes, before one is paid for; ConfigError where the disk refuses it."""
    try:
        rehearse(originals.folder.parent)
        ledger.rehearse()
    except StorageError as exc:
        raise ConfigError(
            f"{exc}; nothing was sent, for no picture could be kept; choose another output folder"
        ) from exc
