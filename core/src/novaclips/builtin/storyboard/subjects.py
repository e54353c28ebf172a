"""Things that stand in a place: people, a house, a boat, a bird; silhouettes of a given height."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .canvas import Canvas, Point, smooth
from .colors import Color
from .trees import round_tree


def man(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a standing figure in a coat, seen from behind, the weight on one leg."""
    coat = [(0.030, 0.865), (0.036, 0.825), (0.105, 0.795), (0.128, 0.745), (0.135, 0.60), (0.128, 0.475)]
    coat += [(0.110, 0.470), (0.118, 0.40), (0.122, 0.365)]
    figure(canvas, (x, foot), tall, coat, color)
    for start, ankle, toe in ((-0.098, -0.070, -0.100), (0.004, 0.030, 0.070)):
        leg = [(start, 0.38), (start + 0.094, 0.38), (ankle + 0.036, 0.02), (max(toe, ankle + 0.036), 0.0)]
        leg += [(min(toe, ankle - 0.012), 0.0), (ankle - 0.008, 0.02)]
        canvas.polygon([(x + dx * tall, foot - dy * tall) for dx, dy in leg], color)


def woman(canvas: Canvas, x: float, foot: float, tall: float, color: Color) -> None:
    """Draw a standing figure in a long dress, her hair tied, seen from behind."""
    dress = [(0.026, 0.865), (0.030, 0.825), (0.085, 0.800), (0.105, 0.750), (0.098, 0.66), (0.066, 0.585)]
    dress += [(0.085, 0.50), (0.120, 0.28), (0.150, 0.055), (0.090, 0.03)]
    figure(canvas, (x, foot), tall, dress, color)
    canvas.disc(x + tall * 0.012, foot - tall * 0.985, tall * 0.034, color)
    for side in (-1, 1):
        arm = [(0.085, 0.79), (0.122, 0.74), (0.138, 0.60), (0.126, 0.47), (0.108, 0.475), (0.112, 0.60), (0.094, 0.70)]
        canvas.polygon([(x + side * dx * tall, foot - dy * tall) for dx, dy in smooth(arm, 2)], color)
        canvas.oval(x + side * tall * 0.035, foot - tall * 0.012, tall * 0.024, tall * 0.014, color)


def figure(canvas: Canvas, at: Point, tall: float, half: list[Point], color: Color) -> None:
    """Draw a head, and below it a body of which the right half is given, in shares of its height."""
    x, foot = at
    canvas.oval(x, foot - tall * 0.922, tall * 0.054, tall * 0.068, color)
    right = smooth([(x + dx * tall, foot - dy * tall) for dx, dy in half], 2)
    canvas.polygon([*right, *((2 * x - px, py) for px, py in reversed(right))], color)


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
        "man": man,
        "woman": woman,
        "tree": round_tree,
        "house": house,
        "boat": boat,
        "bird": bird,
        "balloon": balloon,
        "rocket": rocket,
    }
)
