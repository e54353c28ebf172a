"""What a Stable Diffusion web UI answers, as far as a picture needs it; for a StandIn."""

from __future__ import annotations

import base64
import json

from novaclips.testing import Recorded, Reply
from novaclips.testing.pictures import draw


def speak_webui(request: Recorded) -> Reply:
    """Draw an order to ``/sdapi/v1/txt2img``."""
    if request.path != "/sdapi/v1/txt2img":
        return Reply.of_json({"detail": "Not Found"}, 404)
    order = request.body
    picture = draw(order["prompt"], (order["width"], order["height"]))
    model = order["override_settings"]["sd_model_checkpoint"]
    info = json.dumps({"seed": order["seed"], "sd_model_name": model})
    return Reply.of_json({"images": [base64.b64encode(picture).decode()], "info": info})
