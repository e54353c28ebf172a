"""True colours: whatever a picture's numbers mean, the frame's are sRGB."""

from __future__ import annotations

import functools
import io
import itertools
from typing import TYPE_CHECKING

from PIL import Image

from novaclips.visuals.image_generator.frame.essence import Essence
from novaclips.visuals.image_generator.frame.profiles import profile_of

if TYPE_CHECKING:
    from PIL.ImageCms import ImageCmsTransform

SPACES = {"RGB": b"RGB ", "L": b"GRAY", "CMYK": b"CMYK"}
WORDS = {b"RGB ": "RGB", b"GRAY": "grey", b"CMYK": "CMYK", b"Lab ": "Lab"}
SPACE_AT, SPACE_END = 16, 20  # of an ICC profile's header: the colour space of the pixels
SIXTEEN_TO_EIGHT_BITS = 257
LATTICE = bytes(itertools.chain.from_iterable(itertools.product(range(0, 256, 51), repeat=3)))
INVISIBLE = 1  # a difference that rounding makes


def to_srgb(image: Image.Image, essence: Essence) -> tuple[Image.Image, tuple[str, ...]]:
    """Return the picture as RGB pixels of sRGB, transparency laid on white, and what the user should hear about it."""
    image = _plain(image)
    profile = essence.profile or image.info.get("icc_profile")
    if not profile and essence.encoding and image.mode != "CMYK":
        image = image.convert("RGBA" if image.mode.endswith("A") else "RGB")
        profile = profile_of(essence.encoding)
    warnings: tuple[str, ...] = ()
    if profile:
        image, warnings = _converted(image, profile)
    image = _flattened(image)
    image.info = {}  # a profile or a transparent colour in there would be written into every frame
    return image, warnings


def _plain(image: Image.Image) -> Image.Image:
    """Bring a picture to one of L, LA, RGB, RGBA and CMYK."""
    if image.mode in {"L", "RGB"} and "transparency" not in image.info:
        return image
    if image.mode in {"LA", "RGBA", "CMYK"}:
        return image
    if image.mode.startswith("I"):
        # 16 bits to 8; convert() alone clips to white.
        return image.convert("F").point(lambda value: value / SIXTEEN_TO_EIGHT_BITS).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    return image.convert("L" if image.mode == "1" else "RGB")


def _flattened(image: Image.Image) -> Image.Image:
    """Lay a picture on white."""
    if image.mode == "LA":
        image = image.convert("RGBA")
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return image if image.mode == "RGB" else image.convert("RGB")


def _converted(image: Image.Image, profile: bytes) -> tuple[Image.Image, tuple[str, ...]]:
    """Bring a picture's colours to sRGB; with a warning and as it is where its profile cannot be used."""
    base = image.mode.removesuffix("A")
    space = profile[SPACE_AT:SPACE_END]
    if space != SPACES[base]:
        name = WORDS.get(space, "another kind of")
        return image, (f"its colour profile is for {name} pixels and the picture is {WORDS[SPACES[base]]}; left out",)
    try:
        transform = _transform(profile, base)
        if transform is not None:
            image = _apply(transform, image)
    except ImportError:
        return image, ("its colours are not sRGB, and this Pillow was built without LittleCMS; used as they are",)
    # ImageCms raises PyCMSError, OSError, TypeError and ValueError for profiles that LittleCMS does not understand.
    except Exception as exc:  # noqa: BLE001 - a picture is not lost for a profile
        return image, (f"its colour profile cannot be used; left out: {exc}",)
    return image, ()


def _apply(transform: ImageCmsTransform, image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode.endswith("A") else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    converted = ImageCms.applyTransform(opaque, transform)
    assert converted is not None  # noqa: S101 - it is, but where it works in place
    if alpha:
        converted.putalpha(alpha)
    return converted


@functools.lru_cache(maxsize=8)
def _transform(profile: bytes, mode: str) -> ImageCmsTransform | None:
    """Make the way from a profile to sRGB; None for a profile that is sRGB itself, as most are."""
    from PIL import ImageCms

    transform = ImageCms.buildTransform(
        ImageCms.getOpenProfile(io.BytesIO(profile)),
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    if mode == "RGB":
        sample = Image.frombytes("RGB", (len(LATTICE) // 3, 1), LATTICE)
        there = ImageCms.applyTransform(sample, transform)
        if there and all(abs(a - b) <= INVISIBLE for a, b in zip(there.tobytes(), LATTICE, strict=True)):
            return None
    return transform
