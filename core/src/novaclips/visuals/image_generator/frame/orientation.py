"""The one thing of a camera's notes (EXIF) that a frame needs: how the picture is to be turned."""

from __future__ import annotations

import struct

from PIL import Image

UPRIGHT = 1
ORIENTATION = 0x0112
SHORT = 3
ENTRY_BYTES = 12
MAX_ENTRIES = 1000

TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(exif: bytes) -> int:
    """Read the orientation, 1 to 8, out of an EXIF block; 1, upright, for a block without one and for a damaged one.

    Pillow's reader of EXIF knows hundreds of tags, and raises errors of many kinds on damaged ones.
    """
    for _ in range(2):
        exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return UPRIGHT
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (count,) = struct.unpack_from(f"{order}H", exif, start)
        for index in range(min(count, MAX_ENTRIES)):
            tag, kind, number, value = struct.unpack_from(f"{order}HHIH", exif, start + 2 + index * ENTRY_BYTES)
            if tag == ORIENTATION:
                return value if kind == SHORT and number == 1 and value in TURNS else UPRIGHT
    except struct.error:
        pass
    return UPRIGHT


def turned(image: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture upright."""
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image
