"""One call: what a request becomes on the wire, checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from novaclips.plugin import JSON, ConfigError, ImageRequest, unknown_options

from .models import Model, Models, Size, written

# Options with a list of legal values for each model; models.yaml has them.
CHOICES = (
    "quality",
    "output_format",
    "background",
    "moderation",
    "complexity",
    "input_fidelity",
    "style",
    "response_format",
)
OPTIONS = ("model", "size", "output_compression", "timeout", "user", *CHOICES)
# What makes another picture. Not among them is moderation: it only decides whether there is one, and a project that
# turns it down for one scene must not buy the others again.
SHAPING = ("quality", "output_format", "output_compression", "background", "complexity", "input_fidelity", "style")
# What the service does when it is not told: writing it down buys nothing anew.
SERVICE_DEFAULTS: Mapping[str, JSON] = {
    "output_format": "png",
    "output_compression": 100,
    "background": "auto",
    "input_fidelity": "low",
    "style": "vivid",
}
TIMEOUT = 600.0
FULL = 100


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is sent for one request.

    ``parameters`` go out as they are, beside model, prompt and size. ``timeout`` is how many seconds of silence are
    borne, and how many the body of the answer may take. ``ignored`` says, one sentence each, what of the request's
    options counts for nothing.
    """

    model: Model
    size: Size
    parameters: Mapping[str, JSON]
    references: tuple[Path, ...]
    timeout: float
    ignored: tuple[str, ...]

    @classmethod
    def of(cls, request: ImageRequest, models: Models, *, is_openai: bool = True) -> Call:
        """Make the call for a request; ConfigError for an option with a value that the model does not take."""
        options = {name: value for name, value in request.options.items() if value is not None}
        model = models.find(options.get("model", models.default), is_openai=is_openai)
        parameters, ignored = _parameters(options, model)
        references = request.references[: model.references]
        if request.references and not references:
            ignored += (f"{model.name} takes no reference images; they are ignored",)
        if not references:
            parameters.pop("input_fidelity", None)
        return cls(
            model=model,
            size=model.size(options["size"]) if "size" in options else model.native(request.size),
            parameters=parameters,
            references=references,
            timeout=_seconds(options.get("timeout", TIMEOUT)),
            ignored=(*(unknown_options(options, OPTIONS) if model.known else ()), *ignored),
        )

    @property
    def quality(self) -> str:
        """The quality asked for; empty where the model has none."""
        return str(self.parameters.get("quality", ""))

    @cached_property
    def identity(self) -> dict[str, JSON]:
        """All that shapes the picture, beside the prompt and the references."""
        unknown = () if self.model.known else set(self.parameters) - {*OPTIONS, *SHAPING}
        shaping = {name: self.parameters[name] for name in (*SHAPING, *sorted(unknown)) if name in self.parameters}
        special = {name: value for name, value in shaping.items() if value != SERVICE_DEFAULTS.get(name)}
        return {"model": self.model.name, "size": written(self.size), **special}

    def unheeded(self, said: Mapping[str, JSON]) -> tuple[str, ...]:
        """Say, one sentence each, where an answer tells of another picture than was asked for."""
        asked = {"size": written(self.size), **self.parameters}
        unheeded = tuple(
            f"the service drew with {name} {said[name]} instead of {asked[name]}"
            for name in ("size", "quality", "output_format")
            if asked.get(name, "auto") != "auto" and said.get(name, asked[name]) != asked[name]
        )
        drew = said.get("model")
        if isinstance(drew, str) and not _same_model(drew, self.model.name):
            unheeded += (f"the service says that {drew!r} drew, not {self.model.name!r}; what was asked for counts",)
        return unheeded


def _parameters(options: Mapping[str, JSON], model: Model) -> tuple[dict[str, JSON], tuple[str, ...]]:
    """Sort the options into those that are sent and sentences about those that are not."""
    parameters: dict[str, JSON] = dict(model.send)
    ignored = []
    for name in CHOICES:
        if name not in options:
            continue
        if model.takes(name):
            parameters[name] = model.checked(name, options[name])
        else:
            ignored.append(f"{model.name} has no option {name!r}; it is ignored")
    if "user" in options:
        parameters["user"] = str(options["user"])
    if not model.known:
        parameters |= {name: value for name, value in options.items() if name not in OPTIONS}
    picture_format = parameters.get("output_format", "png")
    if "output_compression" in options:
        percent = _percent(options["output_compression"])
        if picture_format in ("jpeg", "webp"):
            parameters["output_compression"] = percent
        else:
            ignored.append("option 'output_compression' is for output_format jpeg and webp; it is ignored")
    if parameters.get("background") == "transparent" and picture_format == "jpeg":
        raise ConfigError("option background='transparent' needs output_format png or webp; jpeg has no transparency")
    return parameters, tuple(ignored)


def _same_model(drew: str, asked: str) -> bool:
    """Say whether two names mean one model: of a snapshot, or with the name of its maker before it."""
    drew, asked = drew.lower().rpartition("/")[2], asked.lower().rpartition("/")[2]
    return drew.startswith(asked) or asked.startswith(drew)


def _percent(value: JSON) -> int:
    if type(value) is int and 0 <= value <= FULL:
        return value
    raise ConfigError(f"option output_compression={value!r} is not legal; write a whole number from 0 to {FULL}")


def _seconds(value: JSON) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < float("inf"):
        return float(value)
    raise ConfigError(f"option timeout={value!r} is not legal; write a number of seconds, as in {TIMEOUT:.0f}")
