"""The fields of a scene, and what is meant by names that are none: slips of the pen, and fields of other programs."""

from __future__ import annotations

import difflib
import functools
import re
from collections.abc import Collection

from novaclips.likeness import is_slip

SCENE_FIELDS = ("id", "title", "narration", "visual")
VISUAL_FIELDS = ("type", "prompt", "style", "provider", "negative_prompt", "seed", "references", "options")
REQUIRED = ("scenes", "id", "visual", "prompt")
# What would change the picture, and is ignored one level too high.
OF_THE_VISUAL = ("style", "provider", "negative_prompt", "seed", "references", "options")

# Other names of fields, without case, blanks, hyphens and underscores.
OTHER_NAMES = {
    "negative_prompt": frozenset(
        {"negative", "negatives", "negativeprompts", "neg", "negprompt", "promptnegative", "uncond"}
    ),
    "references": frozenset({"ref", "refs", "reference"}),
    "type": frozenset({"visualtype", "imagetype", "shottype", "picturetype"}),
}
REFERENCES = frozenset(
    {"image", "images", "imageref", "imagerefs", "imagereference", "imagereferences", "imageurl", "imageurls",
     "imageinput", "initimage", "initimages", "inputimage", "inputimages", "inputreference", "inputreferences",
     "refimage", "refimages", "referenceimage", "referenceimages", "stylereference", "characterreference", "charref",
     "cref", "sref"}
)  # fmt: skip
# What a provider takes as an option.
OPTIONS = frozenset(
    {"model", "models", "modelid", "modelname", "modelversion", "engine", "checkpoint", "quality", "n", "numimages",
     "numoutputs", "numberofimages", "imagecount", "batchsize", "steps", "numsteps", "numinferencesteps",
     "inferencesteps", "samplingsteps", "cfg", "cfgscale", "guidance", "guidancescale", "sampler", "samplername",
     "samplerindex", "scheduler", "strength", "denoise", "denoisingstrength", "promptstrength", "imagestrength",
     "clipskip", "eta", "lora", "loras", "lorascale", "background", "moderation", "outputformat", "outputquality",
     "outputcompression", "responseformat", "inputfidelity", "safetytolerance", "megapixels", "promptupsampling",
     "gofast", "stylize", "chaos"}
)  # fmt: skip
# What the run decides for all frames.
SIZES = frozenset(
    {"size", "imagesize", "framesize", "width", "height", "aspect", "aspectratio", "ratio", "resolution",
     "dimensions", "dimension", "orientation"}
)  # fmt: skip
# Of these names, and of slips, those that mean the picture on the level of the scene as well, where other programs keep
# fields of their own.
SURELY = frozenset(
    {"model", "modelid", "modelname", "quality", "cfgscale", "guidancescale", "numinferencesteps", "samplername",
     "aspectratio", "imagesize", "imageref", "imagerefs", "refimage", "refimages", "referenceimage", "referenceimages"}
)  # fmt: skip
SLIPS_TOO_HIGH = ("style", "provider", "negative_prompt", "seed")
LIKE_REQUIRED, LIKE = 0.75, 0.9  # required fields are guessed more boldly


@functools.lru_cache(maxsize=4096)  # the same foreign field stands in each of thousands of scenes
def tidy(name: str) -> str:
    """Return a name as it is compared: ``cfgscale`` for ``CFG Scale``, ``cfg_scale`` and ``cfgScale``."""
    return re.sub(r"[\s_-]+", "", name[:40]).casefold()


def meant(name: str, absent: Collection[str]) -> str | None:
    """Return the absent field that a name is a slip of the pen for, or another name of."""
    return next((field for field in absent if _is_like(name, field)), None)


def belongs(name: str, present: Collection[str], options: Collection[str]) -> str | None:
    """Say where a field of a visual belongs that changes the picture and would be ignored where it is; else None.

    ``present`` are the visual's fields, ``options`` the names of its options.
    """
    short = tidy(name)
    if short in OPTIONS and name not in options:
        return f"{name} belongs under options: write options: {{{name}: ...}}"
    if short in SIZES and name not in options:
        return f"{name} is that of all frames: write --resolution 1920x1080, or resolution: 1920x1080 in novaclips.yaml"
    if short in REFERENCES and "references" not in present:
        return f"unknown field {name!r}; did you mean 'references'? write references: [assets/hero.png]"
    return None


def belongs_lower(name: str, present: Collection[str]) -> str | None:
    """Say where a field of a scene belongs that surely means the picture; else None.

    ``present`` are the fields of the scene's visual.
    """
    short = tidy(name)
    if short in SURELY and short in OPTIONS:
        return f"{name} belongs under visual: write visual: {{options: {{{name}: ...}}}}"
    if short in SURELY:
        return belongs(name, present, ())
    field = next((field for field in SLIPS_TOO_HIGH if field not in present and _is_like(name, field)), None)
    return field and f"unknown field {name!r}; did you mean {field!r}, under visual?"


@functools.lru_cache(maxsize=4096)
def _is_like(name: str, field: str) -> bool:
    tidied = re.sub(r"[\s-]+", "_", name[:40].strip().lower())
    ratio = difflib.SequenceMatcher(None, tidied, field).ratio()
    if field in REQUIRED:
        return ratio >= LIKE_REQUIRED
    return ratio >= LIKE or is_slip(tidied, field) or tidy(name) in OTHER_NAMES.get(field, ())
