"""Things that stand in a place: people, a house, a boat, a bird; silhouettes of a given height."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .canvas import Canvas, smooth
from .colors import Color
from .trees import conifer, round_tree


def mannequin(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a lay figure of no sex, age or dress: head, trunk and limbs."""
    canvas.oval(x, foot - tall * 0.925, tall * 0.058, tall * 0.072, color)
    half = [(0.024, 0.855), (0.030, 0.835), (0.095, 0.805), (0.112, 0.760), (0.090, 0.62), (0.078, 0.53), (0.086, 0.46)]
    right = smooth([(x + dx * tall, foot - dy * tall) for dx, dy in half], 2)
    canvas.polygon([*right, *((2 * x - px, py) for px, py in reversed(right))], color)
    for side in (-1, 1):
        arm = [(x + side * dx * tall, foot - dy * tall) for dx, dy in ((0.098, 0.772), (0.136, 0.60), (0.142, 0.45))]
        leg = [(x + side * dx * tall, foot - dy * tall) for dx, dy in ((0.045, 0.48), (0.056, 0.26), (0.060, 0.03))]
        canvas.stroke(smooth(arm), color, tall * 0.044)
        canvas.stroke(smooth(leg), color, tall * 0.068)
        canvas.oval(x + side * tall * 0.068, foot - tall * 0.012, tall * 0.050, tall * 0.014, color)


def bust(canvas: Canvas, x: float, foot: float, scale: float, color: Color) -> None:
    """Draw the shoulders, neck and head of a lay figure."""
    half = [(0.105, 0.80), (0.105, 0.58), (0.125, 0.525), (0.18, 0.485), (0.36, 0.425), (0.45, 0.375), (0.51, 0.29)]
    half += [(0.55, 0.16), (0.58, -0.1)]
    right = smooth([(x + dx * scale, foot - dy * scale) for dx, dy in half])
    canvas.polygon([*right, *((2 * x - px, py) for px, py in reversed(right))], color)
    canvas.oval(x, foot - scale * 0.86, scale * 0.225, scale * 0.285, color)


def house(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a gabled house with a chimney."""
    canvas.box(x + tall * 0.22, foot - tall, x + tall * 0.34, foot - tall * 0.6, color)
    canvas.polygon(
        [(x - tall * 0.62, foot - tall * 0.5), (x, foot - tall), (x + tall * 0.62, foot - tall * 0.5)], color
    )
    canvas.box(x - tall * 0.5, foot - tall * 0.52, x + tall * 0.5, foot, color)


def boat(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw an open hull."""
    sheer = smooth([(-0.62, 0.30), (-0.2, 0.20), (0.25, 0.20), (0.66, 0.34)])
    keel = [(0.42, 0.0), (-0.40, 0.0)]
    canvas.polygon([(x + dx * tall, foot - dy * tall) for dx, dy in (*sheer, *keel)], color)


def sailboat(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a sailing boat."""
    shapes = (
        ((-0.42, 0.16), (0.46, 0.16), (0.30, 0.0), (-0.30, 0.0)),
        ((0.02, 1.0), (0.02, 0.21), (0.42, 0.21)),
        ((-0.03, 0.88), (-0.03, 0.21), (-0.32, 0.21)),
    )
    for shape in shapes:
        canvas.polygon([(x + dx * tall, foot - dy * tall) for dx, dy in shape], color)


def bird(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw three birds in the air above the point."""
    for dx, dy, size in ((0.0, 1.45, 0.24), (0.42, 1.72, 0.17), (-0.36, 1.80, 0.13)):
        left, top = x + dx * tall, foot - dy * tall
        for side in (-1, 1):
            wing = [
                (left + side * size * tall * t, top - size * tall * 0.55 * math.sin(t * math.pi * 0.8))
                for t in (step / 12 for step in range(13))
            ]
            canvas.stroke(wing, color, size * tall * 0.07)


def balloon(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a hot-air balloon high above the point."""
    top, radius = foot - tall * 1.9, tall * 0.42
    canvas.disc(x, top, radius, color)
    canvas.polygon(
        [
            (x - radius * 0.86, top + radius * 0.5),
            (x + radius * 0.86, top + radius * 0.5),
            (x + radius * 0.22, top + radius * 1.5),
            (x - radius * 0.22, top + radius * 1.5),
        ],
        color,
    )
    canvas.box(
        x - radius * 0.2, top + radius * 1.66, x + radius * 0.2, top + radius * 1.98, color, round_by=radius * 0.05
    )


def rocket(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a standing rocket."""
    nose = [
        (x + math.sin(t) * tall * 0.16, foot - tall * 0.62 - math.cos(t) * tall * 0.38)
        for t in (-1.57, -1.1, -0.6, -0.25, 0, 0.25, 0.6, 1.1, 1.57)
    ]
    canvas.polygon([*nose, (x + tall * 0.12, foot - tall * 0.12), (x - tall * 0.12, foot - tall * 0.12)], color)
    for side in (-1, 1):
        canvas.polygon(
            [
                (x + side * tall * 0.1, foot - tall * 0.4),
                (x + side * tall * 0.3, foot),
                (x + side * tall * 0.08, foot - tall * 0.14),
            ],
            color,
        )


Draw = Callable[[Canvas, float, float, float, Color], None]
SUBJECTS: Mapping[str, Draw] = MappingProxyType(
    {
        "person": mannequin,
        "tree": round_tree,
        "conifer": conifer,
        "house": house,
        "boat": boat,
        "sailboat": sailboat,
        "bird": bird,
        "balloon": balloon,
        "rocket": rocket,
    }
)
