"""Where things go on a card of a given size."""

from __future__ import annotations

from dataclasses import dataclass

COMPACT_EDGE = 180  # below it there is room for a number and the drawing, and for nothing else
NARRATION_EDGE = 260
LANDSCAPE = 1.25
SMALLEST_TYPE = 12


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Its width."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Its height."""
        return self.bottom - self.top

    def inset(self, across: int, down: int) -> Box:
        """Return the box without a margin."""
        return Box(self.left + across, self.top + down, self.right - across, self.bottom - down)


@dataclass(frozen=True, slots=True)
class Layout:
    """The areas of a card: the drawing, the words beside or under it, and the narration along the bottom.

    ``unit`` is what one pixel of a 1080-pixel card is here. ``words`` and ``bar`` are None on a card too small.
    """

    unit: float
    art: Box
    words: Box | None
    bar: Box | None

    def px(self, size: float) -> int:
        """Return a size of the 1080-pixel card in pixels of this one."""
        return max(1, round(size * self.unit))

    def type_size(self, size: float, smallest: int = SMALLEST_TYPE) -> int:
        """Return a type size, never smaller than can be read."""
        return max(smallest, round(size * self.unit))

    @property
    def beside(self) -> bool:
        """Whether the words stand beside the drawing."""
        return self.words is not None and self.words.left > self.art.left


def has_narration_room(width: int, height: int) -> bool:
    """Tell whether a card of this size shows the narration."""
    return min(width, height) >= NARRATION_EDGE


def unit_of(width: int, height: int) -> float:
    """Return the unit of a card: by its shorter edge, less for a strip or a column."""
    return min(width, height, max(width, height) * 0.75) / 1080


def arrange(width: int, height: int, bar_height: int) -> Layout:
    """Return the areas for a card with a narration bar of this height (0: none)."""
    unit = unit_of(width, height)
    if min(width, height) < COMPACT_EDGE:
        return Layout(unit, Box(0, 0, width, height), None, None)
    foot = height - bar_height
    bar = Box(0, foot, width, height) if bar_height else None
    if width >= height * LANDSCAPE:
        share = 0.345 if width < height * 2.2 else 0.42
        rail = max(round(width * share), min(round(width * 0.45), 200))
        return Layout(unit, Box(0, 0, width - rail, foot), Box(width - rail, 0, width, foot), bar)
    share = 0.58 if height > width * 1.3 else 0.52
    # a very tall card keeps its drawing near to a picture's shape; the words get what is left
    split = min(round(foot * share), round(width * 1.25))
    return Layout(unit, Box(0, 0, width, split), Box(0, split, width, foot), bar)
