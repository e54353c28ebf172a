"""A model's input for a request: every model asks for size, seed and references in its own way."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from typing import Final

from novaclips.plugin import JSON, ImageRequest, legal_size, nearest_aspect, nearest_size, unknown_options

from .models import Model

Size = tuple[int, int]

OWN_OPTIONS: Final = frozenset({"model", "deadline"})
# scenes.yaml has fields for the first three; one picture is drawn for each scene, whatever a model could do.
NOT_OPTIONS: Final = frozenset(
    {
        "prompt",
        "negative_prompt",
        "seed",
        "num_outputs",
        "number_of_images",
        "max_images",
        "sequential_image_generation",
    }
)
REFERENCE_INPUTS: Final = ("input_images", "image_input", "reference_images", "image_prompt", "input_image", "image")
EDGES: Final = frozenset({"width", "height"})
RATIO: Final = re.compile(r"\d+:\d+")
PIXELS: Final = re.compile(r"(\d+)x(\d+)")
AMOUNT: Final = re.compile(r"(\d+(?:\.\d+)?) ?(K|MP)")
STEP: Final = 64  # legal for every diffusion model seen so far; the schemas do not say what a model's own step is
LOWEST_EDGE, HIGHEST_EDGE = 256, 2048


def build_input(model: Model, request: ImageRequest, references: Sequence[str] = ()) -> dict[str, JSON]:
    """Return all that is sent to the model; ``references`` are URLs or data URIs of the images it gets."""
    built = {"prompt": request.prompt, **shaping_input(model, request)}
    if request.negative_prompt and "negative_prompt" in model.inputs:
        built["negative_prompt"] = request.negative_prompt
    if request.seed is not None and "seed" in model.inputs:
        built["seed"] = request.seed
    name, most = reference_input(model)
    if name and references:
        is_list = model.inputs[name].get("type") == "array"
        built[name] = list(references[:most]) if is_list else references[0]
    return built


def shaping_input(model: Model, request: ImageRequest) -> dict[str, JSON]:
    """Return the part of the input that is neither words, seed nor references: size, format, the user's options."""
    built = size_input(model, request.size)
    if "png" in model.values("output_format"):
        built["output_format"] = "png"  # the defaults are webp and jpg, which lose detail
    if "num_outputs" in model.inputs:
        built["num_outputs"] = 1
    known = option_names(model) - OWN_OPTIONS
    options = {name: model.spelled(name, value) for name, value in request.options.items() if name in known}
    if options.get("aspect_ratio", "custom") != "custom":
        built = {name: value for name, value in built.items() if name not in EDGES}
    return built | options


def shaping_identity(values: Mapping[str, JSON]) -> dict[str, JSON]:
    """Return a shaping input in core's words: ``size`` and ``aspect`` where it has them, the rest as ``options``."""
    rest = dict(values)
    identity: dict[str, JSON] = {}
    if rest.keys() >= EDGES:
        identity["size"] = f"{rest.pop('width')}x{rest.pop('height')}"
    else:
        amount = next((name for name in ("resolution", "size") if name in rest), "")
        if amount:
            identity["size"] = rest.pop(amount)
    aspect = rest.pop("aspect_ratio", "custom")
    if aspect != "custom":
        identity["aspect"] = aspect
    return {**identity, "options": rest}


def size_input(model: Model, target: Size) -> dict[str, JSON]:
    """Ask for the nearest size to a frame in the way that the model's inputs allow.

    Pixels behind ``aspect_ratio: custom``, a shape (with a resolution beside it where there is one), a size from a
    list, or plain pixels; nothing for a model that decides its size itself.
    """
    shapes = model.values("aspect_ratio")
    if "custom" in shapes and model.inputs.keys() >= EDGES:
        return {"aspect_ratio": "custom", **_edges(model, target)}
    if ratios := [shape for shape in shapes if RATIO.fullmatch(shape)]:
        return {"aspect_ratio": nearest_aspect(target, ratios), **_amount(model, target)}
    if sizes := [(int(match[1]), int(match[2])) for match in map(PIXELS.fullmatch, model.values("size")) if match]:
        width, height = nearest_size(target, sizes)
        return {"size": f"{width}x{height}"}
    return _edges(model, target) if model.inputs.keys() >= EDGES else {}


def _edges(model: Model, target: Size) -> dict[str, JSON]:
    """Choose width and height within the model's limits.

    A model with a default size was trained on about so many pixels: it blurs in a smaller picture and repeats things
    in a larger one, so it is asked for the frame's shape at its own size.
    """
    width, height = model.inputs["width"], model.inputs["height"]
    most = width["default"] * height["default"] if width.get("default") and height.get("default") else None
    if most:
        scale = math.sqrt(most / (target[0] * target[1]))
        target = (max(1, round(target[0] * scale)), max(1, round(target[1] * scale)))
    if "enum" in width and "enum" in height:
        sizes = itertools.product(map(int, width["enum"]), map(int, height["enum"]))
        chosen = nearest_size(target, [size for size in sizes if most is None or size[0] * size[1] <= most])
    else:
        longest = min(edge.get("maximum", HIGHEST_EDGE) for edge in (width, height))
        chosen = legal_size(
            target,
            step=width.get("multipleOf", STEP),
            min_edge=max(edge.get("minimum", LOWEST_EDGE) for edge in (width, height)),
            max_edge=longest,
            min_pixels=3 * most // 4 if most and max(target) <= longest else 1,
            max_pixels=most,
        )
    return {"width": chosen[0], "height": chosen[1]}


def _amount(model: Model, target: Size) -> dict[str, JSON]:
    """Choose the smallest ``1K``, ``2K`` or ``1 MP``, ``2 MP`` that has the frame's pixels, else the largest."""
    for name in ("resolution", "size"):
        amounts = {match[0]: _pixels(match) for match in map(AMOUNT.fullmatch, model.values(name)) if match}
        if amounts:
            enough = {text: pixels for text, pixels in amounts.items() if pixels >= target[0] * target[1]}
            return {name: min(enough, key=enough.__getitem__) if enough else max(amounts, key=amounts.__getitem__)}
    return {}


def _pixels(match: re.Match[str]) -> float:
    return float(match[1]) * 1_000_000 if match[2] == "MP" else (float(match[1]) * 1024) ** 2


def reference_input(model: Model) -> tuple[str, int]:
    """Return the input that takes reference images, and how many; an empty name where there is none."""
    for name in REFERENCE_INPUTS:
        if schema := model.inputs.get(name):
            return name, int(schema.get("maxItems", 14)) if schema.get("type") == "array" else 1
    return "", 0


def option_names(model: Model) -> frozenset[str]:
    """Return the options that this model has."""
    return (OWN_OPTIONS | model.inputs.keys()) - NOT_OPTIONS - {reference_input(model)[0]}


def ignored(model: Model, request: ImageRequest) -> tuple[str, ...]:
    """Say, one sentence each, what of a request this model will not look at."""
    _, most = reference_input(model)
    given = len(request.references)
    go_fast = request.options.get("go_fast", model.inputs.get("go_fast", {}).get("default", False))
    sentences = {
        f"{model.title} has no negative prompt; it is ignored": bool(request.negative_prompt)
        and "negative_prompt" not in model.inputs,
        f"{model.title} has no seed; it is ignored": request.seed is not None and "seed" not in model.inputs,
        f"{model.title} with go_fast may draw another picture for the same seed; set option go_fast to false": (
            request.seed is not None and "seed" in model.inputs and bool(go_fast)
        ),
        f"{model.title} takes no reference images; they are ignored": given > 0 and most == 0,
        f"{model.title} takes {most} of the {given} reference images; the others are ignored": 0 < most < given,
    }
    spoken = tuple(sentence for sentence, true in sentences.items() if true)
    return spoken + unknown_options(request.options, option_names(model))
