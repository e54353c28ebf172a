"""A model of what the engine promises, and the checks of a run against it."""

from __future__ import annotations

import hashlib
import itertools
import math
import tempfile
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from hypothesis.stateful import RuleBasedStateMachine
from PIL import Image

from engine.service import PRICE, Event, Service, costs
from engine.story import Story, Wanted
from novaclips.discovery import Plugins
from novaclips.errors import ContentRefused, ExitCode
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.settings import Timing
from scripted import colour, picture

Size = tuple[int, int]


@dataclass(frozen=True)
class Look:
    """The settings of a run that its frames show."""

    style: str = "none"
    size: Size = (96, 64)


class Promised(RuleBasedStateMachine):
    """A creator with a folder, and a model of what the engine promises about it.

    ``have`` are the orders whose picture arrived, ``refused`` those whose newest answer was a refusal, as far as that
    is certain. ``remembered`` is the look in the manifest, None without one. ``shown`` is the order and the size that
    a frame was written for, ``edited`` the colour that somebody painted over it. ``least`` and ``most`` bound what the
    ledger has booked.
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
        self.have: set[str] = set()
        self.refused: set[str] = set()
        self.perhaps_refused: set[str] = set()
        self.shown: dict[int, tuple[str, Size]] = {}
        self.edited: dict[int, tuple[int, int, int]] = {}
        self.least = self.most = Decimal(0)
        self.ledger_is_lost = False

    def to_send(self, wanted: Collection[Wanted], *, retry_refused: bool = False) -> list[str]:
        """The orders that a run has to send: never what is there, refused ones only when it is told to."""
        known = self.have if retry_refused else self.have | self.refused
        return list(dict.fromkeys(one.order for one in wanted if one.order not in known))

    def learn(self, events: Sequence[Event]) -> None:
        """Take down what a run brought."""
        for order, end in events:
            if end is None:
                self.have.add(order)
            elif isinstance(end, ContentRefused):
                self.refused.add(order)
            else:
                self.refused.discard(order)
        paid = sum(map(costs, events)) * PRICE
        self.least, self.most = self.least + paid, self.most + paid

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
        policy = RetryPolicy(deadline=math.inf)
        return ImageGenerator(provider, style, plugins=self.plugins, timing=timing, policy=policy, **options)

    def generate(self, chosen: Collection[int] = (), **options: Any) -> RunReport:
        """Run as the creator does, one call after the other: so it is certain which call meets a trouble."""
        generator = self.generator("scripted", self.look.style, workers=1, **options)
        return generator.run(*self.place, scenes=chosen or None)

    def check_run(self, chosen: Collection[int] = (), *, pictures: int | None = None, **options: Any) -> RunReport:
        """Run, and see that it does what was promised, and that the plan after it knows what is left to do."""
        wanted = [one for one in self.story.wanted(self.look.style) if not chosen or one.scene.id in chosen]
        if pictures is not None:
            options["budget"] = pictures * PRICE
        report = self.check(
            wanted,
            self.look.size,
            lambda: self.generate(chosen, **options),
            pictures=pictures,
            retry_refused=options.get("retry_refused", False),
        )
        self.remembered = self.look
        if not self.perhaps_refused:
            plan = self.generator("scripted", self.look.style).plan(*self.place)
            assert plan.requests == len(self.to_send(self.story.wanted(self.look.style)))
        return report

    def check(
        self,
        wanted: list[Wanted],
        size: Size,
        run: Callable[[], RunReport],
        *,
        pictures: int | None = None,
        retry_refused: bool = False,
    ) -> RunReport:
        """Run, and see that the orders, the scenes' ends, the frames and the books are as promised."""
        before = self.service.orders
        report = run()
        sent = self.service.orders[len(before) :]
        asked = {one.order for one in wanted}
        self.refused |= (self.perhaps_refused & asked) - set(sent)
        self.perhaps_refused -= asked
        events, stopped = self.service.rehearse(self.to_send(wanted, retry_refused=retry_refused), before, pictures)
        assert sorted(sent) == sorted(order for order, _ in events)
        assert report.requests == len(sent)
        self.learn(events)
        drawn = {one.scene.id for one in wanted if one.order in self.have}
        assert {result.scene_id for result in report if result.ok} == drawn
        assert report.exit_code is self.exit_code(asked - self.have, stopped=stopped)
        self.check_frames([one for one in wanted if one.order in self.have], size)
        self.check_books()
        self.ledger_is_lost = False
        if not stopped:
            self.clear_away()
        return report

    def exit_code(self, missing: set[str], *, stopped: bool) -> ExitCode:
        """What a run has to answer when these orders brought no picture."""
        if stopped:
            return ExitCode.BUDGET
        if missing - self.refused:
            return ExitCode.SCENES_FAILED
        return ExitCode.REFUSED if missing else ExitCode.OK

    def check_frames(self, wanted: list[Wanted], size: Size) -> None:
        """Each frame shows its own scene, or what somebody painted over it since it was written for that."""
        for one in wanted:
            scene = one.scene.id
            if self.shown.get(scene) != (one.order, size):
                self.edited.pop(scene, None)
            self.shown[scene] = one.order, size
            with Image.open(self.frame(scene)) as frame:
                assert frame.size == size
                assert frame.getpixel((20, 30)) == self.edited.get(scene, colour(one.order))

    def check_books(self) -> None:
        """The ledger has booked what the service may charge for, and every picture is there for ever."""
        with Ledger(self.ledger) as ledger:
            booked = ledger.booked()
        assert self.least <= booked <= self.most
        self.least = self.most = booked
        originals = {path.stem for path in self.frames.glob(".novaclips/originals/*/[!.]*.png")}
        assert originals == {hashlib.sha256(picture(order)).hexdigest() for order in self.have}

    def clear_away(self) -> None:
        """Forget the frames of scenes that are gone."""
        for scene in set(self.shown) - {scene.id for scene in self.story.scenes}:
            del self.shown[scene]
            self.edited.pop(scene, None)
