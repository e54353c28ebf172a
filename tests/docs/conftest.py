"""Fixtures: somebody who reads a page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest

from docs.reader import Reader
from novaclips.testing import FaultServer, Recorded
from novaclips.testing.pictures import draw
from novaclips.testing.stand_in import Reply, StandIn
from site_builder import imports_undone
from webui import speak_webui


@pytest.fixture
def reader(fault_server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reader]:
    """Somebody with a fresh project; what they install and import there is gone afterwards."""
    services = {name: url for name, url in fault_server.env.items() if name.endswith("_URL")}
    with imports_undone(tmp_path), StandIn(speak_openai) as compatible, StandIn(speak_webui) as webui:
        services["SDWEBUI_URL"] = webui.url
        exports = fault_server.env | {"OPENAI_BASE_URL": f"{compatible.url}/v1", "SDWEBUI_URL": webui.url}
        yield Reader(tmp_path, services, exports, monkeypatch)


def speak_openai(request: Recorded) -> Reply:
    """Draw as a server does that speaks OpenAI's protocol and has models of its own."""
    width, height = map(int, request.body["size"].split("x"))
    picture = draw(request.body["prompt"], (width, height))
    return Reply.of_json({"data": [{"b64_json": base64.b64encode(picture).decode()}]})
