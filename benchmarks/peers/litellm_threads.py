"""litellm in a thread pool, with its own retries."""

from __future__ import annotations

import base64
import os

import litellm

from benchmarks.peers.batch import Draw, draw_all


def make(retries: int | None) -> Draw:
    """Return what draws a picture with litellm."""
    options = {} if retries is None else {"max_retries": retries}

    def draw(prompt: str, size: str) -> bytes:
        answer = litellm.image_generation(
            model="openai/gpt-image-2",
            prompt=prompt,
            size=size,
            quality="medium",
            api_base=os.environ["OPENAI_BASE_URL"],
            **options,
        )
        return base64.b64decode(answer.data[0].b64_json)

    return draw


if __name__ == "__main__":
    draw_all(make)
