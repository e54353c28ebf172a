"""Putting type on a picture."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

import re

from PIL import Image, ImageDraw

from .colors import Color
from .fonts import BOLD, Fonts
from .text import Block, Words, runs, width

NOTE = re.compile(r"(\[\d+\u00a0[^\]]*(?:\]|$)|^[^\[]*no\u00a0font\])")  # whole, or its part on one line
ASCENT = 0.74  # of the size: where the baseline of Source Sans stands under the top of its capitals and ascenders


class Typesetter:
    """Draws prepared words onto one picture."""

    def __init__(self, image: Image.Image, fonts: Fonts) -> None:
        self.fonts = fonts
        self._draw = ImageDraw.Draw(image)

    def block(self, block: Block, left: float, top: float, room: float, color: Color, muted: Color) -> float:
        """Set a block of lines; return the y under it. A text from right to left stands on the right."""
        y = top
        rise = (block.leading + block.size * (2 * ASCENT - 1) + block.size * 0.04) / 2
        for line in block.lines:
            x = left + room - width(line, block.words, self.fonts, block.size) if block.words.from_right else left
            self.line(line, block.words, block.size, (x, y + rise), color, muted)
            y += block.leading
        return y

    def line(
        self, line: str, words: Words, size: int, at: tuple[float, float], color: Color, muted: Color | None = None
    ) -> float:
        """Set one line with its start and baseline at a point; return the x after it."""
        x, y = at
        parts = [line] if words.from_right else NOTE.split(line)
        for part in filter(None, parts):
            fill = muted if muted and NOTE.fullmatch(part) else color
            for run in runs(part, words, self.fonts):
                font = self.fonts.at(run.face, size, plain=run.plain)
                self._draw.text((x, y), run.text, font=font, fill=fill, anchor="ls")
                x += font.getlength(run.text)
        return x

    def spaced(self, text: str, size: int, at: tuple[float, float], color: Color, *, weight: str = BOLD) -> float:
        """Set a short label of plain letters with space between them; return the x after it."""
        x, y = at
        font = self.fonts.at(self.fonts.bundled(weight), size)
        for char in text:
            self._draw.text((x, y), char, font=font, fill=color, anchor="ls")
            x += font.getlength(char) + size * 0.14
        return x - size * 0.14

    def number(self, text: str, size: int, at: tuple[float, float], color: Color) -> tuple[float, float]:
        """Set figures with their upper left corner at a point; return the x and y after them."""
        font = self.fonts.at(self.fonts.bundled(BOLD), size)
        left, top, right, bottom = font.getbbox(text, anchor="ls")
        self._draw.text((at[0] - left, at[1] - top), text, font=font, fill=color, anchor="ls")
        return at[0] + right - left, at[1] + bottom - top

    def number_size(self, text: str, size: int) -> tuple[float, float]:
        """Measure figures."""
        left, top, right, bottom = self.fonts.at(self.fonts.bundled(BOLD), size).getbbox(text, anchor="ls")
        return right - left, bottom - top

    def rectangle(self, left: float, top: float, right: float, bottom: float, color: Color) -> None:
        """Fill a rectangle of whole pixels."""
        self._draw.rectangle((round(left), round(top), round(right) - 1, round(bottom) - 1), fill=color)
