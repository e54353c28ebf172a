"""Pictures that chance has damaged: each gives RGB pixels or BadImage, in bounded time and memory, and no warning.

NOVACLIPS_FUZZ_SECONDS says how long (15 without it), NOVACLIPS_FUZZ_SEED where chance begins.
"""

from __future__ import annotations

import itertools
import os
import random
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
from PIL import Image

from novaclips.errors import BadImage
from novaclips.visuals.image_generator.frame import MAX_PIXELS, sniff, unpack, verify
from picture_files import chunk, cmyk_profile, encoded, grey_profile, jpeg, jpeg_segment, noise, png, profile

SECONDS = float(os.environ.get("NOVACLIPS_FUZZ_SECONDS", "15"))
SEED = int(os.environ.get("NOVACLIPS_FUZZ_SEED", "11"))
# A picture of a few kilobytes may grow to 8192 x 8192 pixels in memory by the change of one byte: that is allowed, and
# takes its time.
MOST_SECONDS, MOST_BYTES = 10.0, 64 << 20

EXIF = (
    b"Exif\0\0II*\0\x08\0\0\0\x03\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\x1a\x01\x05\0\x01\0\0\0\x32\0\0\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0"
    + bytes(20)
)
TEXT = b"parameters\0" + b"a lighthouse, 1girl \n" * 20


def seeds() -> dict[str, bytes]:
    """Small sound files of every format, with all that may lie in them."""
    image = noise((48, 32))
    alpha = image.convert("RGBA")
    alpha.putalpha(Image.linear_gradient("L").resize((48, 32)))
    p3 = profile("Display P3")
    coloured = (
        chunk(b"iCCP", b"P3\0\0" + zlib.compress(p3)),
        chunk(b"eXIf", EXIF[6:]),
        chunk(b"tEXt", TEXT),
        chunk(b"zTXt", b"a\0\0" + zlib.compress(TEXT)),
        chunk(b"iTXt", b"a\0\1\0ru\0x\0" + zlib.compress(TEXT)),
    )
    numbers = (
        chunk(b"gAMA", struct.pack(">I", 40_000)),
        chunk(b"cHRM", struct.pack(">8I", 31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000)),
        chunk(b"cICP", b"\x0c\x0d\0\1"),
    )
    frames = {"save_all": True, "append_images": [noise((48, 32))]}
    return {
        "png": png(image, *coloured),
        "png numbers": png(alpha, *numbers),
        "png palette": encoded(image.quantize(16), transparency=3),
        "png deep": encoded(image.convert("L").convert("I;16")),
        "apng": encoded(image, **frames),
        "jpeg": jpeg(image, jpeg_segment(0xE1, EXIF), jpeg_segment(0xE2, b"ICC_PROFILE\0\1\1" + p3)),
        "jpeg progressive": encoded(image, "JPEG", progressive=True, exif=EXIF, comment=TEXT),
        "jpeg press": encoded(image.convert("CMYK"), "JPEG", icc_profile=cmyk_profile((255, 128, 128), (99, 200, 90))),
        "jpeg grey": encoded(image.convert("L"), "JPEG", icc_profile=grey_profile(1.8)),
        "mpo": encoded(image, "MPO", **frames),
        "webp": encoded(image, "WEBP", exif=EXIF, icc_profile=p3),
        "webp lossless": encoded(alpha, "WEBP", lossless=True, exif=EXIF),
        "webp animated": encoded(image, "WEBP", **frames),
        "avif": encoded(image, "AVIF", exif=EXIF, icc_profile=p3, speed=10),
        "avif alpha": encoded(alpha, "AVIF", speed=10),
        "gif": encoded(image, "GIF", comment=TEXT),
        "gif animated": encoded(alpha, "GIF", **frames),
    }


Mutation = Callable[[random.Random, bytearray, bytes], None]
TELLING = (0, 1, 0x7F, 0x80, 0xFF)


def flip(dice: random.Random, data: bytearray, other: bytes) -> None:
    for _ in range(dice.choice((1, 1, 2, 8))):
        data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)


def overwrite(dice: random.Random, data: bytearray, other: bytes) -> None:
    at = dice.randrange(len(data))
    data[at : at + 1] = bytes((dice.choice(TELLING),))


def number(dice: random.Random, data: bytearray, other: bytes) -> None:
    size = dice.choice((2, 4))
    value = dice.choice((0, 1, 15, 16, 255, 256, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF, dice.getrandbits(32)))
    at = dice.randrange(len(data))
    data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, dice.choice(("big", "little")))


def cut(dice: random.Random, data: bytearray, other: bytes) -> None:
    del data[dice.randrange(len(data)) :]


def drop(dice: random.Random, data: bytearray, other: bytes) -> None:
    at = dice.randrange(len(data))
    del data[at : at + dice.choice((1, 2, 4, 50))]


def repeat(dice: random.Random, data: bytearray, other: bytes) -> None:
    at = dice.randrange(len(data))
    data[at:at] = data[at : at + dice.choice((1, 4, 64, 400))] * dice.choice((1, 2, 30))


def splice(dice: random.Random, data: bytearray, other: bytes) -> None:
    at, there = dice.randrange(len(data)), dice.randrange(len(other))
    data[at : at + dice.choice((0, 16, 100_000))] = other[there : there + dice.choice((16, 256, 100_000))]


def near_the_start(dice: random.Random, data: bytearray, other: bytes) -> None:
    data[dice.randrange(min(len(data), 200))] = dice.randrange(256)


MUTATIONS: tuple[Mutation, ...] = (flip, flip, overwrite, number, number, cut, drop, repeat, splice, near_the_start)


def mended(data: bytes) -> bytes:
    """Give the chunks of a PNG their right checksums again, so that what they hold is looked at."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return data
    parts, position = [data[:8]], 8
    while position + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        content = data[position + 8 : position + 8 + length]
        if len(content) < length:
            break
        parts.append(chunk(kind, content))
        position += 12 + length
    return b"".join((*parts, data[position:]))


def mutants(seed: int) -> Iterator[tuple[str, int, bytes]]:
    """Yield damaged files for ever: the name of the sound one, a number that repeats the damage, the bytes."""
    sound = seeds()
    names = list(sound)
    for count in itertools.count(seed << 32):
        dice = random.Random(count)
        name = names[count % len(names)]
        data = bytearray(sound[name])
        for _ in range(dice.choice((1, 1, 2, 3))):
            if data:
                dice.choice(MUTATIONS)(dice, data, sound[dice.choice(names)])
        yield name, count, mended(bytes(data)) if dice.random() < 0.7 else bytes(data)


def check(data: bytes) -> str:
    """Read a file in every way, and say what it is; anything but pixels and BadImage comes out."""
    try:
        picture = sniff(data)
        unpacked = unpack(data)
    except BadImage:
        return "bad"
    assert verify(data) == picture == unpacked.picture
    assert unpacked.image.mode == "RGB"
    assert unpacked.image.width * unpacked.image.height == picture.width * picture.height <= MAX_PIXELS
    return "used" if not unpacked.warnings else "used with a warning"


def test_damaged_pictures_are_pixels_or_bad_images() -> None:
    counts: dict[str, int] = {}
    slowest = (0.0, "", 0)
    failures: list[str] = []
    end = time.monotonic() + SECONDS
    for name, count, data in mutants(SEED):
        if time.monotonic() > end:
            break
        began = time.thread_time()
        try:
            what = check(data)
        # Whatever it is: it must not come out, and a long run should find more than the first of its kind.
        except Exception as exc:  # noqa: BLE001
            failures.append(f"{name}, damage {count}: {type(exc).__name__}: {exc}")
            continue
        slowest = max(slowest, (time.thread_time() - began, name, count))
        counts[what] = counts.get(what, 0) + 1
    # Shown by pytest -s, for runs by hand.
    print(f"{sum(counts.values())} damaged pictures: {counts}; the slowest: {slowest}")  # noqa: T201
    assert not failures, failures
    assert slowest[0] < MOST_SECONDS, slowest
    assert set(counts) == {"bad", "used", "used with a warning"}, counts


def test_reading_a_damaged_picture_s_head_takes_no_memory_to_speak_of() -> None:
    tracemalloc.start()
    try:
        for _, _, data in itertools.islice(mutants(SEED + 1), 300):
            try:
                sniff(data)
            except BadImage:
                continue
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", list(seeds()))
def test_the_sound_ones_are_used(name: str) -> None:
    assert check(seeds()[name]).startswith("used")
