"""PNG: the chunks that decide pixels; texts, times, previews and animations are stepped over."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from novaclips.visuals.image_generator.frame.essence import MAX_PROFILE_BYTES, NO_PROFILE, Damaged, Encoding, Essence
from novaclips.visuals.image_generator.frame.orientation import orientation_of
from novaclips.visuals.image_generator.frame.primaries import encoding_of_codes, encoding_of_numbers

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEAD = struct.Struct(">I4s")
HEADER_BYTES = 13
BESIDE = HEAD.size + 4  # what a chunk has beside its data: length, kind, checksum
IEND = struct.pack(">I4sI", 0, b"IEND", zlib.crc32(b"IEND"))
CRITICAL = frozenset({b"IHDR", b"PLTE"})
USED = frozenset({b"tRNS", b"iCCP", b"gAMA", b"cHRM", b"sRGB", b"cICP", b"eXIf"})
# A file with more chunks than this that nobody needs is somebody's joke: three million would take seconds to count.
MAX_SKIPPED = 10_000
COLOUR_UNIT = 100_000


@dataclass(slots=True)
class _Chunks:
    """What was found on the way through a file."""

    critical: dict[bytes, bytes] = field(default_factory=dict)
    used: dict[bytes, bytes] = field(default_factory=dict)
    pixels: list[memoryview] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    cut: bool = False


def read_png(data: bytes) -> Essence:
    """Read a PNG file; Damaged without a header or pixels.

    A chunk with a bad checksum that is not critical is left out. Of an animation (APNG) the picture is kept that
    viewers without animation show.
    """
    chunks = _walk(data)
    header = chunks.critical.get(b"IHDR", b"")
    if len(header) != HEADER_BYTES:
        raise Damaged("it has no header")
    if not chunks.pixels:
        raise Damaged("it has no pixels")
    size = struct.unpack_from(">II", header)
    profile, encoding, warnings = _colour(chunks.used)
    if chunks.broken:
        warnings = (
            f"parts of its file are damaged and were left out: {', '.join(sorted(set(chunks.broken)))}",
            *warnings,
        )
    return Essence(
        format="PNG",
        size=(size[0], size[1]),
        data=_rebuilt(chunks),
        profile=profile,
        encoding=encoding,
        orientation=orientation_of(chunks.used.get(b"eXIf", b"")),
        cut=chunks.cut,
        warnings=warnings,
    )


def _walk(data: bytes) -> _Chunks:
    """Step from chunk to chunk up to the end of the pixels, and as far behind them as camera notes may lie."""
    found, position, skipped = _Chunks(), len(SIGNATURE), 0
    view, total = memoryview(data), len(data)
    while position + HEAD.size <= total:
        length, kind = HEAD.unpack_from(data, position)
        start, end = position + HEAD.size, position + BESIDE + length
        if kind == b"IEND":
            return found
        if kind == b"IDAT":
            found.pixels.append(view[start : start + length])
        elif kind in CRITICAL or kind in USED:
            if end <= total:
                _take(found, kind, data[start : end - 4], data[end - 4 : end])
        else:
            skipped += 1
            if skipped > MAX_SKIPPED:
                if found.pixels:
                    return found
                position = _next_pixels(data, end)
                continue
            if _is_broken(view, position, end):
                found.broken.append(kind.decode("ascii", "replace"))
        position = end
    found.cut = True
    return found


def _take(found: _Chunks, kind: bytes, content: bytes, checksum: bytes) -> None:
    whole = zlib.crc32(kind + content).to_bytes(4) == checksum
    if kind in CRITICAL:
        if not whole:
            raise Damaged(f"the checksum of its {kind.decode()} chunk is wrong")
        found.critical.setdefault(kind, content)
    elif whole:
        found.used.setdefault(kind, content)
    else:
        found.broken.append(kind.decode())


def _is_broken(view: memoryview, position: int, end: int) -> bool:
    """Say whether a chunk that nobody needs has a wrong checksum; one that the file's end cuts short does not count."""
    if end > len(view):
        return False
    return zlib.crc32(view[position + 4 : end - 4]).to_bytes(4) != view[end - 4 : end]


def _next_pixels(data: bytes, position: int) -> int:
    """Find the next chunk that holds the beginning of compressed pixels; the end of the file without one."""
    while (at := data.find(b"IDAT", position)) >= 0:
        start = at + 4
        if at >= len(SIGNATURE) + 4 and _is_zlib(data[start : start + 2]):
            return at - 4
        position = start
    return len(data)


def _is_zlib(head: bytes) -> bool:
    return len(head) == 2 and head[0] & 0x0F == 8 and int.from_bytes(head) % 31 == 0  # noqa: PLR2004 - RFC 1950


def _rebuilt(chunks: _Chunks) -> bytes:
    """Lay the parts into a file again, the pixels in one piece: millions of tiny chunks would cost seconds, too."""
    parts = [(b"IHDR", chunks.critical[b"IHDR"])]
    parts += [(kind, held[kind]) for kind, held in ((b"PLTE", chunks.critical), (b"tRNS", chunks.used)) if kind in held]
    parts += [(b"IDAT", b"".join(chunks.pixels))]
    return b"".join((SIGNATURE, *map(_chunk, *zip(*parts, strict=True)), IEND))


def _chunk(kind: bytes, content: bytes) -> bytes:
    # Nobody reads the checksum of pixels: their own (Adler-32, inside) is checked when they are unpacked.
    checksum = 0 if kind == b"IDAT" else zlib.crc32(kind + content)
    return b"".join((HEAD.pack(len(content), kind), content, checksum.to_bytes(4)))


def _colour(used: dict[bytes, bytes]) -> tuple[bytes | None, Encoding | None, tuple[str, ...]]:
    """Find what says how the pixels are meant, in the order of the PNG specification: cICP, iCCP, sRGB, gAMA."""
    if len(codes := used.get(b"cICP", b"")) == 4:  # noqa: PLR2004 - the size of the chunk
        encoding, warning = encoding_of_codes(codes[0], codes[1])
        return None, encoding, (warning,) if warning else ()
    if b"iCCP" in used:
        profile = _profile(used[b"iCCP"])
        if profile is not None:
            return profile, None, ()
        return None, None, (NO_PROFILE,)
    if b"sRGB" in used:
        return None, None, ()
    gamma, points = used.get(b"gAMA", b""), used.get(b"cHRM", b"")
    encoding = encoding_of_numbers(
        int.from_bytes(gamma) / COLOUR_UNIT if len(gamma) == 4 else None,  # noqa: PLR2004 - the size of the chunk
        tuple(value / COLOUR_UNIT for value in struct.unpack(">8I", points)) if len(points) == 32 else None,  # noqa: PLR2004 - eight numbers
    )
    return None, encoding, ()


def _profile(chunk: bytes) -> bytes | None:
    """Unpack an ICC profile; None for one that is broken or too large."""
    _, _, packed = chunk.partition(b"\0")
    if packed[:1] != b"\0":
        return None
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed[1:], MAX_PROFILE_BYTES)
    except zlib.error:
        return None
    return profile if profile and unpacker.eof else None
