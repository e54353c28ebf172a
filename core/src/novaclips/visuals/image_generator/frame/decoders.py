"""Pillow's decoders, made deaf to switches of the process: what counts as damaged is the same for every caller.

``Image.open`` looks formats up in a registry that any module may change, and refuses sizes by ``MAX_IMAGE_PIXELS``;
unpacking takes a file for whole that is not, where ``ImageFile.LOAD_TRUNCATED_IMAGES`` is set. Plugins set both, for
reasons of their own, and there is nothing but the whole process to set them for. So the classes are called by name,
with a ``load`` that looks that switch up in a copy of its module's names; nothing of Pillow is changed.
"""

from __future__ import annotations

import functools
import importlib
import io
from types import FunctionType

from PIL import Image, ImageChops, ImageFile

from novaclips.visuals.image_generator.frame.essence import Damaged, Essence

_load = FunctionType(
    ImageFile.ImageFile.load.__code__,
    {**vars(ImageFile), "LOAD_TRUNCATED_IMAGES": False},
    closure=ImageFile.ImageFile.load.__closure__,
)


class Strict(ImageFile.ImageFile):
    """A picture that is loaded whole or not at all."""

    load = _load


class _Unlimited:
    """The module ``PIL.Image``, but for its limit of pixels."""

    def __getattr__(self, name: str) -> object:
        return getattr(Image, name)

    def _decompression_bomb_check(self, size: tuple[int, int], *, error_only: bool = False) -> None:
        """Let any size through."""


MCU_EDGE = 16 + 2  # pixels that a JPEG packs together at most, and as far as its colours are smoothed beyond
FILLER = bytes(range(1, 251, 7)) * 8
EOI = b"\xff\xd9"
MODULES = {"PNG": "Png", "JPEG": "Jpeg", "WEBP": "WebP", "GIF": "Gif", "AVIF": "Avif"}


@functools.cache
def decoder(name: str) -> type[ImageFile.ImageFile]:
    """Return the class that unpacks a format; Damaged where this Pillow was built without it."""
    module = importlib.import_module(f"PIL.{MODULES[name]}ImagePlugin")
    if not getattr(module, "SUPPORTED", True):
        raise Damaged(f"this Pillow was built without {name}; install Pillow's own wheel")
    base = getattr(module, f"{MODULES[name]}ImageFile")
    # The WebP plugin looks at MAX_IMAGE_PIXELS by itself. Sizes were looked at before, see picture.py.
    theirs = base._open  # noqa: SLF001 - the one method that a format's class has to have
    ours = FunctionType(theirs.__code__, {**vars(module), "Image": _Unlimited()}, closure=theirs.__closure__)
    return type(f"Strict{MODULES[name]}", (base, Strict), {"_open": ours})


def unpacked(essence: Essence) -> Image.Image:
    """Unpack all of a picture; whatever is wrong with it is Damaged."""
    if essence.cut and essence.format == "JPEG":
        return _unpacked_cut_jpeg(essence)
    return _unpacked(essence.format, essence.data)


def _unpacked(name: str, data: bytes) -> Image.Image:
    try:
        image = decoder(name)(io.BytesIO(data))
        image.load()
    except Damaged:
        raise
    except MemoryError:
        raise Damaged("there is not enough memory to unpack it") from None
    # Decoders raise OSError for a short file, SyntaxError, ValueError, struct.error and others for a damaged one: none
    # of them is about anything but the bytes.
    except Exception as exc:
        raise Damaged(str(exc) or type(exc).__name__) from exc
    return image


def _unpacked_cut_jpeg(essence: Essence) -> Image.Image:
    """Unpack a JPEG that ends early; Damaged where rows are missing.

    libjpeg makes up what is missing and says nothing. So the picture is unpacked twice, with other bytes behind its end
    each time: what both times came out the same was there.
    """
    image = _unpacked(essence.format, essence.data)
    other = _unpacked(essence.format, essence.data.removesuffix(EOI) + FILLER + EOI)
    if (box := ImageChops.difference(image, other).getbbox()) and box[1] < image.height - MCU_EDGE:
        raise Damaged("its last rows are missing")
    return image
