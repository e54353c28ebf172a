"""Sky and hills: what every place under the open sky has."""

from __future__ import annotations

import math

from .canvas import Canvas, Point
from .colors import WHITE, Color
from .dice import Dice
from .stage import Stage


def sky(stage: Stage, horizon: float) -> None:
    """Fill the surface with sky and hang sun or moon, and stars at night."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(*light.sky, bottom=horizon)
    canvas.fade(light.sky[-1], top=horizon)
    if light.stars:
        for _ in range(int(70 * max(canvas.wide, canvas.high))):
            x, y = dice.between(0, canvas.wide), dice.between(0, horizon) * dice.between(0.2, 0.95)
            canvas.disc(x, y, dice.between(0.0009, 0.0028), WHITE, dice.between(0.25, 0.85))
    x = stage.across(dice.pick((1 / 3, 2 / 3)) + dice.between(-0.05, 0.05))
    low = stage.cues.light == "dusk"
    y = horizon - dice.between(0.03, 0.13) if low else horizon * dice.between(0.30, 0.52)
    radius = dice.between(0.085, 0.12) if low else dice.between(0.05, 0.08)
    canvas.glow(x, y, radius * 7, light.sun, 0.75 if low else 0.5)
    canvas.disc(x, y, radius, light.sun)


def ridge(
    canvas: Canvas, dice: Dice, base: float, height: float, color: Color, *, rough: float = 0.5, foot: float = 0.0
) -> None:
    """Fill from a line of hills down to ``foot`` (0: to the bottom); rough is 0 for dunes, 1 for rock."""
    waves = [
        (height * strength, dice.between(0.7, 1.3) * pitch, dice.between(0, math.tau))
        for strength, pitch in ((0.55, 2.2), (0.28, 5.1), (0.17 * rough, 11.7))
    ]
    steps = max(48, int(90 * canvas.wide))
    points: list[Point] = []
    for step in range(steps + 1):
        x = canvas.wide * step / steps
        points.append((x, base - sum(size * (math.sin(x * pitch + shift) + 0.6) for size, pitch, shift in waves)))
    bottom = foot or canvas.high
    canvas.polygon([(0, bottom), *points, (canvas.wide, bottom)], color)
