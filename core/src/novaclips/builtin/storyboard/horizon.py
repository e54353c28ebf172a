"""Sky, hills and weather: what places under the open sky have."""

from __future__ import annotations

import math

from .canvas import Canvas, Point
from .colors import WHITE, Color, mix
from .dice import Dice
from .stage import Stage


def sky(stage: Stage, horizon: float) -> None:
    """Fill the surface with sky and its glow; hang up sun, moon and stars where the prompt names them."""
    canvas, dice, light, skies = stage.canvas, stage.dice, stage.light, stage.cues.skies
    canvas.fade(*light.sky, bottom=horizon)
    canvas.fade(light.sky[-1], top=horizon)
    if "stars" in skies:
        stars(stage, horizon)
    x = stage.across(dice.pick((1 / 3, 2 / 3)) + dice.between(-0.05, 0.05))
    low = stage.cues.light == "dusk"
    y = horizon - dice.between(0.03, 0.13) if low else horizon * dice.between(0.30, 0.52)
    radius = dice.between(0.085, 0.12) if low else dice.between(0.05, 0.08)
    canvas.glow(x, y, radius * 7, light.sun, 0.75 if low else 0.5)
    if "moon" in skies or "sun" in skies:
        canvas.disc(x, y, radius, light.sun)


def stars(stage: Stage, bottom: float) -> None:
    """Scatter stars down to a y."""
    canvas, dice = stage.canvas, stage.dice
    for _ in range(int(70 * max(canvas.wide, canvas.high))):
        x, y = dice.between(0, canvas.wide), dice.between(0, bottom) * dice.between(0.2, 0.95)
        canvas.disc(x, y, dice.between(0.0009, 0.0028), WHITE, dice.between(0.25, 0.85))


def weather(stage: Stage) -> None:
    """Lay the weather that the prompt names over the drawing: slanted rain, flakes, or banks of fog."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    match stage.cues.weather:
        case "rain":
            for _ in range(int(110 * canvas.wide)):
                x, y, long = dice.between(-0.1, canvas.wide), dice.between(0, canvas.high), dice.between(0.03, 0.09)
                canvas.stroke([(x, y), (x - long * 0.28, y + long)], WHITE, 0.0028, dice.between(0.2, 0.5))
        case "snowfall":
            for _ in range(int(90 * canvas.wide)):
                size = dice.between(0.002, 0.006)
                x, y = dice.between(0, canvas.wide), dice.between(0, canvas.high)
                canvas.disc(x, y, size, WHITE, dice.between(0.35, 0.9))
        case "fog":
            for share in (0.42, 0.56, 0.70):
                x = stage.across(dice.between(0.1, 0.9))
                for grow in range(4):
                    across, down = canvas.wide * (0.5 + 0.12 * grow), 0.03 + 0.022 * grow
                    canvas.oval(x, stage.down(share), across, down, mix(light.sky[-1], WHITE, 0.5), 0.14)


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
