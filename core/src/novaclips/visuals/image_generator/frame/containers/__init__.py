"""Picture files taken apart: for each format, a reader that keeps what decides the pixels and bounds the work.

Each takes the whole file and returns its Essence; Damaged says what is wrong with one that cannot be used. None unpacks
a pixel, looks at texts, or takes longer than it takes to step over a file once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from novaclips.visuals.image_generator.frame.containers.avif import read_avif
from novaclips.visuals.image_generator.frame.containers.gif import read_gif
from novaclips.visuals.image_generator.frame.containers.jpeg import read_jpeg
from novaclips.visuals.image_generator.frame.containers.png import read_png
from novaclips.visuals.image_generator.frame.containers.webp import read_webp
from novaclips.visuals.image_generator.frame.essence import Essence

READERS: Final[dict[str, Callable[[bytes], Essence]]] = {
    "PNG": read_png,
    "JPEG": read_jpeg,
    "WEBP": read_webp,
    "GIF": read_gif,
    "AVIF": read_avif,
}
AVIF_BRANDS: Final = frozenset({b"avif", b"avis", b"mif1", b"msf1"})
HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis"})
ALIKE: Final = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))
# Formats that services were seen to offer and that are not unpacked: each is a parser of its own that a stranger's
# bytes would meet (TIFF's is the largest of them all), and Pillow has none for JPEG XL and HEIC.
OTHERS: Final = (
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"II+\0", "TIFF"),
    (b"MM\0+", "TIFF"),
    (b"BM", "BMP"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\0\0\0\x0cJXL ", "JPEG XL"),
    (b"\0\0\0\x0cjP  ", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"8BPS", "Photoshop"),
    (b"%PDF", "PDF"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"qoif", "QOI"),
    (b"\0\0\x01\0", "ICO"),
)


def format_of(data: bytes) -> str:
    """Name the format that a file starts like, one of READERS or of those that are not unpacked; empty for none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[4:8] == b"ftyp":
        brands = {data[8:12], *(data[start : start + 4] for start in range(16, min(len(data), 64), 4))}
        if brands & HEIC_BRANDS and not brands & {b"avif", b"avis"}:
            return "HEIC"
        return "AVIF" if brands & AVIF_BRANDS else ""
    return next((name for start, name in (*ALIKE, *OTHERS) if data.startswith(start)), "")
