"""Picture files as services, editors and vandals make them, built part by part."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterable

from PIL import Image

from novaclips.visuals.image_generator.frame.essence import Encoding
from novaclips.visuals.image_generator.frame.profiles import profile_of

Colour = tuple[int, int, int]

SEEN: Colour = (200, 60, 40)  # what a picture shows, as sRGB
D65, D50 = (0.3127, 0.3290), (0.3457, 0.3585)
# Published figures: primaries and white, the exponent (None: sRGB's curve), and the way from linear sRGB.
SPACES = {
    "Display P3": (
        Encoding(primaries=(*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060), gamma=None),
        ((0.8225, 0.1774, 0.0), (0.0332, 0.9669, 0.0), (0.0171, 0.0724, 0.9108)),
    ),
    "Adobe RGB": (
        Encoding(primaries=(*D65, 0.64, 0.33, 0.21, 0.71, 0.15, 0.06), gamma=2.19921875),
        ((0.7152, 0.2848, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0412, 0.9588)),
    ),
    "ProPhoto": (
        Encoding(primaries=(*D50, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001), gamma=1.8),
        ((0.5293, 0.3300, 0.1407), (0.0983, 0.8735, 0.0282), (0.0169, 0.1177, 0.8654)),
    ),
}


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:  # noqa: A002 - Pillow's word
    """Encode a picture with Pillow."""
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def noise(size: tuple[int, int] = (160, 96)) -> Image.Image:
    """Make a picture in which every pixel differs from its neighbours."""
    return Image.merge("RGB", [Image.effect_noise(size, 90) for _ in range(3)])


def chunk(kind: bytes, content: bytes, *, checksum: int | None = None) -> bytes:
    """Write a chunk of a PNG file, with a wrong checksum if one is given."""
    right = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", right if checksum is None else checksum)


def chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    """List the chunks of a PNG file: kind and content."""
    found, position = [], 8
    while position < len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        found.append((kind, data[position + 8 : position + 8 + length]))
        position += 12 + length
    return found


def png(image: Image.Image, *before: bytes, after: Iterable[bytes] = ()) -> bytes:
    """Encode a picture as PNG with these chunks before and behind its pixels."""
    data = encoded(image)
    end = len(data) - 12
    return b"".join((data[:33], *before, data[33:end], *after, data[end:]))


def jpeg_segment(marker: int, content: bytes) -> bytes:
    """Write a segment of a JPEG file."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def jpeg(image: Image.Image, *segments: bytes, **options: object) -> bytes:
    """Encode a picture as JPEG with these segments at its start."""
    data = encoded(image, "JPEG", **options)
    return data[:2] + b"".join(segments) + data[2:]


def in_space(name: str, seen: Colour = SEEN) -> Colour:
    """Say which numbers show an sRGB colour in another colour space."""
    encoding, matrix = SPACES[name]
    linear = [_to_linear(value / 255) for value in seen]
    there = (sum(a * b for a, b in zip(row, linear, strict=True)) for row in matrix)
    red, green, blue = (round(255 * _from_linear(value, encoding.gamma)) for value in there)
    return red, green, blue


def _to_linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _from_linear(value: float, gamma: float | None) -> float:
    value = min(max(value, 0.0), 1.0)
    if gamma:
        return value ** (1 / gamma)
    return value * 12.92 if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def profile(name: str) -> bytes:
    """Return the ICC profile of a colour space."""
    return profile_of(SPACES[name][0])


def grey_profile(gamma: float) -> bytes:
    """Write an ICC profile for grey pixels."""
    curve = struct.pack(">4s4xH2xi", b"para", 0, round(gamma * 65536))
    return _icc(b"mntr", b"GRAY", b"XYZ ", {b"wtpt": _white(), b"kTRC": curve})


def cmyk_profile(paper: Colour, ink: Colour) -> bytes:
    """Write an ICC profile of a press on which any ink at all gives ``ink``, as Lab of 8 bits, and none ``paper``."""
    ramp = bytes(range(256))
    table = b"".join(bytes(ink if index else paper) for index in range(16))
    identity = (65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    lut = struct.pack(">4s4xBBBx9i", b"mft1", 4, 3, 2, *identity) + ramp * 4 + table + ramp * 3
    return _icc(b"prtr", b"CMYK", b"Lab ", {b"wtpt": _white(), b"A2B0": lut})


def _white() -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))


def _icc(kind: bytes, space: bytes, connection: bytes, tags: dict[bytes, bytes]) -> bytes:
    contents = [content + b"\0" * (-len(content) % 4) for content in tags.values()]
    offset = 132 + 12 * len(tags)
    table = b""
    for name, content in zip(tags, contents, strict=True):
        table += struct.pack(">4sII", name, offset, len(content))
        offset += len(content)
    head = struct.pack(">I4xI4s4s4s12x4s28x", offset, 0x02400000, kind, space, connection, b"acsp")
    head += struct.pack(">3i", *(round(value * 65536) for value in (0.9642, 1.0, 0.8249)))
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + b"".join(contents)
