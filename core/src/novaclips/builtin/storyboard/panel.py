"""The words beside or under the drawing: number, title, prompt, reading time, tags."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw

from .colors import WHITE, contrast, mix, readable
from .copy import Copy
from .layout import Box, Layout
from .palette import BODY_CONTRAST, LARGE_CONTRAST, Palette
from .pictograms import tile
from .text import Block, Room, Words, fit, width
from .typeset import ASCENT, Typesetter

ROW_SHAPE = 1.75  # a panel broader than this times its height sets the number beside the words


@dataclass(frozen=True, slots=True)
class Panel:
    """Sets the words of one card into its panel."""

    image: Image.Image
    type: Typesetter
    layout: Layout
    palette: Palette
    copy: Copy
    kind: str

    def draw(self, area: Box) -> None:
        """Fill the panel: the number above the words, or beside them where the panel is broad."""
        self.type.rectangle(area.left, area.top, area.right, area.bottom, self.palette.paper)
        unit = self.layout
        box = area.inset(unit.px(60) if area.width > unit.px(560) else unit.px(48), unit.px(54))
        if box.width > box.height * ROW_SHAPE:
            right, foot = self.head(Box(box.left, box.top, box.left + box.width // 3, box.bottom), with_tile=False)
            side = unit.px(92)
            if foot + side < box.bottom:
                self.sign(box.left, box.bottom - side, side)
            start = max(right + unit.px(64), box.left + box.width * 0.19)
            self.body(Box(round(start), box.top, box.right, box.bottom), lift=True)
            return
        _, foot = self.head(box, with_tile=True)
        self.body(Box(box.left, round(foot), box.right, box.bottom), lift=False)

    def head(self, box: Box, *, with_tile: bool) -> tuple[float, float]:
        """Set the scene's number, and the sign of its kind in the corner; return the x and y after the number."""
        unit, palette = self.layout, self.palette
        small = unit.type_size(19, 9)
        label_foot = box.top + small * ASCENT
        end = self.type.spaced("SCENE", small, (box.left, label_foot), palette.muted)
        side = min(unit.px(92), round(box.width * 0.24)) if with_tile else 0
        size = unit.type_size(142, 26)
        while (
            size > unit.type_size(40, 16) and self.type.number_size(self.copy.number, size)[0] > box.width - side * 1.4
        ):
            size = round(size * 0.9)
        right, foot = self.type.number(self.copy.number, size, (box.left, label_foot + unit.px(22)), palette.ink)
        mark = foot + unit.px(30)
        self.type.rectangle(box.left, mark, box.left + unit.px(56), mark + unit.px(7), palette.accent)
        if side:
            self.sign(box.right - side, box.top, side)
        return max(right, end), mark + unit.px(7) + unit.px(34)

    def sign(self, left: int, top: int, side: int) -> None:
        """Lay the pictogram's tile."""
        ground = self.palette.accent
        pale, dark = mix(ground, WHITE, 0.92), readable(self.palette.ramp[0], ground, LARGE_CONTRAST)
        sign = pale if contrast(pale, ground) >= LARGE_CONTRAST else dark
        self.image.paste(tile(self.kind, side, self.palette.paper, ground, sign), (left, top))

    def body(self, box: Box, *, lift: bool) -> None:
        """Set title, prompt and the lines at the foot into what is left of the panel."""
        unit, palette = self.layout, self.palette
        smallest = unit.type_size(19)
        foot: float = box.bottom
        if box.height > smallest * 7:
            foot = self.tags(box) - unit.px(26)
        y = float(box.top)
        title = self.fitted(self.copy.title, box.width, (foot - y) * 0.45, 50, 30, most=3, leading=1.14)
        if title:
            y -= title.size * 0.2 if lift else 0
            y = self.type.block(title, box.left, y, box.width, palette.ink, palette.muted) + unit.px(18)
        reading = None
        if foot - y > smallest * 9:
            reading = self.fitted(self.copy.reading, box.width, smallest * 3, 24, 20, most=1, leading=1.32)
        low = foot - (reading.height + unit.px(24) if reading else 0)
        prompt = self.fitted(
            self.copy.prompt, box.width, low - y, 36 if self.layout.beside else 42, 19, most=1000, leading=1.40
        )
        if prompt:
            soft = readable(mix(palette.ink, palette.paper, 0.16), palette.paper, BODY_CONTRAST)
            self.type.block(prompt, box.left, y, box.width, soft, palette.muted)
        if reading:
            self.type.block(reading, box.left, foot - reading.height, box.width, palette.muted, palette.muted)

    def fitted(
        self, words: Words, across: float, down: float, large: float, small: float, *, most: int, leading: float
    ) -> Block | None:
        """Fit words between two sizes of the 1080-pixel card."""
        smallest = self.layout.type_size(small)
        largest = self.layout.type_size(large, smallest + 1)
        room = Room(width=across, height=down, largest=largest, smallest=smallest, leading=leading, most_lines=most)
        return fit(words, self.type.fonts, room)

    def tags(self, box: Box) -> float:
        """Set the tags in rows on the foot of the panel; return the y over them."""
        unit = self.layout
        size = unit.type_size(20, 11)
        gap, pad, tall = unit.px(12), round(size * 0.72), round(size * 1.85)
        rows: list[list[tuple[Words, int]]] = [[]]
        used = 0
        for words in self.copy.tags:
            wide = round(width(words.text, words, self.type.fonts, size)) + pad * 2
            if wide > box.width:
                continue
            if rows[-1] and used + wide > box.width:
                rows.append([])
                used = 0
            rows[-1].append((words, wide))
            used += wide + gap
        top = box.bottom - len(rows) * (tall + gap) + gap
        for number, row in enumerate(rows[: 2 if box.height > tall * 8 else 1]):
            x, y = box.left, top + number * (tall + gap)
            for words, wide in row:
                self.tag(words, Box(x, y, x + wide, y + tall), size, first=words is self.copy.tags[0])
                x += wide + gap
        return top

    def tag(self, words: Words, box: Box, size: int, *, first: bool) -> None:
        """Set one tag on its pill: the kind on a filled one."""
        palette = self.palette
        ground = palette.ink if first else palette.hairline
        color = readable(palette.paper if first else palette.ink, ground, 4.5)
        pill(self.image, box, ground, palette.paper)
        baseline = box.top + (box.height + size * 0.64) / 2
        self.type.line(words.text, words, size, (box.left + round(size * 0.72), baseline), color)


def pill(image: Image.Image, box: Box, color: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    """Fill a rectangle with half-round ends, its edges smooth."""
    large = Image.new("RGB", (box.width * 4, box.height * 4), paper)
    shape = (0, 0, box.width * 4 - 1, box.height * 4 - 1)
    ImageDraw.Draw(large).rounded_rectangle(shape, box.height * 0.28 * 4, fill=color)
    image.paste(large.reduce(4), (box.left, box.top))
