"""The models that novaclips knows, and the names by which a user chooses one."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, Decimal
from importlib.resources import files
from types import MappingProxyType
from typing import Final, Self

import yaml

from novaclips.plugin import JSON, ConfigError, Cost

DEFAULT: Final = "flux-schnell"
NAME: Final = re.compile(r"[A-Za-z0-9._-]+/[A-Za-z0-9._-]+")
VERSION: Final = re.compile(r"[0-9a-f]{64}")
MEGAPIXEL: Final = 1_000_000

Inputs = Mapping[str, Mapping[str, JSON]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a picture costs in US dollars, when that was read and where.

    ``upper_bound`` marks the most that was seen instead of a published price; with ``per_megapixel`` the price is
    for each megapixel begun.
    """

    usd: Decimal
    as_of: str
    source: str
    upper_bound: bool = False
    per_megapixel: bool = False

    def of(self, values: Mapping[str, JSON], references: int) -> Cost | None:
        """Return what a picture of this input costs at worst.

        None where that is unknown: references cost extra by the megapixel, and only ``custom`` says how many it has.
        """
        if not self.per_megapixel:
            return Cost(self.usd, self.upper_bound, self.as_of)
        width, height = values.get("width"), values.get("height")
        if references or values.get("aspect_ratio") != "custom":
            return None
        if not (isinstance(width, int) and isinstance(height, int)):
            return None
        megapixels = (Decimal(width) * height / MEGAPIXEL).to_integral_value(ROUND_CEILING)
        return Cost(self.usd * megapixels, self.upper_bound, self.as_of)

    @property
    def exact(self) -> Cost | None:
        """The price of every picture, where there is one."""
        return None if self.upper_bound or self.per_megapixel else Cost(self.usd, as_of=self.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model as it can be asked: ``name`` is ``owner/name``, ``inputs`` its input schema by property.

    ``version`` is the one to fall back on when Replicate does not say which is the newest.
    """

    name: str
    inputs: Inputs
    official: bool = False
    version: str = ""
    price: Price | None = None
    also: tuple[str, ...] = field(default=(), repr=False)

    @property
    def title(self) -> str:
        """The name without its owner, for sentences."""
        return self.name.rpartition("/")[2]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the texts that an input may be, none where it may be anything."""
        return tuple(map(str, self.inputs.get(name, {}).get("enum", ())))

    def spelled(self, name: str, value: JSON) -> JSON:
        """Return a value as the input spells it: 0.25, which a command line gives as a number, is legal as "0.25"."""
        legal = self.inputs.get(name, {}).get("enum", ())
        return str(value) if value not in legal and str(value) in legal else value

    @classmethod
    def from_schema(cls, name: str, schemas: Mapping[str, JSON], *, official: bool) -> Self:
        """Make a model from the ``components.schemas`` of the OpenAPI schema that Replicate publishes for it."""
        properties: Mapping[str, Mapping[str, JSON]] = schemas.get("Input", {}).get("properties", {})
        return cls(name=name, official=official, inputs={key: _whole(one, schemas) for key, one in properties.items()})


def _whole(schema: Mapping[str, JSON], schemas: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Follow ``allOf``: Replicate keeps the enum of an input in a schema of its own."""
    merged: dict[str, JSON] = {}
    for part in schema.get("allOf", ()):
        merged |= schemas.get(str(part.get("$ref", "")).rpartition("/")[2], {})
    return merged | dict(schema)


@dataclass(frozen=True, slots=True)
class Reference:
    """A model that a user chose: ``owner/name``, and the version where one was pinned."""

    name: str
    version: str = ""

    @classmethod
    def parse(cls, text: JSON) -> Self:
        """Read a short name, ``owner/name`` or ``owner/name:version``; ConfigError says what to write instead."""
        given, _, version = text.partition(":") if isinstance(text, str) else ("", "", "")
        known = short_names()
        name = known[given].name if given in known else given
        if not NAME.fullmatch(name):
            close = difflib.get_close_matches(str(text), known, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            raise ConfigError(f"unknown Replicate model {text!r}; {hint}write owner/name, or one of {', '.join(known)}")
        if ":" in str(text) and not VERSION.fullmatch(version):
            raise ConfigError(
                f"version {version!r} of the Replicate model {name!r} is not 64 hexadecimal digits;"
                f" copy one from https://replicate.com/{name}/versions"
            )
        return cls(name, version)

    @property
    def model(self) -> Model | None:
        """What novaclips knows of the model; None where Replicate must be asked."""
        return known_models().get(self.name)

    def __str__(self) -> str:
        return f"{self.name}:{self.version}" if self.version else self.name


@functools.cache
def short_names() -> Mapping[str, Model]:
    """Return the known models by their short names, the default first."""
    text = files(__package__).joinpath("models.yaml").read_text(encoding="utf-8")
    names: dict[str, Model] = {}
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml takes a tenth of the time, where it is there
    for short, entry in yaml.load(text, loader)["models"].items():  # noqa: S506 - both are safe
        price = entry.pop("price", None)
        if price:
            price = Price(**{**price, "usd": Decimal(price["usd"])})
        model = Model(**{**entry, "price": price, "also": tuple(entry.get("also", ()))})
        names |= dict.fromkeys((short, *model.also), model)
    return MappingProxyType(names)


@functools.cache
def known_models() -> Mapping[str, Model]:
    """Return the known models by ``owner/name``."""
    return MappingProxyType({model.name: model for model in short_names().values()})
