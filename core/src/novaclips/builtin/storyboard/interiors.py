"""Rooms: walls, a floor, and of their furniture what the prompt names."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

from .canvas import Canvas
from .colors import BLACK, Color, mix
from .horizon import sky
from .stage import Stage


def interior(stage: Stage, horizon: float) -> None:
    """Draw the walls, floor and ceiling of an empty room; its window and its lamp where the prompt names them."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    left, right = stage.across(dice.between(0.16, 0.24)), stage.across(dice.between(0.76, 0.84))
    top, floor = canvas.high * dice.between(0.10, 0.15), max(horizon + 0.04, canvas.high * 0.66)
    wall = mix(light.far, light.sky[-1], 0.55)
    canvas.fade(mix(wall, light.far, 0.3))
    canvas.polygon([(0, 0), (canvas.wide, 0), (right, top), (left, top)], mix(wall, light.sky[-1], 0.35))
    canvas.polygon([(left, floor), (right, floor), (canvas.wide, canvas.high), (0, canvas.high)], light.middle)
    canvas.box(left, top, right, floor, wall)
    side = dice.pick((left, right))
    canvas.glow(side, top + (floor - top) * 0.4, canvas.wide * 0.5, light.sun, 0.4)
    for x, corner in ((left, 0.0), (right, canvas.wide)):
        canvas.stroke([(x, top), (x, floor), (corner, canvas.high)], light.middle, 0.004)
        canvas.stroke([(x, top), (corner, 0)], light.middle, 0.004)
    canvas.stroke([(left, floor), (right, floor)], light.near, 0.005)
    if "window" in stage.cues.others:
        window(stage, (left + right) / 2, top + (floor - top) * 0.16, (right - left) * 0.42, (floor - top) * 0.52)
    if "lamp" in stage.cues.others:
        lamp(stage, right - 0.12 if side == left else left + 0.12, floor + 0.05)


def window(stage: Stage, middle: float, top: float, wide: float, tall: float) -> None:
    """Draw a window in the back wall, and nothing but sky behind it."""
    canvas, light = stage.canvas, stage.light
    left = middle - wide / 2
    pane = canvas.part(wide, tall)
    sky(stage.on(pane), pane.high)
    canvas.box(left - 0.018, top - 0.018, left + wide + 0.018, top + tall + 0.018, light.near)
    canvas.lay(pane, left, top)
    canvas.box(middle - 0.006, top, middle + 0.006, top + tall, light.near)


def gallery(stage: Stage, horizon: float) -> None:
    """Draw three frames on a lit wall, blank inside, a skirting board and a polished floor."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    floor = max(horizon + 0.12, canvas.high * 0.74)
    wall = mix(light.far, light.sky[-1], 0.55)
    canvas.fade(mix(wall, light.far, 0.35), wall, bottom=floor)
    canvas.fade(light.middle, light.near, top=floor)
    canvas.box(0, floor - 0.03, canvas.wide, floor, mix(light.near, light.middle, 0.4))
    middle = floor * 0.42
    for share, size in ((0.17, 0.26), (0.5, 0.40), (0.83, 0.26)):
        half = min(size, canvas.wide * size * 0.68) / 2
        tall = half * dice.pick((0.78, 1.22))
        x = stage.across(share)
        canvas.glow(x, middle - tall, half * 2.2, light.sun, 0.5)
        top, bottom = floor + 0.02, canvas.high
        canvas.polygon(
            [(x - half, top), (x + half, top), (x + half * 1.5, bottom), (x - half * 1.5, bottom)], light.sun, 0.1
        )
        frame(canvas, x + 0.008, middle + 0.012, half * 1.13, tall + half * 0.13, BLACK, 0.22)
        frame(canvas, x, middle, half * 1.13, tall + half * 0.13, stage.palette.pop)
        frame(canvas, x, middle, half, tall, mix(light.near, BLACK, 0.2))
        frame(canvas, x, middle, half * 0.92, tall * 0.92, mix(wall, light.far, 0.6))


def frame(canvas: Canvas, x: float, y: float, half: float, tall: float, color: Color, alpha: float = 1.0) -> None:
    """Fill a box round a point, of this half-width and half-height."""
    canvas.box(x - half, y - tall, x + half, y + tall, color, alpha)


def lamp(stage: Stage, x: float, foot: float) -> None:
    """Draw a floor lamp and its light."""
    canvas, light = stage.canvas, stage.light
    top = foot - min(0.52, foot * 0.66)
    canvas.glow(x, top + 0.03, 0.34, light.sun, 0.55)
    canvas.box(x - 0.006, top, x + 0.006, foot, light.front)
    canvas.oval(x, foot, 0.07, 0.012, light.front)
    canvas.polygon(
        [(x - 0.05, top - 0.05), (x + 0.05, top - 0.05), (x + 0.09, top + 0.06), (x - 0.09, top + 0.06)],
        stage.palette.pop,
    )
