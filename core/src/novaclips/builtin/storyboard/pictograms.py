"""One small sign for each kind of visual, drawn on a tile."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from PIL import Image

from .canvas import Canvas
from .colors import Color

LINE = 0.07


def tile(kind: str, size: int, paper: Color, ground: Color, sign: Color) -> Image.Image:
    """Return the sign of a kind on a tile with round corners, on paper."""
    canvas = Canvas(size, size, samples=max(2, min(6, 400 // size)))
    canvas.fade(paper)
    canvas.box(0, 0, 1, 1, ground, round_by=0.24)
    SIGNS.get(kind, image)(canvas, sign)
    return canvas.finished()


def diagram(canvas: Canvas, color: Color) -> None:
    """Draw a part and what hangs on it."""
    canvas.stroke([(0.5, 0.34), (0.5, 0.52)], color, LINE * 0.8)
    canvas.stroke([(0.27, 0.66), (0.27, 0.52), (0.73, 0.52), (0.73, 0.66)], color, LINE * 0.8)
    canvas.box(0.38, 0.20, 0.62, 0.40, color, round_by=0.04)
    for x in (0.27, 0.73):
        canvas.box(x - 0.11, 0.62, x + 0.11, 0.80, color, round_by=0.04)


def example(canvas: Canvas, color: Color) -> None:
    """Draw a light bulb."""
    canvas.disc(0.5, 0.41, 0.22, color)
    canvas.polygon([(0.36, 0.55), (0.64, 0.55), (0.60, 0.67), (0.40, 0.67)], color)
    canvas.box(0.40, 0.705, 0.60, 0.765, color, round_by=0.03)
    canvas.box(0.44, 0.80, 0.56, 0.85, color, round_by=0.025)


def metaphor(canvas: Canvas, color: Color) -> None:
    """Draw two circles that share a part."""
    canvas.ring(0.39, 0.5, 0.22, LINE, color)
    canvas.ring(0.61, 0.5, 0.22, LINE, color)


def chart(canvas: Canvas, color: Color) -> None:
    """Draw three bars."""
    for x, top in ((0.29, 0.56), (0.5, 0.40), (0.71, 0.24)):
        canvas.box(x - 0.075, top, x + 0.075, 0.77, color, round_by=0.03)


def comparison(canvas: Canvas, color: Color) -> None:
    """Draw two fields, one filled."""
    canvas.box(0.20, 0.25, 0.465, 0.75, color, round_by=0.05)
    frame(canvas, 0.535, 0.25, 0.80, 0.75, color)


def frame(canvas: Canvas, left: float, top: float, right: float, bottom: float, color: Color) -> None:
    """Draw a rectangle's line."""
    half = LINE / 2
    corners = [
        (left + half, top + half),
        (right - half, top + half),
        (right - half, bottom - half),
        (left + half, bottom - half),
    ]
    canvas.stroke([*corners, corners[0], corners[1]], color, LINE)


def process(canvas: Canvas, color: Color) -> None:
    """Draw two steps and the arrow between them."""
    canvas.box(0.16, 0.36, 0.38, 0.64, color, round_by=0.04)
    canvas.box(0.62, 0.36, 0.84, 0.64, color, round_by=0.04)
    canvas.polygon([(0.43, 0.42), (0.56, 0.5), (0.43, 0.58)], color)


def timeline(canvas: Canvas, color: Color) -> None:
    """Draw marks on a line."""
    canvas.stroke([(0.16, 0.56), (0.84, 0.56)], color, LINE * 0.8)
    for x, top in ((0.26, 0.40), (0.5, 0.30), (0.74, 0.40)):
        canvas.stroke([(x, top), (x, 0.68)], color, LINE * 0.8)


def quote(canvas: Canvas, color: Color) -> None:
    """Draw quotation marks."""
    for x in (0.34, 0.66):
        canvas.disc(x, 0.56, 0.115, color)
        canvas.arc(x + 0.055, 0.56, 0.17, 0.075, 175, 268, color)


def title(canvas: Canvas, color: Color) -> None:
    """Draw a capital T."""
    canvas.box(0.26, 0.25, 0.74, 0.36, color, round_by=0.02)
    canvas.box(0.44, 0.25, 0.56, 0.77, color, round_by=0.02)


def atlas(canvas: Canvas, color: Color) -> None:
    """Draw a pin."""
    ring = [(0.5 + math.cos(t) * 0.19, 0.40 + math.sin(t) * 0.19) for t in (2.6, 0.54)]
    canvas.polygon([*ring, (0.5, 0.82)], color)
    canvas.ring(0.5, 0.40, 0.21, 0.115, color)


def portrait(canvas: Canvas, color: Color) -> None:
    """Draw head and shoulders."""
    canvas.disc(0.5, 0.36, 0.145, color)
    canvas.slice(0.5, 0.79, 0.27, 180, 360, color)


def landscape(canvas: Canvas, color: Color) -> None:
    """Draw a wide frame and its horizon."""
    frame(canvas, 0.14, 0.30, 0.86, 0.70, color)
    canvas.stroke([(0.22, 0.54), (0.78, 0.54)], color, LINE * 0.7)


def close_up(canvas: Canvas, color: Color) -> None:
    """Draw a magnifying glass."""
    canvas.ring(0.44, 0.44, 0.22, LINE, color)
    canvas.stroke([(0.61, 0.61), (0.77, 0.77)], color, LINE * 1.3)


def screen(canvas: Canvas, color: Color) -> None:
    """Draw a monitor."""
    frame(canvas, 0.2, 0.25, 0.8, 0.66, color)
    canvas.box(0.46, 0.66, 0.54, 0.76, color)
    canvas.box(0.36, 0.74, 0.64, 0.80, color, round_by=0.03)


def image(canvas: Canvas, color: Color) -> None:
    """Draw a frame with its focus field."""
    frame(canvas, 0.2, 0.25, 0.8, 0.75, color)
    canvas.disc(0.5, 0.5, 0.075, color)


SIGNS: Mapping[str, Callable[[Canvas, Color], None]] = MappingProxyType(
    {
        "diagram": diagram,
        "example": example,
        "metaphor": metaphor,
        "chart": chart,
        "comparison": comparison,
        "process": process,
        "timeline": timeline,
        "quote": quote,
        "title": title,
        "map": atlas,
        "portrait": portrait,
        "landscape": landscape,
        "close-up": close_up,
        "screen": screen,
        "image": image,
    }
)
