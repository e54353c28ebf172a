"""Faces at sizes: the bundled one, and found ones for what it lacks."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from importlib.resources import as_file, files
from pathlib import Path

# fontTools ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import ImageFont, features

from .system_fonts import Face, SystemFonts

REGULAR, SEMIBOLD, BOLD = "Regular", "Semibold", "Bold"
FOREIGN_SCALE = 0.9  # other families are drawn larger on their body than Source Sans


class Fonts:
    """Answers which face has a character, and gives faces at sizes. Safe to share by threads."""

    def __init__(self, folders: Sequence[Path]) -> None:
        self._system = SystemFonts(folders)
        self._local = threading.local()  # FreeType faces keep state: each thread has its own
        self._faces = {weight: Face(bundled_path(weight)) for weight in (REGULAR, SEMIBOLD, BOLD)}
        with TTFont(self._faces[REGULAR].path, lazy=True) as font:
            self._covered = frozenset(font.getBestCmap())
        self._shaping = features.check("raqm")

    def bundled(self, weight: str) -> Face:
        """Return the bundled face of a weight."""
        return self._faces[weight]

    def face_for(self, char: str, weight: str, language: str) -> Face | None:
        """Return the face to set a character in; None when no font has it."""
        if ord(char) in self._covered:
            return self._faces[weight]
        return self._system.face_for(char, language, bold=weight != REGULAR)

    def at(self, face: Face, size: int, *, plain: bool = False) -> ImageFont.FreeTypeFont:
        """Return a face at a size in pixels; ``plain`` sets glyphs one after another, without shaping."""
        made: dict[tuple[Face, int, bool], ImageFont.FreeTypeFont] | None = getattr(self._local, "made", None)
        if made is None:
            made = self._local.made = {}
        key = (face, size, plain)
        if key not in made:
            if len(made) > 400:  # noqa: PLR2004 - a run of one frame size needs some dozens
                made.clear()
            layout = ImageFont.Layout.RAQM if self._shaping and not plain else ImageFont.Layout.BASIC
            body = size if face in self._faces.values() else max(1, round(size * FOREIGN_SCALE))
            made[key] = ImageFont.truetype(face.path, body, index=face.index, layout_engine=layout)
        return made[key]


def bundled_path(weight: str) -> str:
    """Return the path of a bundled font file."""
    # pip unpacks wheels: a folder on the disk, never a zip, so the path stays good after the context
    with as_file(files(__package__) / "typefaces" / f"SourceSansPro-{weight}.ttf") as path:
        return str(path)
