"""An order: what a request becomes on the wire, checked before anything is sent."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from novaclips.plugin import JSON, ConfigError, ImageRequest, legal_size, unknown_options

OPTIONS = ("model", "steps", "cfg_scale", "sampler_name", "megapixels", "timeout")
STEPS, MOST_STEPS = 25, 150
CFG_SCALE, HIGHEST_CFG_SCALE = 7.0, 30.0
MEGAPIXELS, LEAST_MEGAPIXELS, MOST_MEGAPIXELS = 1.0, 0.1, 4.0  # one is what SDXL was trained on
MEGAPIXEL = 1024 * 1024
SIZE_STEP = 8  # a latent pixel is eight pixels wide
LOWEST_EDGE, HIGHEST_EDGE = 64, 2048  # what the web UI's own sliders allow
RANDOM_SEED = -1
TIMEOUT, MOST_SECONDS = 600.0, 86_400.0
NO_MODEL = (
    "no model is named: whichever the web UI has loaded draws, and frames do not change with it; name one with the"
    " option model"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What is sent for one request.

    ``body`` is the JSON for ``/sdapi/v1/txt2img``; ``timeout`` is how many seconds of silence are borne, because the
    web UI says nothing until the picture is there. ``notices`` says, one sentence each, what of the options is ignored.
    """

    model: str
    body: Mapping[str, JSON]
    timeout: float
    notices: tuple[str, ...]

    @classmethod
    def of(cls, request: ImageRequest) -> Order:
        """Make the order for a request; ConfigError for an option whose value cannot be sent."""
        options = {name: value for name, value in request.options.items() if value is not None}
        model, sampler = _text(options, "model"), _text(options, "sampler_name")
        width, height = native_size(
            request.size, _number(options, "megapixels", MEGAPIXELS, LEAST_MEGAPIXELS, MOST_MEGAPIXELS)
        )
        body: dict[str, Any] = {
            "prompt": request.prompt,
            "negative_prompt": request.negative_prompt,
            "seed": RANDOM_SEED if request.seed is None else request.seed,
            "width": width,
            "height": height,
            "steps": _steps(options),
            "cfg_scale": _number(options, "cfg_scale", CFG_SCALE, 0.0, HIGHEST_CFG_SCALE),
        }
        if sampler:
            body["sampler_name"] = sampler
        if model:
            body["override_settings"] = {"sd_model_checkpoint": model}
        return cls(
            model=model,
            body=body,
            timeout=_number(options, "timeout", TIMEOUT, 1.0, MOST_SECONDS),
            notices=(*unknown_options(options, OPTIONS), *(() if model else (NO_MODEL,))),
        )

    @property
    def identity(self) -> dict[str, JSON]:
        """All that shapes the picture beside words and seed. Not the server: its models are the same elsewhere."""
        names = ("steps", "cfg_scale", "sampler_name")
        shaping = {name: self.body[name] for name in names if name in self.body}
        return {"model": self.model, "size": f"{self.body['width']}x{self.body['height']}", **shaping}


def native_size(frame: tuple[int, int], megapixels: float) -> tuple[int, int]:
    """Return the size to ask for: the frame's shape with about as many pixels as the model was trained on.

    A model blurs in a much smaller picture and repeats things in a larger one; core fits the picture to the frame.
    """
    pixels = round(megapixels * MEGAPIXEL)
    scale = math.sqrt(pixels / (frame[0] * frame[1]))
    target = (max(1, round(frame[0] * scale)), max(1, round(frame[1] * scale)))
    return legal_size(target, step=SIZE_STEP, min_edge=LOWEST_EDGE, max_edge=HIGHEST_EDGE, max_pixels=pixels)


def _text(options: Mapping[str, JSON], name: str) -> str:
    value = options.get(name, "")
    if isinstance(value, str):
        return value.strip()
    raise ConfigError(f"option {name}={value!r} is no text; write the name as the web UI shows it")


def _steps(options: Mapping[str, JSON]) -> int:
    value = options.get("steps", STEPS)
    if type(value) is int and 1 <= value <= MOST_STEPS:
        return value
    raise ConfigError(f"option steps={value!r} is not legal; write a whole number from 1 to {MOST_STEPS}")


def _number(options: Mapping[str, JSON], name: str, default: float, least: float, most: float) -> float:
    value = options.get(name, default)
    if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
        return float(value)
    raise ConfigError(f"option {name}={value!r} is not legal; write a number from {least:g} to {most:g}")
