"""AVIF: its boxes are libavif's affair; what a camera noted is hidden from it."""

from __future__ import annotations

import re

from novaclips.visuals.image_generator.frame.essence import Damaged, Essence
from novaclips.visuals.image_generator.frame.primaries import encoding_of_codes

HEAD_BYTES = 256 * 1024  # all boxes but the pixels' lie in the first few hundred bytes
# An entry of the list of items: version and flags, number, protection, then what kind of item it is.
EXIF_ITEM = re.compile(rb"(infe.{8})Exif", re.DOTALL)
SIZE = re.compile(rb"\0\0\0\x14ispe\0\0\0\0(.{4})(.{4})", re.DOTALL)
CODES = re.compile(rb"colrnclx\0(.)\0(.)", re.DOTALL)


def read_avif(data: bytes) -> Essence:
    """Read the head of an AVIF file: the size that it says, and its colours where no ICC profile says them.

    Its turning (irot, imir) is followed by the decoder; camera notes do not count beside it, by the standard.
    """
    head = data[:HEAD_BYTES]
    sizes = [(int.from_bytes(one[1]), int.from_bytes(one[2])) for one in SIZE.finditer(head)]
    if not sizes:
        raise Damaged("it has no header")
    encoding, warning = None, ""
    if codes := CODES.search(head):
        encoding, warning = encoding_of_codes(codes[1][0], codes[2][0])
    return Essence(
        format="AVIF",
        size=max(sizes, key=lambda size: size[0] * size[1]),  # thumbnails and tiles have sizes of their own
        data=EXIF_ITEM.sub(rb"\1none", head) + data[HEAD_BYTES:],
        encoding=encoding,
        warnings=(warning,) if warning else (),
    )
