"""The image models: the sizes and options that each of them takes, and until when there is one."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

from novaclips.plugin import JSON, ConfigError, Resolution, legal_size, nearest_size

Size = tuple[int, int]

FOREIGN_STEP = 8
STEP, MAX_EDGE, MAX_RATIO = 16, 3840, 3
MIN_PIXELS, MAX_PIXELS = 655_360, 8_294_400
# Of the newest family are the sizes that a model of unknown name is asked for.
NEWEST = "gpt-image-2.6"
NOTICE = timedelta(days=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """What one model takes.

    ``sizes`` are all that there are; none listed means any size that OpenAI's rule for pixels allows. ``options``
    holds the legal values of each option, ``send`` what goes out unless an option says otherwise. A model that is
    not ``known`` is one of a compatible server, or a newer one: its options pass unchecked. One that is ``foreign``
    runs on another server than OpenAI's: no rule about sizes holds there.
    """

    name: str
    sizes: tuple[Size, ...] = ()
    references: int = 16
    send: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    shutdown: date | None = None
    replacement: str = ""
    known: bool = True
    foreign: bool = False

    def takes(self, option: str) -> bool:
        """Say whether the model has an option at all."""
        return not self.known or option in self.options

    def checked(self, option: str, value: JSON) -> str:
        """Return an option's value; ConfigError lists the legal ones."""
        if self.known and value not in self.options[option]:
            legal = ", ".join(self.options[option])
            raise ConfigError(f"option {option}={value!r} is not one that {self.name} takes; write one of {legal}")
        return str(value)

    def native(self, target: Size) -> Size:
        """Return the legal size that is best for a frame of this size.

        Of a model that is unknown on another server the frame's own, in steps of 8 pixels: diffusion models take no
        others.
        """
        if self.foreign and not self.known:
            return legal_size(target, step=FOREIGN_STEP)
        if self.sizes:
            return nearest_size(target, self.sizes)
        return legal_size(
            target,
            step=STEP,
            max_edge=MAX_EDGE,
            min_pixels=MIN_PIXELS,
            max_pixels=MAX_PIXELS,
            max_ratio=MAX_RATIO,
        )

    def size(self, text: JSON) -> Size:
        """Read a size that the user asks for; ConfigError says which one to write instead."""
        try:
            size = Resolution.parse(str(text)).size
        except ConfigError as exc:
            raise ConfigError(f"option size={text!r} is not a size; write WIDTHxHEIGHT, as in 1920x1088") from exc
        if self.foreign or not self.known or size in self.sizes or (not self.sizes and self.native(size) == size):
            return size
        legal = ", ".join(map(written, self.sizes)) or written(self.native(size))
        raise ConfigError(f"option size={text!r} is not one that {self.name} draws; write {legal}")

    def is_gone(self, today: date) -> bool:
        """Say whether OpenAI has switched the model off."""
        return self.shutdown is not None and self.shutdown <= today

    def goes_soon(self, today: date) -> bool:
        """Say whether OpenAI switches the model off within two months."""
        return self.shutdown is not None and self.shutdown - NOTICE <= today


@dataclass(frozen=True, slots=True)
class Models:
    """All known models by name; ``default`` names the one to take when nobody chose."""

    default: str
    by_name: Mapping[str, Model]
    stranger: Model

    def find(self, name: JSON, *, is_openai: bool = True) -> Model:
        """Return a model; one that is not known passes its options on, and at OpenAI has the newest family's sizes."""
        if not (isinstance(name, str) and name.strip()):
            raise ConfigError(f"option model={name!r} is not a model's name; write for example {self.default}")
        model = self.by_name.get(name) or Model(
            name=name, sizes=self.stranger.sizes, send={}, options=self.stranger.options, known=False
        )
        return model if is_openai else replace(model, foreign=True)

    def suggestion(self, name: str) -> str:
        """Return a hint to the known model that was perhaps meant."""
        close = difflib.get_close_matches(name, self.by_name, n=1)
        return f"; did you mean {close[0]!r}?" if close else ""


def load_models() -> Models:
    """Read models.yaml."""
    data = load("models.yaml")
    families = {name: _family(entry) for name, entry in data["families"].items()}
    by_name = {name: _model(name, families, **entry) for name, entry in data["models"].items()}
    return Models(data["default"], by_name, Model(name="", **families[NEWEST]))


def load(resource: str) -> Any:
    """Read a YAML file of this package."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml takes a tenth of the time, where it is there
    return yaml.load(files(__package__).joinpath(resource).read_text(encoding="utf-8"), loader)  # noqa: S506 - safe


def written(size: Size) -> str:
    """Write a size as the service does: ``1920x1088``."""
    return f"{size[0]}x{size[1]}"


def _family(entry: Mapping[str, Any]) -> dict[str, Any]:
    sizes = [] if entry["sizes"] == "any" else entry["sizes"]
    return {
        "sizes": tuple(Resolution.parse(size).size for size in sizes),
        "references": entry["references"],
        "send": entry["send"],
        "options": {name: tuple(values) for name, values in entry["options"].items()},
    }


def _model(name: str, families: Mapping[str, Any], *, family: str, **rest: Any) -> Model:
    return Model(name=name, **families[family], **rest)
