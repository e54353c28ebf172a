"""The pictures that were sold, each under a path of its own until the server stops."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from novaclips.testing import pictures
from novaclips.testing.fault import ProtocolName

ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was ordered; it is drawn when somebody looks."""

    prompt: str
    size: tuple[int, int]
    seed: int = 0
    format: str = "PNG"
    spoil: Callable[[bytes], bytes] | None = None
    protocol: ProtocolName = "any"
    call: int = 0

    @property
    def content_type(self) -> str:
        """What the file says that it is, spoilt or not."""
        return pictures.CONTENT_TYPES[self.format]

    def draw(self) -> bytes:
        """Return the file."""
        data = pictures.draw(self.prompt, self.size, self.seed, self.format)
        return self.spoil(data) if self.spoil else data


class Gallery:
    """Pictures by their path."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures: dict[str, Picture] = {}

    def hang(self, picture: Picture) -> str:
        """Take a picture in and return its path."""
        with self._lock:
            path = f"/files/{len(self._pictures) + 1:06d}/out.{ENDINGS[picture.format]}"
            self._pictures[path] = picture
            return path

    def get(self, path: str) -> Picture | None:
        """Return the picture under a path."""
        return self._pictures.get(path)
