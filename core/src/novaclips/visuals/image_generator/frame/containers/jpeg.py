"""JPEG: tables, frame header and scans; camera notes, thumbnails and further pictures (MPO) are stepped over."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field

from novaclips.visuals.image_generator.frame.essence import MAX_PROFILE_BYTES, NO_PROFILE, Damaged, Essence
from novaclips.visuals.image_generator.frame.orientation import orientation_of

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
SOS, DHT, DAC, JPG = 0xDA, 0xC4, 0xCC, 0xC8
APP0, APP1, APP2, APP14, APP15, COM = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
FRAMES = frozenset(range(0xC0, 0xD0)) - {DHT, DAC, JPG}
ALONE = frozenset({0x01, *range(0xD0, 0xD9)})  # markers without a length
# A marker, past the fill bytes and, within a scan, past what only looks like one.
MARKER = re.compile(rb"\xff+([^\x00\xff])")
IN_SCAN = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")

MAX_SEGMENTS = 50_000
MAX_SCANS = 200
# Each scan goes over all pixels again. Encoders make ten to twenty: 16 scans of 8192 x 8192 pixels are allowed.
MAX_SCAN_PIXELS = 16 * 8192 * 8192
EXIF, PROFILE, ADOBE, JFIF = b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe", b"JFIF"
ALL_COEFFICIENTS = (1 << 64) - 1


@dataclass(slots=True)
class _Parts:
    """What was found on the way through a file."""

    kept: list[bytes] = field(default_factory=lambda: [SOI])
    size: tuple[int, int] | None = None
    exif: bytes = b""
    profile: dict[int, bytes] = field(default_factory=dict)
    profile_parts: int = 0
    scans: int = 0
    components: tuple[int, ...] = ()
    complete: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def is_complete(self) -> bool:
        """Whether the scans carry every coefficient of every component to its last bit."""
        return all(self.complete[component] == ALL_COEFFICIENTS for component in self.components)


def read_jpeg(data: bytes) -> Essence:
    """Read a JPEG file up to the end of its first picture.

    Damaged without a header or pixels, with absurdly many scans, and where the file ends before the last scan began.
    """
    parts, position, segments = _Parts(), len(SOI), 0
    pattern = MARKER
    while (found := pattern.search(data, position)) and found[1] != EOI[1:]:
        segments += 1
        if segments > MAX_SEGMENTS:
            raise Damaged("it has absurdly many parts")
        marker = found[1][0]
        if marker in ALONE:
            position = found.end()
            continue
        start = found.end() + 2
        end = found.end() + int.from_bytes(data[found.end() : start])
        if end > len(data) or end < start:
            found = None
            break
        _take(parts, marker, data[start:end])
        if marker == SOS or parts.scans:
            follows = IN_SCAN.search(data, end) if marker == SOS else None
            end = follows.start() if follows else len(data) if marker == SOS else end
            parts.kept.append(data[found.start() : end])
        elif not (APP0 <= marker <= APP15 or marker == COM) or _is_needed(marker, data[start:end]):
            parts.kept.append(b"".join((b"\xff", found[1], data[found.end() : end])))
        position = end
    return _essence(parts, cut=found is None)


def _essence(parts: _Parts, *, cut: bool) -> Essence:
    if parts.size is None or not parts.scans:
        raise Damaged("it ends before its pixels begin")
    if cut and not parts.is_complete:
        raise Damaged("it ends before all of its pixels came")
    profile, warnings = _profile(parts)
    return Essence(
        format="JPEG",
        size=parts.size,
        data=b"".join(parts.kept).removesuffix(b"\xff" if cut else b"") + EOI,
        profile=profile,
        orientation=orientation_of(parts.exif),
        cut=cut,
        warnings=warnings,
    )


def _take(parts: _Parts, marker: int, content: bytes) -> None:
    """Note what a segment says."""
    if marker in FRAMES and parts.size is None:
        if len(content) < 6:  # noqa: PLR2004 - bits, height, width, number of components
            raise Damaged("its header is cut short")
        parts.size = int.from_bytes(content[3:5]), int.from_bytes(content[1:3])
        parts.components = tuple(content[6::3][: content[5]])
    elif marker == SOS:
        _count_scan(parts, content)
    elif marker == APP1 and content.startswith(EXIF):
        parts.exif = parts.exif or content
    elif marker == APP2 and content.startswith(PROFILE) and len(content) > len(PROFILE) + 2:
        number, parts.profile_parts = content[len(PROFILE)], content[len(PROFILE) + 1]
        parts.profile.setdefault(number, content[len(PROFILE) + 2 :])


def _count_scan(parts: _Parts, content: bytes) -> None:
    """Note which coefficients a scan brings to their last bit, and how much work the scans are by now."""
    if parts.size is None:
        raise Damaged("its pixels come before its header")
    parts.scans += 1
    pixels = parts.size[0] * parts.size[1]
    if parts.scans > MAX_SCANS or parts.scans * pixels > max(MAX_SCAN_PIXELS, pixels):
        raise Damaged(f"it goes over its pixels more than {parts.scans - 1} times, which no encoder does")
    number = content[0] if content else 0
    if len(content) < 4 + 2 * number:
        raise Damaged("the header of a scan is cut short")
    first, last, bits = content[1 + 2 * number : 4 + 2 * number]
    if not bits & 0x0F and first <= last < 64:  # noqa: PLR2004 - a block has 64 coefficients
        for component in content[1 : 1 + 2 * number : 2]:
            parts.complete[component] |= (1 << last + 1) - (1 << first)


def _is_needed(marker: int, content: bytes) -> bool:
    """Say whether an application's segment decides pixels: JFIF and Adobe say in which colours they are written."""
    return (marker == APP0 and content.startswith(JFIF)) or (marker == APP14 and content.startswith(ADOBE))


def _profile(parts: _Parts) -> tuple[bytes | None, tuple[str, ...]]:
    """Put an ICC profile together from its parts."""
    if not parts.profile:
        return None, ()
    whole = sorted(parts.profile) == list(range(1, parts.profile_parts + 1))
    profile = b"".join(part for _, part in sorted(parts.profile.items()))
    if not whole or len(profile) > MAX_PROFILE_BYTES:
        return None, (NO_PROFILE,)
    return profile, ()
