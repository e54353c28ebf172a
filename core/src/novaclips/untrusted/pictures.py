"""Where an answer holds its picture: services and gateways put it in many places, in many forms."""

from __future__ import annotations

import binascii
import contextlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from novaclips.untrusted.body import any_number, normal

JSON = Any
MAX_DEPTH: Final = 16
MAX_NODES: Final = 20_000
LONGEST_URL: Final = 8_192
LEAST_TEXT: Final = 88  # characters of base64: no picture worth the name has fewer bytes than 64

# Keys that hold a picture as base64 text, and keys that hold its address.
BASE64_KEYS: Final = frozenset(
    {"b64json", "b64", "base64", "b64image", "imageb64", "imagebase64", "base64image", "bytesbase64encoded"}
)
URL_KEYS: Final = frozenset(
    {"url", "imageurl", "imageuri", "uri", "src", "link", "href", "downloadurl", "signedurl", "fileurl"}
)
# Keys that may hold one.
PLACES: Final = frozenset({"image", "images", "output", "outputs", "sample", "result", "data"})
# What repeats the request: its reference pictures are not the answer.
ECHOES: Final = frozenset(
    {"input", "inputs", "parameters", "request", "initimages", "initimage", "mask", "masks", "inputreferences",
     "references", "prompt", "revisedprompt", "imageinput", "inputimage", "inputimages", "statusurl", "urls",
     "error", "errors", "err", "detail"}
)  # fmt: skip
# Flags that say of a picture beside them that it is none: blurred, or blank.
REFUSED: Final = {"finishreason": ("contentfiltered",), "isimagesafe": ("false",), "respectmoderation": ("false",)}

# PNG, JPEG, GIF, TIFF, JPEG XL; WebP, AVIF and HEIF say what they are a little later.
STARTS: Final = (
    b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\0", b"MM\0*", b"\xff\x0a", b"\0\0\0\x0cJXL "
)  # fmt: skip

_DATA_URL = r"data:[^,]{0,200},"
_ADDRESS = r"(?:https?:)?/{1,2}[^\s\"'<>]{2,8190}|[\w.~%-]{1,200}/[^\s\"'<>]{1,8000}"
_QUOTED = rb'"((?:data:image[^",]{0,80},)?(?:iVBORw0KGgo|\\?/9j\\?/|UklGR|R0lGOD|AAAA.{4}ZnR5c)[^"]*)"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What an answer holds.

    ``data`` are the picture's bytes; where that is None, ``url`` says where they are; both may be missing. ``entry`` is
    the part of the answer that belongs to the picture, ``answer`` all of it, empty where it is no JSON object.
    ``undecodable`` says that there was a text in a picture's place which is no base64.
    """

    data: bytes | None = field(default=None, repr=False)
    url: str = ""
    entry: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    answer: Mapping[str, JSON] = field(default_factory=dict, repr=False)
    undecodable: bool = False


def strict_base64(text: str) -> bytes:
    """Decode base64; binascii.Error for any letter that is none of its own, and for missing padding."""
    return binascii.a2b_base64(text, strict_mode=True)


def find_picture(body: bytes, *, decode: Callable[[str], bytes] = strict_base64) -> Found:
    """Find the picture of an answer: raw bytes, base64 under any name, a data URL, an address; never raises.

    Bytes go before an address, and what looks like a picture before what is only in its place. The content type is not
    asked: a picture that is paid for is not lost over a header. ``decode`` turns base64 into bytes, with a ValueError
    for what is none; pass a faster one for large pictures.
    """
    if is_picture(body):
        return Found(data=body)
    values = list(_values(body))
    answer = next((value for value in values if isinstance(value, Mapping)), {})
    for value in reversed(values):  # of a stream, the last event has the whole picture
        found = _in(value, decode)
        if found.data is not None or found.url or found.undecodable:
            return Found(
                data=found.data,
                url=found.url,
                entry=found.entry,
                answer=value if isinstance(value, Mapping) else answer,
                undecodable=found.undecodable,
            )
    if not values and (match := re.search(_QUOTED, body)):  # JSON that cannot be read, around a picture that can
        return Found(data=decoded(match[1].decode("ascii", "replace").replace("\\/", "/"), decode))
    return Found(answer=answer)


def is_picture(data: bytes) -> bool:
    """Return whether bytes start as a picture of a known format does."""
    if data[:4] == b"RIFF":
        return data[8:12] == b"WEBP"
    return data.startswith(STARTS) or (data[4:8] == b"ftyp" and data[8:11] in (b"avi", b"hei", b"mif"))


def decoded(text: str, decode: Callable[[str], bytes] = strict_base64) -> bytes | None:
    """Return the bytes of a base64 text, or None for what is none.

    Taken are also the URL-safe alphabet, missing padding, wrapped lines, ``data:`` with any parameters before it, and
    percent signs.
    """
    if match := re.match(_DATA_URL, text, re.IGNORECASE):
        plain, text = ";base64" not in match[0].lower(), text[match.end() :]
        if plain:
            return unquote_to_bytes(text) or None
    with contextlib.suppress(ValueError):
        return decode(text) or None
    if "%" in text:
        text = unquote_to_bytes(text).decode("ascii", "replace")
    text = "".join(text.split()).translate(_STANDARD).rstrip("=")
    with contextlib.suppress(ValueError):
        return decode(text + "=" * (-len(text) % 4)) or None
    return None


_STANDARD: Final = str.maketrans("-_", "+/")


def _values(body: bytes) -> Iterator[JSON]:
    """Yield the JSON of a body: of the whole, or of each event of a stream; a text that is none comes as a text."""
    text = body.decode("utf-8", "replace").strip().lstrip("\ufeff")
    if (value := _json(text)) is not None:
        yield value
        return
    if text.startswith(("data:image", "http://", "https://")) or decoded(text[:24]) is not None:
        yield text
        return
    for line in text.splitlines()[:MAX_NODES]:  # NDJSON, or server-sent events
        value = _json(line.removeprefix("data:").strip())
        if isinstance(value, Mapping) and "partial" not in str(value.get("type", "")):
            yield value


def _json(text: str) -> JSON:
    if not text.startswith(("{", "[", '"')):
        return None
    try:
        return json.loads(text, parse_int=any_number)
    except (ValueError, RecursionError):
        return None


def _in(value: JSON, decode: Callable[[str], bytes]) -> Found:
    """Return the best that one value holds: a picture, else what stands in a picture's place, else an address."""
    if isinstance(value, str):
        value = {"image": value}
    placed, url, undecodable = None, None, False
    for name, text, entry in _texts(value, "", {}, [MAX_NODES], MAX_DEPTH):
        if not text:
            continue
        if not isinstance(text, str):
            undecodable = True
        elif len(text) >= LEAST_TEXT and _starts_as_picture(text):
            if (data := decoded(text, decode)) is not None:
                return Found(data=data, entry=entry)
            undecodable = True
        elif name in BASE64_KEYS or text.startswith("data:"):
            data = None if placed else decoded(text, decode)
            placed = placed or (Found(data=data, entry=entry) if data is not None else None)
            undecodable = undecodable or placed is None
        elif url is None and _is_address(name, text):
            url = Found(url=text.strip(), entry=entry)
    return placed or url or Found(undecodable=undecodable)


def _texts(
    value: JSON, name: str, entry: Mapping[str, JSON], left: list[int], depth: int
) -> Iterator[tuple[str, JSON, Mapping[str, JSON]]]:
    """Yield the texts of a value with their keys and the mapping that they are in; ``left`` counts down."""
    left[0] -= 1
    if depth <= 0 or left[0] < 0:
        return
    if isinstance(value, str):
        yield name, value, entry
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item, name, entry, left, depth - 1)
    elif isinstance(value, Mapping):
        items = () if _is_refused(value) else ((normal(key), item) for key, item in value.items())
        for key, item in items:
            if key not in ECHOES:
                yield from _texts(item, key, value, left, depth - 1)
    elif name in BASE64_KEYS and value is not None:
        yield name, value, entry


def _is_address(name: str, text: str) -> bool:
    """Return whether a text is where the picture is; in the place of an address anything counts, a file's path too."""
    if name in URL_KEYS:
        return 0 < len(text.strip()) <= LONGEST_URL
    return name in PLACES and len(text) <= LONGEST_URL and re.fullmatch(_ADDRESS, text.strip(), re.ASCII) is not None


def _is_refused(entry: Mapping[str, JSON]) -> bool:
    return any(
        normal(value) in REFUSED.get(normal(key), ())
        for key, value in entry.items()
        if not isinstance(value, dict | list)
    )


def _starts_as_picture(text: str) -> bool:
    """Return whether a text is base64 that starts as a picture does, or a data URL of one."""
    if match := re.match(_DATA_URL, text, re.IGNORECASE):
        return match[0].lower().startswith("data:image") or _starts_as_picture(text[match.end() : match.end() + 64])
    head = "".join(text[:64].split()).translate(_STANDARD)[:24]
    start = decoded(head) if "%" not in head else decoded(unquote_to_bytes(head).decode("ascii", "replace")[:20])
    return start is not None and is_picture(start)
