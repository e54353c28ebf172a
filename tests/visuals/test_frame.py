"""Pictures as services send them, and the frames made of them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from novaclips.errors import BadImage, ConfigError
from novaclips.visuals.image_generator.frame import decode, fit, fit_named, is_one_colour, remarks, verify
from novaclips.visuals.image_generator.frame.fitting import covering_box, inner_size
from novaclips.visuals.image_generator.models import Resolution


def encoded(image: Image.Image, format: str = "PNG", **options: object) -> bytes:  # noqa: A002 - Pillow's word
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


def halves(size: tuple[int, int]) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, "red")
    image.paste("blue", (size[0] // 2, 0, *size))
    return image


@pytest.mark.parametrize(("kind", "extension"), [("PNG", "png"), ("JPEG", "jpg"), ("WEBP", "webp"), ("GIF", "gif")])
def test_a_picture_is_known_by_its_bytes(kind: str, extension: str) -> None:
    picture = verify(encoded(halves((64, 36)), kind))
    assert (picture.format, picture.width, picture.height, picture.extension) == (kind, 64, 36, extension)


def bomb(edge: int) -> bytes:
    """A small PNG that says it is a square of so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(edge // 8 + 1) * edge, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the answer (0 bytes) is not a picture: it starts with b''"),
        (b"<html>502</html>", "the answer (16 bytes) is not a picture: it starts with b'<html>502</html>'"),
        (bomb(9_000), "would unpack to 9000x9000 pixels; not opened"),
        (bomb(12_000), "would unpack to an absurd size; not opened"),
        (bomb(20_000), "would unpack to an absurd size; not opened"),
        (encoded(halves((64, 36)), "TIFF"), "is not a picture"),
        (encoded(Image.effect_noise((640, 360), 90))[:-4000], "is a damaged picture"),
        (encoded(Image.effect_noise((640, 360), 90), "JPEG")[:9000], "is a damaged picture"),
        (encoded(Image.effect_noise((640, 360), 90), "WEBP")[:9000], "is a damaged picture"),
    ],
    ids=[
        "empty",
        "html",
        "large",
        "larger",
        "bomb",
        "another format",
        "png cut short",
        "jpeg cut short",
        "webp cut short",
    ],
)
def test_what_is_no_whole_picture_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(BadImage) as caught:
        verify(data)
    assert message in str(caught.value)


def test_a_flipped_bit_in_a_png_is_seen() -> None:
    data = bytearray(encoded(Image.effect_noise((64, 64), 90)))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(BadImage):
        verify(bytes(data))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_picture_becomes_rgb(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "original"
    image = halves((64, 36)).convert("L").convert("I;16" if mode == "I;16" else mode)
    image.save(path, "JPEG" if mode == "CMYK" else "PNG")
    assert decode(path).mode == "RGB"
    assert decode(path).size == (64, 36)


def test_a_deep_grey_picture_keeps_its_brightness(tmp_path: Path) -> None:
    Image.new("I;16", (64, 36), 128 * 257).save(tmp_path / "original", "PNG")
    assert decode(tmp_path / "original").getpixel((5, 5)) == (128, 128, 128)


def test_transparency_lies_on_white(tmp_path: Path) -> None:
    Image.new("RGBA", (64, 36), (255, 0, 0, 0)).save(tmp_path / "original", "PNG")
    assert decode(tmp_path / "original").getpixel((5, 5)) == (255, 255, 255)


def test_a_camera_s_rotation_is_followed(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    halves((64, 36)).save(tmp_path / "original", "JPEG", exif=exif)
    assert decode(tmp_path / "original").size == (36, 64)


@pytest.mark.parametrize("how", ["cover", "contain", "stretch"])
@pytest.mark.parametrize("source", [(1536, 1024), (1024, 1536), (64, 64), (1920, 1080), (3000, 100)], ids=str)
@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (64, 64), (333, 77)], ids=str)
def test_the_frame_is_exactly_as_large_as_asked(how, source, size) -> None:
    assert fit(halves(source), size, how).size == size


def test_cover_crops_both_sides_evenly() -> None:
    frame = fit(halves((400, 100)), (100, 100), "cover")
    assert (frame.getpixel((0, 50)), frame.getpixel((99, 50))) == ((255, 0, 0), (0, 0, 255))
    assert frame.getpixel((40, 50)) == (255, 0, 0)
    assert frame.getpixel((60, 50)) == (0, 0, 255)


def test_contain_shows_all_of_it_on_black() -> None:
    frame = fit(halves((400, 100)), (100, 100), "contain")
    assert frame.getpixel((50, 5)) == (0, 0, 0)
    assert (frame.getpixel((5, 50)), frame.getpixel((95, 50))) == ((255, 0, 0), (0, 0, 255))


def test_stretch_keeps_every_part() -> None:
    frame = fit(halves((400, 100)), (100, 100), "stretch")
    assert (frame.getpixel((5, 5)), frame.getpixel((95, 95))) == ((255, 0, 0), (0, 0, 255))


def test_an_unknown_fit_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="unknown fit 'crop'; write one of cover, contain, stretch"):
        fit_named("crop")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1920*1080", "resolution '1920*1080' is not WIDTHxHEIGHT; write 1920x1080"),
        ("1280 by 720", "resolution '1280 by 720' is not WIDTHxHEIGHT; write 1280x720"),
        ("1080p", "resolution '1080p' is not WIDTHxHEIGHT; write 1920x1080"),
        ("", "resolution '' is not WIDTHxHEIGHT; write 1920x1080"),
        ("-1x-1", "resolution '-1x-1' is not WIDTHxHEIGHT; write 1920x1080"),
        ("0x0", "resolution '0x0' cannot be drawn: width 0 is outside 64 to 8192 pixels"),
        ("99999x99999", "resolution '99999x99999' cannot be drawn: width 99999 is outside 64 to 8192 pixels"),
        ("1920x63", "resolution '1920x63' cannot be drawn: height 63 is outside 64 to 8192 pixels"),
        ("٦٤x٦٤", "resolution '٦٤x٦٤' is not WIDTHxHEIGHT; write 1920x1080"),
    ],
)
def test_a_resolution_that_cannot_be_says_what_to_write(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Resolution.parse(text)
    assert str(caught.value) == message


def test_a_resolution_is_read_and_written_alike() -> None:
    assert str(Resolution.parse(" 1920X1080 ")) == "1920x1080"


EDGES = st.one_of(
    st.integers(1, 8192), st.sampled_from([1, 2, 15, 16, 17, 63, 64, 65, 1023, 1024, 1536, 8191, 8192, 16_383, 65_535])
)
FRAME_EDGES = st.one_of(st.integers(64, 8192), st.sampled_from([64, 65, 777, 1001, 1080, 1088, 1920, 8192]))


@settings(max_examples=500, deadline=None)
@given(native=st.tuples(EDGES, EDGES), size=st.tuples(FRAME_EDGES, FRAME_EDGES))
def test_the_part_that_fills_a_frame_lies_within_the_picture(native, size) -> None:
    left, top, right, bottom = covering_box(native, size)
    assert 0 <= left < right <= native[0]
    assert 0 <= top < bottom <= native[1]
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=1e-6)
    inner = inner_size(native, size)
    assert all(1 <= edge <= most for edge, most in zip(inner, size, strict=True))
    assert inner[0] == size[0] or inner[1] == size[1]


def small_enough(native: tuple[int, int], size: tuple[int, int]) -> bool:
    """Keep the test quick: what is unpacked, what is made, and what lies between (one edge of each)."""
    areas = (native[0] * native[1], size[0] * size[1], size[0] * native[1])
    return all(area <= 1_000_000 for area in areas)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(
    native=st.tuples(EDGES, EDGES),
    size=st.tuples(FRAME_EDGES, FRAME_EDGES),
    how=st.sampled_from(["cover", "contain", "stretch"]),
)
@example(native=(1008, 784), size=(1001, 777), how="cover")
@example(native=(4_000_000, 1), size=(64, 8192), how="cover")
@example(native=(1, 4_000_000), size=(64, 64), how="cover")
@example(native=(65_535, 16), size=(64, 8192), how="cover")
@example(native=(4_000_000, 16), size=(64, 64), how="contain")
@example(native=(1, 8192), size=(8192, 64), how="contain")
@example(native=(1, 1), size=(8192, 64), how="stretch")
def test_every_frame_can_be_made_of_every_picture(native, size, how) -> None:
    assume(small_enough(native, size) or native[0] >= 4_000_000 or min(native) == 1)
    assert fit(Image.new("RGB", native, "teal"), size, how).size == size


def test_native_sizes_of_services_fill_every_frame() -> None:
    """A service's size is the frame's, rounded up to its step: one edge of the box is then the whole picture's."""
    dice = random.Random(7)
    for _ in range(3000):
        size = dice.randint(64, 8192), dice.randint(64, 8192)
        step = dice.choice((8, 16, 32, 64))
        native = tuple(-(-edge // step) * step for edge in size)
        box = covering_box(native, size)
        assert min(box) >= 0
        assert (box[2], box[3]) <= native


@pytest.mark.parametrize(
    ("native", "size", "how", "said"),
    [
        ((1024, 1024), (1920, 1088), "cover", "enlarged 1.9 times, 43% of it cropped away"),
        ((256, 256), (1920, 1088), "cover", "enlarged 7.5 times, 43% of it cropped away"),
        ((1024, 1024), (1920, 1088), "stretch", "enlarged 1.9 times, stretched 1.8 times out of its shape"),
        ((256, 256), (1920, 1088), "contain", "enlarged 4.2 times"),
        ((1536, 1024), (1920, 1080), "cover", "16% of it cropped away"),
        ((4096, 4096), (1920, 1080), "cover", "44% of it cropped away"),
    ],
)
def test_a_picture_of_another_size_is_told_with_figures(native, size, how, said) -> None:
    assert remarks(native, size, how) == (
        f"the picture has {native[0]}x{native[1]} pixels: {said} for a frame of {size[0]}x{size[1]}",
    )


@pytest.mark.parametrize(
    ("native", "size", "how"),
    [
        ((1920, 1088), (1920, 1080), "cover"),
        ((1536, 864), (1920, 1080), "cover"),
        ((1280, 768), (1920, 1080), "contain"),
        ((3840, 2160), (1920, 1080), "cover"),
        ((1000, 1000), (1001, 1000), "stretch"),
    ],
)
def test_a_picture_that_nearly_fits_is_not_worth_a_word(native, size, how) -> None:
    assert remarks(native, size, how) == ()


def test_one_colour_is_told_from_a_little_something() -> None:
    image = Image.new("RGB", (1536, 1024), "black")
    assert is_one_colour(image)
    image.putpixel((701, 503), (90, 90, 90))
    assert not is_one_colour(image)
    assert is_one_colour(Image.open(io.BytesIO(encoded(Image.new("RGB", (640, 360), (9, 80, 31)), "JPEG"))))
    assert not is_one_colour(Image.linear_gradient("L").convert("RGB"))
