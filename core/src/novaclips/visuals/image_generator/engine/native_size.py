"""The size that a request asks its service for, as the provider's identity says it under ``size``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from novaclips.visuals.image_generator.models import JSON
from novaclips.visuals.image_generator.providers.sizes import TOLERATED_LOSS, Size, covers, loss

_PIXELS = re.compile(r"([0-9]{1,6})x([0-9]{1,6})")
_AMOUNT = re.compile(r"([0-9]{1,6}(?:\.[0-9]{1,6})?) ?(K|MP)")


@dataclass(frozen=True, slots=True)
class NativeSize:
    """``1920x1088``, or an amount of pixels like ``2K`` or ``1 MP`` of a service that is told the shape apart.

    ``shape`` is width and height in pixels; None with an amount, where the shape stands elsewhere in the identity.
    """

    text: str
    pixels: float
    shape: Size | None

    @classmethod
    def of(cls, content: Mapping[str, JSON]) -> NativeSize | None:
        """Read the size of a request's content; None where its provider says none that can be understood."""
        text = str(content.get("identity", {}).get("size", ""))
        if match := _PIXELS.fullmatch(text):
            width, height = int(match[1]), int(match[2])
            return cls(text, width * height, (width, height)) if width and height else None
        if match := _AMOUNT.fullmatch(text):
            number = float(match[1])
            return cls(text, number * 1e6 if match[2] == "MP" else (number * 1024) ** 2, None)
        return None

    def serves(self, other: NativeSize) -> bool:
        """Say whether a picture of this size can be fitted where one of the other size would be, but for sharpness."""
        if self.shape is None or other.shape is None:
            return self.shape == other.shape
        return loss(self.shape, other.shape) <= TOLERATED_LOSS

    def fills(self, frame: Size) -> bool:
        """Say whether a picture of this size need not be enlarged for a frame."""
        return covers(self.shape, frame) if self.shape else self.pixels >= frame[0] * frame[1]
