"""Pictures as they come: what every viewer shows is used, with a warning, and what is missing is not made up."""

from __future__ import annotations

import contextlib
import io
import itertools
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import AvifImagePlugin, Image, ImageChops, ImageFile, PngImagePlugin

from novaclips.errors import BadImage
from novaclips.visuals.image_generator.frame import decode, decoders, sniff, unpack, verify
from picture_files import chunk, chunks, encoded, jpeg, jpeg_segment, noise, png

GARBAGE = bytes(range(256)) * 12
IMAGE = noise()
AVIF = encoded(IMAGE, "AVIF")


def same(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is None


def with_formats(**options: object) -> list[object]:
    return [
        pytest.param(
            encoded(IMAGE, name, **(options if name in {"PNG", "JPEG", "WEBP", "AVIF"} else {})), id=name.lower()
        )
        for name in ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
    ]


def mpo() -> bytes:
    data = encoded(IMAGE, "MPO", save_all=True, append_images=[noise((80, 48))])
    assert Image.open(io.BytesIO(data)).format == "MPO"
    return data


def animated(name: str, **options: object) -> bytes:
    frames = [Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue")]
    return encoded(frames[0], name, save_all=True, append_images=frames[1:], **options)


SOUND = {
    "a JPEG with a second picture behind it": mpo(),
    "a JPEG with a broken index of pictures": jpeg(IMAGE, jpeg_segment(0xE2, b"MPF\0" + GARBAGE[:400])),
    "a JPEG with broken Photoshop resources": jpeg(IMAGE, jpeg_segment(0xED, b"Photoshop 3.0\0" + GARBAGE[:500])),
    "a JPEG with bytes behind its end": jpeg(IMAGE) + GARBAGE,
    "a PNG with a text of 2 MB, packed": png(IMAGE, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2 << 20)))),
    "a PNG with a text of 80 MB, packed": png(IMAGE, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(80 << 20), 9))),
    "a PNG with an international text of 2 MB": png(
        IMAGE, chunk(b"iTXt", b"a\0\1\0\0\0" + zlib.compress(bytes(2 << 20)))
    ),
    "a PNG with a text packed in no known way": png(IMAGE, chunk(b"zTXt", b"a\0\7" + GARBAGE)),
    "a PNG with a text without a name": png(IMAGE, chunk(b"tEXt", GARBAGE)),
    "a PNG with texts behind its pixels": png(IMAGE, after=[chunk(b"zTXt", GARBAGE), chunk(b"iTXt", GARBAGE)]),
    "a PNG with bytes behind its end": png(IMAGE) + GARBAGE,
    "a PNG with a broken animation": png(IMAGE, chunk(b"acTL", bytes(8)), chunk(b"fcTL", GARBAGE[:26])),
    "a PNG with broken chunks of its own": png(IMAGE, chunk(b"noVa", GARBAGE), chunk(b"pHYs", b"x")),
}


@pytest.mark.parametrize("data", SOUND.values(), ids=SOUND)
def test_what_shows_nothing_does_not_decide(data: bytes) -> None:
    unpacked = unpack(data)
    assert (unpacked.image.mode, unpacked.image.size, unpacked.warnings) == ("RGB", IMAGE.size, ())
    assert sniff(data) == verify(data) == unpacked.picture
    if unpacked.picture.format == "PNG":
        assert same(unpacked.image, IMAGE)


def test_a_picture_with_a_second_one_behind_it_is_a_jpeg() -> None:
    assert (verify(mpo()).format, verify(mpo()).extension) == ("JPEG", "jpg")


def webp_with_notes_cut_short() -> bytes:
    data = encoded(IMAGE, "WEBP", exif=b"Exif\0\0II*\0\x08\0\0\0" + GARBAGE)
    return data[:-100]


CUT = "its file ends early; nothing of the picture is missing"
DAMAGED_BESIDE = "parts of its file are damaged and were left out: {}"
WARNED = {
    "a JPEG without its last two bytes": (jpeg(IMAGE)[:-2], CUT),
    "a JPEG without its last byte": (jpeg(IMAGE)[:-1], CUT),
    "a JPEG that lacks the last bytes of its last pixels": (jpeg(IMAGE)[:-8], CUT),
    "a progressive JPEG without its last bytes": (jpeg(IMAGE, progressive=True)[:-3], CUT),
    "a grey JPEG without its last bytes": (jpeg(IMAGE.convert("L"))[:-2], CUT),
    "a PNG without its end": (png(IMAGE)[:-12], CUT),
    "a PNG that ends within the checksum of its pixels": (png(IMAGE)[:-14], CUT),
    "a PNG that ends within a text": (png(IMAGE, after=[chunk(b"tEXt", GARBAGE)])[:-500], CUT),
    "a WebP that ends within its camera notes": (webp_with_notes_cut_short(), CUT),
    "a GIF without its end": (encoded(IMAGE, "GIF")[:-1], CUT),
    "a PNG with a bad checksum in a text": (
        png(IMAGE, chunk(b"tEXt", b"a\0b", checksum=7)),
        DAMAGED_BESIDE.format("tEXt"),
    ),
    "a PNG with bad checksums in what only colours": (
        png(IMAGE, chunk(b"gAMA", bytes(4), checksum=7), chunk(b"eXIf", GARBAGE, checksum=7)),
        DAMAGED_BESIDE.format("eXIf, gAMA"),
    ),
}


@pytest.mark.parametrize(("data", "warning"), WARNED.values(), ids=WARNED)
def test_what_every_viewer_shows_is_used_with_a_warning(data: bytes, warning: str) -> None:
    unpacked = unpack(data)
    assert (unpacked.image.mode, unpacked.image.size, unpacked.warnings) == ("RGB", IMAGE.size, (warning,))
    verify(data)


def without_last_scan() -> bytes:
    data = jpeg(IMAGE, progressive=True)
    return data[: data.rindex(b"\xff\xda")]


def png_cut(*, rows: float) -> bytes:
    (pixels,) = (content for kind, content in chunks(png(IMAGE)) if kind == b"IDAT")
    data = png(IMAGE)
    return data[: 33 + 8 + int(len(pixels) * rows)]


MISSING = {
    "a JPEG cut in half": jpeg(IMAGE)[: len(jpeg(IMAGE)) // 2],
    "a JPEG without its last quarter": jpeg(IMAGE)[: len(jpeg(IMAGE)) * 3 // 4],
    "a JPEG that ends before its pixels": jpeg(IMAGE)[:300],
    "a progressive JPEG without its last scan": without_last_scan(),
    "a progressive JPEG cut in half": jpeg(IMAGE, progressive=True)[: len(jpeg(IMAGE)) // 2],
    "a PNG cut in half": png_cut(rows=0.5),
    "a PNG without its last rows": png_cut(rows=0.95),
    "a PNG that ends behind its header": png(IMAGE)[:33],
    "a PNG without a header": png(IMAGE)[:8] + png(IMAGE)[33:],
    "a PNG without pixels": png(IMAGE)[:33] + chunk(b"IEND", b""),
    "a WebP cut in half": encoded(IMAGE, "WEBP")[:2000],
    "an AVIF cut in half": encoded(IMAGE, "AVIF")[:2000],
    "an AVIF that ends behind its name": encoded(IMAGE, "AVIF")[:40],
    "a GIF cut in half": encoded(IMAGE, "GIF")[:8000],
    "a GIF of its name": b"GIF89a",
}


@pytest.mark.parametrize("data", MISSING.values(), ids=MISSING)
@pytest.mark.parametrize("lenient", [False, True], ids=["strict", "LOAD_TRUNCATED_IMAGES"])
def test_a_picture_with_missing_rows_is_damaged(data: bytes, lenient: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", lenient)
    with pytest.raises(BadImage, match="is a damaged picture: "):
        verify(data)
    with pytest.raises(BadImage, match="is a damaged picture: "):
        unpack(data)


def test_flipped_bits_in_pixels_are_seen_whatever_a_plugin_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = bytearray(png(IMAGE))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(BadImage, match="is a damaged picture"):
        verify(bytes(data))


@pytest.mark.parametrize("data", with_formats())
def test_limits_that_a_plugin_sets_are_the_plugin_s(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = decode(data)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_CHUNK", 1)
    monkeypatch.setattr(PngImagePlugin, "MAX_TEXT_MEMORY", 1)
    monkeypatch.setattr(Image, "OPEN", {})
    monkeypatch.setattr(Image, "ID", [])
    assert decode(data) == expected


def test_no_switch_of_the_process_is_touched() -> None:
    before = (ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK)
    for data in (jpeg(IMAGE)[:-2], *SOUND.values()):
        decode(data)
    assert before == (ImageFile.LOAD_TRUNCATED_IMAGES, Image.MAX_IMAGE_PIXELS, PngImagePlugin.MAX_TEXT_CHUNK)


def tiff(*entries: tuple[int, int, int, int], order: str = "<", start: int = 8) -> bytes:
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(f"{order}I", start)
    entry = struct.Struct(f"{order}HHIHxx")
    return b"".join((head, struct.pack(f"{order}H", len(entries)), *(entry.pack(*one) for one in entries), bytes(4)))


BROKEN_EXIF = {
    "nothing": b"",
    "no block at all": GARBAGE,
    "a block that ends at once": b"II*\0",
    "a block that begins beyond its end": tiff(start=60_000),
    "a block that begins in its head": tiff(start=1),
    "more entries than there are": tiff((0x0112, 3, 1, 6))[:10] + b"\xff\xff",
    "an orientation that is none": tiff((0x0112, 3, 1, 77)),
    "an orientation of another kind": tiff((0x0112, 2, 1, 6)),
    "many orientations": tiff((0x0112, 3, 40_000, 6)),
    "a block within itself": tiff((0x8769, 4, 1, 8), (0x014A, 4, 1, 8)),
    "a fraction of nothing": tiff((0x011A, 5, 1, 0), (0x9286, 7, 60_000, 3)),
}


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("exif", BROKEN_EXIF.values(), ids=BROKEN_EXIF)
def test_camera_notes_that_make_no_sense_are_ignored(exif: bytes, name: str) -> None:
    if name == "PNG":
        data = png(IMAGE, chunk(b"eXIf", exif))
    elif name == "JPEG":
        data = jpeg(IMAGE, jpeg_segment(0xE1, b"Exif\0\0" + exif))
    else:
        whole = tiff((0x0100, 4, 1, 1), (0x0101, 4, 1, 1)) + b"novaclips" * 400
        data = encoded(IMAGE, name, exif=whole)
        assert whole in data
        data = data.replace(whole, exif.ljust(len(whole), b"\0")[: len(whole)])
    unpacked = unpack(data)
    assert (unpacked.image.size, unpacked.warnings) == (IMAGE.size, ())


CORNERS = {1: "red", 2: "green", 3: "blue", 4: "white", 5: "red", 6: "white", 7: "blue", 8: "green"}


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"], ids=["little", "big"])
def test_a_camera_s_rotation_is_followed_in_every_format(name: str, orientation: int, order: str) -> None:
    image = Image.new("RGB", (64, 32))  # red, green / white, blue
    for index, colour in enumerate(("red", "green", "white", "blue")):
        image.paste(colour, (index % 2 * 32, index // 2 * 16, index % 2 * 32 + 32, index // 2 * 16 + 16))
    exif = tiff((0x0110, 3, 1, 1), (0x0112, 3, 1, orientation), order=order)
    data = (
        png(image, chunk(b"eXIf", exif)) if name == "PNG" else encoded(image, name, exif=b"Exif\0\0" + exif, quality=95)
    )
    decoded = decode(data)
    assert decoded.size == ((64, 32) if orientation < 5 else (32, 64))
    nearest = min(
        ("red", "green", "white", "blue"),
        key=lambda colour: sum(
            abs(a - b)
            for a, b in zip(decoded.getpixel((4, 4)), Image.new("RGB", (1, 1), colour).getpixel((0, 0)), strict=True)
        ),
    )
    assert nearest == CORNERS[orientation]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(animated("GIF"), id="gif"),
        pytest.param(animated("GIF", disposal=2), id="gif that clears the screen"),
        pytest.param(animated("PNG"), id="apng"),
        pytest.param(animated("WEBP", lossless=True), id="webp"),
        pytest.param(animated("AVIF", quality=100), id="avif"),
    ],
)
def test_the_first_frame_of_an_animation_is_taken(data: bytes) -> None:
    decoded = decode(data)
    assert decoded.size == (64, 48)
    red, green, blue = decoded.getpixel((30, 20))
    assert (red > 240, green < 15, blue < 15) == (True, True, True)


def test_a_gif_s_picture_may_be_larger_than_its_screen() -> None:
    data = bytearray(encoded(IMAGE, "GIF"))
    data[6:10] = struct.pack("<HH", 20, 20)
    assert decode(bytes(data)).size == IMAGE.size


@pytest.mark.parametrize(
    ("image", "options", "expected"),
    [
        (Image.new("RGBA", (32, 32), (200, 60, 40, 255)), {}, (200, 60, 40)),
        (Image.new("RGBA", (32, 32), (0, 0, 0, 128)), {}, (127, 127, 127)),
        (Image.new("LA", (32, 32), (0, 128)), {}, (127, 127, 127)),
        (Image.new("L", (32, 32), 90), {}, (90, 90, 90)),
        (Image.new("L", (32, 32), 90), {"transparency": 90}, (255, 255, 255)),
        (Image.new("1", (32, 32), 1), {}, (255, 255, 255)),
        (Image.new("1", (32, 32), 0), {"transparency": 0}, (255, 255, 255)),
        (Image.new("I;16", (32, 32), 90 * 257), {}, (90, 90, 90)),
        (Image.new("I;16", (32, 32), 90 * 257), {"transparency": 90 * 257}, (90, 90, 90)),
        (Image.new("RGB", (32, 32), (1, 2, 3)), {"transparency": (1, 2, 3)}, (255, 255, 255)),
        (Image.new("P", (32, 32), 0), {"transparency": b"\x80"}, (127, 127, 127)),
    ],
    ids=["rgba", "half rgba", "la", "l", "l-trns", "1", "1-trns", "i16", "i16-trns", "rgb-trns", "p-trns"],
)
def test_every_kind_of_png_pixel_is_seen_as_it_is_meant(image, options, expected) -> None:
    if image.mode == "P":
        image.putpalette([0, 0, 0] * 256)
    got = decode(encoded(image, **options)).getpixel((7, 7))
    assert all(abs(a - b) <= 1 for a, b in zip(got, expected, strict=True)), got


@pytest.mark.parametrize("depth", ["RGB", "RGBA", "L"])
def test_sixteen_bits_a_channel_keep_their_brightness(depth: str) -> None:
    channels = {"RGB": (2, 3), "RGBA": (6, 4), "L": (0, 1)}[depth]
    values = [90 * 257, 120 * 257, 150 * 257, 65535][: channels[1]]
    row = b"\0" + struct.pack(f">{channels[1]}H", *values) * 32
    data = (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", 32, 32, 16, channels[0], 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(row * 32))
        + chunk(b"IEND", b"")
    )
    expected = (90, 90, 90) if depth == "L" else (90, 120, 150)
    assert decode(data).getpixel((9, 9)) == expected


def test_the_colours_of_a_press_are_not_inverted() -> None:
    data = encoded(Image.new("CMYK", (32, 32), (0, 255, 255, 0)), "JPEG", quality=95)
    assert b"Adobe" in data
    red, green, blue = decode(data).getpixel((5, 5))
    assert (red > 240, green < 15, blue < 15) == (True, True, True)


@pytest.mark.parametrize("size", [(1, 1), (1, 500), (500, 1), (15, 15), (4000, 8)], ids=str)
@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
def test_a_dot_is_no_picture(size: tuple[int, int], name: str) -> None:
    data = encoded(Image.new("RGB", size), name)
    for read in (sniff, verify, decode):
        with pytest.raises(BadImage, match=f"is a dot of {size[0]}x{size[1]} pixels, not a picture"):
            read(data)


@pytest.mark.parametrize(
    ("start", "name"),
    [
        (encoded(IMAGE, "TIFF"), "TIFF"),
        (b"MM\0*" + GARBAGE, "TIFF"),
        (encoded(IMAGE, "BMP"), "BMP"),
        (b"\xff\x0a" + GARBAGE, "JPEG XL"),
        (b"\0\0\0\x0cJXL \x0d\x0a\x87\x0a" + GARBAGE, "JPEG XL"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + GARBAGE, "HEIC"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1heic" + GARBAGE, "HEIC"),
        (b"%PDF-1.7" + GARBAGE, "PDF"),
    ],
)
def test_a_format_that_is_not_unpacked_is_called_by_its_name(start: bytes, name: str) -> None:
    with pytest.raises(BadImage) as caught:
        sniff(start)
    assert (
        f"is not a picture that can be used: it is {name}; ask the service for one of PNG, JPEG, WEBP, GIF, AVIF"
        in str(caught.value)
    )


def test_a_picture_is_read_from_a_path_as_from_bytes(tmp_path: Path) -> None:
    (tmp_path / "original").write_bytes(png(IMAGE))
    assert decode(tmp_path / "original") == decode(png(IMAGE))
    assert same(decode(png(IMAGE)), IMAGE)


def dc_scans(edge: int, number: int) -> bytes:
    """Make a progressive JPEG of one grey, whose first coefficient is said again and again."""
    tables = jpeg_segment(0xDB, b"\0" + b"\1" * 64) + jpeg_segment(0xC4, b"\0" + b"\1" + bytes(15) + b"\0")
    frame = jpeg_segment(0xC2, struct.pack(">BHHB", 8, edge, edge, 1) + b"\1\x11\0")
    blocks = (edge // 8) ** 2
    scan = jpeg_segment(0xDA, b"\1\1\0\0\0\0") + bytes(-(-blocks // 8))
    return b"\xff\xd8" + tables + frame + scan * number + b"\xff\xd9"


def text_chunks(number: int) -> bytes:
    return png(IMAGE, chunk(b"tEXt", b"a\0b") * number)


def tiny_pixels() -> bytes:
    data = png(IMAGE)
    (pixels,) = (content for kind, content in chunks(data) if kind == b"IDAT")
    return data[:33] + b"".join(chunk(b"IDAT", pixels[i : i + 1]) for i in range(len(pixels))) + chunk(b"IEND", b"")


BOUNDED = {
    "three million texts in a PNG": (lambda: text_chunks(3_000_000), 2.0),
    "three million texts behind the pixels": (lambda: png(IMAGE, after=[chunk(b"tEXt", b"a\0b") * 3_000_000]), 2.0),
    "a pixel's byte in each chunk": (tiny_pixels, 2.0),
    "a million notes in a JPEG": (lambda: jpeg(IMAGE, jpeg_segment(0xFE, b"") * 1_000_000), 2.0),
    "a thousand scans of 8192 x 8192 pixels": (lambda: dc_scans(8192, 1000), 2.0),
    "ten thousand scans of 512 x 512 pixels": (lambda: dc_scans(512, 10_000), 2.0),
    "a GIF of nothing but notes": (lambda: b"GIF89a" + bytes(7) + b"!\xfe\1a\0" * 1_000_000, 2.0),
    "a WebP of nothing but notes": (lambda: b"RIFF\0\0\0\0WEBP" + b"EXIF\0\0\0\0" * 3_000_000, 2.0),
}


@pytest.mark.parametrize(("make", "seconds"), BOUNDED.values(), ids=BOUNDED)
def test_no_file_takes_long(make, seconds: float) -> None:
    data = make()
    began = time.process_time()
    with contextlib.suppress(BadImage):
        assert decode(data).size == (sniff(data).width, sniff(data).height)
    assert time.process_time() - began < seconds


def test_texts_without_number_hide_no_pixel() -> None:
    assert same(decode(text_chunks(50_000)), IMAGE)


def test_eight_threads_unpack_what_one_would() -> None:
    from concurrent.futures import ThreadPoolExecutor

    files = [data for data, _ in WARNED.values()] + list(SOUND.values())
    alone = [unpack(data).image for data in files]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda data: unpack(data).image, itertools.chain(files, files)))
    assert together == alone + alone


@pytest.fixture
def fresh_decoders():
    decoders.decoder.cache_clear()
    yield
    decoders.decoder.cache_clear()


def test_a_pillow_without_avif_is_named(monkeypatch, fresh_decoders) -> None:
    monkeypatch.setattr(AvifImagePlugin, "SUPPORTED", False)
    with pytest.raises(BadImage, match="this Pillow was built without AVIF; install Pillow's own wheel"):
        decode(AVIF)


def test_a_lack_of_memory_is_one_picture_s(monkeypatch) -> None:
    def full(self) -> None:
        raise MemoryError

    monkeypatch.setattr(decoders.decoder("PNG"), "load", full)
    with pytest.raises(BadImage, match="there is not enough memory to unpack it"):
        decode(png(IMAGE))
