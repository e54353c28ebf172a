"""The values that travel from scenes.yaml to a frame; all frozen, all checked when they are made."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass, field
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Self

from novaclips import credentials
from novaclips.checked import amount, demand, first, is_lenient, is_pace, is_text, is_texts, is_whole
from novaclips.environment import source
from novaclips.errors import ConfigError
from novaclips.untrusted.addresses import Address
from novaclips.untrusted.text import storable
from novaclips.untrusted.values import MAX_WHOLE, bounded, bytes_in, whole
from novaclips.visuals.image_generator.money import dollars_in_words

if TYPE_CHECKING:
    from PIL.Image import Image

JSON = Any  # mypy has no cheap recursive spelling of it
"""A JSON value: None, bool, int, float, str, list[JSON] or dict[str, JSON]."""

EMPTY: Mapping[str, JSON] = MappingProxyType({})
MIN_EDGE, MAX_EDGE = 64, 8192
MAX_SEED = MAX_WHOLE  # what the ledger can store; a service that takes fewer bits is its provider's affair
MAX_NAME = 200  # characters of a model's name
MAX_WARNINGS = 100


@dataclass(frozen=True, slots=True)
class Resolution:
    """A frame's size in pixels.

    Each edge is 64 to 8192 pixels; anything else is a ConfigError that says what to write.
    """

    width: int
    height: int

    def __post_init__(self) -> None:
        for name, edge in (("width", self.width), ("height", self.height)):
            if not MIN_EDGE <= edge <= MAX_EDGE:
                raise ConfigError(
                    f"resolution '{self}' cannot be drawn: {name} {edge} is outside {MIN_EDGE} to {MAX_EDGE} pixels"
                )

    @classmethod
    @functools.cache  # every request of a project has the same few
    def parse(cls, text: str) -> Self:
        """Read ``WIDTHxHEIGHT``, as in ``1920x1080``; ConfigError for anything else says what to write."""
        if match := re.fullmatch(r"([0-9]{1,9})[xX]([0-9]{1,9})", text.strip()):
            return cls(int(match[1]), int(match[2]))
        numbers = re.findall(r"[0-9]{1,9}", text)
        example = "x".join(numbers) if len(numbers) == 2 and "-" not in text else "1920x1080"  # noqa: PLR2004
        raise ConfigError(f"resolution {text!r} is not WIDTHxHEIGHT; write {example}")

    def __str__(self) -> str:
        return f"{self.width}x{self.height}"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, as Pillow wants them."""
        return self.width, self.height


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One entry of scenes.yaml.

    ``id`` is a whole number from 0; ``line`` is where the entry starts in its file, counted from 1.
    ``style``, ``provider``, ``negative_prompt``, ``seed``, ``references`` and ``options`` override the run's
    settings for this scene when they are set; ``references`` are absolute paths inside the project.
    """

    id: int
    prompt: str
    visual_type: str = "image"
    title: str = ""
    narration: str = ""
    style: str | None = None
    provider: str | None = None
    negative_prompt: str = ""
    seed: int | None = None
    references: tuple[Path, ...] = ()
    options: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)
    line: int = 0

    @property
    def stem(self) -> str:
        """The name of the scene's frame, without its ending: ``scene-001``."""
        return frame_stem(self.id)


def frame_stem(scene_id: int, width: int = 3) -> str:
    """Name the frame of a scene, its number this wide: ``scene-001`` for 1, ``scene-0001`` in a film of a thousand."""
    return f"scene-{scene_id:0{width}d}"


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """What one call to a provider is asked.

    ``prompt`` is final: enhancers have worked on it; ``scene_prompt`` holds the words of scenes.yaml.
    ``resolution`` is the frame's size, ``WIDTHxHEIGHT`` in pixels; a provider asks its service for the nearest
    native size, and core fits the answer. ``seed`` is None where any will do. ``references`` are absolute paths of
    pictures that the new one should keep to. ``options`` are the run's for this provider, the scene's over them.
    ``style`` is the style's name and ``palette`` holds ``#rrggbb`` colours that it suggests; they, ``title`` and
    ``narration`` are for providers that draw by themselves. ``take`` counts the tries at a scene that was asked for
    again: 0 is the first picture.

    An empty prompt, a resolution that is none, and a seed outside 0 to 2^63-1 is a ConfigError.
    """

    scene_id: int
    prompt: str
    visual_type: str = "image"
    resolution: str = "1920x1080"
    _: KW_ONLY
    negative_prompt: str = ""
    seed: int | None = None
    references: tuple[Path, ...] = ()
    options: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)
    style: str = ""
    palette: tuple[str, ...] = ()
    title: str = ""
    narration: str = ""
    scene_prompt: str = ""
    take: int = 0

    def __post_init__(self) -> None:
        if not self.prompt.strip():
            raise ConfigError(f"scene {self.scene_id}: the prompt is empty")
        Resolution.parse(self.resolution)
        if self.seed is not None:
            check_seed(self.seed)

    @property
    def size(self) -> tuple[int, int]:
        """The frame's width and height in pixels."""
        return Resolution.parse(self.resolution).size


def check_seed(seed: int) -> int:
    """Return a seed that the ledger can hold; ConfigError for any other."""
    if is_whole(seed, 0) and seed <= MAX_SEED:
        return seed
    raise ConfigError(f"seed {seed!r} cannot be used; write a whole number from 0 to {MAX_SEED}")


@dataclass(frozen=True, slots=True)
class Cost:
    """An amount of money in US dollars.

    ``usd`` is best given as a Decimal; a whole number, a text and a float are read as they are written. What is no
    amount is a PluginError, and so is an estimate below zero. When it comes with a picture, the picture counts, and its
    cost is unknown. ``upper_bound`` marks a worst case instead of an exact price; ``as_of`` is the date of the prices
    it was made from, as ``2026-11-23``.
    """

    usd: Decimal
    upper_bound: bool = False
    as_of: str = ""

    def __post_init__(self) -> None:
        usd = amount(self.usd)
        if not is_lenient():
            demand(usd is not None, "Cost.usd", "an amount of US dollars such as Decimal('0.04')", self.usd)
            demand(isinstance(self.upper_bound, bool), "Cost.upper_bound", "True or False", self.upper_bound)
            demand(is_text(self.as_of), "Cost.as_of", "a date such as '2026-11-23'", self.as_of)
        object.__setattr__(self, "usd", Decimal("NaN") if usd is None else usd)
        object.__setattr__(self, "upper_bound", bool(self.upper_bound))
        object.__setattr__(self, "as_of", storable(self.as_of, MAX_NAME) if is_text(self.as_of) else "")

    @property
    def is_sound(self) -> bool:
        """Whether a picture can cost that: zero or more."""
        return self.usd.is_finite() and self.usd >= 0

    def __str__(self) -> str:
        return f"{'at most ' if self.upper_bound else ''}{dollars_in_words(self.usd, worst=self.upper_bound)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratedImage:
    """What one successful call to a provider brings back.

    ``data`` holds the service's bytes exactly as they came (PNG, JPEG, WebP, GIF or AVIF). ``model`` and ``seed`` are
    those that drew the picture, where the service tells. ``cost`` is the real cost, None where it is unknown.
    ``warnings`` says, one sentence each, what of the request was ignored; the user sees each sentence once.
    ``metadata`` must be JSON and must not hold a key; it stands in ``manifest.json``.

    The picture counts: what of the rest cannot be written down (another type, a number that is not finite or over 63
    bits, a text without end) is left out, and ``dropped`` holds its places, as ``metadata.created``; the user hears of
    that. Without any bytes it is a PluginError.
    """

    data: bytes = field(repr=False)
    model: str = ""
    seed: int | None = None
    cost: Cost | None = None
    warnings: tuple[str, ...] = ()
    metadata: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)
    dropped: tuple[str, ...] = field(init=False, default=(), repr=False, compare=False)

    def __post_init__(self) -> None:
        data = bytes_in(self.data)
        demand(data is not None, "GeneratedImage.data", "the picture's bytes", self.data)
        cost = self.cost if isinstance(self.cost, Cost) and self.cost.is_sound else None
        metadata, dropped = _json("metadata", self.metadata)
        makes_sense = {
            "model": is_text(self.model),
            "seed": self.seed is None or whole(self.seed) is not None,
            "cost": cost is self.cost,
            "warnings": is_texts(self.warnings),
        }
        sound = {
            "data": data,
            "model": storable(self.model, MAX_NAME) if makes_sense["model"] else "",
            "seed": whole(self.seed),
            "cost": cost,
            "warnings": _sentences(self.warnings),
            "metadata": metadata,
            "dropped": (*(name for name, right in makes_sense.items() if not right), *dropped),
        }
        for name, value in sound.items():
            object.__setattr__(self, name, value)


def complaint(provider: str, dropped: Sequence[str]) -> tuple[str, ...]:
    """Say, in a sentence or none, what of a provider's answer could not be written down."""
    places = f"what provider {provider!r} answered as {first(dropped)}"
    return (f"{places} cannot be written down; left out",) if dropped else ()


def _sentences(value: object) -> tuple[str, ...]:
    """Keep what of a provider's warnings is text; a single text is one sentence."""
    found = [value] if isinstance(value, str) else value if isinstance(value, tuple | list) else ()
    return tuple(storable(one, 10 * MAX_NAME) for one in found[:MAX_WARNINGS] if isinstance(one, str))


def _json(name: str, value: object) -> tuple[Mapping[str, JSON], tuple[str, ...]]:
    """Return of a mapping what JSON can hold, and the places of the rest; ``name`` is its own."""
    try:
        found, dropped = bounded(value)
    except Exception:  # noqa: BLE001 - a plugin's own kind of mapping may do anything at all
        found, dropped = None, ("",)
    if not isinstance(found, dict):
        return {}, (name,)
    return found, tuple(f"{name}.{place}" if place else name for place in dropped)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do, so that core can plan without asking the service.

    ``seed`` and ``negative_prompt`` say whether a request's are honoured; what is not claimed is ignored, and core says
    so. ``references`` is the most reference images a request may carry. ``in_flight`` is how many calls at once the
    service takes well, which the user may overrule; ``serial`` is core's promise to make one call at a time, however
    many workers there are, for what is not safe from several threads. ``per_minute`` is how many requests a minute a
    new account may send (None: not known, and felt out; infinity: as many as it likes, because nobody is asked).
    ``default`` says whether it may be chosen because its key is set; without, it draws only when it is asked for.
    """

    seed: bool = False
    negative_prompt: bool = False
    references: int = 0
    in_flight: int = 4
    per_minute: float | None = None
    serial: bool = False
    default: bool = True

    def __post_init__(self) -> None:
        for name in ("seed", "negative_prompt", "serial", "default"):
            value = getattr(self, name)
            demand(isinstance(value, bool), f"Capabilities.{name}", "True or False", value)
        demand(is_whole(self.references, 0), "Capabilities.references", "a whole number from 0", self.references)
        demand(is_whole(self.in_flight, 1), "Capabilities.in_flight", "a whole number from 1", self.in_flight)
        pace = self.per_minute
        demand(pace is None or is_pace(pace), "Capabilities.per_minute", "None or a number above 0", pace)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What a plugin's ``create`` gets: the run's options for it, and the environment that may hold its key.

    ``env`` is the process's environment over the project's ``.env``; it never shows in ``repr``. Anybody may have
    written a project's ``.env``, so a key and the address that it goes to are read with ``key`` and ``address``, which
    compare where they come from.
    """

    options: Mapping[str, JSON] = field(default_factory=lambda: EMPTY)
    env: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)

    def key(self, provider: str, *names: str, where: str = "") -> str:
        """Return the first of these environment variables that is set, without the space around it.

        ``where`` is the page on which the service hands out keys. MissingKey names the variables when none is set, and
        the one whose value holds a character that no key has.
        """
        return credentials.key(self.env, provider, names, where)

    def address(self, name: str, default: str, *, key_env: Collection[str], own: Collection[str] = ()) -> Address:
        """Return the address that an environment variable holds, or the default.

        ``key_env`` names the variables that may hold the key which goes there, as in the provider's spec. ``own`` are
        hosts of the service beside the default's. ConfigError for what is no address; for another host than the
        service's own that a project's ``.env`` names for a key of the user's environment; and for a key that would go
        over plain http to another machine, unless the user's own environment says so.
        """
        return credentials.address(self.env, name, default, key_env=key_env, own=own)

    def beside_key(self, name: str, *, key_env: Collection[str]) -> str:
        """Return a variable that goes along with a key, as an organisation does; empty where it is not set.

        ConfigError when the project's ``.env`` sets it for a key of the user's environment.
        """
        return credentials.beside_key(self.env, name, key_env)

    def source(self, name: str) -> str:
        """Say where a variable was set: ``the environment`` or the path of a ``.env``; empty where it is not set."""
        return source(self.env, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A finished picture on its way to a writer: exactly the frame's size, RGB.

    ``text`` is what the file should carry about itself (prompt, provider, model, seed, ``parameters``).
    """

    scene_id: int
    image: Image = field(repr=False)
    text: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
