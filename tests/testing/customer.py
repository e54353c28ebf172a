"""Somebody who orders pictures over plain HTTP, so that every byte of an answer can be looked at."""

from __future__ import annotations

import base64
import io
from typing import Any

import requests
from PIL import Image

HEADERS = {"Authorization": "Bearer rehearsal"}


class Customer:
    """Sends what is asked and returns the answer as it came."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.patience = 5.0  # seconds; only a broken server is waited for so long

    def get(self, path: str, **more: Any) -> requests.Response:
        return self._send("GET", path, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self._send("POST", path, **more)

    def generate(self, prompt: str = "a river", **fields: Any) -> requests.Response:
        """Order a small picture from OpenAI."""
        order = {"model": "gpt-image-2", "prompt": prompt, "size": "1024x640", "quality": "low", **fields}
        return self.post("/v1/images/generations", json={name: value for name, value in order.items() if value != ...})

    def edit(self, *images: bytes, **fields: Any) -> requests.Response:
        """Order a picture after others from OpenAI."""
        form = {"model": "gpt-image-2", "prompt": "a river", "size": "1024x640", **fields}
        files: list[Any] = [(name, (None, value)) for name, value in form.items()]
        files += [("image[]", (f"{number}.png", data)) for number, data in enumerate(images)]
        return self.post("/v1/images/edits", files=files)

    def predict(
        self, prompt: str = "a river", *, model: str = "black-forest-labs/flux-schnell", prefer: str = "", **more: Any
    ) -> requests.Response:
        """Order a prediction from Replicate, and wait for it where ``prefer`` says so."""
        order = {"version": model, "input": {"prompt": prompt, "megapixels": "0.25", "output_format": "png", **more}}
        return self.post("/v1/predictions", json=order, headers={"Prefer": prefer} if prefer else {})

    def poll(self, created: requests.Response) -> requests.Response:
        """Ask after a prediction."""
        return self.get("/v1/predictions/" + created.json()["id"])

    def download(self, **more: Any) -> requests.Response:
        """Order a prediction, wait for it, and fetch its picture, which takes no token."""
        (url,) = self.predict(prefer="wait").json()["output"]
        return requests.get(url, timeout=self.patience, **more)

    def _send(self, method: str, path: str, headers: dict[str, str] | None = None, **more: Any) -> requests.Response:
        headers = {**HEADERS, **(headers or {})}
        return requests.request(method, self.url + path, headers=headers, timeout=self.patience, **more)


def picture_in(answer: requests.Response) -> Image.Image:
    """Return the picture of an OpenAI answer."""
    return opened(base64.b64decode(answer.json()["data"][0]["b64_json"]))


def opened(data: bytes) -> Image.Image:
    """Return a picture, read to its last row."""
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
