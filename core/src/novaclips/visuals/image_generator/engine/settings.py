"""What a run is told, beside its scenes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from novaclips.visuals.image_generator.frame import Fit
from novaclips.visuals.image_generator.models import EMPTY, JSON, Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """The choices of one run.

    ``style`` and ``enhancers`` make the enhancer chain, the enhancers first; ``none`` stands for no style.
    ``options`` go to the run's provider, not to one that a scene chooses for itself. ``workers`` is how many calls
    may be in flight at once; None asks the providers. ``retry_refused`` sends again what was refused unchanged.
    """

    provider: str = "openai"
    style: str = "photorealistic"
    enhancers: tuple[str, ...] = ()
    resolution: Resolution = field(default_factory=lambda: Resolution(1920, 1080))
    fit: Fit = "cover"
    writers: tuple[str, ...] = ("png",)
    options: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)
    workers: int | None = None
    retry_refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The clock, the pauses and the dice of a run: passed in, so that a test can hold them.

    ``now`` counts seconds since the epoch, ``monotonic`` seconds from anywhere; ``sleep`` pauses for seconds (None:
    a pause that a stop ends); ``jitter`` returns a number from 0 to 1.
    """

    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] | None = None
    jitter: Callable[[], float] = random.random
