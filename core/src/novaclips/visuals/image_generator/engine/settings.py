"""What a run is told, beside its scenes."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, get_args

from novaclips.errors import ConfigError
from novaclips.visuals.image_generator.frame import Fit
from novaclips.visuals.image_generator.models import EMPTY, JSON, Resolution

OnUnknown = Literal["retry", "leave"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSettings:
    """The choices of one run.

    ``style`` and ``enhancers`` make the enhancer chain, the enhancers first; ``none`` stands for no style.
    ``options`` go to the run's provider, not to one that a scene chooses for itself. ``workers`` is how many calls
    may be in flight at once; None asks the providers. ``retry_refused`` sends again what was refused unchanged,
    ``retry_unusable`` buys again what came as bytes that cannot be used. ``budget`` is the most that the run may spend,
    in US dollars, and ``project_budget`` the most that all the runs into its folder may spend together, this one
    included. ``on_unknown`` says what becomes of a request that got no answer and may have been billed: ``retry`` sends
    it once more behind all others, ``leave`` lists it. ``given`` names the settings that were asked for in so many
    words; a run over some scenes tells these what is in it.
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
    retry_unusable: bool = False
    budget: Decimal | None = None
    project_budget: Decimal | None = None
    on_unknown: OnUnknown = "retry"
    given: frozenset[str] = frozenset()


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


def on_unknown_named(name: str) -> OnUnknown:
    """Check the name of what becomes of unanswered requests; ConfigError lists them."""
    for choice in get_args(OnUnknown):
        if choice == name:
            return choice  # type: ignore[no-any-return]  # get_args is untyped
    raise ConfigError(f"on-unknown {name!r} is not known; write one of {', '.join(get_args(OnUnknown))}")


def dollars(amount: Decimal | float | str) -> Decimal:
    """Read an amount of US dollars; ConfigError for anything but a positive number."""
    try:
        usd = Decimal(str(amount).strip().removeprefix("$"))
    except InvalidOperation:
        usd = Decimal(-1)
    if usd.is_finite() and usd > 0:
        return usd
    raise ConfigError(f"budget {amount!r} is not an amount of US dollars; write for example 5 or 0.50")


def check_names(what: str, names: Collection[Any], *, least: int = 0) -> None:
    """Check a collection of names: of at least so many, and none blank; ConfigError says what to write."""
    if isinstance(names, str):
        raise ConfigError(f"{what} {names!r} is text; write a list of names: {what}=[{names!r}]")
    if len(names) < least:
        raise ConfigError(f"{what} has no name; leave it out for the default")
    if not all(isinstance(name, str) and name.strip() for name in names):
        raise ConfigError(f"{what} {list(names)!r} holds what is no name; write a list of names")
