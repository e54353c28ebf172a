"""Compositions for words and surfaces: a quotation, a title, a map, a screen."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

import math

from novaclips.builtin.storyboard.canvas import Canvas, Point
from novaclips.builtin.storyboard.colors import WHITE, Color, mix
from novaclips.builtin.storyboard.horizon import weather
from novaclips.builtin.storyboard.motifs import place
from novaclips.builtin.storyboard.neutral import focus_field
from novaclips.builtin.storyboard.stage import Stage

from .data import backdrop


def quote(stage: Stage) -> None:
    """Draw large quotation marks over lines of type, on a field of colour."""
    canvas, dice, palette = stage.canvas, stage.dice, stage.palette
    deep, shade, middle, soft, light = palette.ramp
    canvas.fade(mix(shade, deep, 0.15), mix(deep, shade, 0.25))
    canvas.glow(stage.across(dice.pick((0.15, 0.85))), stage.down(0.1), 1.1, middle, 0.55)
    wide = min(canvas.wide * 0.72, canvas.high * 1.15)
    left, top = (canvas.wide - wide) / 2, stage.down(0.5) - wide * 0.27
    for shift in (0.0, 0.16):
        x, y, radius = left + wide * (0.065 + shift), top + wide * 0.075, wide * 0.062
        canvas.disc(x, y, radius, palette.pop)
        canvas.arc(x + radius * 0.42, y, radius * 1.42, radius * 0.62, 180, 262, palette.pop)
    row, size = top + wide * 0.24, wide * 0.035
    for length in (dice.between(0.86, 1.0), dice.between(0.9, 1.0), dice.between(0.45, 0.7)):
        canvas.box(left, row, left + wide * length, row + size, light, 0.92, round_by=size / 2)
        row += size * 2.15
    canvas.box(left, row + size, left + wide * 0.09, row + size * 1.35, palette.pop, round_by=size)
    canvas.box(left + wide * 0.12, row + size * 0.75, left + wide * 0.4, row + size * 1.55, soft, 0.6, round_by=size)


def title(stage: Stage) -> None:
    """Draw an opening card: the place that the prompt names, darkened, and bars of a title in the middle."""
    canvas, palette = stage.canvas, stage.palette
    deep, _, _, _, light = palette.ramp
    place(stage, stage.down(stage.dice.between(0.60, 0.68)), stage.cues.place)
    weather(stage)
    canvas.box(0, 0, canvas.wide, canvas.high, deep, 0.45)
    wide = min(canvas.wide * 0.62, canvas.high * 1.0)
    left, middle_y = (canvas.wide - wide) / 2, stage.down(0.40)
    white = mix(light, WHITE, 0.6)
    tall = wide * 0.105
    canvas.box(left, middle_y - tall, left + wide, middle_y, white, round_by=tall * 0.16)
    canvas.box(
        left + wide * 0.14,
        middle_y + tall * 0.35,
        left + wide * 0.86,
        middle_y + tall * 0.75,
        white,
        0.75,
        round_by=tall,
    )
    for side in (-1, 1):
        canvas.stroke(
            [
                (stage.across(0.5) + side * wide * 0.06, middle_y - tall * 1.7),
                (stage.across(0.5) + side * wide * 0.5, middle_y - tall * 1.7),
            ],
            white,
            0.006,
        )
    canvas.disc(stage.across(0.5), middle_y - tall * 1.7, 0.016, palette.pop)


def blob(stage: Stage, x: float, y: float, size: float) -> list[Point]:
    """Return a coast round a point."""
    waves = [(stage.dice.between(0.05, 0.20) / n, n, stage.dice.between(0, math.tau)) for n in range(1, 8)]
    points = []
    for step in range(140):
        angle = math.tau * step / 140
        far = size * (1 + sum(force * 2 * math.sin(angle * n + shift) for force, n, shift in waves))
        points.append((x + math.cos(angle) * far * 1.25, y + math.sin(angle) * far))
    return points


def atlas(stage: Stage) -> None:
    """Draw a sheet with contour lines and a grid; water and a route with its pins where the prompt names them."""
    canvas, dice, palette = stage.canvas, stage.dice, stage.palette
    deep, shade, middle, soft, light = palette.ramp
    water, land = (
        (mix(deep, shade, 0.4), mix(shade, middle, 0.45))
        if palette.dark
        else (mix(soft, middle, 0.18), mix(light, WHITE, 0.25))
    )
    upright, wet = canvas.high > canvas.wide, "water" in stage.cues.others
    canvas.fade(*((water, mix(water, shade, 0.12)) if wet else (land, mix(land, soft, 0.25))))
    shares = ((0.34, 0.30), (0.66, 0.72)) if upright else ((0.27, 0.46), (0.74, 0.52))
    coasts = [blob(stage, stage.across(a), stage.down(b), dice.between(0.27, 0.34)) for a, b in shares]
    if wet:
        for coast in coasts:
            canvas.stroke([*coast, coast[0]], mix(water, land, 0.16), 0.06)
        for coast in coasts:
            canvas.polygon(coast, land)
            canvas.stroke([*coast, coast[0]], mix(land, shade, 0.35), 0.005)
    contours(stage, coasts, mix(soft, land, 0.35 if wet else 0.1))
    graticule(stage)
    start, end = ((stage.across(a), stage.down(b)) for a, b in shares)
    if "route" in stage.cues.others:
        route(stage, start, end, upright=upright)
    else:
        focus_field(
            stage, stage.across(0.5), stage.down(0.5), canvas.wide * 0.26, canvas.high * 0.26, color=palette.pop
        )


def contours(stage: Stage, coasts: list[list[Point]], color: Color) -> None:
    """Draw lines of equal height inside outlines."""
    for coast in coasts:
        middle_x, middle_y = (sum(p[axis] for p in coast) / len(coast) for axis in (0, 1))
        for share in (0.94, 0.74, 0.54, 0.34, 0.16):
            inner = [(middle_x + (px - middle_x) * share, middle_y + (py - middle_y) * share) for px, py in coast]
            stage.canvas.polygon(inner, color, 0.20)
            stage.canvas.stroke([*inner, inner[0]], mix(color, stage.palette.ramp[1], 0.35), 0.003)


def route(stage: Stage, start: Point, end: Point, *, upright: bool) -> None:
    """Draw a dashed line from one pin to another."""
    canvas, palette = stage.canvas, stage.palette
    bend = stage.dice.pick((-1, 1)) * 0.24
    over = ((start[0] + end[0]) / 2 + (bend if upright else 0), (start[1] + end[1]) / 2 + (0 if upright else bend))
    line = [
        tuple((1 - t) ** 2 * a + 2 * t * (1 - t) * b + t * t * c for a, b, c in zip(start, over, end, strict=True))
        for t in (step / 120 for step in range(121))
    ]
    canvas.dashes([(x, y) for x, y in line], palette.pop, 0.012, dash=0.030)
    deep, light = palette.ramp[0], palette.ramp[4]
    pin(canvas, *start, 0.055, light if palette.dark else deep, WHITE if not palette.dark else deep)
    pin(canvas, *end, 0.075, palette.pop, WHITE)


def graticule(stage: Stage) -> None:
    """Draw lines of latitude and longitude."""
    canvas = stage.canvas
    for number in range(1, 8):
        shade = stage.palette.ramp[1]
        canvas.box(stage.across(number / 8), 0, stage.across(number / 8) + 0.0018, canvas.high, shade, 0.16)
        canvas.box(0, stage.down(number / 8), canvas.wide, stage.down(number / 8) + 0.0018, shade, 0.16)


def pin(canvas: Canvas, x: float, y: float, size: float, color: Color, hole: Color) -> None:
    """Stand a map pin on a point."""
    canvas.oval(x, y, size * 0.5, size * 0.16, (0, 0, 0), 0.20)
    top = y - size * 1.55
    canvas.polygon([(x - size * 0.86, top + size * 0.5), (x + size * 0.86, top + size * 0.5), (x, y)], color)
    canvas.disc(x, top, size, color)
    canvas.disc(x, top, size * 0.4, hole)


def screen(stage: Stage) -> None:
    """Draw a window, or a phone in an upright frame, with a page in it."""
    canvas, palette = stage.canvas, stage.palette
    strong, _, _ = backdrop(stage)
    phone = canvas.high > canvas.wide * 1.1
    tall = canvas.high * (0.80 if phone else 0.72)
    wide = min(canvas.wide * 0.80, tall * (0.52 if phone else 1.52))
    tall = min(tall, wide * 2.0)
    left, top = (canvas.wide - wide) / 2, (canvas.high - tall) / 2
    corner = 0.05 if phone else 0.022
    for step in range(5):
        grow = 0.012 * step
        canvas.box(
            left - grow,
            top + 0.02 - grow,
            left + wide + grow,
            top + tall + 0.03 + grow,
            palette.ramp[0],
            0.06,
            round_by=corner + grow,
        )
    face = mix(palette.ramp[4], WHITE, 0.7)
    canvas.box(left, top, left + wide, top + tall, palette.ramp[0], round_by=corner)
    edge = 0.014 if phone else 0.006
    head = top + (0.05 if phone else 0.058)
    canvas.box(left + edge, head, left + wide - edge, top + tall - edge, face, round_by=corner * 0.8)
    canvas.box(left + edge, head, left + wide - edge, head + 0.03, face)
    if phone:
        canvas.box(
            left + wide * 0.38,
            top + 0.019,
            left + wide * 0.62,
            top + 0.031,
            strong if palette.dark else palette.ramp[3],
            round_by=0.006,
        )
    else:
        for number in range(3):
            canvas.disc(
                left + 0.034 + number * 0.033, top + 0.029, 0.0095, palette.pop if number == 0 else palette.ramp[2]
            )
        canvas.box(left + wide * 0.3, top + 0.015, left + wide * 0.7, top + 0.043, palette.ramp[1], round_by=0.014)
    page(stage, (left + edge, head, left + wide - edge, top + tall - edge), phone=phone)


def page(stage: Stage, area: tuple[float, float, float, float], *, phone: bool) -> None:
    """Draw the place that the prompt names or an empty picture, lines of type, cards and a button."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    _, shade, middle, soft, _ = palette.ramp
    gap = 0.028
    left, top, right, bottom = area[0] + gap, area[1] + gap, area[2] - gap, area[3] - gap
    hero_right = right if phone else left + (right - left) * 0.56
    hero_bottom = top + (bottom - top) * (0.36 if phone else 0.54)
    hero = canvas.part(hero_right - left, hero_bottom - top)
    hero.fade(mix(soft, WHITE, 0.45))
    for ends in (((0, 0), (hero.wide, hero.high)), ((0, hero.high), (hero.wide, 0))):
        hero.stroke(ends, middle, 0.006)
    if stage.cues.place:
        place(stage.on(hero), hero.high * 0.6, stage.cues.place)
    canvas.lay(hero, left, top, round_by=0.014)
    x, row, size = (left, hero_bottom + gap, 0.016) if phone else (hero_right + gap, top + 0.01, 0.018)
    room = right - x
    for number, length in enumerate((0.82, dice.between(0.85, 1.0), dice.between(0.8, 1.0), dice.between(0.4, 0.7))):
        tall = size * (1.6 if number == 0 else 0.8)
        canvas.box(x, row, x + room * length, row + tall, shade if number == 0 else soft, round_by=tall / 2)
        row += tall + size * (1.5 if number == 0 else 1.0)
    canvas.box(x, row + size * 0.5, x + room * 0.42, row + size * 3.1, palette.pop, round_by=size * 1.3)
    cards = 2 if phone else 3
    card_top = max(hero_bottom + gap, row + size * 4.6) if phone else hero_bottom + gap
    wide = (right - left - gap * (cards - 1)) / cards
    for number in range(cards):
        start = left + (wide + gap) * number
        canvas.box(start, card_top, start + wide, bottom, mix(soft, WHITE, 0.55), round_by=0.014)
        canvas.disc(start + 0.04, card_top + 0.042, 0.017, middle if number else palette.pop)
        canvas.box(start + 0.07, card_top + 0.034, start + wide * 0.8, card_top + 0.050, soft, round_by=0.008)
