"""From a service's bytes to exactly the frame that was asked for: verify, decode, fit."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from PIL import Image, ImageOps, UnidentifiedImageError

from novaclips.errors import BadImage, ConfigError

Fit = Literal["cover", "contain", "stretch"]
FITS: tuple[str, ...] = get_args(Fit)

# What image services send. Pillow reads many more formats, each of them a parser that a stranger's bytes would meet.
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
EXTENSIONS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif"}
MAX_PIXELS = 8192 * 8192


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


def sniff(data: bytes) -> Picture:
    """Read a picture's header and say what it is; BadImage for bytes that are no picture, and for a bomb."""
    return _described(_open(io.BytesIO(data), f"{len(data):,} bytes", load=False))


def verify(data: bytes) -> Picture:
    """Decode the picture to its last row and say what it is.

    Raises BadImage for bytes that are no picture, a picture cut short, a damaged one, or one of more than
    8192 x 8192 pixels, which is refused by its header, before anything is unpacked.
    """
    return _described(_open(io.BytesIO(data), f"{len(data):,} bytes"))


def _described(image: Image.Image) -> Picture:
    return Picture(str(image.format), image.width, image.height)


def decode(path: Path) -> Image.Image:
    """Read an original as RGB, turned as its camera says, transparency laid on white; BadImage when damaged."""
    image = ImageOps.exif_transpose(_open(io.BytesIO(path.read_bytes()), path.name))
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba)
    elif image.mode.startswith("I"):
        image = image.convert("F").point(lambda value: value / 257.0)  # 16 bits to 8; convert() alone clips to white
    return image.convert("RGB")


def fit(image: Image.Image, size: tuple[int, int], how: Fit = "cover") -> Image.Image:
    """Bring a picture to exactly ``size``, with Lanczos.

    ``cover`` fills the frame and crops what overhangs evenly; ``contain`` shows the whole picture on black;
    ``stretch`` ignores the picture's shape.
    """
    if image.size == size:
        return image
    if how == "stretch":
        return image.resize(size, Image.Resampling.LANCZOS)
    if how == "contain":
        return ImageOps.pad(image, size, Image.Resampling.LANCZOS, color="black")
    # resize(box=...) crops and scales in one pass: 40 ms a frame, cheaper than ImageOps.fit.
    scale = min(image.width / size[0], image.height / size[1])
    width, height = size[0] * scale, size[1] * scale
    left, top = (image.width - width) / 2, (image.height - height) / 2
    return image.resize(size, Image.Resampling.LANCZOS, box=(left, top, left + width, top + height))


def fit_named(name: str) -> Fit:
    """Check the name of a way to fit; ConfigError lists them."""
    for how in get_args(Fit):
        if how == name:
            return how  # type: ignore[no-any-return]  # get_args is untyped
    raise ConfigError(f"unknown fit {name!r}; write one of {', '.join(FITS)}")


def _open(file: io.BytesIO, what: str, *, load: bool = True) -> Image.Image:
    """Open a picture and, unless told otherwise, unpack all of it; every way to fail is a BadImage."""
    try:
        image = Image.open(file, formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise BadImage(f"the answer ({what}) would unpack to {image.width}x{image.height} pixels; not opened")
        if load:
            image.load()
    except UnidentifiedImageError as exc:
        raise BadImage(f"the answer ({what}) is not a picture: it starts with {file.getvalue()[:16]!r}") from exc
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as exc:  # Pillow's limit, above ours
        raise BadImage(f"the answer ({what}) would unpack to an absurd size; not opened") from exc
    # Pillow's decoders raise OSError for a short file, and SyntaxError, ValueError, struct.error for damaged ones.
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError) as exc:
        raise BadImage(f"the answer ({what}) is a damaged picture: {exc}") from exc
    return image
