"""The OpenAI Images protocol, without streaming."""

from __future__ import annotations

import base64
import hashlib
import io
import time
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, Final

from PIL import Image

from novaclips.testing.gallery import Picture
from novaclips.testing.messages import Answer, Recorded, json_answer
from novaclips.testing.openai_dialect import DIALECT, error
from novaclips.testing.openai_models import FAMILIES, SHUTDOWNS, Family, output_tokens
from novaclips.testing.openai_prices import price_of_dall_e, price_of_tokens
from novaclips.testing.openai_rules import Refusal, check
from novaclips.testing.service import Service

AUTO_SIZE, AUTO_QUALITY = "1024x1024", "medium"
TOKENS_BESIDE_PROMPT: Final = 6
PIXELS_PER_TOKEN: Final = 1024  # of a reference picture: about a thousand tokens for 1024x1024


def list_models(_service: Service, _request: Recorded) -> Answer:
    """Answer ``GET /v1/models``."""
    return json_answer({"object": "list", "data": [_model(name) for name in FAMILIES]})


def get_model(_service: Service, _request: Recorded, name: str) -> Answer:
    """Answer ``GET /v1/models/{id}``."""
    if name not in FAMILIES:
        message = f"The model '{name}' does not exist"
        return error(404, message, "invalid_request_error", "model_not_found", "model")
    return json_answer(_model(name))


def generate(service: Service, request: Recorded) -> Answer:
    """Answer ``POST /v1/images/generations``."""
    return _order(service, request, edits=False)


def edit(service: Service, request: Recorded) -> Answer:
    """Answer ``POST /v1/images/edits``."""
    return _order(service, request, edits=True)


def _order(service: Service, request: Recorded, *, edits: bool) -> Answer:
    body = request.body if isinstance(request.body, dict) else {}
    answer = service.take_order(
        request, DIALECT, str(body.get("prompt", "")), lambda: _work(service, request, edits=edits)
    )
    number = hashlib.sha256(f"{service.url} {request.call}".encode()).hexdigest()[:32]
    return replace(answer, headers={"x-request-id": f"req_{number}", **answer.headers})


def _work(service: Service, request: Recorded, *, edits: bool) -> Answer:
    try:
        family, order = check(request.body, edits=edits)
    except Refusal as refusal:
        return error(400, str(refusal), refusal.type, refusal.code, refusal.param)
    if service.pause(service.latency):
        return Answer(delivery="dropped")
    size = AUTO_SIZE if order["size"] == "auto" else order["size"]
    usage = {} if family.dall_e else _usage(family, order, size)
    earlier = service.meter.bill(request.content_key, _price(order, size, usage))
    hit = service.script.take("picture", "openai", order["prompt"], request.call)
    width, height = map(int, size.split("x"))
    pictures = [
        Picture(
            prompt=order["prompt"],
            size=(width, height),
            seed=earlier * 10 + index,  # who buys the same again gets another picture, as from the real one
            format=order.get("output_format", "png").upper(),
            spoil=hit.spoil if hit else None,
            protocol="openai",
            call=request.call,
        )
        for index in range(order.get("n", 1))
    ]
    if family.dall_e:
        return json_answer({"created": int(time.time()), "data": [_old_entry(service, p, order) for p in pictures]})
    return json_answer(_result(order, pictures, size, usage))


def _quality(order: Mapping[str, Any]) -> str:
    quality = str(order.get("quality", "auto"))
    return AUTO_QUALITY if quality == "auto" else quality


def _usage(family: Family, order: Mapping[str, Any], size: str) -> dict[str, Any]:
    """Count the tokens of an order."""
    width, height = map(int, size.split("x"))
    tokens = int(order.get("n", 1)) * output_tokens(family, (width, height), _quality(order))
    text = -(-len(order["prompt"]) // 4) + TOKENS_BESIDE_PROMPT
    images = sum(_pixels(data) // PIXELS_PER_TOKEN for data in order.get("image", ()))
    return {
        "input_tokens": text + images,
        "input_tokens_details": {"text_tokens": text, "image_tokens": images},
        "output_tokens": tokens,
        "total_tokens": text + images + tokens,
    }


def _price(order: Mapping[str, Any], size: str, usage: Mapping[str, Any]) -> Decimal:
    """Return what an order costs, in US dollars."""
    if not usage:
        width, height = size.split("x")
        quality = str(order.get("quality", "standard"))
        return price_of_dall_e(order["model"], quality, oblong=width != height, count=order.get("n", 1))
    told = usage["input_tokens_details"]
    return price_of_tokens(
        order["model"], text=told["text_tokens"], images=told["image_tokens"], output=usage["output_tokens"]
    )


def _result(order: Mapping[str, Any], pictures: list[Picture], size: str, usage: Mapping[str, Any]) -> dict[str, Any]:
    background = order.get("background", "auto")
    return {
        "created": int(time.time()),
        "background": "opaque" if background == "auto" else background,
        "output_format": order.get("output_format", "png"),
        "quality": _quality(order),
        "size": size,
        "data": [{"b64_json": base64.b64encode(picture.draw()).decode()} for picture in pictures],
        "usage": dict(usage),
    }


def _old_entry(service: Service, picture: Picture, order: Mapping[str, Any]) -> dict[str, str]:
    """Return a picture the way DALL-E gave it: by URL unless asked for base64."""
    entry = {"revised_prompt": f"{picture.prompt}, seen from afar"} if order["model"] == "dall-e-3" else {}
    if order.get("response_format", "url") == "url":
        return {**entry, "url": service.publish(picture)}
    return {**entry, "b64_json": base64.b64encode(picture.draw()).decode()}


def _pixels(data: bytes) -> int:
    with Image.open(io.BytesIO(data)) as image:
        return image.width * image.height


def _model(name: str) -> dict[str, Any]:
    return {
        "id": name,
        "object": "model",
        "created": 1_776_729_600,
        "owned_by": "system",
        "shutdown_date": SHUTDOWNS.get(name),
    }
