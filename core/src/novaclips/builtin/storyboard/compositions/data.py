"""Compositions that explain: parts and links, amounts, two sides, steps."""

from __future__ import annotations

import math

from novaclips.builtin.storyboard.canvas import Point
from novaclips.builtin.storyboard.colors import WHITE, Color, mix
from novaclips.builtin.storyboard.motifs import OPEN, place
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
    """Draw parts round a centre, linked; the number, the sizes and the accents vary."""
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
    chosen = dice.count(0, count - 1)
    for number, (left, top) in enumerate(nodes):
        radius = dice.between(0.062, 0.092)
        canvas.disc(left + 0.006, top + 0.010, radius, strong, 0.14)
        canvas.disc(left, top, radius, palette.pop if number == chosen else medium)
        sign(stage, left, top, radius * 0.5, number)
    canvas.disc(x + 0.008, y + 0.014, 0.15, strong, 0.16)
    canvas.disc(x, y, 0.15, strong)
    canvas.ring(x, y, 0.118, 0.008, palette.pop)
    canvas.disc(x, y, 0.042, palette.pop)


def sign(stage: Stage, x: float, y: float, size: float, number: int) -> None:
    """Draw one of four simple signs inside a node."""
    canvas, white = stage.canvas, mix(stage.palette.ramp[4], WHITE, 0.5)
    match number % 4:
        case 0:
            canvas.box(x - size * 0.7, y - size * 0.7, x + size * 0.7, y + size * 0.7, white, round_by=size * 0.2)
        case 1:
            canvas.polygon(
                [(x, y - size * 0.85), (x + size * 0.85, y + size * 0.6), (x - size * 0.85, y + size * 0.6)], white
            )
        case 2:
            canvas.ring(x, y, size * 0.8, size * 0.28, white)
        case _:
            for shift in (-0.5, 0.0, 0.5):
                line = y + shift * size
                canvas.box(x - size * 0.8, line - size * 0.12, x + size * 0.8, line + size * 0.12, white, round_by=size)


def chart(stage: Stage) -> None:
    """Draw rising bars with a line over them, an area, or a ring."""
    strong, medium, weak = backdrop(stage)
    kind = stage.dice.pick(("bars", "bars", "area", "ring"))
    if kind == "ring" and 0.6 < stage.canvas.wide / stage.canvas.high < 2.6:  # noqa: PLR2004
        donut(stage, strong, medium, weak)
        return
    canvas, dice, pop = stage.canvas, stage.dice, stage.palette.pop
    left, right, top, foot = stage.across(0.13), stage.across(0.87), stage.down(0.17), stage.down(0.82)
    for row in range(1, 5):
        line = foot + (top - foot) * row / 4
        canvas.box(left, line, right, line + 0.002, strong, 0.16)
    count = dice.count(6, 9) if canvas.wide > 0.9 else dice.count(4, 5)  # noqa: PLR2004
    rising = [
        min(0.98, 0.22 + 0.66 * n / (count - 1) * dice.between(0.65, 1.05) + dice.between(-0.06, 0.10))
        for n in range(count)
    ]
    step = (right - left) / count
    tops = [(left + step * (n + 0.5), foot + (top - foot) * value) for n, value in enumerate(rising)]
    if kind == "bars":
        best = max(range(count), key=rising.__getitem__)
        for number, (x, y) in enumerate(tops):
            canvas.box(x - step * 0.30, y, x + step * 0.30, foot, pop if number == best else medium, round_by=0.012)
            canvas.box(x - step * 0.30, max(y, foot - 0.02), x + step * 0.30, foot, pop if number == best else medium)
    else:
        canvas.polygon([(tops[0][0], foot), *tops, (tops[-1][0], foot)], medium, 0.55)
        canvas.stroke(tops, pop, 0.014)
        for x, y in tops:
            canvas.disc(x, y, 0.021, pop)
            canvas.disc(x, y, 0.010, mix(stage.palette.ramp[4], WHITE, 0.5))
    canvas.box(left - 0.01, foot, right + 0.01, foot + 0.008, strong, round_by=0.004)
    for x, _ in tops:
        canvas.box(x - step * 0.18, foot + 0.035, x + step * 0.18, foot + 0.047, weak, round_by=0.006)


def donut(stage: Stage, strong: Color, medium: Color, weak: Color) -> None:
    """Draw a ring of shares with its legend."""
    canvas, dice, pop = stage.canvas, stage.dice, stage.palette.pop
    broad = canvas.wide > canvas.high * 1.15
    x, y, radius = stage.across(0.37 if broad else 0.5), stage.down(0.5 if broad else 0.44), 0.31
    shares = [dice.between(0.30, 0.45), dice.between(0.18, 0.26), dice.between(0.12, 0.16)]
    colors = (pop, medium, strong, weak)
    start = -90.0
    for share, color in zip((*shares, 1 - sum(shares)), colors, strict=True):
        canvas.slice(x, y, radius, start, start + share * 360, color)
        start += share * 360
    hole = (
        mix(stage.palette.ramp[0], stage.palette.ramp[1], 0.2)
        if stage.palette.dark
        else mix(stage.palette.ramp[4], WHITE, 0.35)
    )
    canvas.disc(x, y, radius * 0.60, hole)
    for row, color in enumerate(colors):
        left, line = (
            (stage.across(0.66), stage.down(0.5) + (row - 1.5) * 0.105)
            if broad
            else (stage.across(0.14 + 0.20 * row), stage.down(0.90))
        )
        canvas.disc(left, line, 0.020, color)
        canvas.box(
            left + 0.04, line - 0.008, left + (0.20 if broad else 0.11), line + 0.008, strong, 0.30, round_by=0.008
        )


def comparison(stage: Stage) -> None:
    """Draw two places side by side, or one over the other in an upright frame, under two marks."""
    canvas, dice, palette = stage.canvas, stage.dice, stage.palette
    upright = canvas.high > canvas.wide
    half = (canvas.wide, canvas.high / 2) if upright else (canvas.wide / 2, canvas.high)
    first = stage.cues.place if stage.cues.place in OPEN else dice.pick(OPEN)
    thrown = dice.pick([name for name in OPEN if name != first])
    second = stage.cues.also if stage.cues.also in OPEN and stage.cues.also != first else thrown
    for number, name in enumerate((first, second)):
        part = canvas.part(*half)
        inner = stage.on(part)
        place(inner, part.high * 0.58, name)
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
    arrow = [(-0.034, -0.014), (0.0, -0.044), (0.034, -0.014)], [(-0.034, 0.014), (0.0, 0.044), (0.034, 0.014)]
    for points in arrow:
        canvas.stroke(
            [(x + (dx if upright else dy), y + (dy if upright else dx)) for dx, dy in points], palette.ramp[0], 0.013
        )


def timeline(stage: Stage) -> None:
    """Draw steps along a winding path, those done in the accent colour."""
    canvas, dice, pop = stage.canvas, stage.dice, stage.palette.pop
    strong, medium, weak = backdrop(stage)
    upright = canvas.high > canvas.wide * 1.1
    count, done = dice.count(4, 5), dice.count(1, 3)
    swing = dice.pick((-1, 1)) * dice.between(0.06, 0.12)

    def at(share: float) -> Point:
        along, aside = 0.12 + 0.76 * share, math.sin(share * math.tau * 0.75) * swing
        return (
            (stage.across(0.5) + aside, stage.down(along))
            if upright
            else (stage.across(along), stage.down(0.5) + aside)
        )

    path = [at(step / 80) for step in range(81)]
    canvas.stroke(path, weak, 0.026)
    canvas.stroke(path[: round(80 * done / (count - 1)) + 1], pop, 0.026)
    for number in range(count):
        x, y = at(number / (count - 1))
        now = number == done
        radius = 0.085 if now else 0.066
        canvas.disc(x + 0.005, y + 0.010, radius, strong, 0.16)
        canvas.disc(x, y, radius, strong if now else pop if number < done else medium)
        sign(stage, x, y, radius * 0.46, number + done)
        side = -1 if number % 2 else 1
        label(stage, x, y, side * (radius + 0.06), upright=upright, color=strong)


def label(stage: Stage, x: float, y: float, away: float, *, upright: bool, color: Color) -> None:
    """Draw the two lines that stand for a step's words."""
    for row, half in enumerate((0.075, 0.05)):
        if upright:
            line, start = y - 0.016 + row * 0.032, x + away
            end = start + math.copysign(half * 2.4, away)
            canvas_box = (min(start, end), line - 0.008, max(start, end), line + 0.008)
        else:
            line = y + away + row * 0.032 - (0.032 if away < 0 else 0)
            canvas_box = (x - half, line - 0.008, x + half, line + 0.008)
        stage.canvas.box(*canvas_box, color, 0.42 if row == 0 else 0.22, round_by=0.008)
