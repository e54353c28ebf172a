"""Places: sky, ridges, roofs, woods, water, in layers from far to near."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from types import MappingProxyType

from .canvas import Canvas, Point
from .colors import BLACK, Color, mix
from .dice import Dice
from .horizon import ridge, sky, stars
from .interiors import gallery, interior
from .neutral import neutral
from .stage import Stage
from .trees import conifer

SNOWY = frozenset({"snow", "snowfall"})


def peaks(canvas: Canvas, dice: Dice, base: float, height: float, color: Color, snow: Color | None = None) -> None:
    """Fill a row of angular mountains, with snow on the high ones where a colour is given."""
    points: list[Point] = [(-0.2, base)]
    tops: list[tuple[Point, Point, Point]] = []
    x = -0.2
    while x < canvas.wide + 0.2:
        half, tall = dice.between(0.16, 0.34), height * dice.between(0.5, 1.0)
        left, top = (x, base - height * dice.between(0.0, 0.25)), (x + half, base - tall)
        right = (x + half * dice.between(1.7, 2.1), base - height * dice.between(0.0, 0.25))
        points += [left, top]
        tops.append((left, top, right))
        x = right[0]
    points += [tops[-1][2], (x, canvas.high), (-0.2, canvas.high)]
    canvas.polygon(points, color)
    for (left, top, _), following in pairwise(tops):
        right = following[0]
        canvas.polygon([top, right, (top[0] + (right[0] - top[0]) * 0.25, right[1])], BLACK, 0.10)
        if snow and base - top[1] > height * 0.62:
            cap = 0.30
            edge = [
                (top[0] + (end[0] - top[0]) * share, top[1] + (end[1] - top[1]) * share)
                for end, share in ((left, cap), (right, cap * 0.8))
            ]
            notch = ((edge[0][0] + edge[1][0]) / 2, top[1] + (edge[0][1] - top[1]) * 0.62)
            canvas.polygon([edge[0], top, edge[1], notch], snow)


def woods(stage: Stage, foot: float, tall: float, color: Color, *, dense: float = 1.0) -> None:
    """Draw a row of firs on a line."""
    canvas, dice = stage.canvas, stage.dice
    x = -0.05
    while x < canvas.wide + 0.05:
        conifer(canvas, x, foot + dice.between(0, tall * 0.05), tall * dice.between(0.6, 1.0), color)
        x += tall * dice.between(0.16, 0.38) / dense


def houses(stage: Stage, foot: float, tall: float, color: Color, window: Color | None = None) -> None:
    """Draw a skyline, with lit windows where a colour is given."""
    canvas, dice = stage.canvas, stage.dice
    x = -0.03
    while x < canvas.wide:
        wide = dice.between(0.07, 0.15)
        top = foot - tall * dice.between(0.35, 1.0)
        canvas.box(x, top, x + wide, foot + 0.01, color)
        if dice.chance(0.22):
            canvas.box(x + wide * 0.47, top - tall * 0.16, x + wide * 0.53, top, color)
        elif dice.chance(0.3):
            canvas.box(x + wide * 0.2, top - tall * 0.07, x + wide * 0.8, top, color)
        if window:
            panes(stage, (x, top, x + wide, foot), window)
        x += wide + (dice.between(0.0, 0.05) if dice.chance(0.35) else -0.001)


def panes(stage: Stage, house: tuple[float, float, float, float], color: Color) -> None:
    """Light some of a house's windows."""
    left, top, right, bottom = house
    columns = max(2, int((right - left) / 0.024))
    step = (right - left) / (columns + 0.5)
    row = top + 0.022
    while row < bottom - 0.02:
        for column in range(columns):
            if stage.dice.chance(0.42):
                x = left + step * (column + 0.5)
                stage.canvas.box(x, row, x + step * 0.5, row + 0.014, color, stage.dice.between(0.45, 0.95))
        row += 0.03


def mountain(stage: Stage, horizon: float) -> None:
    """Draw peaks behind foothills, snow on them where the prompt names snow."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    snow = mix(light.sun, light.far, 0.15) if stage.cues.weather in SNOWY else None
    peaks(canvas, dice, horizon, dice.between(0.30, 0.42), light.far, snow)
    ridge(canvas, dice, horizon + 0.02, 0.10, light.middle, rough=0.9)
    ridge(canvas, dice, horizon + 0.115, 0.03, light.near)
    ridge(canvas, dice, stage.down(0.93), 0.07, front(stage), rough=0.3)


def front(stage: Stage) -> Color:
    """Return the colour of the ground in front: white where it has snowed."""
    light = stage.light
    return mix(light.sun, light.sky[-1], 0.25) if stage.cues.weather in SNOWY else light.front


def hills(stage: Stage, horizon: float) -> None:
    """Draw rolling hills."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    ridge(canvas, dice, horizon, 0.16, light.far, rough=0.2)
    ridge(canvas, dice, horizon + 0.10, 0.14, light.middle, rough=0.2)
    ridge(canvas, dice, horizon + 0.24, 0.10, light.near, rough=0.1)
    ridge(canvas, dice, stage.down(0.98), 0.06, front(stage), rough=0.1)


def forest(stage: Stage, horizon: float) -> None:
    """Draw a wood in three depths of mist."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    ridge(canvas, dice, horizon - 0.03, 0.13, light.far)
    for foot, tall, color, dense in (
        (horizon + 0.04, 0.26, mix(light.far, light.middle, 0.6), 1.5),
        (horizon + 0.13, 0.34, light.middle, 1.1),
        (horizon + 0.26, 0.48, light.near, 0.8),
    ):
        woods(stage, foot, tall, color, dense=dense)
        ridge(canvas, dice, foot - 0.022, 0.02, color)
    ridge(canvas, dice, stage.down(0.95), 0.05, front(stage), rough=0.2)


def city(stage: Stage, horizon: float) -> None:
    """Draw a skyline in three depths over a street."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    dark = sum(light.sky[0]) < sum(light.sky[-1])
    foot = min(canvas.high, horizon + 0.16)
    houses(stage, foot, dice.between(0.42, 0.52), light.far)
    houses(stage, foot, dice.between(0.30, 0.40), light.middle)
    houses(stage, foot, dice.between(0.20, 0.28), light.near, stage.palette.pop if dark else light.sky[-1])
    canvas.box(0, foot - 0.002, canvas.wide, canvas.high, light.front)
    vanishing = stage.across(0.5)
    for side in (-1, 1):
        canvas.polygon(
            [
                (vanishing, foot),
                (vanishing + side * canvas.wide * 0.7, canvas.high),
                (vanishing + side * canvas.wide * 0.55, canvas.high),
            ],
            light.near,
            0.6,
        )


def street(stage: Stage, horizon: float) -> None:
    """Draw plain house fronts on both sides of a street that runs to the horizon."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    middle, half = stage.across(0.5 + dice.between(-0.06, 0.06)), canvas.wide * 0.30
    canvas.fade(light.near, front(stage), top=horizon)
    canvas.polygon(
        [(middle, horizon), (middle + half * 2.4, canvas.high), (middle - half * 2.4, canvas.high)],
        mix(light.near, light.front, 0.5),
    )
    depths = [7.0, 4.6, 3.1, 2.1, 1.45, 0.95, 0.5]
    for number, (far, near) in enumerate(pairwise(depths)):
        for side in (-1, 1):
            tall, tone = dice.between(0.42, 0.66) * (0.5 + canvas.high * 0.5), dice.between(-0.08, 0.08)
            points = [
                (middle + side * half / depth, horizon + size / depth)
                for depth, size in ((far, -tall), (near, -tall), (near, 0.15), (far, 0.15))
            ]
            color = mix(light.far, light.near, min(1.0, max(0.0, 0.15 + number * 0.15 + tone)))
            canvas.polygon(points, color)


def sea(stage: Stage, horizon: float) -> None:
    """Draw water to the horizon with the light's path on it, and a headland."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    headland = canvas.wide * dice.pick((0.0, 1.0))
    for width, tall, color in ((0.9, 0.13, light.far), (0.55, 0.09, light.middle)):
        canvas.oval(headland, horizon, width * dice.between(0.8, 1.1), tall, color)
    canvas.fade(mix(light.far, light.sky[-1], 0.35), light.middle, light.near, top=horizon)
    x = stage.across(dice.between(0.42, 0.58))
    row = horizon + 0.012
    while row < canvas.high:
        depth = (row - horizon) / (canvas.high - horizon)
        half = (0.03 + 0.12 * depth) * dice.between(0.5, 1.3)
        shift = dice.between(-0.05, 0.05) * (0.4 + depth)
        thick = 0.0018 + 0.006 * depth
        canvas.box(x + shift - half, row, x + shift + half, row + thick, light.sun, 0.75 - 0.45 * depth, round_by=thick)
        wave = dice.between(0, canvas.wide)
        canvas.box(wave, row, wave + half, row + thick * 0.7, light.sun, 0.16, round_by=thick)
        row += 0.012 + 0.035 * depth


def desert(stage: Stage, horizon: float) -> None:
    """Draw dunes."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    layers = (light.far, mix(light.far, light.middle, 0.6), light.middle, light.near)
    room = canvas.high - horizon
    for index, color in enumerate(layers):
        ridge(canvas, dice, horizon + room * index * 0.24 + 0.03, 0.05 + 0.035 * index, color, rough=0.0)


def river(stage: Stage, horizon: float) -> None:
    """Draw a river that winds from the horizon to the front, flat land on both sides."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(mix(light.far, light.middle, 0.3), light.middle, light.near, top=horizon)
    start, bend = stage.across(dice.between(0.40, 0.60)), dice.pick((-1, 1)) * dice.between(0.14, 0.22)
    banks: list[list[Point]] = [[], []]
    for step in range(61):
        depth = (step / 60) ** 1.7
        middle = start + math.sin(step / 60 * math.pi * 1.9) * bend * (0.25 + depth * 1.6)
        half = 0.008 + 0.24 * depth
        for bank, side in zip(banks, (-1, 1), strict=True):
            bank.append((middle + side * half, horizon + (canvas.high - horizon) * depth))
    canvas.polygon([*banks[0], *reversed(banks[1])], mix(light.sky[-1], light.far, 0.25))
    for bank in banks:
        canvas.stroke(bank, light.near, 0.005)


def planet(stage: Stage, horizon: float) -> None:
    """Draw a planet's edge from orbit."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(*light.sky)
    x, radius = stage.across(dice.between(0.35, 0.65)), max(canvas.wide, canvas.high) * 0.95
    top = min(horizon + 0.10, canvas.high * 0.86)
    canvas.glow(x, top + radius, radius * 1.35, light.sun, 0.55)
    canvas.disc(x, top + radius, radius, light.sun)
    canvas.disc(x, top + radius + 0.012, radius, light.middle)
    canvas.disc(x + 0.06, top + radius + 0.09, radius, light.near)


def space(stage: Stage, horizon: float) -> None:
    """Draw stars from edge to edge, and no ground."""
    canvas, light = stage.canvas, stage.light
    canvas.fade(*light.sky[:-1])
    canvas.glow(stage.across(stage.dice.between(0.2, 0.8)), horizon, canvas.wide * 0.5, light.far, 0.45)
    stars(stage, canvas.high * 1.05)


def field(stage: Stage, horizon: float) -> None:
    """Draw rolling fields."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    ridge(canvas, dice, horizon, 0.07, light.far, rough=0.2)
    ridge(canvas, dice, horizon + 0.07, 0.07, mix(light.far, light.middle, 0.7), rough=0.1)
    ridge(canvas, dice, horizon + 0.14, 0.05, light.middle, rough=0.1)
    ridge(canvas, dice, stage.down(0.88), 0.08, light.near, rough=0.1)
    ridge(canvas, dice, stage.down(0.98), 0.05, front(stage), rough=0.3)


MOTIFS: Mapping[str, Callable[[Stage, float], None]] = MappingProxyType(
    {
        "mountain": mountain,
        "hills": hills,
        "forest": forest,
        "city": city,
        "street": street,
        "sea": sea,
        "river": river,
        "desert": desert,
        "planet": planet,
        "space": space,
        "room": interior,
        "gallery": gallery,
        "field": field,
    }
)


def place(stage: Stage, horizon: float, name: str) -> None:
    """Draw the named place, or a neutral ground for no name. The horizon is a y."""
    if not name:
        neutral(stage, horizon)
        return
    sky(stage, horizon)
    MOTIFS[name](stage, horizon)
