"""GIF: the first picture of an animation, with its palette."""

from __future__ import annotations

import struct

from novaclips.visuals.image_generator.frame.essence import Damaged, Essence

HEADER = struct.Struct("<6sHHBBB")
PICTURE = struct.Struct("<HHHHB")
EXTENSION, PICTURE_FOLLOWS, TRAILER = b"!", b",", b";"
GRAPHIC_CONTROL = b"\xf9"
GRAPHIC_CONTROL_BYTES = 6
HAS_PALETTE, PALETTE_BITS = 0x80, 0x07
TRANSPARENT = 0x01
MAX_BLOCKS = 100_000


def read_gif(data: bytes) -> Essence:
    """Read a GIF file up to the end of its first picture, on a screen that holds all of it; Damaged without one."""
    try:
        return _read(data)
    except (struct.error, IndexError):
        raise Damaged("it ends before its pixels begin") from None


def _read(data: bytes) -> Essence:
    version, width, height, flags, background, ratio = HEADER.unpack_from(data)
    position = HEADER.size + _palette_bytes(flags)
    palette = data[HEADER.size : position]
    control = b""
    for _ in range(MAX_BLOCKS):
        kind = data[position : position + 1]
        if kind == PICTURE_FOLLOWS:
            break
        if kind != EXTENSION:
            raise Damaged(
                "it has no picture" if kind in {TRAILER, b""} else "an unknown block stands before its pixels"
            )
        if data[position + 1 : position + 2] == GRAPHIC_CONTROL:
            control = data[position + 2 : position + 2 + GRAPHIC_CONTROL_BYTES]
        position = _after_blocks(data, position + 2)
    else:
        raise Damaged("it has absurdly many parts")
    left, top, wide, high, local = PICTURE.unpack_from(data, position + 1)
    start = position + 1 + PICTURE.size + _palette_bytes(local) + 1
    end = _after_blocks(data, start)
    size = max(width, left + wide), max(height, top + high)
    cut = end >= len(data)  # not even the trailer is there
    return Essence(
        format="GIF",
        size=size,
        data=b"".join(
            (
                HEADER.pack(version, *(min(edge, 0xFFFF) for edge in size), flags, background, ratio),
                palette,
                _control(control),
                data[position:end],
                TRAILER,
            )
        ),
        cut=cut,
    )


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & PALETTE_BITS) + 1 if flags & HAS_PALETTE else 0


def _after_blocks(data: bytes, position: int) -> int:
    """Step over a chain of blocks to behind its end; to the end of the file where that comes first."""
    while position < len(data) and (length := data[position]):
        position += 1 + length
    return min(position + 1, len(data))


def _control(block: bytes) -> bytes:
    """Write anew what a graphic control says about transparency; nothing of times, and of how to clear the screen."""
    if len(block) < GRAPHIC_CONTROL_BYTES or not block[1] & TRANSPARENT:
        return b""
    return b"".join((EXTENSION, GRAPHIC_CONTROL, bytes((4, TRANSPARENT, 0, 0, block[4], 0))))
