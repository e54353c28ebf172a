"""A provider that does what a test tells it to; installed like any plugin, as ``provider-scripted``."""

from __future__ import annotations

import hashlib
import io
import math
import threading
from collections import defaultdict
from collections.abc import Callable

from PIL import Image

from novaclips.plugin import (
    BaseImageProvider,
    Capabilities,
    GeneratedImage,
    ImageProviderSpec,
    ImageRequest,
    Settings,
    hookimpl,
)

Answer = BaseException | bytes | GeneratedImage | Callable[[ImageRequest], object]


class Script:
    """What the provider answers, and what it was asked."""

    def __init__(self) -> None:
        self.calls: list[ImageRequest] = []
        self.answers: dict[int, list[Answer]] = defaultdict(list)
        self.capabilities = Capabilities(seed=True, negative_prompt=True, in_flight=4, per_minute=math.inf)
        self.identity: dict[str, object] = {}
        self.lock = threading.Lock()

    def on(self, scene: int, *answers: Answer) -> None:
        """Answer the next calls for a scene so: raise an error, or return bytes."""
        self.answers[scene] += answers

    @property
    def scenes(self) -> list[int]:
        """The ids of the scenes that were asked for, sorted."""
        return sorted(request.scene_id for request in self.calls)

    def forget(self) -> None:
        """Start counting anew."""
        self.calls.clear()


script = Script()


def picture(words: str, size: tuple[int, int] = (192, 108), format: str = "PNG") -> bytes:  # noqa: A002 - Pillow's word
    """Draw a picture whose colour tells the words, with a mark in its corner: one colour alone is warned about."""
    file = io.BytesIO()
    image = Image.new("RGB", size, colour(words))
    image.paste(tuple(255 - part for part in colour(words)), (size[0] - size[0] // 8, size[1] - size[1] // 8, *size))
    image.save(file, format)
    return file.getvalue()


def colour(words: str) -> tuple[int, int, int]:
    """The colour that stands for these words."""
    red, green, blue = hashlib.sha256(words.encode()).digest()[:3]
    return red, green, blue


class Scripted(BaseImageProvider):
    """Answers as the script says, else with a picture in the prompt's colour."""

    def generate(self, request: ImageRequest) -> GeneratedImage | bytes:
        with script.lock:
            script.calls.append(request)
            answers = script.answers[request.scene_id]
            answer = answers.pop(0) if answers else None
        if callable(answer):
            answer = answer(request)
        if isinstance(answer, BaseException):
            raise answer
        if answer is not None:
            return answer
        return picture(f"{request.prompt}|{request.seed}|{request.take}")

    def identity(self, request: ImageRequest) -> dict[str, object]:
        return {"model": "script-1", "options": dict(request.options)} | script.identity


@hookimpl
def novaclips_image_providers():
    yield ImageProviderSpec(name="scripted", summary="Does as told", create=create, capabilities=script.capabilities)


def create(settings: Settings) -> BaseImageProvider:
    return Scripted()
