"""Compositions that explain: parts and links, amounts, two sides, steps, dates; no number that nobody has given."""

from __future__ import annotations

import math
from itertools import pairwise

from novaclips.builtin.storyboard.canvas import Point
from novaclips.builtin.storyboard.colors import WHITE, Color, mix
from novaclips.builtin.storyboard.horizon import weather
from novaclips.builtin.storyboard.motifs import place
from novaclips.builtin.storyboard.stage import Stage


def backdrop(stage: Stage) -> tuple[Color, Color, Color]:
    """Fill with a quiet tone and a fine grid; return the colours for strong, medium and weak shapes on it."""
    canvas, palette = stage.canvas, stage.palette
    deep, shade, middle, soft, light = palette.ramp
    if palette.dark:
        canvas.fade(mix(deep, shade, 0.35), deep)
        strong, medium, weak = light, mix(middle, soft, 0.35), mix(shade, middle, 0.30)
    else:
        canvas.fade(mix(light, soft, 0.22), mix(light, soft, 0.55))
        strong, medium, weak = deep, mix(middle, shade, 0.25), mix(soft, middle, 0.20)
    canvas.glow(stage.across(0.5), stage.down(0.45), max(canvas.wide, canvas.high) * 0.7, mix(weak, light, 0.4), 0.35)
    step = 0.0625
    for column in range(1, int(canvas.wide / step) + 1):
        canvas.box(column * step, 0, column * step + 0.0014, canvas.high, strong, 0.05)
    for row in range(1, int(canvas.high / step) + 1):
        canvas.box(0, row * step, canvas.wide, row * step + 0.0014, strong, 0.05)
    return strong, medium, weak


def diagram(stage: Stage) -> None:
    """Draw blank parts round a centre, linked; their number and sizes vary."""
    canvas, dice, palette = stage.canvas, stage.dice, stage.palette
    strong, medium, weak = backdrop(stage)
    x, y = stage.across(0.5), stage.down(0.5)
    across, down = min(canvas.wide * 0.36, 0.62), min(canvas.high * 0.36, 0.52)
    count, turn, ring = dice.count(4, 7), dice.between(0, math.tau), dice.chance(0.5)
    places = [(turn + math.tau * n / count, dice.between(0.82, 1.0)) for n in range(count)]
    nodes: list[Point] = [(x + math.cos(a) * across * far, y + math.sin(a) * down * far) for a, far in places]
    for number, node in enumerate(nodes):
        canvas.stroke([(x, y), node], medium, 0.007)
        if ring:
            canvas.stroke([node, nodes[(number + 1) % count]], weak, 0.006)
    for left, top in nodes:
        radius = dice.between(0.062, 0.092)
        canvas.disc(left + 0.006, top + 0.010, radius, strong, 0.14)
        canvas.disc(left, top, radius, medium)
        canvas.box(left - radius * 0.5, top - 0.006, left + radius * 0.5, top + 0.006, palette.ramp[4], round_by=0.006)
    canvas.disc(x + 0.008, y + 0.014, 0.15, strong, 0.16)
    canvas.disc(x, y, 0.15, strong)
    canvas.ring(x, y, 0.118, 0.008, palette.pop)
    canvas.disc(x, y, 0.042, palette.pop)


def chart(stage: Stage) -> None:
    """Draw the axes and the form of a chart: columns, a line or a ring.

    Columns without a top and equal shares stand for amounts that are not known; where the prompt says that something
    grows or falls, they do so evenly.
    """
    strong, medium, weak = backdrop(stage)
    if "ring" in stage.cues.others:
        ring(stage, strong, medium)
        return
    canvas, dice, pop = stage.canvas, stage.dice, stage.palette.pop
    left, right, top, foot = stage.across(0.13), stage.across(0.87), stage.down(0.17), stage.down(0.82)
    for row in range(1, 5):
        line = foot + (top - foot) * row / 4
        canvas.box(left, line, right, line + 0.002, strong, 0.16)
    count = dice.count(5, 8) if canvas.wide > 0.9 else dice.count(4, 5)  # noqa: PLR2004
    step = (right - left) / count
    slope = {"rising": 1, "falling": -1}.get(stage.cues.trend, 0)
    middles = [left + step * (number + 0.5) for number in range(count)]
    heights = [0.5 + slope * 0.36 * (2 * number / (count - 1) - 1) for number in range(count)]
    tops = [foot + (top - foot) * height for height in heights]
    if "line" in stage.cues.others:
        points = list(zip(middles, tops, strict=True))
        if slope:
            canvas.stroke(points, pop, 0.014)
        else:
            canvas.dashes(finely(points), pop, 0.014, dash=0.03)
    else:
        for x, y in zip(middles, tops, strict=True):
            column(stage, x, step * 0.30, (y if slope else top, foot), medium, solid=bool(slope))
    if slope and "line" not in stage.cues.others:
        arrow(stage, (middles[0], tops[0] - 0.06), (middles[-1], tops[-1] - 0.06), pop)
    canvas.box(left - 0.01, foot, right + 0.01, foot + 0.008, strong, round_by=0.004)
    canvas.box(left - 0.01, top, left - 0.002, foot + 0.008, strong, round_by=0.004)
    for x in middles:
        canvas.box(x - step * 0.18, foot + 0.035, x + step * 0.18, foot + 0.047, weak, round_by=0.006)


def finely(points: list[Point]) -> list[Point]:
    """Return the points of a level line, close together."""
    (left, y), right = points[0], points[-1][0]
    return [(left + (right - left) * step / 200, y) for step in range(201)]


def column(stage: Stage, x: float, half: float, ends: tuple[float, float], color: Color, *, solid: bool) -> None:
    """Draw a column from its top to its foot; one that is not solid fades out upwards and has no height."""
    top, foot = ends
    if solid:
        stage.canvas.box(x - half, top, x + half, foot, color, round_by=0.012)
        return
    for step in range(24):
        reach = (foot - top) * (1 - step / 24)
        stage.canvas.box(x - half, foot - reach, x + half, foot, color, 0.07)


def arrow(stage: Stage, start: Point, end: Point, color: Color, width: float = 0.012) -> None:
    """Draw an arrow from a point to another."""
    angle, reach = math.atan2(end[1] - start[1], end[0] - start[0]), width * 3.2
    stage.canvas.stroke([start, end], color, width)
    wings = [(end[0] - math.cos(angle + turn) * reach, end[1] - math.sin(angle + turn) * reach) for turn in (-0.6, 0.6)]
    stage.canvas.stroke([wings[0], end, wings[1]], color, width)


def ring(stage: Stage, strong: Color, medium: Color) -> None:
    """Draw a ring cut into equal parts, for shares that are not known."""
    canvas, palette = stage.canvas, stage.palette
    x, y, radius = stage.across(0.5), stage.down(0.5), 0.34
    ground = mix(palette.ramp[0], palette.ramp[1], 0.2) if palette.dark else mix(palette.ramp[4], WHITE, 0.35)
    canvas.disc(x, y, radius, medium)
    count, turn = stage.dice.count(3, 5), stage.dice.between(0, math.tau)
    for number in range(count):
        angle = turn + math.tau * number / count
        canvas.stroke([(x, y), (x + math.cos(angle) * radius, y + math.sin(angle) * radius)], ground, 0.016)
    canvas.ring(x, y, radius, 0.006, strong)
    canvas.disc(x, y, radius * 0.58, ground)


def comparison(stage: Stage) -> None:
    """Draw the two sides that the prompt names, or neutral ones: side by side, or one over the other."""
    canvas, dice, palette = stage.canvas, stage.dice, stage.palette
    upright = canvas.high > canvas.wide
    half = (canvas.wide, canvas.high / 2) if upright else (canvas.wide / 2, canvas.high)
    horizon = dice.between(0.54, 0.60)
    for number, name in enumerate(stage.cues.sides):
        part = canvas.part(*half)
        place(stage.on(part), part.high * horizon, name)
        weather(stage.on(part))
        if number == 0:
            part.box(0, 0, part.wide, part.high, palette.ramp[1], 0.34)
        canvas.lay(part, *((0, half[1] * number) if upright else (half[0] * number, 0)))
    x, y = stage.across(0.5), stage.down(0.5)
    white = mix(palette.ramp[4], WHITE, 0.6)
    thick = 0.008
    if upright:
        canvas.box(0, y - thick, canvas.wide, y + thick, white)
    else:
        canvas.box(x - thick, 0, x + thick, canvas.high, white)
    canvas.disc(x, y, 0.085, white)
    marks = [(-0.034, -0.014), (0.0, -0.044), (0.034, -0.014)], [(-0.034, 0.014), (0.0, 0.044), (0.034, 0.014)]
    for points in marks:
        canvas.stroke(
            [(x + (dx if upright else dy), y + (dy if upright else dx)) for dx, dy in points], palette.ramp[0], 0.013
        )


def process(stage: Stage) -> None:
    """Draw blank steps in a row, an arrow from each to the next."""
    canvas, dice = stage.canvas, stage.dice
    strong, medium, _ = backdrop(stage)
    upright, count = canvas.high > canvas.wide * 1.1, dice.count(3, 5)
    length = canvas.high if upright else canvas.wide
    step = length * 0.84 / count
    half, stagger = min(step * 0.29, 0.16), dice.pick((-1, 1)) * dice.between(0.0, 0.10)
    spots = [(length * 0.08 + step * (number + 0.5), stagger * (-1) ** number) for number in range(count)]
    centres = [
        (stage.across(0.5) + aside, along) if upright else (along, stage.down(0.5) + aside) for along, aside in spots
    ]
    for (ax, ay), (bx, by) in pairwise(centres):
        far = math.dist((ax, ay), (bx, by))
        out, into = (half * 1.15 + 0.015) / far, 1 - (half * 1.15 + 0.02) / far
        start, end = ((ax + (bx - ax) * share, ay + (by - ay) * share) for share in (out, into))
        arrow(stage, start, end, strong)
    for x, y in centres:
        canvas.box(x - half + 0.006, y - half + 0.012, x + half + 0.006, y + half + 0.012, strong, 0.14, round_by=0.03)
        canvas.box(x - half, y - half, x + half, y + half, medium, round_by=0.03)
        pale = mix(stage.palette.ramp[4], WHITE, 0.4)
        for row, wide in ((-0.22, 0.60), (0.10, 0.42)):
            canvas.box(
                x - half * wide, y + half * row, x + half * wide, y + half * (row + 0.16), pale, 0.9, round_by=0.01
            )


def timeline(stage: Stage) -> None:
    """Draw a line of time with its divisions, and marks on stems for moments whose dates are not known."""
    canvas, dice, pop = stage.canvas, stage.dice, stage.palette.pop
    strong, medium, weak = backdrop(stage)
    upright, count = canvas.high > canvas.wide * 1.1, dice.count(3, 5)

    def at(share: float, aside: float) -> Point:
        along = 0.08 + 0.84 * share
        return (
            (stage.across(0.5) + aside, stage.down(along))
            if upright
            else (stage.across(along), stage.down(0.52) + aside)
        )

    canvas.stroke([at(0, 0), at(1, 0)], strong, 0.010)
    for number in range(41):
        long = 0.030 if number % 5 == 0 else 0.014
        canvas.stroke([at(number / 40, -long), at(number / 40, long)], strong, 0.003)
    for number in range(count):
        share = (number + 0.5 + dice.between(-0.22, 0.22)) / count
        side = -1 if number % 2 else 1
        stem = side * min(dice.between(0.20, 0.28), canvas.wide * 0.26)
        canvas.stroke([at(share, 0), at(share, stem)], medium, 0.005)
        canvas.disc(*at(share, 0), 0.024, pop)
        x, y = at(share, stem)
        canvas.box(x - 0.085, y - 0.030, x + 0.085, y + 0.030, medium, round_by=0.012)
        canvas.box(x - 0.055, y - 0.007, x + 0.055, y + 0.007, mix(stage.palette.ramp[4], WHITE, 0.4), round_by=0.006)
        canvas.box(x - 0.06, y + side * 0.05 - 0.006, x + 0.06, y + side * 0.05 + 0.006, weak, round_by=0.006)
