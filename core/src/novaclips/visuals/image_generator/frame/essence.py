"""What of a picture's file decides its pixels: what the containers give and the decoders take."""

from __future__ import annotations

from dataclasses import dataclass

from novaclips.errors import BadImage

MAX_PROFILE_BYTES = 4 * 1024 * 1024  # the largest profiles of printing presses have 3 MB
NO_PROFILE = f"its colour profile is broken or larger than {MAX_PROFILE_BYTES >> 20} MB; left out"


class Damaged(BadImage):
    """A picture's file breaks the rules of its format; the text says where, and nothing of whose picture it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """How numbers become light, where no ICC profile says it.

    ``primaries`` are the x and y of white, red, green and blue (CIE 1931); ``gamma`` is the exponent from a pixel's
    value to light, None for the curve of sRGB.
    """

    primaries: tuple[float, float, float, float, float, float, float, float]
    gamma: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Essence:
    """A picture's file without all that shows nothing: texts, thumbnails, further frames, camera notes.

    ``data`` is what the decoder of ``format`` (Pillow's name) gets. ``size`` is in pixels, as the header says it,
    before ``orientation`` (1 to 8, as EXIF counts) is followed. ``profile`` is the ICC profile, ``encoding`` stands in
    for one. ``cut`` says that the file ends early, so that the decoder has to see whether rows are missing.
    ``warnings`` are sentences for the user.
    """

    format: str
    size: tuple[int, int]
    data: bytes
    profile: bytes | None = None
    encoding: Encoding | None = None
    orientation: int = 1
    cut: bool = False
    warnings: tuple[str, ...] = ()
