"""A model of what the engine promises, and the checks of a run against it."""

from __future__ import annotations

import hashlib
import itertools
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine
from PIL import Image

from engine.service import POLICY, PRICE, Event, Forecast, Service, Size, costs, kin, lost, native_size, picture_of
from engine.story import Story, Wanted
from novaclips.discovery import Plugins
from novaclips.errors import ContentRefused, ExitCode, NovaclipsError, OutcomeUnknown, ProviderError
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator import models as engine
from novaclips.visuals.image_generator.engine.by_hand import words_of
from novaclips.visuals.image_generator.engine.ledger import FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.report import Outcome, RunReport
from novaclips.visuals.image_generator.engine.settings import Timing
from scripted import colour

Courses = Sequence[Sequence[ProviderError]]


@dataclass(frozen=True)
class Look:
    """The settings of a run that its frames show."""

    style: str = "none"
    size: Size = (96, 64)


@dataclass(frozen=True)
class Manner:
    """The settings of a run that its frames do not show; ``pictures`` are what its budget is for.

    One worker makes one call after the other, so it is certain in which order.
    """

    retry_refused: bool = False
    on_unknown: str = "retry"
    pictures: int | None = None
    workers: int = 1

    @property
    def options(self) -> dict[str, Any]:
        """What the generator is told."""
        budget = None if self.pictures is None else self.pictures * PRICE
        return {"on_unknown": self.on_unknown, "workers": self.workers, "budget": budget}


class Promised(RuleBasedStateMachine):
    """A creator with a folder, and a model of what the engine promises about it.

    ``have`` are the orders whose picture arrived, by what else that picture serves. ``ends`` is for each order how its
    newest call without a picture ended, as far as that is remembered; ``told`` is what the manifest tells of that.
    ``remembered`` is the look in the manifest, None without one. ``shown`` is the order and the size that a frame was
    written for, ``places`` where the take that it shows is kept, ``edited`` the colour that somebody painted over it.
    ``least`` and ``most`` bound what the ledger has
    booked.
    """

    story: Story

    def __init__(self, root: Path, hire: Callable[[Service], None]) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp(dir=root))
        self.frames = self.root / "frames"
        self.ledger = self.frames / ".novaclips" / "ledger.sqlite3"
        self.service = Service(self.root / "books")
        hire(self.service)
        self.plugins = Plugins()
        self.look = Look()
        self.remembered: Look | None = None
        self.have: dict[tuple[str, Fraction], str] = {}
        self.ends: dict[str, ProviderError] = {}
        self.told: dict[str, ProviderError] = {}
        self.told_shown: dict[int, tuple[str, Size]] = {}
        self.shown: dict[int, tuple[str, Size]] = {}
        self.places: dict[int, tuple[str, int]] = {}
        self.told_places: dict[int, tuple[str, int]] = {}
        self.edited: dict[int, tuple[int, int, int]] = {}
        self.least = self.most = Decimal(0)
        self.ledger_is_lost = False

    def wanted(self, look: Look) -> list[Wanted]:
        """Say what each scene's frame has to show."""
        return self.story.wanted(look.style, native_size(look.size), self.places, self.is_there)

    def look_at_frames(self) -> None:
        """Learn what frames were written for, where only the engine knows: after a run that was killed."""
        with Ledger(self.ledger) as ledger:
            self.shown = {record.scene: written_for(record) for record in ledger.frames().values()}
            self.look_at_places(ledger)

    def look_at_places(self, ledger: Ledger) -> None:
        """Learn which of equal scenes has which of the takes: only the engine's numbers tell them apart."""
        prompts = {scene.prompt for scene in self.story.scenes} | {prompt for prompt, _ in self.story.takes}
        words = {words_of(engine.Scene(id=1, prompt=prompt)): prompt for prompt in prompts}
        picks = {record.scene: record.about["pick"] for record in ledger.frames().values()}
        self.places = {scene: (words[pick[0]], pick[1]) for scene, pick in picks.items() if pick and pick[0] in words}

    def is_there(self, one: Wanted) -> bool:
        """Say whether there is a picture for it: its own, or one of the same shape."""
        return kin(one.order) in self.have

    def to_send(self, wanted: Collection[Wanted], manner: Manner) -> list[str]:
        """The orders that a run has to send.

        Never what is there, what was refused or lost only when the run is told to.
        """
        left = [] if manner.retry_refused else [ContentRefused]
        left += [OutcomeUnknown] if manner.on_unknown == "leave" else []
        missing = [one.order for one in wanted if not self.is_there(one)]
        return [order for order in dict.fromkeys(missing) if type(self.ends.get(order)) not in left]

    def foretell(self, wanted: Collection[Wanted], manner: Manner, courses: Courses = ()) -> Forecast:
        """Let the service answer the first order with the first course of troubles, and so on; foretell the calls."""
        orders = self.to_send(wanted, manner)
        self.service.troubles = {order: list(course) for order, course in zip(orders, courses, strict=False)}
        return self.service.foretell(orders, pictures=manner.pictures, asks_again=manner.on_unknown == "retry")

    def learn(self, events: Sequence[Event]) -> None:
        """Take down what a run brought."""
        for order, end in events:
            if end is None:
                self.have[kin(order)] = order
            else:
                self.ends[order] = end
        self.least, self.most = self.least + costs(events), self.most + costs(events)

    def remember(self, look: Look, everything: Collection[Wanted]) -> None:
        """Take down what is in the manifest after a run."""
        self.remembered = look
        missing = {one.order for one in everything if not self.is_there(one)}
        self.told = {order: end for order, end in self.ends.items() if order in missing}
        self.told_shown, self.told_places = dict(self.shown), dict(self.places)

    def forget(self) -> None:
        """Know no more than the originals and the manifest tell, where there is no ledger."""
        if self.ledger_is_lost:
            self.ends, self.shown, self.places = dict(self.told), dict(self.told_shown), dict(self.told_places)
            self.least = PRICE * len(self.have) + costs([*self.told.items()])
        if self.ledger_is_lost and not self.remembered:
            self.story.takes.clear()
            self.shown.clear()
            self.places.clear()
            self.edited.clear()

    @property
    def place(self) -> tuple[Path, Path, str]:
        """What is drawn, where and how large."""
        return self.story.path, self.frames, "{}x{}".format(*self.look.size)

    def frame(self, scene: int) -> Path:
        return self.frames / f"scene-{scene:03d}.png"

    def generator(self, provider: str | None, style: str | None, **options: Any) -> ImageGenerator:
        """Make a generator with a clock that runs ahead, so that nobody waits."""
        clock = itertools.count(step=100)
        timing = Timing(sleep=lambda _: None, monotonic=lambda: float(next(clock)))
        return ImageGenerator(provider, style, plugins=self.plugins, timing=timing, policy=POLICY, **options)

    def of_now(self, manner: Manner) -> ImageGenerator:
        """Make the generator that the creator runs."""
        return self.generator("scripted", self.look.style, retry_refused=manner.retry_refused, **manner.options)

    def check_run(self, chosen: Collection[int] = (), manner: Manner = Manner(), courses: Courses = ()) -> RunReport:
        """Run, and see that the plan tells and the run does what was promised."""
        everything = self.wanted(self.look)
        wanted = [one for one in everything if not chosen or one.scene.id in chosen]
        forecast = self.foretell(wanted, manner, courses)
        if forecast.order_matters:  # what several workers would have sent by then nobody knows
            manner = replace(manner, workers=1)
        generator = self.of_now(manner)
        assert generator.plan(*self.place, scenes=chosen or None).requests == len(forecast.orders)
        report = self.check(
            wanted, self.look, manner, forecast, lambda: generator.run(*self.place, scenes=chosen or None)
        )
        self.remember(self.look, everything)
        return report

    def check(
        self, wanted: list[Wanted], look: Look, manner: Manner, forecast: Forecast, run: Callable[[], RunReport]
    ) -> RunReport:
        """Run, and see that the calls, the scenes' ends, the frames and the books are as promised."""
        before = self.service.orders
        report = run()
        sent, events = self.service.orders[len(before) :], forecast.events
        arrange = list if manner.workers == 1 else sorted
        assert arrange(sent) == arrange(order for order, _ in events)
        self.learn(events)
        self.check_report(report, wanted, forecast)
        self.check_frames([one for one in wanted if self.is_there(one)], look.size)
        self.check_books()
        self.ledger_is_lost = False
        if not forecast.stop:
            self.clear_away()
        return report

    def check_report(self, report: RunReport, wanted: list[Wanted], forecast: Forecast) -> None:
        """The report tells how each scene ended, what was sent, and what that cost."""
        missing = [one for one in wanted if not self.is_there(one)]
        failed = {one.scene.id: self.outcome(one.order, forecast) for one in missing}
        assert {result.scene_id: result.outcome for result in report.missing} == failed
        assert report.exit_code is exit_code(set(failed.values()), forecast.stop)
        assert report.requests == len(forecast.events)
        assert report.perhaps_usd == PRICE * lost(forecast.events)
        assert report.cost_usd == costs(forecast.events) - PRICE * lost(forecast.events)

    def outcome(self, order: str, forecast: Forecast) -> Outcome:
        """Say how an order ended that brought no picture: as its newest call did, however long ago that was."""
        if order in forecast.unsent:
            return Outcome.NOT_SENT
        kinds = {ContentRefused: Outcome.REFUSED, OutcomeUnknown: Outcome.UNKNOWN}
        return kinds.get(type(self.ends[order]), Outcome.FAILED)

    def check_frames(self, wanted: list[Wanted], size: Size) -> None:
        """Each frame shows its own scene, or what somebody painted over it since it was written for that."""
        for one in wanted:
            scene = one.scene.id
            if self.shown.get(scene) != (one.order, size):
                self.edited.pop(scene, None)
            self.shown[scene] = one.order, size
            with Image.open(self.frame(scene)) as frame:
                assert frame.size == size
                assert frame.getpixel((20, 30)) == self.edited.get(scene, colour(self.have[kin(one.order)]))

    def check_books(self) -> None:
        """The ledger has booked what the service may charge for, and every picture is there for ever."""
        with Ledger(self.ledger) as ledger:
            booked = ledger.booked()
            self.look_at_places(ledger)
        assert self.least <= booked <= self.most
        self.least = self.most = booked
        originals = {path.stem for path in self.frames.glob(".novaclips/originals/*/[!.]*.png")}
        assert originals == {hashlib.sha256(picture_of(order)).hexdigest() for order in self.have.values()}

    def clear_away(self) -> None:
        """Forget the frames of scenes that are gone."""
        for scene in set(self.shown) - {scene.id for scene in self.story.scenes}:
            del self.shown[scene]
            self.edited.pop(scene, None)


def exit_code(failed: Collection[Outcome], stop: type[NovaclipsError] | None) -> ExitCode:
    """Say what a run has to answer after these ends without a picture."""
    if stop:
        return stop.exit_code
    if set(failed) - {Outcome.REFUSED}:
        return ExitCode.SCENES_FAILED
    return ExitCode.REFUSED if failed else ExitCode.OK


def written_for(record: FrameRecord) -> tuple[str, Size]:
    """Read from a frame's record for which order and in which size it was written."""
    about = record.about
    width, height = map(int, record.resolution.split("x"))
    return f"{about['prompt']}|{about['request']['seed']}|{about['take']}|{native_size((width, height))}", (
        width,
        height,
    )
