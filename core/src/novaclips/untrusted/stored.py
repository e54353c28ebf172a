"""Names and values that a project folder stores, read as if a stranger had written them.

No stored name is believed because it stands there: an original is called by its bytes, a frame by its scene. What does
not look exactly as novaclips writes it is Damaged, which is the affair of that one entry, and no file is ever opened,
renamed or deleted by it.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation

from novaclips.untrusted.text import storable
from novaclips.untrusted.values import JSON, MAX_WHOLE, bounded, whole

ENDINGS = ("png", "jpg", "webp", "gif", "avif")  # of originals, without the dot
KEPT_ENDINGS = (*ENDINGS, "tif", "bmp", "jxl", "heic", "html", "bin")  # of what was paid for, whatever it is
STATE_FILES = ("manifest.json", "holder.json", "probe")  # and the originals, their notes and the frames
MAX_NUMBER = 999_999_999  # of scenes, takes and processes
MAX_MOMENT = 253_370_764_800  # the year 9999, in seconds since the epoch
MAX_USD = Decimal(1_000_000_000)
MAX_DIGITS = 40
MAX_ENTRY = 16 * 2**20  # bytes of JSON of one entry; `bounded` lets less than half of that be written

_ORIGINAL = re.compile(rf"([0-9a-f]{{2}})/\1[0-9a-f]{{62}}\.(?:{'|'.join(ENDINGS)})", re.ASCII)
_KEPT = re.compile(rf"([0-9a-f]{{2}})/\1[0-9a-f]{{62}}\.(?:{'|'.join(KEPT_ENDINGS)})", re.ASCII)
_SHA256 = re.compile("[0-9a-f]{64}", re.ASCII)
_LABEL = re.compile(r"[^\s\0-\x1f\x7f-\x9f\ud800-\udfff](?:[^\0-\x1f\x7f-\x9f\ud800-\udfff]{0,199})")
_FRAME = r"scene-0{{0,8}}{}(?:\.[a-z0-9]{{1,16}}){{1,3}}"
_FRAME_OF_ANY = re.compile(_FRAME.format("(?:0|[1-9][0-9]{0,8})"), re.ASCII)
_NOTE = re.compile(r"[0-9a-f]{64}\.[0-9a-f]{16}\.json", re.ASCII)
_TEMPORARY = re.compile(r"\.(?P<target>.+)\.(?:[a-z0-9_]{8}|new)\.tmp", re.ASCII | re.DOTALL)


class Damaged(ValueError):
    """An entry is not as novaclips writes it; the text says what of it, and shows nothing of what stands there."""


def is_original(name: object) -> bool:
    """Say whether this is the name of an original: ``ab/abcdef....png``, a SHA-256 under its first two digits."""
    return isinstance(name, str) and _ORIGINAL.fullmatch(name) is not None


def original(value: object) -> str:
    """Return the name of an original."""
    if isinstance(value, str) and _ORIGINAL.fullmatch(value):
        return value
    raise Damaged("it names no original")


def is_kept(name: object) -> bool:
    """Say whether this is the name of an original, or of paid bytes that are no picture which can be used."""
    return isinstance(name, str) and _KEPT.fullmatch(name) is not None


def kept(value: object) -> str:
    """Return the name of an original, or of paid bytes that are no picture which can be used."""
    if isinstance(value, str) and _KEPT.fullmatch(value):
        return value
    raise Damaged("it names no original")


def sha256(value: object) -> str:
    """Return a SHA-256 in small hexadecimal digits: a key, or a digest of a file."""
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return value
    raise Damaged("it has no SHA-256 where one belongs")


def base(value: object) -> str:
    """Return the name that takes are kept under: that of a scene's own words, or a SHA-256 as older versions had it."""
    if isinstance(value, str):
        sha256(value.removeprefix("words:"))
        return value
    raise Damaged("it has no place where one belongs")


def is_ending(text: str) -> bool:
    """Say whether a frame's name may end so, on every file system: ``.webp``, ``.raw.bin``."""
    return re.fullmatch(r"(?:\.[a-z0-9]{1,16}){1,3}", text, re.ASCII) is not None


def is_frame_file(name: str) -> bool:
    """Say whether a file could be the frame of some scene: ``scene-012.png``."""
    return _FRAME_OF_ANY.fullmatch(name) is not None


def is_unfinished(name: str) -> bool:
    """Say whether a file is one that novaclips was about to write when it was killed: ``.scene-012.png.3fa9c01b.tmp``.

    What others call ``.draft.tmp`` is theirs.
    """
    match = _TEMPORARY.fullmatch(name)
    if match is None:
        return False
    target = match["target"]
    if target in STATE_FILES or is_frame_file(target) or _NOTE.fullmatch(target):
        return True
    # A frame in its second writing, and an original, whose folder is the start of its name.
    return is_unfinished(target) if target.endswith(".tmp") else is_kept(f"{target[:2]}/{target}")


def frame_file(value: object, scene: int) -> str:
    """Return the name of a file if it is that of this scene's frame, in whatever format and width of number."""
    if isinstance(value, str) and re.fullmatch(_FRAME.format(scene), value, re.ASCII):
        return value
    raise Damaged("its file is not the frame of its scene")


def label(value: object) -> str:
    """Return the name of a plugin, a state or the like: one line of at most 200 characters."""
    if isinstance(value, str) and _LABEL.fullmatch(value):
        return value
    raise Damaged("a name in it is none")


def text(value: object) -> str:
    """Return a text, fit to be stored."""
    if isinstance(value, str):
        return storable(value)
    raise Damaged("it has no text where one belongs")


def number(value: object, most: int = MAX_NUMBER) -> int:
    """Return a whole number from 0."""
    found = whole(value)
    if found is not None and 0 <= found <= most:
        return found
    raise Damaged("it has no whole number where one belongs")


def seed(value: object) -> int:
    """Return a seed: any whole number that a database can hold."""
    return number(value, MAX_WHOLE)


def moment(value: object) -> float:
    """Return a time in seconds since the epoch, before the year 9999."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_MOMENT:
        return float(value)
    raise Damaged("it has no time where one belongs")


def usd(value: object) -> str:
    """Return an amount of US dollars as decimal text: finite, and not less than nothing."""
    try:
        if isinstance(value, str) and len(value) <= MAX_DIGITS and 0 <= Decimal(value) <= MAX_USD:
            return value
    except InvalidOperation:
        pass
    raise Damaged("it has no amount where one belongs")


def names(value: object, least: int = 0) -> tuple[str, ...]:
    """Return a list of at least so many names."""
    if isinstance(value, list | tuple) and len(value) >= least:
        return tuple(map(label, value))
    raise Damaged("it has no list where one belongs")


def mapping(value: object) -> dict[str, JSON]:
    """Return a JSON object within the bounds of ``values.bounded``."""
    if isinstance(value, dict):
        found, _ = bounded(value)
        return dict(found)
    raise Damaged("it has no JSON object where one belongs")


def json_object(value: object) -> dict[str, JSON]:
    """Return a JSON object from its text, within the bounds of ``values.bounded``."""
    if not isinstance(value, str | bytes) or len(value) > MAX_ENTRY:
        raise Damaged("it has no JSON where some belongs")
    return mapping(json_value(value))


def json_value(value: str | bytes) -> JSON:
    """Parse JSON as older versions wrote it: NaN, and numbers beyond all bounds, are read as null."""
    try:
        return json.loads(value, parse_constant=lambda _: None, parse_int=_int)
    except (ValueError, RecursionError) as exc:
        raise Damaged("it has no JSON where some belongs") from exc


def _int(digits: str) -> int | None:
    return int(digits) if len(digits) <= MAX_DIGITS else None
