"""What a frame file says about itself, in words that the field's other programs read."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping

from novaclips.visuals.image_generator.models import JSON

NEGATIVE = "Negative prompt:"
# How services and models call what stable-diffusion-webui calls so.
SETTINGS = {
    "Steps": ("steps", "num_inference_steps", "num_steps", "inference_steps"),
    "Sampler": ("sampler", "sampler_name", "scheduler"),
    "CFG scale": ("cfg_scale", "guidance_scale", "guidance", "cfg"),
}
# Readers take the block for what it is by its steps and its sampler, and pass these on to number fields: 0 is nobody's.
UNKNOWN = {"Steps": "0", "Sampler": "unknown", "CFG scale": "0"}
NUMBERS = frozenset({"Steps", "CFG scale"})
UNREADABLE = re.compile(r"[^\w.+/@ -]+")
VERSION = re.compile(r"[0-9a-f]{10,64}")
HASH_LETTERS = 10


def frame_text(about: Mapping[str, JSON]) -> dict[str, str]:
    """Choose what a frame file carries about itself, by keyword; writers put it into their format's place for words."""
    text = {
        "prompt": about["prompt"],
        "negative_prompt": about["negative_prompt"],
        "provider": about["provider"],
        "model": about["model"],
        "style": about["style"],
        "seed": "" if about["seed"] is None else str(about["seed"]),
        "scene": str(about["scene"]),
        "title": about["title"],
    }
    return {name: value for name, value in text.items() if value} | {"parameters": parameters(about)}


def parameters(about: Mapping[str, JSON]) -> str:
    """Write the block of stable-diffusion-webui (AUTOMATIC1111): the prompt, the negative prompt, a line of settings.

    It is written so that the four readers in use agree on it. The webui wants three settings in the last line,
    sd-parsers a sampler and no quotes, ComfyUI and sd-prompt-reader the word Steps first, and ComfyUI a negative
    prompt, be it empty. What the words of a scene have in common with the block's own is written a little differently.
    """
    negative = _words(about["negative_prompt"])
    line = ", ".join(f"{name}: {value}" for name, value in _settings(about))
    return f"{_words(about['prompt'])}\n{NEGATIVE} {negative}\n{line}"


def _words(text: str) -> str:
    """Keep a prompt's words from being read as the block's own."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    return lines.replace(NEGATIVE, NEGATIVE.lower()).replace("\nSteps:", "\n Steps:")


def _settings(about: Mapping[str, JSON]) -> Iterator[tuple[str, str]]:
    yield from ((name, _told(about, name)) for name in SETTINGS)
    if about["seed"] is not None:
        yield "Seed", str(about["seed"])
    yield "Size", about["resolution"]
    model, _, version = about["model"].partition(":")
    if plain := _plain(model):
        yield "Model", plain
    if VERSION.fullmatch(version):
        yield "Model hash", version[:HASH_LETTERS]


def _told(about: Mapping[str, JSON], name: str) -> str:
    """Find a setting in what the service answered, else in what it was asked."""
    request = about.get("request") or {}
    for source in (about.get("metadata"), request.get("identity"), request.get("options")):
        for key in SETTINGS[name]:
            value = source.get(key) if isinstance(source, Mapping) else None
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
            if is_number or (isinstance(value, str) and name not in NUMBERS and _plain(value)):
                return _plain(str(value))
    return UNKNOWN[name]


def _plain(value: str) -> str:
    """Leave out of a value what ends it for some reader: commas, colons, quotes, brackets, line ends."""
    return " ".join(UNREADABLE.sub(" ", value).split())
