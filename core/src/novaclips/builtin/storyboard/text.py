"""Text made ready for setting: a face for every character, words for what no font has, lines that fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from .direction import visual
from .fonts import Fonts
from .scripts import (
    NO_LINE_END,
    NO_LINE_START,
    NON_JOINER,
    cleaned,
    hint,
    in_words,
    is_sign,
    language,
    opens_right,
    right_to_left,
    script_of,
    unspaced,
)
from .system_fonts import Face

MOST_CHARACTERS = 12_000  # no card holds more at the smallest size
MOST_BALANCED = 3
ELLIPSIS = "…"
NO_BREAK = "\u00a0"


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of one line in one face, in the order in which it is seen."""

    text: str
    face: Face
    plain: bool


@dataclass(frozen=True, slots=True)
class Words:
    """Text that can be set: every character of it has a face.

    ``text`` is in reading order, Arabic letters already in their joined forms. ``warnings`` says what to install
    for the characters that stand in it as words.
    """

    text: str
    weight: str
    language: str
    from_right: bool
    warnings: tuple[str, ...] = ()

    @classmethod
    def prepare(cls, text: str, weight: str, fonts: Fonts) -> Words:
        """Clean a text and say in words what no font of this machine has."""
        clean = cleaned(text[: MOST_CHARACTERS * 2])[:MOST_CHARACTERS]
        tongue = language(clean)

        def has(char: str) -> bool:
            return char in {" ", NO_BREAK, NON_JOINER} or fonts.face_for(char, weight, tongue) is not None

        said, missing = replaced(clean, tongue, has)
        if any(map(right_to_left, said)):
            said = shaped(said, has)
        said = said.replace(NON_JOINER, "")
        warnings = tuple(f"{script} text needs a font: install {hint(script)}" for script in missing)
        return cls(said, weight, tongue, opens_right(said), warnings)


def replaced(text: str, tongue: str, has: Callable[[str], bool]) -> tuple[str, list[str]]:
    """Return the text with words for what ``has`` says no to, and the scripts that lack a font."""
    parts: list[str] = []
    missing: list[str] = []
    for kind, chars in groupby(text, key=lambda char: "" if has(char) else "sign" if is_sign(char) else "letters"):
        if kind == "letters":
            add_missing(parts, missing, "".join(chars), tongue)
        elif kind == "sign":
            parts.append(" ".join(in_words(char) for char in chars))
        else:
            parts.append("".join(chars))
    return joined(parts), missing


def add_missing(parts: list[str], missing: list[str], chars: str, tongue: str) -> None:
    """Say how many characters of which script there would be; marks alone go without a word."""
    script = next(filter(None, map(script_of, chars)), "")
    if script == "Combining" or not script:
        return
    name = tongue if script == "Chinese" else script
    if name not in missing:
        missing.append(name)
    parts.append(f"\0{len(chars)} {name}\0")


def joined(parts: list[str]) -> str:
    """Join parts, neighbouring notes about one script added up into one."""
    merged: list[tuple[int, str] | str] = []
    for part in parts:
        if not part.startswith("\0"):
            merged.append(part)
            continue
        number, _, script = part.strip("\0").partition(" ")
        count = int(number)
        # a space between two words of a missing script joins them
        if len(merged) > 1 and merged[-1] == " " and isinstance(merged[-2], tuple) and merged[-2][1] == script:
            merged.pop()
        if merged and isinstance(merged[-1], tuple) and merged[-1][1] == script:
            count += merged.pop()[0]  # type: ignore[operator]  # the line above has checked that it is a note
        merged.append((count, script))
    text = "".join(part if isinstance(part, str) else f" {note(*part)} " for part in merged)
    return " ".join(filter(None, text.split(" ")))


def note(count: int, script: str) -> str:
    """Return the note that stands for characters without a font, its words kept on one line."""
    return f"[{count} {script} {'character' if count == 1 else 'characters'}: no font]".replace(" ", NO_BREAK)


def shaped(text: str, has: Callable[[str], bool]) -> str:
    """Put Arabic letters into their joined forms where the font has those."""
    # it ships no types
    from arabic_reshaper import ArabicReshaper  # type: ignore[import-untyped]

    forms: str = ArabicReshaper({"delete_harakat": True, "shift_harakat_position": False}).reshape(text)
    return forms if all(map(has, forms)) else text


def runs(line: str, words: Words, fonts: Fonts) -> Iterator[Run]:
    """Cut a line into runs of one face, from left to right as it is seen."""
    seen = line
    if words.from_right or any(map(right_to_left, line)):
        seen = visual(line, from_right=words.from_right)
    regular = fonts.bundled(words.weight)
    keys: list[tuple[Face, bool]] = []
    for char in seen:
        plain = right_to_left(char)
        if char == " " and keys:
            keys.append(keys[-1])
        else:
            keys.append((fonts.face_for(char, words.weight, words.language) or regular, plain))
    for (face, plain), group in groupby(zip(keys, seen, strict=True), key=lambda pair: pair[0]):
        yield Run("".join(char for _, char in group), face, plain)


def width(line: str, words: Words, fonts: Fonts, size: int) -> float:
    """Measure a line in pixels."""
    return sum(fonts.at(run.face, size, plain=run.plain).getlength(run.text) for run in runs(line, words, fonts))


def pieces(text: str) -> list[str]:
    """Cut a text where a line may break: after spaces, and beside characters of scripts without spaces."""
    found: list[str] = []
    current = ""
    for char in text:
        before = current[-1:]
        breaks = bool(before) and (
            (before == " " and char != " ")
            or (
                (unspaced(before) or unspaced(char))
                and char not in NO_LINE_START
                and before not in NO_LINE_END
                and char != " "
            )
        )
        if breaks:
            found.append(current)
            current = ""
        current += char
    return [*found, current] if current else found


class Ruler:
    """Measures pieces of one text at one size, each once."""

    def __init__(self, words: Words, fonts: Fonts, size: int) -> None:
        self._words, self._fonts, self._size = words, fonts, size
        self._known: dict[str, float] = {}

    def __call__(self, piece: str) -> float:
        """Return a piece's width in pixels."""
        if piece not in self._known:
            self._known[piece] = width(piece, self._words, self._fonts, self._size)
        return self._known[piece]


def wrapped(words: Words, fonts: Fonts, size: int, room: float, most: int) -> tuple[list[str], bool]:
    """Break a text into at most ``most`` lines that fit the room; tell whether all of it is in them."""
    ruler = Ruler(words, fonts, size)
    lines: list[str] = []
    current, filled = "", 0.0
    waiting = pieces(words.text)[::-1]
    while waiting:
        piece = waiting.pop()
        if filled + ruler(piece.rstrip(" ")) <= room:
            current, filled = current + piece, filled + ruler(piece)
            continue
        if not current:
            head = fitting(piece, ruler, room)
            current, rest = piece[:head], piece[head:]
            if rest:
                waiting.append(rest)
        else:
            waiting.append(piece)
        lines.append(current.rstrip())
        current, filled = "", 0.0
        if len(lines) == most and waiting:
            return lines, False
    if current.strip():
        if len(lines) == most:
            return lines, False
        lines.append(current.rstrip())
    return lines, True


def fitting(piece: str, ruler: Ruler, room: float) -> int:
    """Return how many characters of a piece, at least one, fit the room."""
    low, high = 1, len(piece)
    while low < high:
        middle = (low + high + 1) // 2
        if ruler(piece[:middle]) <= room:
            low = middle
        else:
            high = middle - 1
    gap = piece.rfind(NO_BREAK, 0, low)
    return gap + 1 if gap > 0 else low


def shortened(line: str, words: Words, fonts: Fonts, size: int, room: float) -> str:
    """Return a line with an ellipsis that fits the room."""
    while line and width(line + ELLIPSIS, words, fonts, size) > room:
        line = line[:-1]
    return line.rstrip(" ,.;:-–—") + ELLIPSIS


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one text at the size at which they fit."""

    words: Words
    lines: tuple[str, ...]
    size: int
    leading: int

    @property
    def height(self) -> int:
        """The block's height in pixels."""
        return self.leading * len(self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """Where a text goes, in pixels: its width and height, the sizes it may have, and its leading as a factor."""

    width: float
    height: float
    largest: int
    smallest: int
    leading: float = 1.32
    most_lines: int = 1000


def balanced(block: Block, fonts: Fonts, room: Room) -> Block:
    """Return a block of few lines with lines of like length, so that no word stands alone on the last."""
    count = len(block.lines)
    if count == 1 or count > MOST_BALANCED:
        return block
    for share in (0.72, 0.79, 0.86, 0.93):
        lines, whole = wrapped(block.words, fonts, block.size, room.width * share, count)
        if whole:
            return replace(block, lines=tuple(lines))
    return block


def fit(words: Words, fonts: Fonts, room: Room) -> Block | None:
    """Set a text as large as the room allows, and cut it at the smallest size; None where no line fits at all."""
    if not words.text:
        return None
    low, high = room.smallest, max(room.smallest, room.largest)
    best: Block | None = None
    while low <= high:
        size = (low + high + 1) // 2
        leading = round(size * room.leading)
        most = min(room.most_lines, int(room.height / leading))
        lines, whole = wrapped(words, fonts, size, room.width, most) if most else ([], False)
        if whole:
            best, low = Block(words, tuple(lines), size, leading), size + 1
        else:
            high = size - 1
    if best:
        return balanced(best, fonts, room)
    leading = round(room.smallest * room.leading)
    most = min(room.most_lines, int(room.height / leading))
    if most < 1:
        return None
    lines, _ = wrapped(words, fonts, room.smallest, room.width, most)
    lines[-1] = shortened(lines[-1], words, fonts, room.smallest, room.width)
    return Block(words, tuple(lines), room.smallest, leading)
