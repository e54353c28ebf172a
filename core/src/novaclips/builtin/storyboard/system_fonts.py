"""Fonts found on the machine, for scripts that the bundled one does not cover."""

from __future__ import annotations

import os
import re
import struct
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

# fontTools ships no types
from fontTools.ttLib import TTCollection, TTFont, TTLibError  # type: ignore[import-untyped]

ENDINGS = frozenset({".ttf", ".otf", ".ttc", ".otc"})
MOST_FILES = 400  # a designer's machine has thousands; the sane families come first
UNWANTED = re.compile(
    r"lastresort|last.?resort|adobe.?blank|symbol|wingding|webding|dingbat|icon|awesome|fallback|barcode|braille|math"
    r"|italic|oblique|condensed|narrow|thin|extra.?light|mono|emoji|fixed|unifont|handwrit|nastaliq|kufi|ui"
)
# The first pattern that a file's name matches is its rank; unlisted names come after all of them.
FAMILIES = tuple(
    re.compile(pattern)
    for pattern in (
        r"notosans(cjk|sc|tc|jp|kr|hk)",
        r"sourcehansans|pingfang|hiragino|applesdgothic|msyh|yugoth|meiryo|malgun",
        r"notosans",
        r"dejavusans",
        r"geezapro|arialhebrew|sfhebrew|sfarabic|kohinoor|devanagari|thonburi|nirmala|leelaw|segoeui",
        r"liberationsans|freesans|arial|helvetica|tahoma|verdana|wqy|droidsans|unfonts|nanum|takao|ipag",
    )
)
REGIONS: Mapping[str, str] = MappingProxyType({"Chinese": "SC", "Japanese": "JP", "Korean": "KR"})


@dataclass(frozen=True, slots=True)
class Face:
    """One face of a font file: its path, and its number in a collection."""

    path: str
    index: int = 0


class FontFile:
    """A font file that is read when it is first asked for a character. Its owner holds the lock."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._families: tuple[str, ...] | None = None
        self._chars: dict[int, frozenset[int]] = {}

    def face_for(self, char: str, language: str) -> Face | None:
        """Return the face with a character; of a collection, the one for a language.

        The faces of a collection are weights or regions of one family and have the same characters: one is read.
        """
        try:
            index = self._index_for(language)
            if index not in self._chars:
                self._chars[index] = self._read(index)
        except (OSError, TTLibError, AssertionError, KeyError, ValueError, struct.error):
            self._families, self._chars = ("",), {0: frozenset()}  # a broken file has no characters
            return None
        return Face(str(self.path), index) if ord(char) in self._chars[index] else None

    def _index_for(self, language: str) -> int:
        if self._families is None:
            self._families = ("",)
            if self.path.suffix.lower() in {".ttc", ".otc"}:
                with self.path.open("rb") as file, TTCollection(file, lazy=True) as collection:
                    self._families = tuple(family(font) for font in collection.fonts)
        families, region = self._families, REGIONS.get(language, "")
        return min(range(len(families)), key=lambda i: ("Mono" in families[i], region not in families[i].split(), i))

    def _read(self, index: int) -> frozenset[int]:
        with self.path.open("rb") as file, TTFont(file, lazy=True, fontNumber=index) as font:
            # fonts of bitmaps and colours alone have no outlines to draw
            outlined = {"glyf", "CFF ", "CFF2"} & set(font.keys())
            return frozenset(font.getBestCmap() or ()) if outlined else frozenset()


def family(font: TTFont) -> str:
    """Return a face's family name."""
    return (font["name"].getDebugName(1) if "name" in font else "") or ""


class SystemFonts:
    """Finds a face for a character: sane families first, the same order on every run. Safe to share by threads."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self._lock = threading.RLock()
        self._found: dict[tuple[str, str, bool], Face | None] = {}
        self._files: dict[bool, tuple[FontFile, ...]] = {}

    def face_for(self, char: str, language: str, *, bold: bool = False) -> Face | None:
        """Return a face with this character, or None when the machine has none."""
        key = (char, language, bold)
        with self._lock:
            if key not in self._found:
                faces = (file.face_for(char, language) for file in self._ordered(bold=bold))
                self._found[key] = next((face for face in faces if face), None)
            return self._found[key]

    def _ordered(self, *, bold: bool) -> tuple[FontFile, ...]:
        if not self._files:
            known = {path: FontFile(path) for path in font_files(self._folders)}
            for heavy in (False, True):
                order = sorted(known, key=lambda path: rank(path, bold=heavy))[:MOST_FILES]
                self._files[heavy] = tuple(known[path] for path in order)
        return self._files[bold]


def rank(path: Path, *, bold: bool) -> tuple[int, int, str, str]:
    """Order fonts: known families, the wanted weight, then by name."""
    name = re.sub(r"[\s_-]", "", path.stem.lower())
    family = next((place for place, pattern in enumerate(FAMILIES) if pattern.search(name)), len(FAMILIES))
    is_bold = bool(re.search(r"bold|black|heavy|semibold|medium|bd$|w[6-9]$", name))
    odd = bool(re.search(r"light|thin|black|heavy|semi|medium|demi|extra", name))
    return family, (is_bold != bold) * 2 + odd, name, str(path)


def font_files(folders: Iterable[Path]) -> Iterator[Path]:
    """Yield the font files under folders that a text could be set in."""
    for folder in folders:
        for root, _, names in os.walk(folder):
            for name in names:
                path = Path(root, name)
                if path.suffix.lower() in ENDINGS and not UNWANTED.search(path.stem.lower()):
                    yield path


def usual_folders(env: Mapping[str, str], platform: str = sys.platform) -> tuple[Path, ...]:
    """Return where fonts are kept on this kind of machine."""
    home = Path.home()
    if platform == "darwin":
        return Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library/Fonts"
    if platform == "win32":
        local = Path(env.get("LOCALAPPDATA", str(home / "AppData/Local")))
        return Path(env.get("WINDIR", "C:/Windows")) / "Fonts", local / "Microsoft/Windows/Fonts"
    data = Path(env.get("XDG_DATA_HOME", "") or home / ".local/share")
    return Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), home / ".fonts", data / "fonts"
