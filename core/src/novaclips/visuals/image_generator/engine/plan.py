"""The plan: what a run would do for each scene, and why, before it does anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from novaclips.project import FALLBACK_PROVIDER
from novaclips.visuals.image_generator.engine.budget import Limits
from novaclips.visuals.image_generator.engine.by_hand import words_of
from novaclips.visuals.image_generator.engine.keys import Addressed
from novaclips.visuals.image_generator.engine.ledger import Bought, FrameRecord, Job, Override
from novaclips.visuals.image_generator.engine.quote import Bill, Quote
from novaclips.visuals.image_generator.engine.records import Place
from novaclips.visuals.image_generator.models import Scene


class State(StrEnum):
    """How a scene stands before a run."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    REFUSED = "refused"
    UNUSABLE = "unusable"  # what came cannot be used; it is kept, and not bought again unasked
    ABSENT = "absent"  # its provider is not installed, or broken
    UNKNOWN = "unknown"  # sent before, no answer: perhaps billed, and left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScene:
    """What a run would do for one scene.

    ``bought`` is the picture that is there already, so that only the frame must be made. ``job`` is work that the
    provider was given before: it is collected, not bought again. ``quote`` says what is known of a request that
    would be sent. ``override`` is the take that the frame shows; a ``new_take`` becomes the scene's own once its
    picture is there, written down under ``place``, where ``picked`` says that there is one already; until then it has
    the take ``before``. ``shows`` is who drew what its frame shows now, empty where there is no frame; ``was_free``
    says that this cost nothing.
    """

    scene: Scene
    addressed: Addressed
    occurrence: int
    state: State
    reason: str
    override: Override
    new_take: bool = False
    picked: bool = False
    shows: str = ""
    was_free: bool = False
    before: Override = Override()  # noqa: RUF009 - frozen
    bought: Bought | None = None
    job: Job | None = None
    quote: Quote = Quote()  # noqa: RUF009 - frozen

    @property
    def place(self) -> Place:
        """Where the scene's take is kept: its own words, and a number among the scenes that have the same."""
        return words_of(self.scene), self.occurrence

    @property
    def asks(self) -> bool:
        """Whether the run would turn to a provider for this scene."""
        return self.bought is None and self.state in (State.STALE, State.MISSING)

    @property
    def sends(self) -> bool:
        """Whether the run would send a request for this scene, which may cost money."""
        return self.asks and self.job is None

    @property
    def is_free(self) -> bool:
        """Whether the picture of its frame cost nothing, and the next one would cost nothing either."""
        return self.was_free and self.quote.cost is not None and not self.quote.cost.usd


@dataclass(frozen=True, slots=True)
class Again:
    """What a run would draw again of a film that is finished: most of it.

    ``scenes`` are the ids of the frames that another picture would take the place of, of ``frames`` that are there;
    ``providers`` draw it, ``bill`` is what that costs at worst, ``reasons`` say why, the commonest first.
    """

    scenes: tuple[int, ...]
    frames: int
    providers: tuple[str, ...]
    bill: Bill
    reasons: tuple[str, ...]

    def __str__(self) -> str:
        count = len(self.scenes)
        which = f"all {count}" if count == self.frames else f"{count} of the {self.frames}"
        noun = "frames" if self.frames > 1 else "frame"
        which = "the only" if self.frames == 1 else which
        why = ", ".join(self.reasons)
        return f"{which} {noun} of this film would be drawn again by {', '.join(self.providers)}, {self.bill}: {why}"


@dataclass(frozen=True, slots=True)
class Plan(Sequence[PlannedScene]):
    """The planned scenes that were asked for, in the order of scenes.yaml.

    ``everything`` holds all the scenes of the file; ``orphans`` are frames of scenes that the file no longer has;
    ``moved`` are the chosen takes that a ledger of before keeps in another place, with the place of now; ``notes`` are
    sentences for the user about the folder; ``limits`` is what may be spent.
    """

    chosen: tuple[PlannedScene, ...]
    everything: tuple[PlannedScene, ...]
    orphans: tuple[FrameRecord, ...]
    moved: tuple[tuple[Place, Place], ...] = ()
    notes: tuple[str, ...] = ()
    limits: Limits = Limits()  # noqa: RUF009 - frozen

    def __getitem__(self, index: int) -> PlannedScene:  # type: ignore[override]  # no user of slices
        return self.chosen[index]

    def __len__(self) -> int:
        return len(self.chosen)

    def __iter__(self) -> Iterator[PlannedScene]:
        return iter(self.chosen)

    def count(self, state: object) -> int:
        """Count the chosen scenes in a state."""
        return sum(planned.state == state for planned in self.chosen)

    @property
    def requests(self) -> int:
        """How many requests the run would send: one for each key that is not there yet."""
        return len(self._quotes)

    @property
    def collects(self) -> int:
        """How many jobs of an earlier run this run would collect."""
        return len({planned.addressed.key for planned in self.chosen if planned.asks and planned.job})

    @property
    def bill(self) -> Bill:
        """What the requests of the run cost at worst."""
        return Bill.of(quote.cost for quote in self._quotes.values())

    @property
    def notices(self) -> list[str]:
        """What providers would ignore of the requests, each sentence once."""
        said = (f"{one.addressed.provider}: {text}" for one in self.chosen for text in one.quote.notices)
        return list(dict.fromkeys(said))

    @property
    def again(self) -> Again | None:
        """What would be drawn again, where that is more than half of the frames of a film that is finished.

        Finished is a film of whose scenes more than half have a frame with a picture. Storyboard cards are none. What
        cost nothing and costs nothing again does not count.
        """
        there = {one.scene.id for one in self.everything if one.shows and one.shows != FALLBACK_PROVIDER}
        drawn = [one for one in self.chosen if one.sends and one.scene.id in there and not one.is_free]
        if len(there) * 2 <= len(self.everything) or len(drawn) * 2 <= len(there):
            return None
        reasons = Counter(one.reason.partition(";")[0] for one in drawn)
        return Again(
            scenes=tuple(one.scene.id for one in drawn),
            frames=len(there),
            providers=tuple(dict.fromkeys(one.addressed.provider for one in drawn)),
            bill=Bill.of({one.addressed.key: one.quote.cost for one in drawn}.values()),
            reasons=tuple(reason for reason, _ in reasons.most_common()),
        )

    @property
    def _quotes(self) -> dict[str, Quote]:
        return {planned.addressed.key: planned.quote for planned in self.chosen if planned.sends}
