"""Compositions that show a place or a subject in it."""

# coordinates read best in a row: x, y, size, colour
# ruff: noqa: PLR0917

from __future__ import annotations

from novaclips.builtin.storyboard.canvas import Canvas, smooth
from novaclips.builtin.storyboard.colors import BLACK, mix
from novaclips.builtin.storyboard.horizon import ridge, sky
from novaclips.builtin.storyboard.motifs import MOTIFS, OPEN, place
from novaclips.builtin.storyboard.stage import Stage
from novaclips.builtin.storyboard.subjects import SUBJECTS

from .closeups import PEOPLE, bokeh, close_up


def landscape(stage: Stage) -> None:
    """Draw an establishing shot: the place, and a small subject that gives the scale."""
    where = place(stage, stage.down(stage.dice.pick((0.52, 0.62))))
    subject(stage, where, 0.13, foot=0.93)


def image(stage: Stage) -> None:
    """Draw a medium shot: a subject on a third, in its place; wide or close where the prompt says so."""
    if stage.cues.framing == "close":
        close_up(stage)
        return
    if stage.cues.framing == "wide":
        landscape(stage)
        return
    where = place(stage, stage.down(stage.dice.between(0.52, 0.60)))
    subject(stage, where, stage.dice.between(0.28, 0.38), foot=0.96)


def subject(stage: Stage, where: str, tall: float, *, foot: float) -> None:
    """Stand the subject that the cues name, else one that suits the place, on a third of the frame."""
    thrown = stage.dice.pick(("person", "person", "tree", "bird"))
    suited = {"sea": "boat", "room": "person", "city": "person", "space": "rocket"}.get(where, thrown)
    name = stage.cues.subject or suited
    if name == "boat" and where != "sea":
        name = "person"
    x = stage.across(stage.dice.pick((1 / 3, 2 / 3)) + stage.dice.between(-0.03, 0.03))
    y = stage.down(foot)
    if where == "room":
        tall = max(tall, stage.canvas.high * 0.44)  # an interior is filmed from nearer than a landscape
    if name not in {"bird", "balloon"}:
        stage.canvas.oval(x, y, tall * 0.34, tall * 0.03, BLACK, 0.22)
    if name not in PEOPLE:
        stand(stage, name, x, y, tall)
        return
    first, second = (name, name) if name != "person" else stage.dice.pick((("man", "woman"), ("woman", "man")))
    stand(stage, first, x, y, tall)
    if stage.dice.chance(0.35):
        stand(stage, second, x + tall * 0.40, y, tall * 0.94)


def stand(stage: Stage, name: str, x: float, y: float, tall: float) -> None:
    """Draw a silhouette with a rim of the scene's light, which keeps it clear of a dark ground."""
    rim = mix(stage.light.front, stage.light.sun, 0.62)
    SUBJECTS[name](stage.canvas, x - max(tall * 0.011, 0.003), y, tall, rim)
    SUBJECTS[name](stage.canvas, x, y, tall, mix(stage.light.front, BLACK, 0.25))


def metaphor(stage: Stage) -> None:
    """Draw one world inside another: a disc of another place in the sky of the first, and its reflection."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    outer = stage.cues.place if stage.cues.place in OPEN else dice.pick(OPEN)
    thrown = dice.pick([name for name in OPEN if name != outer])
    inner = stage.cues.also if stage.cues.also in OPEN else thrown
    horizon = stage.down(0.66)
    canvas.fade(*light.sky, bottom=horizon)
    radius = min(0.34, canvas.wide * 0.30, canvas.high * 0.30)
    x, y = stage.across(0.5), horizon - radius * dice.between(0.72, 0.88)
    canvas.glow(x, y, radius * 2.3, light.sun, 0.75)
    globe = canvas.part(radius * 2, radius * 2)
    other = Stage(globe, stage.palette, dice, stage.cues, light)
    sky(other, 0.56)
    MOTIFS[inner](other, 0.56)
    canvas.disc(x, y, radius * 1.045, light.sun)
    canvas.lay(globe, x - radius, y - radius, disc=True)
    ground(stage, outer, horizon, x, radius)
    small = min(0.17, canvas.high * 0.2)
    name = stage.cues.subject if stage.cues.subject in {"man", "woman"} else dice.pick(("man", "woman"))
    stand(stage, name, x + radius * dice.pick((-0.55, 0.0, 0.55)), stage.down(0.955), small)


def ground(stage: Stage, name: str, horizon: float, x: float, radius: float) -> None:
    """Lay water with a broken reflection, or hills, before the disc."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(light.middle, top=horizon)
    if name in {"sea", "city"}:
        canvas.fade(light.middle, light.near, light.front, top=horizon)
        row = horizon + 0.014
        while row < canvas.high:
            depth = (row - horizon) / (canvas.high - horizon)
            half = radius * (1 - depth * 0.6) * dice.between(0.55, 1.0)
            canvas.box(
                x - half, row, x + half, row + 0.005 + depth * 0.006, light.sun, 0.5 - 0.4 * depth, round_by=0.005
            )
            row += 0.02 + depth * 0.02
        return
    for index, color in enumerate((light.middle, light.near, light.front)):
        ridge(canvas, dice, horizon + 0.05 + (canvas.high - horizon) * 0.3 * index, 0.07, color, rough=0.4)


def example(stage: Stage) -> None:
    """Draw one of several: prints on a table, the chosen one lifted out."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    deep, shade, middle, soft, light = palette.ramp
    back = (shade, mix(shade, deep, 0.5)) if palette.dark else (mix(soft, light, 0.55), mix(soft, middle, 0.15))
    canvas.fade(*back)
    canvas.glow(stage.across(0.5), stage.down(0.42), 0.9, light, 0.35)
    upright = canvas.high > canvas.wide * 1.1
    chosen = dice.count(0, 2)
    for index in sorted(range(3), key=lambda number: number == chosen):
        lifted = index == chosen
        size = 0.47 if lifted else 0.36
        wide, tall = (size * 1.15, size * 0.86) if upright else (size * 0.92, size * 1.14)
        share = (index + 0.5) / 3
        spread = 0.5 + (share - 0.5) * (0.86 if max(canvas.wide, canvas.high) > 1.25 else 0.78)  # noqa: PLR2004
        x, y = (stage.across(0.5), stage.down(spread)) if upright else (stage.across(spread), stage.down(0.5))
        print_of(stage, x, y, wide, tall, lifted=lifted)


def print_of(stage: Stage, x: float, y: float, wide: float, tall: float, *, lifted: bool) -> None:
    """Lay a print with a white border down, with its shadow; a lifted one carries the marker."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    deep, _, _, soft, light = palette.ramp
    left, top = x - wide / 2, y - tall / 2
    drop = 0.03 if lifted else 0.010
    for step in range(4):
        grow = drop * 0.45 * step
        canvas.box(
            left - grow,
            top + drop - grow,
            left + wide + grow,
            top + tall + drop + grow,
            deep,
            0.10,
            round_by=0.02 + grow,
        )
    edge = 0.018 if lifted else 0.014
    canvas.box(left, top, left + wide, top + tall, mix(light, (255, 255, 255), 0.6), round_by=0.014)
    photo = canvas.part(wide - edge * 2, tall - edge * 2 - tall * 0.12)
    inner = stage.on(photo)
    place(inner, photo.high * 0.6, "" if lifted and stage.cues.place in OPEN else dice.pick(OPEN))
    canvas.lay(photo, left + edge, top + edge)
    if not lifted:
        canvas.box(left, top, left + wide, top + tall, soft, 0.42, round_by=0.014)
        return
    base = top + tall - tall * 0.075
    canvas.disc(left + edge + 0.022, base, 0.015, palette.pop)
    canvas.box(left + edge + 0.05, base - 0.007, left + wide * 0.72, base + 0.007, soft, round_by=0.007)


def portrait(stage: Stage) -> None:
    """Draw head and shoulders on a third, lit from one side, before a soft background."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(*light.sky)
    bokeh(stage, 16)
    side = dice.pick((-1, 1))
    narrow = canvas.wide < canvas.high
    x = stage.across(0.5 + (0.03 if narrow else 0.12) * side)
    scale = min(canvas.high * 0.62, canvas.wide * 0.75)
    canvas.glow(x - side * scale * 0.55, stage.down(0.36), scale * 1.3, light.sun, 0.8)
    hair = dice.pick({"man": (0,), "woman": (1, 2)}.get(stage.cues.subject, (0, 1, 2)))
    front = mix(light.front, BLACK, 0.1)
    for shift, color in ((-side * 0.022, light.sun), (0.0, front)):
        bust(canvas, x + shift * scale, stage.down(1.0), scale, color, hair)


def bust(canvas: Canvas, x: float, foot: float, scale: float, color: tuple[int, int, int], hair: int) -> None:
    """Draw shoulders, neck and head; hair is 0 for short, 1 for a bob, 2 for a bun."""
    head = foot - scale * 0.86
    half = [(0.105, 0.80), (0.105, 0.58), (0.125, 0.525), (0.18, 0.485), (0.36, 0.425), (0.45, 0.375), (0.51, 0.29)]
    half += [(0.55, 0.16), (0.58, -0.1)]
    right = smooth([(x + dx * scale, foot - dy * scale) for dx, dy in half])
    canvas.polygon([*right, *((2 * x - px, py) for px, py in reversed(right))], color)
    canvas.oval(x, head, scale * 0.225, scale * 0.285, color)
    if hair == 1:
        canvas.box(
            x - scale * 0.235,
            head - scale * 0.295,
            x + scale * 0.235,
            head + scale * 0.20,
            color,
            round_by=scale * 0.235,
        )
    elif hair == 2:  # noqa: PLR2004
        canvas.disc(x, head - scale * 0.335, scale * 0.115, color)
