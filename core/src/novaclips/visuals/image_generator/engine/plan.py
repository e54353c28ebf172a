"""The plan: what a run would do for each scene, and why, before it does anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from novaclips.visuals.image_generator.engine.budget import Limits
from novaclips.visuals.image_generator.engine.keys import Addressed
from novaclips.visuals.image_generator.engine.ledger import Bought, FrameRecord, Job, Override
from novaclips.visuals.image_generator.engine.quote import Bill, Quote
from novaclips.visuals.image_generator.models import Scene


class State(StrEnum):
    """How a scene stands before a run."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    REFUSED = "refused"
    UNKNOWN = "unknown"  # sent before, no answer: perhaps billed, and left alone


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedScene:
    """What a run would do for one scene.

    ``bought`` is the picture that is there already, so that only the frame must be made. ``job`` is work that the
    provider was given before: it is collected, not bought again. ``quote`` says what is known of a request that
    would be sent. ``override`` is the take that the frame shows; a ``new_take`` becomes the scene's own once its
    picture is there, written down under ``base`` and ``occurrence``. ``as_written`` is the request without any take.
    """

    scene: Scene
    addressed: Addressed
    as_written: Addressed
    occurrence: int
    state: State
    reason: str
    override: Override
    new_take: bool = False
    bought: Bought | None = None
    job: Job | None = None
    quote: Quote = Quote()  # noqa: RUF009 - frozen

    @property
    def base(self) -> str:
        """What the scene asks for as it is written, whatever the resolution: its takes are kept under that."""
        return self.as_written.kin

    @property
    def asks(self) -> bool:
        """Whether the run would turn to a provider for this scene."""
        return self.bought is None and self.state in (State.STALE, State.MISSING)

    @property
    def sends(self) -> bool:
        """Whether the run would send a request for this scene, which may cost money."""
        return self.asks and self.job is None


@dataclass(frozen=True, slots=True)
class Plan(Sequence[PlannedScene]):
    """The planned scenes that were asked for, in the order of scenes.yaml.

    ``everything`` holds all the scenes of the file; ``orphans`` are frames of scenes that the file no longer has;
    ``notes`` are sentences for the user about the folder; ``limits`` is what may be spent.
    """

    chosen: tuple[PlannedScene, ...]
    everything: tuple[PlannedScene, ...]
    orphans: tuple[FrameRecord, ...]
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
    def _quotes(self) -> dict[str, Quote]:
        return {planned.addressed.key: planned.quote for planned in self.chosen if planned.sends}
