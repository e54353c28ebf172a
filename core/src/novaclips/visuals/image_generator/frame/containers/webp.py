"""WebP: the pixels of a picture, or of an animation's first frame."""

from __future__ import annotations

import struct

from novaclips.visuals.image_generator.frame.essence import MAX_PROFILE_BYTES, NO_PROFILE, Damaged, Essence
from novaclips.visuals.image_generator.frame.orientation import orientation_of

HEAD = struct.Struct("<4sI")
FIRST = 12  # RIFF, the file's length, WEBP
MAX_CHUNKS = 50_000
ALPHA_FLAG, ANIMATION_FLAG = 0x10, 0x02
PIXELS = frozenset({b"VP8 ", b"VP8L", b"ANMF"})
LOSSY_START, LOSSLESS_START = b"\x9d\x01\x2a", 0x2F
EXTENDED_BYTES = 10


def read_webp(data: bytes) -> Essence:
    """Read a WebP file up to the end of its first frame, with the camera notes behind it; Damaged without pixels."""
    kept: list[tuple[bytes, bytes]] = []
    beside: dict[bytes, bytes] = {}
    position, cut = FIRST, False
    for _ in range(MAX_CHUNKS):
        if position + HEAD.size > len(data):
            break
        kind, length = HEAD.unpack_from(data, position)
        content = data[position + HEAD.size : position + HEAD.size + length]
        cut = len(content) < length
        if kind in PIXELS and any(other in PIXELS for other, _ in kept):
            cut = False  # the second frame of an animation, whole or not
        elif kind in PIXELS or kind in {b"VP8X", b"ALPH", b"ANIM"}:
            kept.append((kind, content))
        elif not cut:
            beside.setdefault(kind, content)
        position += HEAD.size + length + length % 2
    if not kept or not any(kind in PIXELS for kind, _ in kept):
        raise Damaged("it has no pixels")
    if cut and kept[-1][0] in PIXELS and len(kept[-1][1]) < length:
        raise Damaged("it ends before all of its pixels came")
    profile = beside.get(b"ICCP")
    too_large = profile is not None and len(profile) > MAX_PROFILE_BYTES
    return Essence(
        format="WEBP",
        size=_size(*kept[0]),
        data=_rebuilt(kept),
        profile=None if too_large else profile,
        orientation=orientation_of(beside.get(b"EXIF", b"")),
        cut=cut,
        warnings=(NO_PROFILE,) if too_large else (),
    )


def _size(kind: bytes, content: bytes) -> tuple[int, int]:
    if kind == b"VP8X" and len(content) >= EXTENDED_BYTES:
        return int.from_bytes(content[4:7], "little") + 1, int.from_bytes(content[7:10], "little") + 1
    if kind == b"VP8 " and content[3:6] == LOSSY_START and len(content) >= EXTENDED_BYTES:
        width, height = struct.unpack_from("<HH", content, 6)
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L" and len(content) >= 5 and content[0] == LOSSLESS_START:  # noqa: PLR2004 - signature and size
        bits = int.from_bytes(content[1:5], "little")
        return (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1
    raise Damaged("it has no header")


def _rebuilt(kept: list[tuple[bytes, bytes]]) -> bytes:
    """Lay the parts into a file again; its header no longer promises a profile and notes."""
    body = []
    for kind, content in kept:
        if kind == b"VP8X":
            content = bytes((content[0] & (ALPHA_FLAG | ANIMATION_FLAG),)) + content[1:]  # noqa: PLW2901 - the same chunk
        body.append(HEAD.pack(kind, len(content)) + content + b"\0" * (len(content) % 2))
    whole = b"".join((b"WEBP", *body))
    return HEAD.pack(b"RIFF", len(whole)) + whole
