"""OpenAI's SDK in a thread pool, with its own retries."""

from __future__ import annotations

import base64

import openai

from benchmarks.peers.batch import Draw, draw_all


def make(retries: int | None) -> Draw:
    """Return what draws a picture with OpenAI's SDK."""
    client = openai.OpenAI() if retries is None else openai.OpenAI(max_retries=retries)

    def draw(prompt: str, size: str) -> bytes:
        answer = client.images.generate(model="gpt-image-2", prompt=prompt, size=size, quality="medium")
        return base64.b64decode(answer.data[0].b64_json)  # type: ignore[index,arg-type]  # a script trusts the service

    return draw


if __name__ == "__main__":
    draw_all(make)
