"""Fixtures: somebody who reads a page."""

from __future__ import annotations

import base64
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.reader import Reader
from novaclips.testing import FaultServer, Recorded
from novaclips.testing.pictures import draw
from novaclips.testing.stand_in import Reply, StandIn
from webui import speak_webui


@pytest.fixture
def reader(fault_server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Somebody with a fresh project; what they install and import there is gone afterwards."""
    before = set(sys.modules)
    services = {name: url for name, url in fault_server.env.items() if name.endswith("_URL")}
    with StandIn(speak_openai) as compatible, StandIn(speak_webui) as webui:
        services["SDWEBUI_URL"] = webui.url
        exports = fault_server.env | {"OPENAI_BASE_URL": f"{compatible.url}/v1", "SDWEBUI_URL": webui.url}
        yield Reader(tmp_path, services, exports, monkeypatch)
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def speak_openai(request: Recorded) -> Reply:
    """Draw as a server does that speaks OpenAI's protocol and has models of its own."""
    width, height = map(int, request.body["size"].split("x"))
    picture = draw(request.body["prompt"], (width, height))
    return Reply.of_json({"data": [{"b64_json": base64.b64encode(picture).decode()}]})
