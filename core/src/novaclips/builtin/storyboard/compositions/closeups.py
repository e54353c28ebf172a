"""Close-ups: one thing so near that the frame cuts it."""

# coordinates read best in a row: x, y, size, colour

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

from novaclips.builtin.storyboard.canvas import Canvas, Point, smooth
from novaclips.builtin.storyboard.colors import BLACK, WHITE, Color, mix
from novaclips.builtin.storyboard.cues import PEOPLE
from novaclips.builtin.storyboard.horizon import weather
from novaclips.builtin.storyboard.neutral import focus_field
from novaclips.builtin.storyboard.stage import Stage
from novaclips.builtin.storyboard.subjects import SUBJECTS, bust

GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))


def bloom(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw a flower with its seed head."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    deep, shade, middle, soft, _ = palette.ramp
    petals, turn = dice.pick((12, 16, 20)), dice.between(0, math.tau)
    for reach, color, shift in ((1.0, shade, 0.0), (0.84, middle, 0.5)):
        for petal in range(petals):
            angle = turn + math.tau * (petal + shift) / petals
            canvas.polygon(leaf_shape(x, y, size * reach, angle, 0.30), mix(color, deep, 0.16 * (petal % 2)))
    canvas.disc(x, y, size * 0.40, mix(deep, shade, 0.25))
    for seed in range(150):
        radius, angle = size * 0.37 * math.sqrt(seed / 150), seed * GOLDEN_ANGLE
        color = mix(palette.pop, soft if seed % 3 else deep, 0.25)
        canvas.disc(x + math.cos(angle) * radius, y + math.sin(angle) * radius, size * 0.014, color)


def leaf_shape(x: float, y: float, reach: float, angle: float, breadth: float) -> list[Point]:
    """Return a leaf that starts at a point and ends so far away; breadth is a share of its length."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    half = [(0.0, 0.0), (0.25, 0.75), (0.55, 1.0), (0.80, 0.62), (1.0, 0.0)]
    outline = [*half, *((t, -w) for t, w in reversed(half))]
    return smooth(
        [
            (
                x + along[0] * t * reach + across[0] * w * reach * breadth / 2,
                y + along[1] * t * reach + across[1] * w * reach * breadth / 2,
            )
            for t, w in outline
        ]
    )


def leaf(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw a leaf from edge to edge with its veins, and drops of rain on it where the prompt names rain."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    deep, shade, middle, soft, _ = palette.ramp
    angle = dice.pick((-0.45, -0.3, 0.3, 0.45))
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    length = size * 3.0
    start = (x - along[0] * length * 0.52, y - along[1] * length * 0.52)
    canvas.polygon(leaf_shape(*start, length, angle, 0.52), shade)
    canvas.polygon(leaf_shape(*start, length * 0.97, angle, 0.44), middle)

    def at(share: float, aside: float) -> Point:
        return (
            start[0] + along[0] * share * length + across[0] * aside * length,
            start[1] + along[1] * share * length + across[1] * aside * length,
        )

    vein = mix(soft, middle, 0.25)
    canvas.stroke([at(0.02, 0), at(0.96, 0)], vein, size * 0.03)
    for step in range(6):
        share = 0.16 + step * 0.12
        reach = 0.17 * math.sin(math.pi * (share + 0.08))
        for side in (-1, 1):
            points = smooth([at(share, 0), at(share + 0.07, side * reach * 0.6), at(share + 0.11, side * reach)])
            canvas.stroke(points, vein, size * 0.014)
    for _ in range(7 if stage.cues.weather == "rain" else 0):
        bead(canvas, *at(dice.between(0.25, 0.8), dice.between(-0.12, 0.12)), size * dice.between(0.05, 0.12), deep)


def drop(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw one large drop that hangs before a plain ground."""
    canvas, light = stage.canvas, stage.light
    deep, shade, _, soft, pale = stage.palette.ramp
    side = [(0.0, -0.78), (0.10, -0.46), (0.34, -0.10), (0.46, 0.22), (0.36, 0.52), (0.0, 0.66)]
    right = smooth([(x + dx * size, y + dy * size) for dx, dy in side])
    outline = [*right, *((2 * x - px, py) for px, py in reversed(right))]
    canvas.polygon([(px + size * 0.03, py + size * 0.04) for px, py in outline], deep, 0.30)
    canvas.polygon(outline, mix(soft, light.middle, 0.35))
    canvas.polygon([(x + (px - x) * 0.86, y + (py - y) * 0.86 + size * 0.03) for px, py in outline], shade, 0.30)
    canvas.polygon([(x + (px - x) * 0.6, y + (py - y) * 0.5 + size * 0.20) for px, py in outline], pale, 0.35)
    canvas.oval(x - size * 0.18, y + size * 0.05, size * 0.07, size * 0.17, WHITE, 0.85)


def bead(canvas: Canvas, x: float, y: float, radius: float, shadow: Color) -> None:
    """Draw a drop of water with its shadow and its light."""
    canvas.disc(x + radius * 0.14, y + radius * 0.22, radius, shadow, 0.30)
    canvas.disc(x, y, radius, WHITE, 0.34)
    canvas.disc(x + radius * 0.12, y + radius * 0.14, radius * 0.78, shadow, 0.14)
    canvas.oval(x - radius * 0.36, y - radius * 0.40, radius * 0.24, radius * 0.16, WHITE, 0.95)


def eye(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw an eye and its brow, the rest of the face cut off by the frame."""
    skin = face_ground(stage)
    middle = stage.across(0.5)
    one_eye(stage, middle + (x - middle) * 0.4, y, size * 1.15, skin, mirror=x < middle)


def face(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw both eyes and the bridge of the nose, as an extreme close-up frames them."""
    skin = face_ground(stage)
    apart = min(stage.canvas.wide * 0.24, size * 1.0)
    middle = stage.across(0.5) + (x - stage.across(0.5)) * 0.15
    shade = mix(skin, stage.palette.ramp[1], 0.4)
    nose = [(middle - size * 0.05, y - size * 0.30), (middle - size * 0.17, y + size * 0.75), (middle, y + size * 1.1)]
    stage.canvas.polygon([*smooth(nose), (middle + size * 0.10, y - size * 0.30)], shade, 0.55)
    for side in (-1, 1):
        one_eye(stage, middle + side * apart, y, min(size * 0.72, apart * 0.86), skin, mirror=side < 0)


def face_ground(stage: Stage) -> Color:
    """Fill the frame with skin, lit from above, and return its colour."""
    _, shade, middle, soft, light = stage.palette.ramp
    skin = mix(middle, shade, 0.35) if stage.light.dark else mix(soft, light, 0.35)
    stage.canvas.fade(mix(skin, light, 0.22), skin, mix(skin, shade, 0.30))
    return skin


def one_eye(stage: Stage, x: float, y: float, size: float, skin: Color, *, mirror: bool) -> None:
    """Draw an almond eye of a half-width; ``mirror`` turns its outer corner to the left."""
    canvas, palette = stage.canvas, stage.palette
    deep, shade, _, _, light = palette.ramp
    turn = -1 if mirror else 1
    upper = [(-1.0, 0.10), (-0.62, -0.22), (-0.05, -0.36), (0.55, -0.25), (1.0, 0.0)]
    lower = [(1.0, 0.0), (0.5, 0.27), (-0.1, 0.34), (-0.65, 0.25), (-1.0, 0.10)]
    over, under = (smooth([(x + turn * a * size, y + b * size) for a, b in line]) for line in (upper, lower))
    canvas.oval(x, y - size * 0.12, size * 1.18, size * 0.66, mix(skin, shade, 0.5), 0.45)
    canvas.polygon([*over, *under], mix(light, WHITE, 0.7))
    iris = (x + turn * size * 0.04, y - size * 0.04)
    for share, color in ((0.40, deep), (0.37, palette.pop), (0.26, mix(palette.pop, deep, 0.45)), (0.17, BLACK)):
        canvas.disc(*iris, size * share, color)
    canvas.disc(iris[0] - size * 0.12, iris[1] - size * 0.14, size * 0.07, WHITE, 0.95)
    lid = mix(skin, shade, 0.22)
    crease = [(px, py - size * 0.17) for px, py in over]
    canvas.polygon([*over, *reversed(crease)], lid)
    canvas.stroke(crease, mix(skin, deep, 0.45), size * 0.025)
    canvas.stroke(over, mix(deep, BLACK, 0.3), size * 0.07)
    canvas.stroke(under, mix(skin, deep, 0.55), size * 0.02)
    brow = smooth([(x + turn * a * size, y + b * size) for a, b in ((-1.0, -0.72), (-0.2, -0.98), (1.12, -0.66))])
    canvas.stroke(brow, mix(deep, BLACK, 0.25), size * 0.13)


def lens(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw the glass of a camera, its scale and its blades."""
    canvas, palette, dice = stage.canvas, stage.palette, stage.dice
    deep, shade, middle, soft, pale = palette.ramp
    dark = mix(deep, BLACK, 0.4)
    for share, color in ((1.08, mix(shade, deep, 0.5)), (1.0, dark), (0.80, mix(shade, deep, 0.4)), (0.76, dark)):
        canvas.disc(x, y, size * share, color)
    for tick in range(60):
        angle, inner = math.tau * tick / 60, 0.86 if tick % 5 else 0.83
        ends = [(x + math.cos(angle) * size * r, y + math.sin(angle) * size * r) for r in (inner, 0.92)]
        canvas.stroke(ends, palette.pop if tick % 15 == 0 else soft, size * 0.011)
    canvas.disc(x, y, size * 0.66, mix(middle, deep, 0.35))
    turn, blades = dice.between(0, 1.0), 7
    rim = [(x + math.cos(a) * size * 0.66, y + math.sin(a) * size * 0.66) for a in _angles(turn, blades)]
    hole = [(x + math.cos(a) * size * 0.30, y + math.sin(a) * size * 0.30) for a in _angles(turn + 0.6, blades)]
    for number in range(blades):
        after = (number + 1) % blades
        blade = [rim[number], rim[after], hole[after], hole[number]]
        canvas.polygon(blade, mix(shade, deep, 0.25 + 0.45 * (number / blades)))
    canvas.polygon(hole, dark)
    canvas.disc(x, y, size * 0.17, mix(palette.pop, deep, 0.4), 0.85)
    canvas.oval(x - size * 0.26, y - size * 0.32, size * 0.20, size * 0.11, mix(pale, WHITE, 0.6), 0.55)


def _angles(turn: float, count: int) -> list[float]:
    return [turn + math.tau * number / count for number in range(count)]


def cup(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw a cup on a plain surface."""
    canvas, palette = stage.canvas, stage.palette
    deep, shade, middle, _, pale = palette.ramp
    table = y + size * 0.42
    canvas.fade(mix(shade, middle, 0.3), mix(deep, shade, 0.3), top=table)
    canvas.oval(x, table + size * 0.08, size * 0.62, size * 0.10, deep, 0.45)
    canvas.ring(x + size * 0.60, y - size * 0.02, size * 0.24, size * 0.075, palette.pop)
    side = [(0.60, -0.42), (0.57, -0.02), (0.44, 0.30), (0.26, 0.46)]
    right = smooth([(x + a * size, y + b * size) for a, b in side])
    canvas.polygon([*right, *((2 * x - px, py) for px, py in reversed(right))], palette.pop)
    shadow = smooth([(x + a * size, y + b * size) for a, b in ((0.60, -0.42), (0.30, 0.0), (0.14, 0.46))])
    canvas.polygon([*right, *reversed(shadow)], deep, 0.22)
    canvas.oval(x, y - size * 0.42, size * 0.60, size * 0.12, mix(palette.pop, pale, 0.35))
    canvas.oval(x, y - size * 0.41, size * 0.52, size * 0.09, mix(deep, shade, 0.3))


CLOSE_UPS: Mapping[str, Callable[[Stage, float, float, float], None]] = MappingProxyType(
    {"bloom": bloom, "leaf": leaf, "eye": eye, "face": face, "lens": lens, "cup": cup, "drop": drop}
)
SIZES = MappingProxyType({"eye": 0.62, "face": 0.62, "cup": 0.72, "drop": 0.86})

# where the foot stands and how tall a subject is, both as shares of the height, in a close-up
NEAR = MappingProxyType({"balloon": (2.9, 1.25), "boat": (0.75, 1.0)})


def close_up(stage: Stage) -> None:
    """Draw what the prompt names so near that the frame cuts it; a plane of focus where it names nothing."""
    dice, name = stage.dice, stage.cues.thing
    x, y = stage.across(dice.pick((0.38, 0.62))), stage.down(dice.between(0.50, 0.58))
    size = min(0.62, max(stage.canvas.wide, stage.canvas.high) * 0.42)
    if name:
        thing(stage, name, x, y, size)
    elif near := [subject for subject in stage.cues.subjects if subject != "bird"]:
        from_near(stage, near[0], x)
    else:
        soft_ground(stage)
        focus_plane(stage, x, y, size)
    focus_field(stage, x, y, size * 0.70, size * 0.70)
    weather(stage)


def thing(stage: Stage, name: str, x: float, y: float, size: float) -> None:
    """Draw a thing in front of a soft background."""
    stage.canvas.fade(*stage.light.sky)
    bokeh(stage, 10)
    if name not in {"eye", "face"}:
        stage.canvas.glow(x, y, size * 1.6, stage.light.sun, 0.4)
    CLOSE_UPS[name](stage, x, y, size * SIZES.get(name, 1.0))


def from_near(stage: Stage, name: str, x: float) -> None:
    """Draw a subject of the scene so large that the frame cuts it off below."""
    canvas, light = stage.canvas, stage.light
    canvas.fade(*light.sky)
    bokeh(stage, 10)
    canvas.glow(x, stage.down(0.4), 0.9, light.sun, 0.6)
    for shift, color in ((-0.014, light.sun), (0.0, mix(light.front, BLACK, 0.1))):
        if name in PEOPLE:
            bust(canvas, x + shift, canvas.high * 1.06, min(canvas.high * 0.80, canvas.wide), color)
        else:
            foot, tall = NEAR.get(name, (1.14, 1.08))
            SUBJECTS[name](canvas, x + shift, canvas.high * foot, canvas.high * tall, color)


def soft_ground(stage: Stage) -> None:
    """Fill with shapes so far out of focus that they are only light and shade."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    canvas.fade(mix(light.far, light.sky[-1], 0.25), mix(light.far, light.middle, 0.55))
    for color in (light.sun, light.middle, light.sun, light.near, stage.palette.pop):
        x, y = stage.across(dice.between(0.0, 1.0)), stage.down(dice.between(0.0, 0.9))
        canvas.glow(x, y, dice.between(0.35, 0.75) * max(1.0, canvas.wide * 0.7), color, dice.between(0.35, 0.6))


def focus_plane(stage: Stage, x: float, y: float, size: float) -> None:
    """Draw the depth that is in focus: a narrow sharp band, graded off before and behind."""
    canvas, light = stage.canvas, stage.light
    for number in range(7):
        half, strength = size * (0.78 - 0.10 * number), 0.045
        canvas.box(0, y - half * 0.42, canvas.wide, y + half * 0.42, light.sun, strength)
    for share in (-0.055, 0.055):
        canvas.box(0, y + size * share, canvas.wide, y + size * share + 0.003, WHITE, 0.55)
    for number in range(1, int(canvas.wide / 0.05) + 1):
        long = 0.016 if number % 4 else 0.034
        canvas.box(number * 0.05, y - long / 2, number * 0.05 + 0.0022, y + long / 2, WHITE, 0.45)
    canvas.glow(x, y, size * 0.9, light.sun, 0.35)


def bokeh(stage: Stage, count: int) -> None:
    """Scatter discs of light out of focus."""
    canvas, dice, light = stage.canvas, stage.dice, stage.light
    for _ in range(count):
        x, y, radius = dice.between(0, canvas.wide), dice.between(0, canvas.high * 0.85), dice.between(0.035, 0.12)
        color = dice.pick((light.sun, light.sun, light.far, stage.palette.pop))
        canvas.disc(x, y, radius, color, dice.between(0.10, 0.26))
        canvas.ring(x, y, radius, 0.004, color, 0.22)
