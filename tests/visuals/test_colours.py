"""True colours: whatever a file's numbers mean, frames are sRGB pixels and say so."""

from __future__ import annotations

import io
import json
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageCms, ImageFile

from novaclips.plugin import GeneratedImage
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.frame import colour, decode, unpack
from picture_files import (
    SEEN,
    SPACES,
    chunk,
    chunks,
    cmyk_profile,
    encoded,
    grey_profile,
    in_space,
    jpeg_segment,
    noise,
    png,
    profile,
)

SIZE = (192, 108)


def near(got: tuple[int, ...], expected: tuple[int, ...] = SEEN, within: int = 3) -> bool:
    return all(abs(a - b) <= within for a, b in zip(got, expected, strict=True))


def surface(colour: tuple[int, ...], mode: str = "RGB") -> Image.Image:
    return Image.new(mode, SIZE, colour)


@pytest.mark.parametrize("space", SPACES)
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_profile_s_colours_become_srgb(space: str, name: str) -> None:
    options = {"quality": 100} | ({"lossless": True} if name == "WEBP" else {})
    data = encoded(surface(in_space(space)), name, icc_profile=profile(space), **(options if name != "PNG" else {}))
    unpacked = unpack(data)
    assert near(unpacked.image.getpixel((50, 50))), unpacked.image.getpixel((50, 50))
    assert (unpacked.image.info, unpacked.warnings) == ({}, ())


@pytest.mark.parametrize("space", SPACES)
def test_transparent_pictures_are_converted_before_they_are_laid_on_white(space: str) -> None:
    image = surface((*in_space(space), 255), "RGBA")
    image.putpixel((0, 0), (*in_space(space), 0))
    decoded = decode(encoded(image, icc_profile=profile(space)))
    assert near(decoded.getpixel((50, 50)))
    assert decoded.getpixel((0, 0)) == (255, 255, 255)


def test_a_palette_is_converted_too() -> None:
    image = surface(in_space("Display P3")).quantize(4)
    assert near(decode(encoded(image, icc_profile=profile("Display P3"))).getpixel((9, 9)))


@pytest.mark.parametrize("mode", ["L", "LA"])
def test_grey_pixels_follow_their_profile(mode: str) -> None:
    grey = 100
    decoded = decode(
        encoded(Image.new(mode, SIZE, grey if mode == "L" else (grey, 255)), icc_profile=grey_profile(1.0))
    )
    linear = grey / 255
    expected = round(255 * (1.055 * linear ** (1 / 2.4) - 0.055))
    assert near(decoded.getpixel((5, 5)), (expected,) * 3, within=2)


def test_the_colours_of_a_press_follow_its_profile() -> None:
    paper, ink = (255, 128, 128), (136, 208, 195)  # L*a*b* 53.3, 80, 67: pure red
    data = encoded(Image.new("CMYK", SIZE, (0, 255, 255, 0)), "JPEG", quality=100, icc_profile=cmyk_profile(paper, ink))
    unpacked = unpack(data)
    assert unpacked.warnings == ()
    assert near(unpacked.image.getpixel((5, 5)), (255, 0, 0), within=12)


def test_the_profile_of_srgb_changes_no_pixel() -> None:
    image = noise()
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert decode(encoded(image, icc_profile=srgb)).tobytes() == image.tobytes()


def png_with(content: bytes) -> bytes:
    return png(surface(SEEN), chunk(b"iCCP", content))


def packed(data: bytes) -> bytes:
    return b"name\0\0" + zlib.compress(data)


FITS_NOT = "its colour profile is for {} pixels and the picture is {}; left out"
BROKEN = "its colour profile is broken or larger than 4 MB; left out"
DROPPED = {
    "for other pixels": (encoded(surface(SEEN), icc_profile=grey_profile(2.2)), FITS_NOT.format("grey", "RGB")),
    "for a press": (
        encoded(surface(SEEN), icc_profile=cmyk_profile((255, 128, 128), (0, 128, 128))),
        FITS_NOT.format("CMYK", "RGB"),
    ),
    "for colours, of a grey picture": (
        encoded(Image.new("L", SIZE, 9), "JPEG", icc_profile=profile("Display P3")),
        FITS_NOT.format("RGB", "grey"),
    ),
    "empty": (png_with(packed(b"")), BROKEN),
    "not packed": (png_with(b"name\0\0nonsense"), BROKEN),
    "packed in no known way": (png_with(b"name\0\7nonsense"), BROKEN),
    "without a name": (png_with(b"nonsense"), BROKEN),
    "cut short": (png_with(packed(profile("Display P3"))[:-30]), BROKEN),
    "nonsense of its size": (png_with(packed(bytes(range(256)) * 4)), "is for another kind of pixels"),
    "a head and nonsense": (
        png_with(packed(profile("Display P3")[:140] + bytes(range(256)))),
        "cannot be used; left out",
    ),
    "five megabytes": (png_with(packed(profile("Display P3").ljust(5 << 20, b"\0"))), BROKEN),
    "five megabytes in a JPEG": (
        encoded(surface(SEEN), "JPEG", quality=100, icc_profile=profile("Display P3").ljust(5 << 20, b"\0")),
        BROKEN,
    ),
    "five megabytes in a WebP": (
        encoded(surface(SEEN), "WEBP", lossless=True, icc_profile=profile("Display P3").ljust(5 << 20, b"\0")),
        BROKEN,
    ),
    "a part of it missing": (
        encoded(surface(SEEN), "JPEG", quality=100).replace(
            b"\xff\xdb", jpeg_segment(0xE2, b"ICC_PROFILE\0\2\2" + profile("Display P3")) + b"\xff\xdb", 1
        ),
        BROKEN,
    ),
}


@pytest.mark.parametrize(("data", "warning"), DROPPED.values(), ids=DROPPED)
def test_a_profile_that_cannot_be_meant_is_left_out_with_a_warning(data: bytes, warning: str) -> None:
    unpacked = unpack(data)
    assert warning in " ".join(unpacked.warnings)
    assert len(unpacked.warnings) == 1
    assert near(unpacked.image.getpixel((5, 5)), SEEN if "grey;" not in warning else (9, 9, 9))


def test_a_large_profile_is_used() -> None:
    large = profile("Display P3").ljust(2 << 20, b"\0")
    unpacked = unpack(encoded(surface(in_space("Display P3")), icc_profile=large))
    assert near(unpacked.image.getpixel((5, 5)))
    assert unpacked.warnings == ()


def cicp(primaries: int, transfer: int) -> bytes:
    return chunk(b"cICP", bytes((primaries, transfer, 0, 1)))


def chromaticities(space: str) -> bytes:
    return chunk(b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in SPACES[space][0].primaries)))


def gamma(value: float) -> bytes:
    return chunk(b"gAMA", struct.pack(">I", round(value * 100_000)))


P3, ADOBE = surface(in_space("Display P3")), surface(in_space("Adobe RGB"))
BY_NUMBERS = {
    "cICP of Display P3": png(P3, cicp(12, 13)),
    "cICP before any profile": png(P3, cicp(12, 13), chunk(b"iCCP", packed(profile("Adobe RGB")))),
    "gAMA and cHRM of Adobe RGB": png(ADOBE, gamma(1 / 2.19921875), chromaticities("Adobe RGB")),
    "sRGB before gAMA and cHRM": png(surface(SEEN), chunk(b"sRGB", b"\0"), gamma(1.0), chromaticities("ProPhoto")),
    "cICP of sRGB": png(surface(SEEN), cicp(1, 13)),
    "cICP of television": png(surface(SEEN), cicp(1, 1)),
    "cICP of nobody": png(surface(SEEN), cicp(200, 200)),
    "gAMA of sRGB": png(surface(SEEN), gamma(0.45455)),
    "gAMA of nothing": png(surface(SEEN), gamma(0)),
    "gAMA out of range": png(surface(SEEN), gamma(40_000)),
    "cHRM without gAMA": png(surface(SEEN), chromaticities("ProPhoto")),
    "cHRM of one point": png(surface(SEEN), gamma(0.45455), chunk(b"cHRM", struct.pack(">8I", *[30_000] * 8))),
    "cHRM of nothing": png(surface(SEEN), gamma(0.45455), chunk(b"cHRM", bytes(32))),
    "short chunks": png(surface(SEEN), chunk(b"gAMA", b"\0"), chunk(b"cHRM", b"\0"), chunk(b"cICP", b"\1")),
}


@pytest.mark.parametrize("data", BY_NUMBERS.values(), ids=BY_NUMBERS)
def test_colours_given_by_numbers_become_srgb(data: bytes) -> None:
    unpacked = unpack(data)
    assert near(unpacked.image.getpixel((5, 5))), unpacked.image.getpixel((5, 5))
    assert unpacked.warnings == ()


def test_linear_light_becomes_srgb() -> None:
    assert near(decode(png(surface((55, 55, 55)), gamma(1.0))).getpixel((5, 5)), (128, 128, 128), within=2)


def test_an_avif_s_colours_given_by_numbers_become_srgb() -> None:
    data = encoded(P3, "AVIF", quality=100)
    codes = data.index(b"colrnclx") + 8
    data = data[:codes] + struct.pack(">HH", 12, 13) + data[codes + 4 :]
    assert near(decode(data).getpixel((5, 5)))


@pytest.mark.parametrize(("code", "name"), [(16, "PQ"), (18, "HLG")])
def test_a_high_dynamic_range_is_said(code: int, name: str) -> None:
    assert unpack(png(surface(SEEN), cicp(9, code))).warnings == (
        f"its colours are of a high dynamic range ({name}), which sRGB cannot hold; they are used as they are",
    )


def test_colours_are_the_same_where_a_plugin_is_lenient(monkeypatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    assert near(decode(encoded(P3, icc_profile=profile("Display P3"))).getpixel((5, 5)))


@pytest.fixture
def p3_film(write_scenes, scripted) -> Path:
    """Draw two frames from pictures in Display P3, one of another size than the frame."""
    write_scenes(2)
    large = Image.new("RGB", (400, 300), in_space("Display P3"))
    for scene, image in ((1, P3), (2, large)):
        image.putpixel((0, 0), (0, 0, 0))
        data = encoded(image, icc_profile=profile("Display P3"), dpi=(300, 300))
        scripted.on(scene, GeneratedImage(data=data, model="m", seed=1))
    ImageGenerator("scripted", "none").generate_all("planning/scenes.yaml", "frames", "192x108")
    return Path("frames")


def test_a_frame_is_srgb_and_says_so(p3_film) -> None:
    for path in sorted(p3_film.glob("*.png")):
        with Image.open(path) as frame:
            assert near(frame.convert("RGB").getpixel((90, 50)))
        kinds = dict(chunks(path.read_bytes()))
        assert kinds[b"sRGB"] == b"\0"
        assert not {b"iCCP", b"gAMA", b"cHRM", b"eXIf"} & set(kinds)


def test_ffmpeg_shows_the_colours_that_the_picture_showed(p3_film) -> None:
    if not (ffmpeg := shutil.which("ffmpeg")):
        pytest.skip("ffmpeg is not installed")
    command = [ffmpeg, "-v", "error", "-i", "frames/scene-%03d.png", "-pix_fmt", "rgb24", "-f", "rawvideo", "-"]
    raw = subprocess.run(command, capture_output=True, check=True, timeout=60)
    assert raw.stderr == b""
    frames = [raw.stdout[start : start + 192 * 108 * 3] for start in range(0, len(raw.stdout), 192 * 108 * 3)]
    assert len(frames) == 2
    for frame in frames:
        assert near(Image.frombytes("RGB", SIZE, frame).getpixel((90, 50)))


def test_pngcheck_has_no_complaint(p3_film, scripted, write_scenes) -> None:
    if not (pngcheck := shutil.which("pngcheck")):
        pytest.skip("pngcheck is not installed")
    prompts = {1: "Маяк 🌕\nв тумане", 2: 'a "quoted" lighthouse', 3: "plain"}
    write_scenes(prompts, title="Título, été 🌕")
    ImageGenerator("scripted", "none").generate_all("planning/scenes.yaml", "more", "320x180")
    paths = [*p3_film.glob("*.png"), *Path("more").glob("*.png")]
    done = subprocess.run([pngcheck, "-q", *paths], capture_output=True, text=True, check=False, timeout=60)
    assert (len(paths), done.returncode, done.stdout, done.stderr) == (5, 0, "", "")
    assert json.loads(Path("more/manifest.json").read_text(encoding="utf-8"))["frames"]


def test_other_writers_get_no_profile_either(p3_film) -> None:
    original = encoded(P3, icc_profile=profile("Display P3"))
    file = io.BytesIO()
    decode(original).save(file, "JPEG")
    assert "icc_profile" not in Image.open(file).info


def test_a_pillow_without_colour_management_is_named(monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "PIL.ImageCms", None)
    monkeypatch.delattr("PIL.ImageCms", raising=False)
    colour._transform.cache_clear()
    unpacked = unpack(encoded(P3, icc_profile=profile("Display P3")))
    assert unpacked.warnings == (
        "its colours are not sRGB, and this Pillow was built without LittleCMS; used as they are",
    )
