"""The provider: one order to a Stable Diffusion web UI for one picture."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from novaclips.plugin import JSON, BadImage, BaseImageProvider, Cost, GeneratedImage, ImageRequest, Settings

from .order import Order
from .server import Server

PATH = "/sdapi/v1/txt2img"
FREE = Cost(Decimal(0))
KEPT = ("sd_model_hash", "sampler_name", "steps", "cfg_scale", "version")  # of what the web UI says of a picture
MODEL_FILE = re.compile(r"(?:.*[/\\])?(?P<name>.*?)(?:\.safetensors|\.ckpt)?(?: \[(?P<hash>\w+)\])?", re.IGNORECASE)


class StableDiffusionWebUI(BaseImageProvider):
    """Draws with the web UI that SDWEBUI_URL leads to; ``now`` counts seconds since the epoch."""

    def __init__(self, settings: Settings, *, now: Callable[[], float] = time.time) -> None:
        self._server = Server.of(settings.env, now)

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return model, native size, steps, scale and sampler."""
        return Order.of(request).identity

    def estimate(self, request: ImageRequest) -> Cost:
        """Return that it costs nothing."""
        Order.of(request)  # an option that cannot be sent is told of before anything is drawn
        return FREE

    def notices(self, request: ImageRequest) -> Sequence[str]:
        """Say which options are ignored, and that no model is named."""
        return Order.of(request).notices

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Ask for one picture, once, and wait for it."""
        order = Order.of(request)
        picture, info = read_answer(self._server.post(PATH, order.body, order.timeout))
        seed, drawn_with = info.get("seed"), info.get("sd_model_name")
        return GeneratedImage(
            data=picture,
            model=drawn_with if isinstance(drawn_with, str) else order.model,
            seed=seed if type(seed) is int else None,
            cost=FREE,
            warnings=unheeded(order.model, info),
            metadata={name: info[name] for name in KEPT if name in info},
        )


def read_answer(body: bytes) -> tuple[bytes, Mapping[str, JSON]]:
    """Return the picture of an answer and what the web UI says of it; BadImage when there is no picture."""
    try:
        answer = json.loads(body)
    except ValueError as exc:
        raise BadImage("the web UI's answer is not JSON; check that SDWEBUI_URL leads to a web UI") from exc
    match answer:
        case {"images": [str(picture), *_]}:  # what follows are maps that extensions put beside it
            pass
        case _:
            raise BadImage("the web UI's answer holds no picture; somebody may have pressed Interrupt or Skip")
    try:
        # Some forks write a data URI.
        data = base64.b64decode(picture.rpartition(",")[2], validate=True)
    except ValueError as exc:
        raise BadImage("the web UI's picture is not base64") from exc
    return data, _info(answer.get("info"))


def _info(info: JSON) -> Mapping[str, JSON]:
    """Return what the web UI says of a picture: JSON in a text; empty where a fork has something else."""
    with contextlib.suppress(ValueError, TypeError):
        info = json.loads(info)
    return info if isinstance(info, dict) else {}


def unheeded(model: str, info: Mapping[str, JSON]) -> tuple[str, ...]:
    """Say that another model drew than was asked for: one that the web UI does not know is passed over in silence."""
    drawn_with = info.get("sd_model_name")
    asked = MODEL_FILE.fullmatch(model)
    if not model or not isinstance(drawn_with, str) or asked is None:
        return ()
    # A model in a folder is also known as folder_model.
    if asked["name"].casefold().endswith(drawn_with.casefold()):
        return ()
    if (known := info.get("sd_model_hash")) and known in {model, asked["hash"]}:
        return ()
    return (f"the web UI drew with {drawn_with!r} instead of {model!r}; write the model's name as it shows it",)
