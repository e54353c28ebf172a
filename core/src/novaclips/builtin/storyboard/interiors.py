"""Rooms: a wall, a floor, and what says whose room it is."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

from .canvas import Canvas
from .colors import BLACK, Color, mix
from .horizon import ridge, sky
from .stage import Stage


def interior(stage: Stage, horizon: float) -> None:
    """Draw a room: one with a window and a lamp, or a gallery with pictures on its wall."""
    canvas, light = stage.canvas, stage.light
    floor = max(horizon + 0.12, canvas.high * 0.74)
    wall = mix(light.far, light.sky[-1], 0.55)
    canvas.fade(mix(wall, light.far, 0.35), wall, bottom=floor)
    stage.dice.pick((living_room, gallery))(stage, floor)


def gallery(stage: Stage, floor: float) -> None:
    """Draw three framed pictures in their lamps' light, a skirting board and a polished floor."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
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
        picture = canvas.part(half * 1.84, tall * 1.84)
        inner = stage.on(picture)
        sky(inner, picture.high * 0.6)
        ridge(picture, dice, picture.high * 0.66, 0.06, light.far)
        ridge(picture, dice, picture.high * 0.88, 0.05, light.near)
        canvas.lay(picture, x - half * 0.92, middle - tall * 0.92)


def frame(canvas: Canvas, x: float, y: float, half: float, tall: float, color: Color, alpha: float = 1.0) -> None:
    """Fill a box round a point, of this half-width and half-height."""
    canvas.box(x - half, y - tall, x + half, y + tall, color, alpha)


def living_room(stage: Stage, floor: float) -> None:
    """Draw a window, its light on the floor, and a lamp."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    left = stage.across(dice.pick((0.18, 0.52)))
    wide, tall = min(0.56, canvas.wide * 0.36), floor * 0.56
    window = canvas.part(wide, tall)
    inner = stage.on(window)
    sky(inner, window.high * 0.72)
    ridge(window, dice, window.high * 0.78, 0.10, light.far)
    ridge(window, dice, window.high * 0.92, 0.07, light.middle)
    top = floor * 0.14
    canvas.box(left - 0.018, top - 0.018, left + wide + 0.018, top + tall + 0.018, light.near)
    canvas.lay(window, left, top)
    canvas.box(left + wide / 2 - 0.006, top, left + wide / 2 + 0.006, top + tall, light.near)
    canvas.fade(light.middle, light.near, top=floor)
    shift = 0.22 if left < canvas.wide * 0.4 else -0.22
    lit = [
        (left, floor + 0.03),
        (left + wide, floor + 0.03),
        (left + wide + shift, canvas.high),
        (left + shift, canvas.high),
    ]
    canvas.polygon(lit, light.sun, 0.22)
    lamp(stage, stage.across(0.82 if left < canvas.wide * 0.4 else 0.16), floor + 0.02)


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
