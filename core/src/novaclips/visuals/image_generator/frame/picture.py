"""From a service's bytes to a picture in memory; whatever is wrong with them is BadImage."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from novaclips.errors import BadImage
from novaclips.visuals.image_generator.frame.colour import to_srgb
from novaclips.visuals.image_generator.frame.containers import READERS, format_of
from novaclips.visuals.image_generator.frame.decoders import unpacked
from novaclips.visuals.image_generator.frame.essence import Damaged, Essence
from novaclips.visuals.image_generator.frame.orientation import orientation_of, turned

# What image services send. Each format more is a parser more that a stranger's bytes would meet.
FORMATS = tuple(READERS)
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
MAX_PIXELS = 8192 * 8192
BOMB_PIXELS = 2 * MAX_PIXELS
# Services answer with a dot where they have nothing to show (a refusal, a tracking pixel): no picture is that small.
MIN_EDGE = 16
CUT = "its file ends early; nothing of the picture is missing"


@dataclass(frozen=True, slots=True)
class Picture:
    """What a picture's header says: format as Pillow names it, size in pixels, the usual file ending."""

    format: str
    width: int
    height: int

    @property
    def extension(self) -> str:
        """The usual file ending, without a dot."""
        return EXTENSIONS[self.format]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """A picture in memory: ``image`` holds sRGB pixels (mode RGB), upright, on white, and nothing of the file's notes.

    ``picture`` is what the header said, before it was turned upright. ``warnings`` are sentences for the user: what of
    the file was damaged and is not missed, and what its colours lack.
    """

    picture: Picture
    image: Image.Image = field(repr=False)
    warnings: tuple[str, ...] = ()


def sniff(data: bytes) -> Picture:
    """Read a picture's header and say what it is; BadImage for bytes that are no picture, for a bomb and for a dot."""
    return _described(_read(data, f"{len(data):,} bytes"))


def verify(data: bytes) -> Picture:
    """Decode the picture to its last row and say what it is.

    Raises BadImage for bytes that are no picture, a picture cut short, a damaged one, one whose edge has fewer than 16
    pixels, or one of more than 8192 x 8192 pixels, which is refused by its header, before anything is unpacked.
    """
    what = f"{len(data):,} bytes"
    essence = _read(data, what)
    _pixels(essence, what)
    return _described(essence)


def decode(source: Path | bytes) -> Image.Image:
    """Read an original as RGB pixels of sRGB, turned as its camera says, transparency on white; BadImage if damaged."""
    return unpack(source).image


def unpack(source: Path | bytes) -> Unpacked:
    """Read an original as ``decode`` does, with what the user should hear about it.

    What viewers show is used: bytes that are missing or damaged where no pixel lies are warned about. BadImage as from
    ``verify``. The same whatever switches of Pillow the process has set.
    """
    data, what = (source, f"{len(source):,} bytes") if isinstance(source, bytes) else (source.read_bytes(), source.name)
    essence = _read(data, what)
    image = _pixels(essence, what)
    # Only AVIF's decoder still tells of a turn: that of its boxes.
    orientation = orientation_of(image.info["exif"]) if "exif" in image.info else essence.orientation
    image, warnings = to_srgb(image, essence)
    warnings = (*essence.warnings, *((CUT,) if essence.cut else ()), *warnings)
    return Unpacked(picture=_described(essence), image=turned(image, orientation), warnings=warnings)


def _described(essence: Essence) -> Picture:
    return Picture(essence.format, *essence.size)


def _read(data: bytes, what: str) -> Essence:
    """Take a file apart and look at its size."""
    name = format_of(data)
    if not name:
        raise BadImage(f"the answer ({what}) is not a picture: it starts with {data[:16]!r}")
    if name not in READERS:
        raise BadImage(
            f"the answer ({what}) is not a picture that can be used: it is {name}; ask the service for one of"
            f" {', '.join(FORMATS)}"
        )
    try:
        essence = READERS[name](data)
    except Damaged as exc:
        raise BadImage(f"the answer ({what}) is a damaged picture: {exc}") from exc
    _check_size(essence.size, what)
    return essence


def _check_size(size: tuple[int, int], what: str) -> None:
    width, height = size
    if width * height > BOMB_PIXELS:
        raise BadImage(f"the answer ({what}) would unpack to an absurd size; not opened")
    if width * height > MAX_PIXELS:
        raise BadImage(f"the answer ({what}) would unpack to {width}x{height} pixels; not opened")
    if min(size) < MIN_EDGE:
        raise BadImage(f"the answer ({what}) is a dot of {width}x{height} pixels, not a picture")


def _pixels(essence: Essence, what: str) -> Image.Image:
    """Unpack a picture; BadImage says that it is damaged, and how."""
    try:
        image = unpacked(essence)
    except Damaged as exc:
        raise BadImage(f"the answer ({what}) is a damaged picture: {exc}") from exc
    _check_size(image.size, what)
    return image
