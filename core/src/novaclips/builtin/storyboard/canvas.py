"""A surface to draw on in units of its shorter edge, anti-aliased by drawing large and scaling down."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

from .colors import Color

Point = tuple[float, float]

PIXEL_BUDGET = 9_000_000  # of the large drawing: about 30 MB, and 0.2 s to draw on
MOST_SAMPLES = 3


def samples_for(width: int, height: int) -> int:
    """Return how many times larger to draw a surface: 3 for small ones, 1 where there are pixels enough."""
    if width * height <= 100_000:  # noqa: PLR2004 - a thumbnail shows every step of an edge
        return 4
    return max(1, min(MOST_SAMPLES, int(math.sqrt(PIXEL_BUDGET / (width * height)))))


class Canvas:
    """A surface whose shorter edge is 1 unit long: ``wide`` by ``high`` units, from the upper left corner.

    ``alpha`` is a shape's opacity, 0 to 1.
    """

    def __init__(self, width: int, height: int, *, samples: int | None = None) -> None:
        self.samples = samples or samples_for(width, height)
        self.size = (width * self.samples, height * self.samples)
        self.unit = min(self.size)
        self.wide, self.high = self.size[0] / self.unit, self.size[1] / self.unit
        self.image = Image.new("RGB", self.size)
        self._draw = ImageDraw.Draw(self.image, "RGBA")

    def finished(self) -> Image.Image:
        """Return the drawing at its real size."""
        return self.image.reduce(self.samples) if self.samples > 1 else self.image

    def fade(self, *stops: Color, bottom: float | None = None, top: float = 0.0) -> None:
        """Fill with a vertical gradient through colours, over the whole surface or from ``top`` to ``bottom``."""
        start, end = round(top * self.unit), round((self.high if bottom is None else bottom) * self.unit)
        rows = max(1, end - start)
        column = Image.new("RGB", (1, len(stops)))
        column.putdata(stops)
        # half a stop is cut off at both ends: the first and last rows have exactly the first and last colour
        box = (0, 0.5, 1, len(stops) - 0.5) if len(stops) > 1 else None
        column = column.resize((1, rows), Image.Resampling.BILINEAR, box=box)
        self.image.paste(column.resize((self.size[0], rows), Image.Resampling.NEAREST), (0, start))

    def polygon(self, points: Iterable[Point], color: Color, alpha: float = 1.0) -> None:
        """Fill the shape between points."""
        self._draw.polygon([(x * self.unit, y * self.unit) for x, y in points], fill=ink(color, alpha))

    def disc(self, x: float, y: float, radius: float, color: Color, alpha: float = 1.0) -> None:
        """Fill a circle."""
        self.oval(x, y, radius, radius, color, alpha)

    def oval(self, x: float, y: float, across: float, down: float, color: Color, alpha: float = 1.0) -> None:
        """Fill an ellipse of these radii."""
        box = self._box(x - across, y - down, x + across, y + down)
        self._draw.ellipse(box, fill=ink(color, alpha))

    def ring(self, x: float, y: float, radius: float, width: float, color: Color, alpha: float = 1.0) -> None:
        """Draw a circle's line, inside the radius."""
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self._draw.ellipse(box, outline=ink(color, alpha), width=self._line(width))

    def arc(
        self,
        x: float,
        y: float,
        radius: float,
        width: float,
        start: float,
        end: float,
        color: Color,
        alpha: float = 1.0,
    ) -> None:
        """Draw a part of a circle's line, in degrees clockwise from three o'clock."""
        box = self._box(x - radius, y - radius, x + radius, y + radius)
        self._draw.arc(box, start, end, fill=ink(color, alpha), width=self._line(width))

    def slice(self, x: float, y: float, radius: float, start: float, end: float, color: Color) -> None:
        """Fill a slice of a pie."""
        self._draw.pieslice(self._box(x - radius, y - radius, x + radius, y + radius), start, end, fill=color)

    def box(
        self,
        left: float,
        top: float,
        right: float,
        bottom: float,
        color: Color,
        alpha: float = 1.0,
        *,
        round_by: float = 0.0,
    ) -> None:
        """Fill a rectangle, its corners rounded by a radius."""
        if right <= left or bottom <= top:
            return
        radius = min(round_by, (right - left) / 2, (bottom - top) / 2) * self.unit
        self._draw.rounded_rectangle(self._box(left, top, right, bottom), radius, fill=ink(color, alpha))

    def stroke(self, points: Sequence[Point], color: Color, width: float, alpha: float = 1.0) -> None:
        """Draw a line through points, with round joints, and round ends where it is opaque."""
        scaled = [(x * self.unit, y * self.unit) for x, y in points]
        self._draw.line(scaled, fill=ink(color, alpha), width=self._line(width), joint="curve")
        if alpha >= 1.0:
            for x, y in (points[0], points[-1]):
                self.disc(x, y, width / 2, color)

    def dashes(self, points: Sequence[Point], color: Color, width: float, *, dash: float) -> None:
        """Draw a dashed line through points that lie close together."""
        kept: list[Point] = []
        gone = 0.0
        for before, point in pairwise(points):
            gone += math.dist(before, point)
            if int(gone / dash) % 2 == 0:
                kept.append(point)
            elif kept:
                self.stroke(kept, color, width)
                kept = []
        if kept:
            self.stroke(kept, color, width)

    def glow(self, x: float, y: float, radius: float, color: Color, strength: float) -> None:
        """Lay a soft light over the surface, strongest in the middle."""
        edge = max(2, round(radius * 2 * self.unit))
        falloff = Image.radial_gradient("L").point(
            [round(max(0.0, 1 - v / 182) ** 2 * 255 * strength) for v in range(256)]
        )
        left, top = round((x - radius) * self.unit), round((y - radius) * self.unit)
        seen = (max(0, left), max(0, top), min(self.size[0], left + edge), min(self.size[1], top + edge))
        if seen[0] >= seen[2] or seen[1] >= seen[3]:
            return
        scale = 256 / edge
        part = ((seen[0] - left) * scale, (seen[1] - top) * scale, (seen[2] - left) * scale, (seen[3] - top) * scale)
        mask = falloff.resize((seen[2] - seen[0], seen[3] - seen[1]), Image.Resampling.BILINEAR, box=part)
        self.image.paste(color, seen, mask)

    def lay(self, other: Canvas, x: float, y: float, *, disc: bool = False, round_by: float = 0.0) -> None:
        """Put another canvas of the same sampling down with its corner at a point, cut to a circle or round corners."""
        mask = Image.new("L", other.size, 0)
        edges = (0, 0, other.size[0] - 1, other.size[1] - 1)
        if disc:
            ImageDraw.Draw(mask).ellipse(edges, fill=255)
        else:
            ImageDraw.Draw(mask).rounded_rectangle(edges, round_by * self.unit, fill=255)
        self.image.paste(other.image, (round(x * self.unit), round(y * self.unit)), mask)

    def part(self, width: float, height: float) -> Canvas:
        """Return an empty canvas for a part of this one, to be laid on it."""
        size = (max(2, round(width * self.unit)), max(2, round(height * self.unit)))
        return Canvas(*size, samples=1)

    def _line(self, width: float) -> int:
        return max(1, round(width * self.unit))

    def _box(self, left: float, top: float, right: float, bottom: float) -> tuple[float, float, float, float]:
        return left * self.unit, top * self.unit, right * self.unit, bottom * self.unit


def smooth(points: Sequence[Point], rounds: int = 3) -> list[Point]:
    """Return an open line with its corners cut round (Chaikin's way); both ends stay."""
    line = list(points)
    for _ in range(rounds):
        cut = [line[0]]
        for (ax, ay), (bx, by) in pairwise(line):
            cut += [(ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25), (ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75)]
        line = [*cut, line[-1]]
    return line


def ink(color: Color, alpha: float) -> tuple[int, int, int, int]:
    """Return a colour with its opacity as Pillow wants it."""
    return (*color, round(max(0.0, min(1.0, alpha)) * 255))
