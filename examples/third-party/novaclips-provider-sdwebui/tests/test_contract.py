"""The provider keeps every rule of the provider contract, against a server that speaks the web UI's API."""

import json
from functools import partial

import pytest

from novaclips.plugin import BadImage, InvalidRequest
from novaclips.testing import ImageProviderContract, ProviderCase, StandIn

NO_PICTURE = json.dumps({"images": [], "info": "{}"}).encode()
NO_MEMORY = json.dumps({"error": "OutOfMemoryError", "detail": "", "errors": "CUDA out of memory"}).encode()


class TestSDWebUI(ImageProviderContract):
    @pytest.fixture
    def case(self, webui: StandIn) -> ProviderCase:
        return ProviderCase(
            "sdwebui",
            env={"SDWEBUI_URL": webui.url, "SDWEBUI_AUTH": "me:never-shown"},
            options={"model": "sd_xl_base_1.0"},
            requests=lambda: len(webui.requests),
            faults={
                **webui.faults,
                InvalidRequest: partial(webui.answer_next, 500, NO_MEMORY),
                BadImage: partial(webui.answer_next, 200, NO_PICTURE),
            },
            shaping={"model": "other", "steps": 30, "cfg_scale": 5, "sampler_name": "Euler a", "megapixels": 0.25},
        )
