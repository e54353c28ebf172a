"""YAML in which every value knows where it stands."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, NoReturn, cast

from novaclips.collector import collector_paused
from novaclips.errors import ConfigError
from novaclips.on_disk import as_spelled, nearest
from novaclips.untrusted.files import TooLarge, read_regular
from novaclips.yaml_complaints import NAME, SECOND, Place, at, explain

MAX_BYTES = 64 * 2**20
MAX_DEPTH = 100
MAX_COPIED = 1_000_000  # values that aliases may repeat; what is written out is bounded by MAX_BYTES alone
MERGE = "<<"  # compared by identity: a quoted "<<" is a field like any other
STANDARD = "tag:yaml.org,2002:"

# The core schema of YAML 1.2: `no`, `12:30`, `2026-01-01` and `1_000` are text. Very long digit runs are no
# integers, because Python refuses to print integers of more than 4,300 digits.
WORDS = {"null": None, "true": True, "false": False}
CONSTANTS = {"": None, "~": None} | {w: value for k, value in WORDS.items() for w in (k, k.title(), k.upper())}
INTEGER = re.compile(r"[-+]?[0-9]{1,400}|0o[0-7]{1,100}|0x[0-9a-fA-F]{1,100}")
FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
FIRST = frozenset("~nNtTfF+-.0123456789") | {""}  # how a plain scalar that is no text can start
TYPES = {"int": int, "float": float, "bool": bool, "null": type(None)}

BREAK = re.compile(r"\r\n|\r|\n")
# U+0085, U+2028 and U+2029 end a line for libyaml and for no editor: texts and line numbers would break there.
FORBIDDEN = re.compile("[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# json.dumps writes an emoji as two escapes, which YAML does not know.
SURROGATES = re.compile(r"(?<!\\)((?:\\\\)*)\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})", re.IGNORECASE)

NO_KEYS: Mapping[str, Place] = MappingProxyType({})
Fail = Callable[[Place, str], NoReturn]
Value = None | bool | int | float | str | list["Node"] | dict[str, "Node"]


@dataclass(frozen=True, slots=True)
class Node:
    """One value of a YAML file, and the line and column where it starts.

    ``raw`` is a scalar's text without its quotes: ``007`` where ``value`` is 7. ``keys`` says where a mapping's
    keys stand. A value that is used through an alias is one node in all its places.
    """

    value: Value
    line: int
    column: int
    raw: str = ""
    keys: Mapping[str, Place] = field(default_factory=lambda: NO_KEYS)


def load(path: Path, *, error: type[ConfigError] = ConfigError, example: str | None = "name: value") -> Node:
    """Read a YAML 1.2 file; what cannot be used raises ``error`` with ``file:line:column: what; what to write``.

    ``example`` is what the complaint about an empty file tells to write; with None an empty file is a null node.
    Numbers that JSON does not know (.inf, .nan), tags of one's own and several documents are errors.
    """
    text = _read(path, error)

    def fail(place: Place, what: str) -> NoReturn:
        raise error(f"{path}:{place.line}:{place.column}: {what}")

    if found := FORBIDDEN.search(text):
        breaks = [0, *(end.end() for end in BREAK.finditer(text, 0, found.start()))]
        place = Place(len(breaks), found.start() - breaks[-1] + 1)
        fail(place, f"the invisible character U+{ord(found[0]):04X} stands here; delete it")
    with collector_paused():
        root = _parse(text, _Builder(fail))
    if root is None and example is not None:
        raise error(f"{path}: the file is empty; write for example {example}")
    return root or Node(None, 1, 1)


def plain(node: Node) -> Any:
    """Give a node's value as ordinary Python values, all of which JSON knows; aliases become copies."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


def _read(path: Path, error: type[ConfigError]) -> str:
    """Return the file's text: UTF-8, with or without a byte order mark."""
    try:
        data = read_regular(as_spelled(path), MAX_BYTES)
    except FileNotFoundError:
        near = nearest(path)
        hint = f", but there is {near}; rename or move it, or check the name" if near else ""
        raise error(f"{path}: there is no such file{hint or '; check the name, or write the file'}") from None
    except IsADirectoryError:
        raise error(f"{path}: this is a folder; name a file in it") from None
    except TooLarge:
        raise error(f"{path}: the file is larger than {MAX_BYTES >> 20} MiB; split it") from None
    except (OSError, ValueError) as exc:  # ValueError: a NUL in the name
        raise error(f"{path}: cannot be read: {getattr(exc, 'strerror', None) or exc}; check the file") from exc
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data[:2]:
        raise error(f"{path}:1: the file is UTF-16 or UTF-32; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as exc:
        line = len(re.findall(rb"\r\n|\r|\n", exc.object[: exc.start])) + 1
        raise error(f"{path}:{line}: the byte 0x{exc.object[exc.start]:02x} is not UTF-8; save it as UTF-8") from exc


def _parse(text: str, builder: _Builder) -> Node | None:
    """Feed the parser's events to the builder; None stands for a file without a value."""
    import yaml

    if "\\ud" in text.lower() and text.lstrip()[:1] in {"{", "["}:
        text = SURROGATES.sub(_join_surrogates, text)
    handlers: dict[type, Callable[[Any], None]] = {
        yaml.ScalarEvent: builder.scalar,
        yaml.AliasEvent: builder.alias,
        yaml.MappingStartEvent: builder.start,
        yaml.SequenceStartEvent: builder.start,
        yaml.MappingEndEvent: builder.end,
        yaml.SequenceEndEvent: builder.end,
        yaml.DocumentStartEvent: builder.document,
    }
    event: Any = None
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            if handle := handlers.get(type(event)):
                handle(event)
    # OverflowError and ValueError: the parser in Python, where libyaml is absent, on an escape like \U99999999
    except (yaml.YAMLError, OverflowError, ValueError) as exc:
        builder.fail(*explain(exc, BREAK.split(text), event))
    for name, place in builder.unused.items():
        builder.fail(place, f"'&{name}' names what follows and nothing uses the name; put quotes around the text")
    return builder.root


def _join_surrogates(found: re.Match[str]) -> str:
    return found[1] + f"\\U{ord(bytes.fromhex(found[2] + found[3]).decode('utf-16-be')):08x}"


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet; ``size`` counts its values, with those that aliases repeat."""

    node: Node
    keys: dict[str, Place] | None  # None for a list
    anchor: str | None
    key: str | None = None
    merged: list[Node] = field(default_factory=list)
    size: int = 1
    height: int = 1


class _Builder:
    """Makes nodes of events, without recursion: no nesting can exhaust the stack."""

    def __init__(self, fail: Fail) -> None:
        self.fail = fail
        self.root: Node | None = None
        self.documents = self.copied = 0
        self.open: list[_Open] = []
        self.anchors: dict[str, tuple[Node, int, int] | None] = {}  # node, size, height; None while it is open
        self.unused: dict[str, Place] = {}

    def document(self, event: Any) -> None:
        self.documents += 1
        if self.documents > 1:
            self.fail(at(event.start_mark), SECOND)

    def scalar(self, event: Any) -> None:
        mark, raw, anchor = event.start_mark, event.value, event.anchor
        place = Place(mark.line + 1, mark.column + 1)
        top = self.open[-1] if self.open else None
        is_key = top is not None and top.keys is not None and top.key is None
        if top and is_key and not anchor:  # nine of ten keys; a node for each would cost a fifth of the time
            top.size += 1
            self.add_key(top, raw, place, merge=raw == "<<" and event.implicit[0])
            return
        node = Node(raw if is_key else self.resolve(raw, event, place), *place, raw)
        if anchor:
            self.anchors[anchor] = node, 1, 0
            if event.implicit[0] and (node.value is None or node.value == raw):
                self.unused[anchor] = place
        self.add(node, place)

    def resolve(self, raw: str, event: Any, place: Place) -> Value:
        """Give a scalar's value by its tag, or by the core schema."""
        kind = self.kind(event.tag, place) if event.tag else "" if event.implicit[0] else "str"
        if kind == "str" or not (kind or raw[:1] in FIRST):
            return raw
        value: Value = CONSTANTS.get(raw, raw)
        if INTEGER.fullmatch(raw):
            value = int(raw, {"0x": 16, "0o": 8}.get(raw[:2], 10))
        elif FLOAT.fullmatch(raw):
            value = math.inf if "n" in raw.lower() else float(raw)
            if math.isinf(value):
                self.fail(place, f"{raw[:20]!r} is not a number that JSON knows; put quotes around a text")
        if kind == "float" and type(value) is int:
            value = float(value)
        if kind and type(value) is not TYPES.get(kind):
            self.fail(place, f"{raw[:20]!r} does not fit its tag !!{kind}; take the tag out")
        return value

    def kind(self, tag: str, place: Place) -> str:
        """Return the name of a standard tag; the others are errors."""
        name = tag.removeprefix(STANDARD)
        if name.startswith("python/"):
            self.fail(place, f"Python tags are not run; take '!!{name}' out")
        if name == tag or name not in {"str", "map", "seq", *TYPES}:
            shown = tag.replace(STANDARD, "!!")
            self.fail(place, f"unknown tag {shown!r}; take it out, or put quotes around a text that starts with '!'")
        return name

    def start(self, event: Any) -> None:
        place, is_map = at(event.start_mark), type(event).__name__ == "MappingStartEvent"
        expected = "map" if is_map else "seq"
        if event.tag and (kind := self.kind(event.tag, place)) != expected:
            self.fail(place, f"the tag !!{kind} does not fit what follows; take it out")
        if self.open and self.open[-1].keys is not None and self.open[-1].key is None:
            self.fail(place, NAME)
        self.check_depth(1, place)
        if event.anchor:
            self.anchors[event.anchor] = None
        keys: dict[str, Place] = {}
        node = Node({}, *place, keys=keys) if is_map else Node([], *place)
        self.open.append(_Open(node, keys if is_map else None, event.anchor))

    def end(self, _event: Any) -> None:
        top = self.open.pop()
        if top.keys is not None and isinstance(top.node.value, dict):
            for other in top.merged:
                for key, value in cast("dict[str, Node]", other.value).items():
                    if key not in top.keys:
                        top.keys[key], top.node.value[key] = other.keys[key], value
        if top.anchor:
            self.anchors[top.anchor] = top.node, top.size, top.height
        self.add(top.node, Place(top.node.line, top.node.column), size=top.size, height=top.height)

    def alias(self, event: Any) -> None:
        place, name = at(event.start_mark), event.anchor
        self.unused.pop(name, None)
        if name not in self.anchors:
            self.fail(place, f"nothing is named '&{name}'; put quotes around a text that starts with '*'")
        if (target := self.anchors[name]) is None:
            self.fail(place, f"'*{name}' stands inside the value that it names; take it out")
        node, size, height = target
        self.copied += size
        if self.copied > MAX_COPIED:
            self.fail(place, f"the aliases of this file repeat more than {MAX_COPIED:,} values; use fewer")
        self.check_depth(height, place)
        self.add(node, place, size=size, height=height)

    def check_depth(self, height: int, place: Place) -> None:
        if len(self.open) + height > MAX_DEPTH:
            self.fail(place, f"this is nested deeper than {MAX_DEPTH} levels; write it flatter")

    def add(self, node: Node, place: Place, *, size: int = 1, height: int = 0) -> None:
        """Put a finished value where it belongs: into the open list or mapping, or at the root."""
        if not self.open:
            self.root = node
            return
        top = self.open[-1]
        top.size += size
        if height >= top.height:
            top.height = height + 1
        if isinstance(top.node.value, list):
            top.node.value.append(node)
        elif top.key is None:
            if isinstance(node.value, list | dict):
                self.fail(place, NAME)
            self.add_key(top, node.raw, place)
        else:
            if top.key is MERGE:
                self.merge(top, node, place)
            else:
                cast("dict[str, Node]", top.node.value)[top.key] = node
            top.key = None

    def add_key(self, top: _Open, name: str, place: Place, *, merge: bool = False) -> None:
        keys = cast("dict[str, Place]", top.keys)
        if merge:
            top.key = MERGE
        elif name in keys:
            self.fail(place, f"the field {name!r} stands in line {keys[name].line} already; keep one of them")
        else:
            top.key = name
            keys[name] = place

    def merge(self, top: _Open, node: Node, place: Place) -> None:
        others = node.value if isinstance(node.value, list) else [node]
        if not all(isinstance(other.value, dict) for other in others):
            self.fail(place, "'<<' takes in the fields of a mapping; name one, as in <<: *name")
        top.merged.extend(others)
