"""What an OpenAI service checks before it draws, in the order and the words of the real one."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any, Final

from PIL import Image

from novaclips.testing.openai_models import FAMILIES, Family, size_complaint

USER_ERROR: Final = "image_generation_user_error"
REQUEST_ERROR: Final = "invalid_request_error"
MOST_IMAGES: Final = 16
FULL: Final = 100  # per cent of the quality
DALL_E_SIZE: Final = "1024x1024"  # what DALL-E drew when nothing was said


class Refusal(Exception):
    """The order cannot be taken; the text is the service's message."""

    def __init__(self, message: str, code: str | None, param: str | None, type: str = USER_ERROR) -> None:  # noqa: A002
        super().__init__(message)
        self.code, self.param, self.type = code, param, type


def check(body: object, *, edits: bool) -> tuple[Family, dict[str, Any]]:
    """Return the model's family and the order, in which ``image`` is a list of files; Refusal says what is wrong."""
    if not isinstance(body, dict):
        raise Refusal("We could not parse the JSON body of your request.", None, None, REQUEST_ERROR)
    order = {name.removesuffix("[]"): value for name, value in body.items() if value is not None}
    family = _family(order, edits=edits)
    allowed = family.fields | (family.edit_fields if edits else frozenset())
    for name in order:
        if name == "input_fidelity" and edits and name not in allowed:
            message = f"The model '{order['model']}' does not support the 'input_fidelity' parameter."
            raise Refusal(message, "invalid_input_fidelity_model", name)
        if name not in allowed:
            raise Refusal(f"Unknown parameter: '{name}'.", "unknown_parameter", name, REQUEST_ERROR)
    _check_prompt(order, family)
    _check_numbers(order, family)
    order.setdefault("size", DALL_E_SIZE if family.dall_e else "auto")
    if complaint := size_complaint(family, str(order["size"])):
        raise Refusal(complaint, "invalid_value", "size")
    _check_choices(order, family)
    if edits:
        _check_images(order)
    return family, order


def _family(order: Mapping[str, Any], *, edits: bool) -> Family:
    model = order.get("model")
    if not model:
        raise Refusal("you must provide a model parameter", None, None, REQUEST_ERROR)
    family = FAMILIES.get(model) if isinstance(model, str) else None
    if family is None:
        raise Refusal(f"The model '{model}' does not exist.", "invalid_value", "model")
    if edits and not family.edit_fields:
        raise Refusal(f"Invalid value: '{model}'. Value must be 'dall-e-2'.", "invalid_value", "model")
    return family


def _check_prompt(order: Mapping[str, Any], family: Family) -> None:
    prompt, limit = order.get("prompt"), family.prompt_limit
    if not prompt:
        raise Refusal("Missing required parameter: 'prompt'.", "missing_required_parameter", "prompt", REQUEST_ERROR)
    if not isinstance(prompt, str):
        raise Refusal("Invalid type for 'prompt': expected a string.", "invalid_type", "prompt", REQUEST_ERROR)
    if len(prompt) > limit:
        message = (
            f"Invalid 'prompt': string too long. Expected a string with maximum length {limit}, but got a string with"
            f" length {len(prompt)} instead."
        )
        raise Refusal(message, "string_above_max_length", "prompt", REQUEST_ERROR)


def _check_numbers(order: dict[str, Any], family: Family) -> None:
    for name, least, most in (("n", 1, family.most_pictures), ("output_compression", 0, FULL)):
        value = order.get(name, least)
        if isinstance(value, str) and value.isdigit():  # a form has only text
            value = order[name] = int(value)
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refusal(f"Invalid type for '{name}': expected an integer.", "invalid_type", name, REQUEST_ERROR)
        for wrong, problem, code in (
            (value < least, f"integer below minimum value. Expected a value >= {least}", "integer_below_min_value"),
            (value > most, f"integer above maximum value. Expected a value <= {most}", "integer_above_max_value"),
        ):
            if wrong:
                raise Refusal(f"Invalid '{name}': {problem}, but got {value} instead.", code, name, REQUEST_ERROR)


def _check_choices(order: Mapping[str, Any], family: Family) -> None:
    choices: dict[str, tuple[str, ...]] = {
        "quality": family.qualities,
        "output_format": family.formats,
        "background": ("transparent", "opaque", "auto"),
        "moderation": ("auto", "low"),
        "complexity": ("low", "medium", "high"),
        "input_fidelity": ("high", "low"),
        "response_format": ("url", "b64_json"),
        "style": ("vivid", "natural"),
    }
    for name, values in choices.items():
        if name in order and order[name] not in values:
            listed = ", ".join(f"'{value}'" for value in values[:-1]) or f"'{values[0]}'"
            listed += f" and '{values[-1]}'" if len(values) > 1 else ""
            raise Refusal(f"Invalid value: '{order[name]}'. Supported values are: {listed}.", "invalid_value", name)
    kind = order.get("output_format", "png")
    if kind == "png" and order.get("output_compression", FULL) < FULL:
        message = "Compression less than 100 is not supported for PNG output format"
        raise Refusal(message, "invalid_png_output_compression", "output_compression")
    if order.get("background") == "transparent" and (kind == "jpeg" or not family.transparent):
        what = "JPEG output format" if kind == "jpeg" else "this model"
        raise Refusal(f"Transparent background is not supported for {what}.", "invalid_value", "background")


def _check_images(order: Mapping[str, Any]) -> None:
    images = order.get("image")
    if not isinstance(images, list) or not images:
        raise Refusal("Missing required parameter: 'image'.", "missing_required_parameter", "image", REQUEST_ERROR)
    if len(images) > MOST_IMAGES:
        message = (
            f"Invalid 'image': array too long. Expected an array with maximum length {MOST_IMAGES}, but got an array"
            f" with length {len(images)} instead."
        )
        raise Refusal(message, "array_above_max_length", "image", REQUEST_ERROR)
    for number, data in enumerate(images, 1):
        try:
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "WEBP")) as image:
                image.load()
        except (OSError, SyntaxError, ValueError) as exc:  # what Pillow raises for no picture and for damaged ones
            message = f"Invalid image file or mode for image {number}, please check your image file."
            raise Refusal(message, "invalid_image_file", "image") from exc
