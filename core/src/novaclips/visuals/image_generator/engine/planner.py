"""The planner: what is there, what is out of date, and what must be bought."""

from __future__ import annotations

import hashlib
import itertools
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from stat import S_ISREG

from novaclips.collector import collector_paused
from novaclips.errors import BadImage, NovaclipsError
from novaclips.untrusted.files import read_regular
from novaclips.untrusted.text import storable
from novaclips.visuals.image_generator.engine.by_hand import WORDS, in_effect, words_of
from novaclips.visuals.image_generator.engine.keys import AS_WRITTEN, Addressed, Addresser, kin
from novaclips.visuals.image_generator.engine.ledger import Bought, FrameRecord, Job, Ledger, Override
from novaclips.visuals.image_generator.engine.native_size import NativeSize
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.places import find_places
from novaclips.visuals.image_generator.engine.plan import Plan, PlannedScene, State
from novaclips.visuals.image_generator.engine.quote import Quote
from novaclips.visuals.image_generator.engine.records import Lazy, Place
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import JSON, ImageRequest, Scene
from novaclips.visuals.image_generator.writers import BaseOutputWriter

NOWHERE: Place = ("", 0)
TITLE = "title changed"
NOTHING: Mapping[str, JSON] = {}
MOST_TAKES = 100  # so many takes back, a picture is looked for


@dataclass(frozen=True)
class Memory:
    """What the output folder remembers, read once for a plan."""

    bought: Mapping[str, Bought] = field(default_factory=dict)
    failed: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    picks: Mapping[Place, Override] = field(default_factory=dict)
    frames: Mapping[tuple[int, str], FrameRecord] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    unusable: Mapping[str, Bought] = field(default_factory=dict)
    intents: Mapping[Place, Override] = field(default_factory=dict)

    @classmethod
    def of(cls, ledger: Ledger | None) -> Memory:
        """Read the ledger; a folder without one remembers nothing."""
        if ledger is None:
            return cls()
        with collector_paused():
            return cls(
                bought=Lazy(ledger.bought),
                failed=ledger.without_picture(),
                picks=ledger.picks(),
                frames=ledger.frames(),
                jobs=ledger.jobs(),
                unusable=Lazy(ledger.unusable),
                intents=ledger.intents(),
            )

    def unshown(self, place: Place, pick: Override | None) -> Override | None:
        """Return the take that was bought for a place and never shown, as a run leaves it that was killed meanwhile.

        ``pick`` is the one that is chosen there.
        """
        meant = self.intents.get(place)
        return meant if meant and meant.take > (pick or AS_WRITTEN).take else None

    @cached_property
    def kin(self) -> dict[str, dict[NativeSize, Bought]]:
        """The pictures that are there, by what was asked for beside the native size, and by that size."""
        found: dict[str, dict[NativeSize, Bought]] = defaultdict(dict)
        for bought in self.bought.values():
            content = bought.details.get("request", {})
            if size := NativeSize.of(content):
                found[kin(content)][size] = bought
        return found


class Planner:
    """Decides scene by scene what is there, what is out of date and what must be bought."""

    def __init__(
        self,
        *,
        settings: RunSettings,
        addresser: Addresser,
        quote: Callable[[str, ImageRequest], Quote],
        writers: Mapping[str, BaseOutputWriter],
        beside: Mapping[str, BaseOutputWriter],
        memory: Memory,
        folder: Path,
        originals: Originals,
        formerly: Callable[[Sequence[Scene]], list[str]],
    ) -> None:
        self._settings = settings
        self._addresser = addresser
        self._quote = quote
        self._writers = writers
        self._beside = beside
        self._made = {**writers, **beside}
        self._memory = memory
        self._folder = str(folder)
        self._resolution = str(settings.resolution)
        self._originals = originals
        self._formerly = formerly
        self._adopted: list[tuple[int, Place, Place]] = []

    def plan(
        self,
        scenes: Sequence[Scene],
        *,
        chosen: Collection[int] | None = None,
        redo: Mapping[int, Override] | None = None,
    ) -> Plan:
        """Plan every scene. ``chosen`` limits the run to these ids; ``redo`` gives takes that are to be made."""
        with collector_paused():
            planned = self._all(scenes, redo or {})
        ids = {scene.id for scene in scenes}
        orphans = tuple(record for (scene_id, _), record in self._memory.frames.items() if scene_id not in ids)
        picked = tuple(self._quoted(one) for one in planned if chosen is None or one.scene.id in chosen)
        moved = tuple((old, new) for _, old, new in self._adopted)
        return Plan(picked, tuple(planned), orphans, moved)

    def _all(self, scenes: Sequence[Scene], redo: Mapping[int, Override]) -> list[PlannedScene]:
        """Plan every scene; where no take was ever chosen, nobody looks for its place."""
        for scene in scenes:  # all of them first: what is wrong with one shows before anything is decided
            self._addresser.address(scene)
        picks: Mapping[Place, Override] = self._memory.picks
        places = [NOWHERE] * len(scenes)
        if redo or picks or self._memory.intents:
            names = [words_of(scene) for scene in scenes]
            self._adopted = self._adopt(scenes, names)
            own = {index: new for index, _, new in self._adopted}
            picks = {**picks, **{new: picks[old] for _, old, new in self._adopted}}

            def shows(index: int, place: Place) -> bool:
                if place in own.values():
                    return own.get(index) == place
                return index not in own and self._shows(scenes[index], place, picks[place])

            places = find_places(names, picks, shows)
        return [
            self._scene(scene, place, picks.get(place), redo.get(scene.id))
            for scene, place in zip(scenes, places, strict=True)
        ]

    def _adopt(self, scenes: Sequence[Scene], names: Sequence[str]) -> list[tuple[int, Place, Place]]:
        """Find the scenes of takes that were kept under what a scene asks for, as ledgers of before have them.

        Each is the scene's index, the old place and the new one.
        """
        picks = self._memory.picks
        old = {place: override for place, override in picks.items() if not place[0].startswith(WORDS)}
        if not old:
            return []
        asked = self._formerly(scenes)
        found = find_places(asked, old, lambda index, place: self._shows(scenes[index], place, old[place]))
        adopted: list[tuple[int, Place, Place]] = []
        for index, place in enumerate(found):
            if place in old:
                taken = {*picks, *(new for _, _, new in adopted)}
                free = (number for number in itertools.count() if (names[index], number) not in taken)
                adopted.append((index, place, (names[index], next(free))))
        return adopted

    def _shows(self, scene: Scene, place: Place, override: Override) -> bool:
        """Say whether a frame of a scene shows the take of this place, in whatever native size it was drawn."""
        records = [record for writer in self._writers if (record := self._memory.frames.get((scene.id, writer)))]
        for record in records:
            if "pick" in record.about:
                return bool(record.about["pick"] == list(place))
        takes = [record.about for record in records if record.about.get("take") == override.take]
        requests = [about["request"] for about in takes if "request" in about]
        # Made last, for its provider may be gone: a take that nothing shows must not stop a plan.
        return bool(requests) and self._addresser.address(scene, override).kin in map(kin, requests)

    def _scene(self, scene: Scene, place: Place, pick: Override | None, redo: Override | None) -> PlannedScene:
        before = AS_WRITTEN if pick is None else self._take(scene, pick)
        unshown = None if redo else self._memory.unshown(place, pick)
        override = redo or (self._take(scene, unshown) if unshown else before)
        addressed = self._addresser.address(scene, override)
        state, reason = self._verdict(scene, addressed)
        fresh = state is State.FRESH
        bought = None if fresh else self._bought(addressed)
        about: Mapping[str, JSON] = NOTHING if fresh else self._about(scene)
        if reason == TITLE and bought is None:
            fresh, state, reason = True, State.FRESH, f"{TITLE}, but its original is gone; the file has the old one"
        if addressed.absent:
            state, reason = State.ABSENT, absent_text(addressed.absent, has_frame=bool(about))
        elif not fresh:
            state, reason = self._judge(addressed, bought, state, reason, ordered=redo is not None)
        return PlannedScene(
            scene=scene,
            addressed=addressed,
            occurrence=place[1],
            state=state,
            reason=reason,
            override=override,
            new_take=(redo or unshown) is not None,
            before=before,
            picked=pick is not None,
            shows=addressed.provider if fresh else about.get("provider", ""),
            was_free=is_zero(about.get("cost_usd")),
            bought=bought,
            job=self._memory.jobs.get(addressed.key),
        )

    def _take(self, scene: Scene, pick: Override) -> Override:
        """Say which take a scene shows: the chosen one, or one before it where only that was drawn with these settings.

        So a film that goes back to settings of before has its pictures of then.
        """
        override = in_effect(pick, scene, self._settings)
        for number in range(override.take, max(-1, override.take - MOST_TAKES), -1):
            earlier = replace(override, take=number)
            if not number and replace(earlier, instead=None) == AS_WRITTEN:
                earlier = AS_WRITTEN
            if self._is_there(scene, self._addresser.address(scene, earlier)):
                return earlier
        return override

    def _is_there(self, scene: Scene, addressed: Addressed) -> bool:
        """Say whether a picture of this request was drawn before, or a frame of the scene shows one."""
        records = (self._memory.frames.get((scene.id, writer)) for writer in self._writers)
        return any(record and record.key == addressed.key for record in records) or bool(self._bought(addressed))

    def _about(self, scene: Scene) -> Mapping[str, JSON]:
        """Return what is known of the picture in a scene's frame; nothing where no file is there."""
        for writer in self._writers:
            record = self._memory.frames.get((scene.id, writer))
            if record and os.path.exists(f"{self._folder}{os.sep}{record.file}"):  # noqa: PTH110 - as in _frame
                return record.about
        return NOTHING

    def _quoted(self, planned: PlannedScene) -> PlannedScene:
        """Ask what a request costs, where one would be sent."""
        if not planned.asks:
            return planned
        return replace(planned, quote=self._quote(planned.addressed.provider, planned.addressed.request))

    def _bought(self, addressed: Addressed) -> Bought | None:
        """Find the picture of a request, or one that differs from it in nothing but its size in pixels."""
        found = self._memory.bought.get(addressed.key)
        if self._outcome(addressed)[0] == "unusable":
            apart = self._memory.unusable.get(addressed.key)
            return apart if apart and self._originals.can_use(apart.original) else None
        if found is None and (wanted := NativeSize.of(addressed.content)):
            related = self._memory.kin.get(addressed.kin, {})
            if alike := [size for size in related if size.serves(wanted)]:
                found = related[max(alike, key=lambda size: size.pixels)]
        return found if found and self._originals.has(found.original) else None

    def _outcome(self, addressed: Addressed) -> tuple[str, str]:
        """Return how the newest attempt at a request ended that brought nothing to use, and its error."""
        return self._memory.failed.get(addressed.key, ("", ""))

    def _enlarged(self, addressed: Addressed, bought: Bought) -> str:
        """Say so when a picture that was bought for another resolution is too small for the frame."""
        for size, related in self._memory.kin.get(addressed.kin, {}).items():
            if related is bought and not size.fills(self._settings.resolution.size):
                return f", but enlarged from {size.text}; regenerate draws it at full size"
        return ""

    def _verdict(self, scene: Scene, addressed: Addressed) -> tuple[State, str]:
        """Say how a scene's frames stand; the worst of several counts."""
        verdicts = [self._frame(scene, addressed, name) for name in self._writers]
        if self._beside:  # what is not there of these is not missed
            others = (self._frame(scene, addressed, name) for name in self._beside)
            verdicts += [verdict for verdict in others if verdict[0] is not State.MISSING]
        return verdicts[0] if len(verdicts) == 1 else max(verdicts, key=lambda verdict: URGENCY.index(verdict[0]))

    def _judge(
        self, addressed: Addressed, bought: Bought | None, state: State, reason: str, *, ordered: bool
    ) -> tuple[State, str]:
        """Say what would be done for a scene that is not fresh, in words that a creator understands.

        What is ``ordered``, as a take that is asked for, is sent although it was refused before.
        """
        if bought:
            again = " again" if state is State.STALE else ""
            return state, f"{reason}: fitted{again} from the original, free{self._enlarged(addressed, bought)}"
        if job := self._memory.jobs.get(addressed.key):
            return state, f"{reason}; the service has it as job {job.id}: collected, not bought again"
        outcome, error = self._outcome(addressed)
        if outcome == "unusable" and not (ordered or self._settings.retry_unusable):
            return State.UNUSABLE, f"what came cannot be used: {error}"
        if outcome == "refused" and not (ordered or self._settings.retry_refused):
            return State.REFUSED, f"refused, and not sent again unchanged: {error}"
        if outcome in ("sent", "unknown") and self._settings.on_unknown == "leave":
            return State.UNKNOWN, "sent before without an answer, perhaps billed; --on-unknown retry sends it again"
        reason += {
            "sent": "; sent before and interrupted: perhaps billed",
            "unknown": f"; no answer the last time, perhaps billed: {error}",
            "failed": f"; failed the last time: {error}",
            "unusable": f"; what came the last time cannot be used: {error}",
        }.get(outcome, "")
        return state, reason

    def _frame(self, scene: Scene, addressed: Addressed, writer: str) -> tuple[State, str]:
        """Say how a scene's frame of one writer stands."""
        record = self._memory.frames.get((scene.id, writer))
        if record is None or not record.file.endswith(self._made[writer].extension):
            return State.MISSING, "no frame yet"
        reason = self._outdated(record, addressed)
        path = f"{self._folder}{os.sep}{record.file}"  # a Path for each frame would be a third of the time
        try:
            stat = os.lstat(path)
        except OSError:
            return State.MISSING, "the frame's file is gone"
        if reason:
            return State.STALE, reason
        if (stat.st_size, stat.st_mtime_ns) == (record.size, record.mtime_ns) or untouched(Path(path), record):
            return (State.FRESH, "") if is_titled(record, scene) else (State.STALE, TITLE)
        if self._is_frame(Path(path)):
            return State.FRESH, "edited by hand since it was written; kept"
        return State.STALE, "the frame's file is damaged"

    def _outdated(self, record: FrameRecord, addressed: Addressed) -> str:
        """Say what a frame shows that is not wanted any more."""
        if record.key != addressed.key:
            return describe_change(record.about, addressed)
        if record.resolution != self._resolution:
            return "resolution changed"
        return "" if record.fit == self._settings.fit else "fit changed"

    def _is_frame(self, path: Path) -> bool:
        """Say whether somebody's own file can serve as the frame."""
        try:
            picture = verify(read_regular(path, MAX_FRAME, follow=False))
        except (BadImage, OSError):
            return False
        return (picture.width, picture.height) == self._settings.resolution.size


MAX_FRAME = 2**30  # bytes of somebody's own file in a frame's place
URGENCY = (State.FRESH, State.STALE, State.MISSING)


def absent_text(error: NovaclipsError, *, has_frame: bool) -> str:
    """Say of a scene why it cannot be drawn, and what becomes of its frame."""
    return f"{error}; its frame stays as it is" if has_frame else str(error)


def is_titled(record: FrameRecord, scene: Scene) -> bool:
    """Say whether a frame tells its scene's title of now, as far as that is known."""
    return record.title is None or record.title == scene.title or record.title == storable(scene.title)


def is_zero(cost: JSON) -> bool:
    """Say whether a cost is known, and nothing."""
    try:
        return cost is not None and not Decimal(cost)
    except (ArithmeticError, ValueError, TypeError):
        return False


def untouched(path: Path, record: FrameRecord) -> bool:
    """Say whether a file still has the bytes that novaclips wrote there; reads it only if its time differs.

    A link is nothing that novaclips wrote.
    """
    try:
        stat = path.lstat()
        if stat.st_size != record.size or not S_ISREG(stat.st_mode):
            return False
        return stat.st_mtime_ns == record.mtime_ns or sha256_of(path) == record.digest
    except OSError:
        return False


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe_change(about: Mapping[str, JSON], addressed: Addressed) -> str:
    """Say what differs between the request behind a frame and the request of now."""
    request = addressed.request
    pairs = {
        "provider": (about.get("provider"), addressed.provider),
        "style": (about.get("style"), request.style),
        "prompt": (about.get("scene_prompt"), request.scene_prompt),
        "type": (about.get("visual_type"), request.visual_type),
        "seed": (about.get("request", {}).get("seed"), request.seed),
        "resolution": (about.get("resolution"), request.resolution),
        "references": (about.get("request", {}).get("references"), addressed.content["references"]),
    }
    changed = [f"{name} changed" for name, (old, new) in pairs.items() if old != new]
    if not changed and about.get("negative_prompt") != request.negative_prompt:
        changed = ["negative prompt changed"]
    if "provider changed" not in changed:
        old, new = about.get("request", {}).get("identity", {}), addressed.content["identity"]
        said = {"style", "scene_prompt", *(["size"] if "resolution changed" in changed else [])}
        names = sorted(name for name in {*old, *new} - said if old.get(name) != new.get(name))
        changed += [f"{name.replace('_', ' ')} changed" for name in names if f"{name} changed" not in changed]
    if about.get("take", 0) != request.take and not changed:
        changed = ["asked for again"]
    return ", ".join(dict.fromkeys(changed)) or "the style's wording changed"
