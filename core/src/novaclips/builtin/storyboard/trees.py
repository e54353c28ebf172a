"""Trees, from the foot up."""

from __future__ import annotations

from .canvas import Canvas
from .colors import Color


def conifer(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a fir of three tiers."""
    canvas.box(x - tall * 0.022, foot - tall * 0.2, x + tall * 0.022, foot, color)
    for tier, half in ((0.0, 0.12), (0.24, 0.17), (0.48, 0.22)):
        top = foot - tall + tall * tier
        canvas.polygon([(x, top), (x + tall * half, top + tall * 0.40), (x - tall * half, top + tall * 0.40)], color)


def round_tree(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a broad-leaved tree."""
    canvas.polygon(
        [
            (x - tall * 0.035, foot),
            (x - tall * 0.015, foot - tall * 0.5),
            (x + tall * 0.015, foot - tall * 0.5),
            (x + tall * 0.035, foot),
        ],
        color,
    )
    for dx, dy, radius in ((0, 0.72, 0.27), (-0.19, 0.56, 0.19), (0.2, 0.58, 0.18), (0.02, 0.5, 0.2)):
        canvas.disc(x + tall * dx, foot - tall * dy, tall * radius, color)
