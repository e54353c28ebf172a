"""The body of an answer without a picture, taken apart: its texts, and the codes that go with them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from novaclips.untrusted.text import storable

JSON = Any
MAX_NODES: Final = 2_000
MAX_DEPTH: Final = 12
MAX_ENTRIES: Final = 200
LONGEST_TEXT: Final = 16_000
LONGEST_CODE: Final = 80
STATUSES: Final = range(400, 600)

# What a service repeats of the request is the user's and not the service's.
ECHOES: Final = frozenset(
    {"body", "ctx", "input", "inputs", "parameters", "prompt", "request", "requestparameters", "revisedprompt"}
)
# Where texts are, in the order in which they are told.
TEXTS: Final = (
    "error", "err", "message", "msg", "detail", "details", "errormessage", "errordescription", "description", "errors",
    "failurereason", "refusal", "choices", "candidates", "output", "content", "parts", "text", "outputtext",
    "response", "result", "results", "data", "promptfeedback", "blockreasonmessage", "finishmessage",
)  # fmt: skip
# Told only where there is nothing else.
HEADINGS: Final = ("reason", "title")
CODES: Final = frozenset({"code", "errorcode", "reason", "state", "status", "subcode"})
HTTP_CODES: Final = frozenset({"code", "errorcode", "status", "statuscode"})
TYPES: Final = frozenset({"type", "errortype"})
REASONS: Final = frozenset({"blockreason", "finishreason"})
FLAGS: Final = frozenset({"isimagesafe", "respectmoderation", "nsfw", "nsfwcontentdetected", "hasnsfwconcepts"})
WAITS: Final = {
    "retryafterms": "retry-after-ms",
    "retryafter": "retry-after",
    "retryafterseconds": "retry-after",
    "retrydelay": "retry-after",
    "retryin": "retry-after",
}
STAGES: Final = {"input": "prompt", "prompt": "prompt", "output": "picture", "picture": "picture"}


def normal(code: object) -> str:
    """Write a code as it is compared: ``DataInspectionFailed`` and ``data_inspection_failed`` are one."""
    return re.sub(r"[^a-z0-9=]", "", str(code)[:LONGEST_CODE].lower())


class Body:
    """What a body says; of anything that is no JSON only ``texts`` has something.

    ``codes`` and ``types`` are as ``normal`` writes them; reasons and flags come as ``blockreason=safety``. ``status``
    is an HTTP status that stands in the body, ``waits`` are what it says of waiting, as headers. ``stage`` is what was
    refused, where the body has a place for that: prompt, picture or reference.
    """

    def __init__(self, text: str) -> None:
        self.codes: set[str] = set()
        self.types: set[str] = set()
        self.categories: list[str] = []
        self.waits: dict[str, str] = {}
        self.param = self.stage = self.request_id = ""
        self.status = 0
        self._nodes = MAX_NODES
        value = json_in(text)
        if value is None:
            self.texts = [text]
        else:
            self._note_all(value, MAX_DEPTH)
            told = dict.fromkeys(" ".join(one[:LONGEST_TEXT].split()) for one in self._told(value, MAX_DEPTH))
            self.texts = [one for one in told if one]

    def _told(self, value: JSON, depth: int) -> Iterator[str]:
        self._nodes -= 1
        if depth <= 0 or self._nodes < 0:
            return
        if isinstance(value, str):
            yield from self._text(value, depth)
        elif isinstance(value, list):
            for item in value[:MAX_ENTRIES]:
                yield from self._told(item, depth - 1)
        elif isinstance(value, Mapping):
            yield from self._entry(_normalised(value), depth)

    def _text(self, value: str, depth: int) -> Iterator[str]:
        """Yield a text; JSON that a gateway wrote into it is read as well."""
        start = value.find('{"')
        inner = json_in(value[start:]) if start >= 0 else None
        if isinstance(inner, Mapping):
            yield value[:start]
            self._note_all(inner, depth - 1)
            yield from self._told(inner, depth - 1)
        elif " " in value[:LONGEST_CODE] or len(value) <= LONGEST_TEXT:  # else a picture, or nothing to read
            yield value

    def _entry(self, entry: Mapping[str, JSON], depth: int) -> Iterator[str]:
        if isinstance(place := entry.get("loc"), list) and isinstance(entry.get("msg"), str):
            where = ".".join(str(part)[:LONGEST_CODE] for part in place[:6] if part != "body")
            yield f"{where}: {entry['msg']}" if where else entry["msg"]
            return
        error, found = entry.get("error"), False
        if isinstance(error, str) and isinstance(entry.get("errors"), str) and entry["errors"]:
            yield f"{error}: {entry['errors']}"  # a class and its text
            return
        for name in TEXTS:
            if name == "error" and isinstance(error, str) and " " not in error.strip():
                continue  # a code
            for text in self._told(entry.get(name), depth - 1):
                found = found or bool(text.strip())
                yield text
        for name in () if found else ("error", *HEADINGS):
            if isinstance(heading := entry.get(name), str) and heading.strip():
                yield heading
                return

    def _note_all(self, value: JSON, depth: int) -> None:
        """Take down the codes of a value and of all that is in it."""
        self._nodes -= 1
        if depth <= 0 or self._nodes < 0:
            return
        if isinstance(value, list):
            for item in value[:MAX_ENTRIES]:
                self._note_all(item, depth - 1)
        elif isinstance(value, Mapping):
            entry = _normalised(value)
            for name, item in entry.items():
                if isinstance(item, Mapping | list) and name not in ECHOES:
                    self._note_all(item, depth - 1)
                self._note(name, item)
            self._note_stage(entry)

    def _note(self, name: str, value: JSON) -> None:
        if name in FLAGS and value in (True, False, [True]):
            self.codes.add(f"{name}={str(bool(value)).lower()}")
        elif name == "filtered" and value is True:
            self.codes.add("filtered=true")
        elif name == "categories" and isinstance(value, list):
            self.categories += [storable(one, LONGEST_CODE) for one in value[:20] if isinstance(one, str)]
        elif isinstance(value, Mapping) and value.get("filtered") is True:
            self.categories.append(storable(name, LONGEST_CODE))
        elif name in HTTP_CODES and _status(value):
            self.status = self.status or _status(value)
        elif name in WAITS and isinstance(value, str | float | int):
            self.waits.setdefault(WAITS[name], str(value)[:LONGEST_CODE])
        elif isinstance(value, str) and 0 < len(value) <= LONGEST_CODE:
            self._note_word(name, value)

    def _note_word(self, name: str, value: str) -> None:
        if name in REASONS:
            self.codes.add(f"{name}={normal(value)}")
        elif name in CODES or (name == "error" and " " not in value.strip()):
            self.codes.add(normal(value))
        elif name in TYPES:
            self.types.add(normal(value))
        elif name == "param":
            self.param = self.param or value
        elif name == "requestid":
            self.request_id = self.request_id or value
        elif name in ("moderationstage", "stage"):
            self.stage = self.stage or STAGES.get(value.lower(), "")
        elif name in ("quotaid", "quotametric") and "PerMinute" in value:
            self.codes.add("perminute")

    def _note_stage(self, entry: Mapping[str, JSON]) -> None:
        """Read what was refused off the places where services tell it."""
        place = entry.get("loc")
        names = " ".join(map(str, place[:6])).lower() if isinstance(place, list) else ""
        if self.stage:
            return
        if "blockreason" in entry or "promptfilterresults" in entry or "prompt" in names:
            self.stage = "prompt"
        elif "image" in names or "mask" in names:
            self.stage = "reference"
        elif isinstance(entry.get("finishreason"), str):
            self.stage = "picture"


def json_in(text: str) -> JSON:
    """Return the JSON that a text starts with; None where there is none. Never raises."""
    text = text.lstrip("\ufeff \t\r\n")
    if not text.startswith(("{", "[", '"')):
        return None
    try:
        return _DECODER.raw_decode(text)[0]
    except (ValueError, RecursionError):
        return None


def any_number(text: str) -> int | float:
    """Read the digits of a JSON number, however many: Python refuses to read more than 4,300."""
    return int(text) if len(text) <= 4_000 else float("inf")  # noqa: PLR2004


_DECODER: Final = json.JSONDecoder(parse_int=any_number)


def _normalised(value: Mapping[str, JSON]) -> dict[str, JSON]:
    return {normal(name): item for name, item, _ in zip(value, value.values(), range(MAX_ENTRIES), strict=False)}


def _status(value: JSON) -> int:
    """Return an HTTP status of an error, however it is written; 0 for anything else."""
    if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():  # noqa: PLR2004
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and value in STATUSES else 0
