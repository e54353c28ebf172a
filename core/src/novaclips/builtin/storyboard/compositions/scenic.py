"""Compositions that show a place or a subject in it."""

# coordinates read best in a row: x, y, size, colour

from __future__ import annotations

from types import MappingProxyType

from novaclips.builtin.storyboard.colors import BLACK, WHITE, mix
from novaclips.builtin.storyboard.cues import PEOPLE
from novaclips.builtin.storyboard.horizon import weather
from novaclips.builtin.storyboard.motifs import place
from novaclips.builtin.storyboard.neutral import focus_field
from novaclips.builtin.storyboard.stage import Stage
from novaclips.builtin.storyboard.subjects import SUBJECTS, bust

from .closeups import bokeh, close_up, soft_ground

AIRBORNE = frozenset({"bird", "balloon"})
SIZES = MappingProxyType({"tree": 1.35, "conifer": 1.6, "house": 1.15, "sailboat": 1.1, "rocket": 1.3})  # a person is 1


def horizon_of(stage: Stage, low: float, high: float) -> float:
    """Return the y of the horizon, thrown between two shares; a camera set low or high moves it."""
    thrown = stage.dice.between(low, high)
    return stage.down({"low": 0.80, "overhead": 0.24}.get(stage.cues.framing, thrown))


def landscape(stage: Stage) -> None:
    """Draw an establishing shot: the place, and what the prompt names small in it."""
    place(stage, horizon_of(stage, 0.52, 0.62), stage.cues.place)
    subjects(stage, 0.17, foot=0.90)
    weather(stage)


def image(stage: Stage) -> None:
    """Draw a medium shot: what the prompt names, in its place; wide or close where the prompt says so."""
    if stage.cues.framing == "close":
        close_up(stage)
        return
    if stage.cues.framing == "wide":
        landscape(stage)
        return
    place(stage, horizon_of(stage, 0.52, 0.60), stage.cues.place)
    subjects(stage, stage.dice.between(0.34, 0.42), foot=0.94)
    weather(stage)


def subjects(stage: Stage, tall: float, *, foot: float) -> None:
    """Stand the first two subjects that the prompt names on the thirds; the empty field where it names nothing."""
    names, dice = stage.cues.subjects[:2], stage.dice
    if stage.cues.place in {"room", "gallery"}:
        tall = max(tall, stage.canvas.high * 0.44)  # an interior is filmed from nearer than a landscape
    shift, first = dice.between(-0.03, 0.03), dice.pick((1 / 3, 2 / 3))
    spots = [stage.across(first + shift), stage.across(1 - first + shift)]
    if not names and not stage.cues.place:
        aim = stage.down(0.5) if stage.cues.framing == "overhead" else stage.down(foot) - tall * 0.62
        focus_field(stage, spots[0], aim, tall * 0.56, tall * 0.56)
    # people stand in front
    for name, x in sorted(zip(names, spots, strict=False), key=lambda pair: pair[0] in PEOPLE):
        group(stage, name, x, stage.down(foot), tall)


def group(stage: Stage, name: str, x: float, foot: float, tall: float) -> None:
    """Draw a subject with its shadow; of people as many as are named, a crowd as seven."""
    size = SIZES.get(name, 1.0)
    count = {"pair": 2, "people": 3, "crowd": 7}.get(name, 1)
    half = (count - 1) / 2 * tall * 0.34 + tall * 0.2
    if count > 1:  # the frame cuts nobody off, where it is broad enough
        x = max(half, min(x, stage.canvas.wide - half)) if half * 2 < stage.canvas.wide else stage.across(0.5)
    for number in range(count):
        row = number % 2
        height = tall * size * (1.0 - 0.07 * row) * (stage.dice.between(0.95, 1.0) if count > 1 else 1.0)
        left = x + (number - (count - 1) / 2) * tall * 0.34
        y = foot - row * tall * 0.07
        if name not in AIRBORNE:
            stage.canvas.oval(left, y, height * 0.26, height * 0.026, BLACK, 0.22)
        stand(stage, "person" if name in PEOPLE else name, left, y, height)


def stand(stage: Stage, name: str, x: float, y: float, tall: float) -> None:
    """Draw a silhouette with a rim of the scene's light, which keeps it clear of a dark ground."""
    rim = mix(stage.light.front, stage.light.sun, 0.62)
    SUBJECTS[name](stage.canvas, x - max(tall * 0.011, 0.003), y, tall, rim)
    SUBJECTS[name](stage.canvas, x, y, tall, mix(stage.light.front, BLACK, 0.25))


def metaphor(stage: Stage) -> None:
    """Draw one world inside another: the second place named in a disc before the first, plain where none is named."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    horizon = stage.down(0.66)
    place(stage, horizon, stage.cues.place)
    radius = min(0.34, canvas.wide * 0.30, canvas.high * 0.30)
    x, y = stage.across(0.5), stage.down(dice.between(0.40, 0.46))
    canvas.glow(x, y, radius * 2.3, light.sun, 0.75)
    globe = canvas.part(radius * 2, radius * 2)
    if stage.cues.also:
        place(stage.on(globe), 0.56, stage.cues.also)
    else:
        globe.fade(mix(light.sun, light.sky[-1], 0.3), light.far, light.middle)
        globe.glow(dice.between(0.25, 0.75), 0.3, 0.8, light.sun, 0.6)
    canvas.disc(x, y, radius * 1.045, light.sun)
    canvas.lay(globe, x - radius, y - radius, disc=True)
    if not stage.cues.also:
        turn = dice.pick((-1, 1))
        canvas.ring(x + turn * radius * 0.55, y, radius, 0.012, WHITE, 0.75)
    if stage.cues.subjects:
        small = min(0.2, canvas.high * 0.22)
        group(stage, stage.cues.subjects[0], x + radius * dice.pick((-0.55, 0.0, 0.55)), stage.down(0.955), small)
    weather(stage)


def example(stage: Stage) -> None:
    """Draw one of several: prints on a table, the chosen one lifted out and showing what the prompt names."""
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
    canvas, palette = stage.canvas, stage.palette
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
    if lifted:
        place(inner, photo.high * 0.6, stage.cues.place)
        subjects(inner, photo.high * 0.36, foot=0.92)
        weather(inner)
    else:
        photo.fade(stage.light.far, stage.light.sky[-1], stage.light.far)
    canvas.lay(photo, left + edge, top + edge)
    if not lifted:
        canvas.box(left, top, left + wide, top + tall, soft, 0.42, round_by=0.014)
        return
    base = top + tall - tall * 0.075
    canvas.disc(left + edge + 0.022, base, 0.015, palette.pop)
    canvas.box(left + edge + 0.05, base - 0.007, left + wide * 0.72, base + 0.007, soft, round_by=0.007)


def portrait(stage: Stage) -> None:
    """Draw head and shoulders of a lay figure where people are named, else the field of an upright framing."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    side = dice.pick((-1, 1))
    x = stage.across(0.5 + (0.03 if canvas.wide < canvas.high else 0.12) * side)
    scale = min(canvas.high * 0.62, canvas.wide * 0.75)
    if not stage.cues.people:
        soft_ground(stage)
        canvas.oval(x, stage.down(0.5), scale * 0.42, scale * 0.60, light.sun, 0.28)
        focus_field(stage, x, stage.down(0.5), scale * 0.42, scale * 0.60)
        return
    canvas.fade(*light.sky)
    bokeh(stage, 16)
    canvas.glow(x - side * scale * 0.55, stage.down(0.36), scale * 1.3, light.sun, 0.8)
    for shift, color in ((-side * 0.022, light.sun), (0.0, mix(light.front, BLACK, 0.1))):
        bust(canvas, x + shift * scale, stage.down(1.0), scale, color)
