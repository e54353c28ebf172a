"""Grounds that claim no subject: planes, light and the camera's height, for all that no table names."""

from __future__ import annotations

from .colors import WHITE, Color, mix
from .stage import Stage


def neutral(stage: Stage, horizon: float) -> None:
    """Draw a wall of light and a floor in perspective, or the floor alone for a camera that looks straight down."""
    if stage.cues.framing == "overhead":
        plan(stage)
        return
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    wall, floor = mix(light.sky[-1], light.far, 0.25), mix(light.far, light.sky[-1], 0.35)
    canvas.fade(light.sky[1], wall, bottom=horizon)
    side = dice.pick((-1, 1))
    source = stage.across(0.5 - side * dice.between(0.35, 0.65))
    canvas.glow(stage.across(0.5 - side * 0.32), horizon * dice.between(0.1, 0.5), canvas.wide * 0.6, light.sun, 0.55)
    # no edge between wall and floor, as in a studio: a line there would be the sea's
    canvas.fade(wall, mix(wall, floor, 0.7), floor, mix(floor, light.middle, 0.35), top=horizon)
    floor_lines(stage, horizon, stage.across(0.5 + side * dice.between(0.02, 0.16)))
    for spread, strength in ((1.0, 0.10), (0.55, 0.12)):
        landing = stage.across(0.5 + side * dice.between(0.02, 0.14))
        half = dice.between(0.22, 0.34) * spread
        top = [(source - 0.03, -0.02), (source + 0.03, -0.02)]
        bottom = [(landing + half, canvas.high * 0.93), (landing - half, canvas.high * 0.93)]
        canvas.polygon([*top, *bottom], mix(light.sun, WHITE, 0.4), strength)


def floor_lines(stage: Stage, horizon: float, vanishing: float) -> None:
    """Draw the lines of a floor that meet at a point on the horizon, and those across them."""
    canvas, light = stage.canvas, stage.light
    color = mix(light.near, light.middle, 0.4)
    step = canvas.wide * 0.26
    room, start = canvas.high - horizon, 0.10  # drawn up to their meeting, they would heap into a peak
    for number in range(-40, 41):
        foot = vanishing + number * step
        near = (vanishing + (foot - vanishing) * start, horizon + room * start)
        canvas.stroke([near, (foot, canvas.high)], color, 0.0030, 0.42)
    depth = start
    while depth < 1:
        canvas.stroke([(0, horizon + room * depth), (canvas.wide, horizon + room * depth)], color, 0.0030, 0.36)
        depth *= 1.75


def plan(stage: Stage) -> None:
    """Draw a lit plane as a camera above it sees it."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(mix(light.far, light.sky[-1], 0.35), mix(light.far, light.middle, 0.45))
    canvas.glow(stage.across(dice.between(0.3, 0.7)), stage.down(dice.between(0.3, 0.7)), 0.8, light.sun, 0.6)
    step, shift = dice.between(0.17, 0.22), dice.between(0.0, 0.1)
    for number in range(int(max(canvas.wide, canvas.high) / step) + 1):
        at = shift + number * step
        canvas.stroke([(at, 0), (at, canvas.high)], light.near, 0.0022, 0.22)
        canvas.stroke([(0, at), (canvas.wide, at)], light.near, 0.0022, 0.22)


def focus_field(stage: Stage, x: float, y: float, across: float, down: float, *, color: Color = WHITE) -> None:
    """Draw the corners and the middle of the field in which what is not drawn will stand."""
    reach = min(across, down) * 0.26
    for right in (-1, 1):
        for low in (-1, 1):
            corner = (x + right * across, y + low * down)
            points = [(corner[0] - right * reach, corner[1]), corner, (corner[0], corner[1] - low * reach)]
            stage.canvas.stroke(points, color, 0.007)
    small = reach * 0.4
    stage.canvas.stroke([(x - small, y), (x + small, y)], color, 0.004)
    stage.canvas.stroke([(x, y - small), (x, y + small)], color, 0.004)
