"""Things that stand in a place: people, a house, a boat, a bird; silhouettes of a given height."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .canvas import Canvas
from .colors import Color
from .trees import round_tree


def person(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a standing figure seen from behind."""
    canvas.disc(x, foot - tall * 0.905, tall * 0.082, color)
    right = [(0.032, 0.85), (0.04, 0.80), (0.115, 0.775), (0.15, 0.73), (0.175, 0.45), (0.165, 0.41), (0.135, 0.42)]
    right += [(0.118, 0.62), (0.112, 0.40), (0.105, 0.0), (0.035, 0.0), (0.012, 0.36)]
    canvas.polygon(
        [(x + dx * tall, foot - dy * tall) for dx, dy in (*right, *((-a, b) for a, b in reversed(right)))], color
    )


def house(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a gabled house with a chimney."""
    canvas.box(x + tall * 0.22, foot - tall, x + tall * 0.34, foot - tall * 0.6, color)
    canvas.polygon(
        [(x - tall * 0.62, foot - tall * 0.5), (x, foot - tall), (x + tall * 0.62, foot - tall * 0.5)], color
    )
    canvas.box(x - tall * 0.5, foot - tall * 0.52, x + tall * 0.5, foot, color)


def boat(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a sailing boat."""
    canvas.polygon(
        [
            (x - tall * 0.42, foot - tall * 0.16),
            (x + tall * 0.46, foot - tall * 0.16),
            (x + tall * 0.3, foot),
            (x - tall * 0.3, foot),
        ],
        color,
    )
    canvas.polygon(
        [(x + tall * 0.02, foot - tall), (x + tall * 0.02, foot - tall * 0.21), (x + tall * 0.42, foot - tall * 0.21)],
        color,
    )
    canvas.polygon(
        [
            (x - tall * 0.03, foot - tall * 0.88),
            (x - tall * 0.03, foot - tall * 0.21),
            (x - tall * 0.32, foot - tall * 0.21),
        ],
        color,
    )


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
        "person": person,
        "tree": round_tree,
        "house": house,
        "boat": boat,
        "bird": bird,
        "balloon": balloon,
        "rocket": rocket,
    }
)
