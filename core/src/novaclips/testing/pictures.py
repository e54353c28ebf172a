"""The pictures that the fault server sells: misty mountains, and a lodge whose windows spell the prompt's fingerprint.

They weigh about what photographs weigh, because light grain lies on them: a client that is slow with real pictures
is slow with these. The lodge stands in the centre, eight windows wide and four high; a lit window is a 1. So a test
can ask any frame that was made from such a picture which prompt it was drawn for, after cropping and scaling too.
"""

from __future__ import annotations

import colorsys
import hashlib
import io
import random
import zlib
from functools import lru_cache
from itertools import pairwise
from typing import Final

from PIL import Image, ImageChops, ImageDraw

FORMATS: Final = ("PNG", "JPEG", "WEBP")
CONTENT_TYPES: Final = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}

Colour = tuple[int, int, int]

# Sky above, sky at the horizon, the nearest ridge: dawn, morning, noon, dusk, evening, rain.
MOODS: Final[tuple[tuple[Colour, Colour, Colour], ...]] = (
    ((92, 122, 168), (250, 214, 190), (28, 34, 52)),
    ((104, 158, 190), (232, 238, 224), (20, 44, 48)),
    ((84, 142, 204), (214, 232, 240), (18, 40, 62)),
    ((112, 92, 148), (248, 186, 150), (40, 24, 44)),
    ((52, 62, 120), (228, 160, 158), (20, 18, 44)),
    ((118, 132, 142), (216, 220, 216), (30, 40, 42)),
)
HUE_RANGE: Final = 0.06
RIDGES: Final = 6
RIDGE_OF_LODGE: Final = 3
RIDGE_POINTS: Final = 257
LAMP: Final = (255, 214, 140)
COLUMNS, ROWS = 8, 4
HOUSE: Final = (COLUMNS + 2, ROWS + 2)  # in cells: the windows, and a dark wall of one cell around them
CELLS_PER_EDGE: Final = 52  # the shorter edge of a picture, in cells
GRAIN_LEVELS: Final = 9
READABLE_CONTRAST: Final = 30


@lru_cache(maxsize=8)
def draw(prompt: str, size: tuple[int, int], seed: int = 0, format: str = "PNG") -> bytes:  # noqa: A002 - Pillow's word
    """Return the picture of a prompt as a file of exactly this size; equal arguments give equal bytes.

    ``format`` is PNG, JPEG or WEBP.
    """
    image = _landscape(prompt, size, seed)
    file = io.BytesIO()
    match format:
        case "PNG":
            image.save(file, "PNG", compress_type=zlib.Z_RLE)
        case "JPEG":
            image.save(file, "JPEG", quality=90)
        case _:
            image.save(file, "WEBP", quality=80, method=0)
    return file.getvalue()


def fingerprint(prompt: str) -> int:
    """Return the number that a picture of this prompt carries: 24 bits of the prompt's hash and 8 bits to check them.

    Equal for every seed, size and format.
    """
    bits = hashlib.sha256(prompt.encode()).digest()[:3]
    return int.from_bytes(bits + _check(bits))


def read_fingerprint(image: Image.Image) -> int | None:
    """Return the number that a picture carries, None without one.

    The picture may have been cropped around its centre, padded, scaled or compressed.
    """
    grey = image.convert("L")
    shorter = min(grey.size)
    cell = shorter / 12.0
    while cell > max(1.5, shorter / 150):
        number = _read_at(grey, cell)
        if number is not None:
            return number
        cell *= 0.98
    return None


def _check(bits: bytes) -> bytes:
    return hashlib.sha256(b"check" + bits).digest()[:1]


def _read_at(grey: Image.Image, cell: float) -> int | None:
    """Read the lodge on the assumption that a cell has this many pixels."""
    columns, rows = HOUSE
    left, top = grey.width / 2 - columns / 2 * cell, grey.height / 2 - rows / 2 * cell
    if left < 0 or top < 0:
        return None
    box = (left, top, grey.width - left, grey.height - top)
    cells = grey.resize(HOUSE, Image.Resampling.BOX, box=box).tobytes()  # each byte is the mean of a cell
    inside = [cells[row * columns + column] for row in range(1, rows - 1) for column in range(1, columns - 1)]
    wall = [
        cells[row * columns + column]
        for row in range(rows)
        for column in range(columns)
        if row in {0, rows - 1} or column in {0, columns - 1}
    ]
    darkest, brightest = min(wall), max(inside)
    threshold = (darkest + brightest) / 2
    if brightest - darkest < READABLE_CONTRAST or max(wall) > threshold:
        return None
    number = int("".join("1" if value > threshold else "0" for value in inside), 2)
    bits = number.to_bytes(4)
    return number if bits[3:] == _check(bits[:3]) else None


def _landscape(prompt: str, size: tuple[int, int], seed: int) -> Image.Image:
    width, height = size
    dice = random.Random(f"{prompt}|{seed}|{width}x{height}")  # noqa: S311 - a picture is no secret
    number = fingerprint(prompt)
    zenith, horizon, near = (_turned(colour, number % 61 / 61 - 0.5) for colour in MOODS[number % len(MOODS)])
    image = _gradient(size, zenith, horizon, height * 5 // 8)
    _shine(image, dice, horizon)
    for layer in range(RIDGES):
        depth = layer / (RIDGES - 1)  # 0 far, 1 near
        if layer == RIDGE_OF_LODGE:
            _build_lodge(image, number, near)
        top = _mix(horizon, near, 0.12 + 0.88 * depth**1.1)
        foot = _mix(top, horizon, 0.75 * (1 - depth))  # mist lies in the valleys
        crest = 0.4 + 0.5 * depth**1.3
        outline = _ridge(dice, crest, 0.15 - 0.09 * depth)
        if layer == RIDGE_OF_LODGE:
            outline = _with_knoll(outline, size)
        _lay(image, outline, top, foot, dice if layer == RIDGES - 1 else None)
    return _grained(image)


def _shine(image: Image.Image, dice: random.Random, colour: Colour) -> None:
    """Let a low sun shine through the haze."""
    across = int(max(image.size) * 1.2)
    glow = Image.radial_gradient("L").point([int(230 * max(0, 1 - value / 181) ** 2) for value in range(256)])
    glow = glow.resize((across, across), Image.Resampling.BILINEAR)
    centre = int(image.width * dice.choice((0.22, 0.3, 0.72, 0.8))), int(image.height * 0.38)
    image.paste(_mix(colour, (255, 252, 240), 0.7), (centre[0] - across // 2, centre[1] - across // 2), glow)


def _ridge(dice: random.Random, crest: float, rough: float) -> list[float]:
    """Return the heights of a ridge, 0 top to 1 bottom of the picture, from left to right: midpoint displacement."""
    heights = [crest + dice.uniform(-rough, rough) * 0.5 for _ in range(3)]
    while len(heights) < RIDGE_POINTS:
        rough *= 0.52
        middles = [(a + b) / 2 + dice.uniform(-rough, rough) for a, b in pairwise(heights)]
        heights = [height for pair in zip(heights, middles, strict=False) for height in pair] + heights[-1:]
    return heights


def _with_knoll(outline: list[float], size: tuple[int, int]) -> list[float]:
    """Return the ridge with a knoll under the lodge, so that it hides the lodge's foot and no window."""
    cell = min(size) / CELLS_PER_EDGE
    foot = 0.5 + (HOUSE[1] / 2 + 0.8) * cell / size[1]
    reach = 2.2 * HOUSE[0] * cell / size[0]
    last = len(outline) - 1
    return [foot + (value - foot) * min(1, abs(index / last - 0.5) / reach) ** 2 for index, value in enumerate(outline)]


def _lay(image: Image.Image, outline: list[float], top: Colour, foot: Colour, woods: random.Random | None) -> None:
    """Lay a ridge over the picture, from its colour at the crest to the mist at its foot; woods stand on it."""
    width, height = image.width // 2 + 1, image.height // 2 + 1  # at half size: enlarged, the edge is soft
    step = width / (len(outline) - 1)
    mask = Image.new("L", (width, height))
    pen = ImageDraw.Draw(mask)
    crests = [(index * step, value * height) for index, value in enumerate(outline)]
    pen.polygon([(0, height), *crests, (width, height)], fill=255)
    for x, y in crests if woods else ():
        tall = min(width, height) * woods.uniform(0.015, 0.055) if woods else 0
        pen.polygon([(x - tall * 0.2, y + 3), (x, y - tall), (x + tall * 0.2, y + 3)], fill=255)
    start = max(0, int((min(outline) - 0.06) * height))
    below = image.width, image.height - 2 * start
    mask = mask.resize(below, Image.Resampling.BILINEAR, box=(0, start, image.width / 2, image.height / 2))
    image.paste(_gradient(below, top, foot, image.height // 4), (0, 2 * start), mask)


def _build_lodge(image: Image.Image, number: int, near: Colour) -> None:
    """Build the lodge in the exact centre of the picture, a window lit for each 1 of the number."""
    pen = ImageDraw.Draw(image)
    cell = min(image.size) / CELLS_PER_EDGE
    left, top = image.width / 2 - HOUSE[0] / 2 * cell, image.height / 2 - HOUSE[1] / 2 * cell
    right = image.width - left
    wall = _mix(near, (0, 0, 0), 0.35)
    chimney = left + 7.2 * cell
    pen.rectangle((chimney, top - 2.4 * cell, chimney + 0.7 * cell, top), fill=wall)
    pen.polygon([(left - cell * 0.6, top), (image.width / 2, top - 2.6 * cell), (right + cell * 0.6, top)], fill=wall)
    pen.rectangle((left, top, right, image.height * 0.75), fill=wall)  # the ridge in front hides its foot
    for index in range(COLUMNS * ROWS):
        if number >> (COLUMNS * ROWS - 1 - index) & 1:
            x, y = left + (1 + index % COLUMNS) * cell, top + (1 + index // COLUMNS) * cell
            frame = cell * 0.12
            across = max(0, cell - 2 * frame - 1)
            pen.rectangle((x + frame, y + frame, x + frame + across, y + frame + across), fill=LAMP)


def _gradient(size: tuple[int, int], top: Colour, bottom: Colour, reach: int) -> Image.Image:
    """Return a picture that fades from one colour to the other within so many rows, and keeps the other below."""
    two = Image.new("RGB", (1, 2), top)
    two.putpixel((0, 1), bottom)
    # The box runs from the middle of one pixel to the middle of the other: no flat bands at the ends.
    column = two.resize((1, reach), Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5))
    image = Image.new("RGB", size, bottom)
    image.paste(column.resize((size[0], reach), Image.Resampling.NEAREST))
    return image


def _grained(image: Image.Image) -> Image.Image:
    return ImageChops.add(image, _grain(image.size), 1, -(GRAIN_LEVELS - 1))


@lru_cache(maxsize=4)
def _grain(size: tuple[int, int]) -> Image.Image:
    """Return film grain around a mean of ``GRAIN_LEVELS - 1``: the sum of two dice, the same in every channel."""
    dice = random.Random(f"grain {size}")  # noqa: S311 - as above
    levels = [value % GRAIN_LEVELS for value in range(256)]
    one, two = (Image.frombytes("L", size, dice.randbytes(size[0] * size[1])).point(levels) for _ in range(2))
    grain = ImageChops.add(one, two)
    return Image.merge("RGB", (grain, grain, grain))


def _turned(colour: Colour, share: float) -> Colour:
    """Return a colour of a neighbouring hue."""
    hue, saturation, value = colorsys.rgb_to_hsv(*(part / 255 for part in colour))
    red, green, blue = colorsys.hsv_to_rgb((hue + share * HUE_RANGE) % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _mix(one: Colour, two: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, two, strict=True))
    return red, green, blue
