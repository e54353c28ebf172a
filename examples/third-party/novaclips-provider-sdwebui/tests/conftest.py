"""Fixtures: a stand-in for the web UI, and providers that lead to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator

import pytest

from novaclips.plugin import ImageRequest, Settings
from novaclips.testing import Recorded, Reply, StandIn
from novaclips.testing.pictures import draw
from novaclips_provider_sdwebui.client import StableDiffusionWebUI

LOADED = "v1-5-pruned-emaonly"
INSTALLED = (LOADED, "sd_xl_base_1.0")
SAMPLERS = ("Euler", "Euler a", "DPM++ 2M")
SEED = 4242  # by chance

Make = Callable[..., StableDiffusionWebUI]


def speak_webui(request: Recorded) -> Reply:
    """Answer as the web UI does: pictures as base64, what it has to say of them as JSON within JSON."""
    if (request.method, request.path) != ("POST", "/sdapi/v1/txt2img"):
        return Reply.of_json({"detail": "Not Found"}, 404)
    order = request.body
    if order.get("sampler_name", SAMPLERS[0]) not in SAMPLERS:
        problem = {"error": "HTTPException", "detail": "Sampler not found", "body": "", "errors": ""}
        return Reply.of_json(problem, 404)
    if order["width"] % 8 or order["height"] % 8:
        problem = {"error": "RuntimeError", "detail": "", "body": "", "errors": "Sizes of tensors must match"}
        return Reply.of_json(problem, 500)
    model = order.get("override_settings", {}).get("sd_model_checkpoint", LOADED)
    model = model.partition(" ")[0].removesuffix(".safetensors")
    info = {
        "prompt": order["prompt"],
        "seed": SEED if order["seed"] == -1 else order["seed"],
        "sampler_name": order.get("sampler_name", SAMPLERS[0]),
        "steps": order["steps"],
        "sd_model_name": model if model in INSTALLED else LOADED,
        "sd_model_hash": "6ce0161689",
    }
    picture = draw(order["prompt"], (order["width"], order["height"]), info["seed"])
    answer = {"images": [base64.b64encode(picture).decode()], "parameters": order, "info": json.dumps(info)}
    return Reply.of_json(answer)


@pytest.fixture
def webui() -> Iterator[StandIn]:
    """A web UI on this machine."""
    with StandIn(speak_webui) as service:
        yield service


@pytest.fixture
def make(webui: StandIn) -> Make:
    """Make a provider that leads to the web UI; keywords are variables over that."""

    def make(**env: str) -> StableDiffusionWebUI:
        return StableDiffusionWebUI(Settings(env={"SDWEBUI_URL": webui.url, **env}), now=lambda: 0.0)

    return make


@pytest.fixture
def provider(make: Make) -> StableDiffusionWebUI:
    """A provider that leads to the web UI."""
    return make()


@pytest.fixture
def ask() -> Callable[..., ImageRequest]:
    """Make a request: prompt, then any of its fields; other keywords are options."""
    fields = {"resolution", "negative_prompt", "seed"}

    def ask(prompt: str = "a river at dawn", **given: object) -> ImageRequest:
        known = {name: value for name, value in given.items() if name in fields}
        options = {name: value for name, value in given.items() if name not in fields}
        return ImageRequest(1, prompt, **known, options=options)

    return ask
