"""The gallery of wrong writers: each fails in the test of its rule, and in no other."""

from __future__ import annotations

import pytest

from contracts import nested
from novaclips.testing.contracts.writer import OutputWriterContract

PLUGIN = """
import contextlib
import sys
import time
import uuid
from pathlib import Path

from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl


class WebP(BaseOutputWriter):
    extension = ".webp"

    {body}


@hookimpl
def novaclips_output_writers():
    yield OutputWriterSpec(name="webp", summary="Lossless WebP", create=lambda settings: WebP())
"""
CONTRACT = """
import pytest
from novaclips.testing import OutputWriterContract, WriterCase


class TestWebP(OutputWriterContract):
    @pytest.fixture
    def case(self):
        return WriterCase("webp")
"""
HEALTHY = """
    def encode(self, frame, file):
        frame.image.save(file, "WEBP", lossless=True)
"""

W1 = "test_w1_extension_is_a_lower_case_ending"
W2 = "test_w2_file_has_the_frame_in_it"
W3 = "test_w3_equal_frames_give_equal_bytes"
W4 = "test_w4_text_of_any_script_is_borne"
W5 = "test_w5_eight_threads_write_their_own_files"
W6 = "test_w6_full_disk_is_a_storage_error"
W7 = "test_w7_the_file_comes_alone"
W8 = "test_w8_frame_stays_as_it_is"
W9 = "test_w9_nothing_is_printed"

GALLERY = {
    "has an ending without a dot": (W1, 'extension = "-lossless"\n' + HEALTHY),
    "has an ending in capitals": (W1, 'extension = ".WEBP"\n' + HEALTHY),
    "makes even edges of odd ones": (
        W2,
        """
    def encode(self, frame, file):
        even = tuple(edge // 2 * 2 for edge in frame.image.size)
        frame.image.crop((0, 0, *even)).save(file, "WEBP", lossless=True)
""",
    ),
    "swaps red and blue": (
        W2,
        """
    def encode(self, frame, file):
        red, green, blue = frame.image.split()
        type(frame.image)
        from PIL import Image
        Image.merge("RGB", (blue, green, red)).save(file, "WEBP", lossless=True)
""",
    ),
    "gives each file an id": (
        W3,
        """
    def encode(self, frame, file):
        id = uuid.uuid4().bytes if frame.image.size == (192, 108) else b""
        frame.image.save(file, "WEBP", lossless=True, xmp=b"<id>" + id + b"</id>")
""",
    ),
    "knows Latin letters alone": (
        W4,
        """
    def encode(self, frame, file):
        frame.image.save(file, "WEBP", lossless=True, xmp=frame.text["prompt"].encode("latin-1"))
""",
    ),
    "keeps the picture on itself": (
        W5,
        """
    def encode(self, frame, file):
        self.image = frame.image
        time.sleep(0.01)
        self.image.save(file, "WEBP", lossless=True)
""",
    ),
    "takes no notice of a full disk": (
        W6,
        """
    def encode(self, frame, file):
        with contextlib.suppress(OSError):
            frame.image.save(file, "WEBP", lossless=True)
""",
    ),
    "calls a full disk something else": (
        W6,
        """
    def encode(self, frame, file):
        try:
            frame.image.save(file, "WEBP", lossless=True)
        except OSError as exc:
            raise RuntimeError("WebP failed") from exc
""",
    ),
    "leaves half a file on a full disk": (
        W6,
        HEALTHY
        + """
    def write(self, frame, path):
        path.touch()
        super().write(frame, path)
""",
    ),
    "leaves a second file": (
        W7,
        HEALTHY
        + """
    def write(self, frame, path):
        super().write(frame, path)
        path.with_suffix(".txt").write_text(frame.text["prompt"], encoding="utf-8")
""",
    ),
    "signs the picture that others get too": (
        W8,
        """
    def encode(self, frame, file):
        frame.image.paste("white", (0, 0, 4, 4))
        frame.image.save(file, "WEBP", lossless=True)
""",
    ),
    "prints": (
        W9,
        """
    def encode(self, frame, file):
        print("done", file=sys.stderr)
        frame.image.save(file, "WEBP", lossless=True)
""",
    ),
}


def install(site, body):
    nested.install(site, "writer", "webp", PLUGIN.format(body=body.strip()))


TOLD = {
    "gives each file an id": "the same frame gave other bytes; leave out times, random numbers and ids",
    "keeps the picture on itself": "threads wrote each other's pictures; keep nothing about a frame on self",
    "takes no notice of a full disk": "a full disk went unnoticed; let the OSError of the file go through",
    "calls a full disk something else": "a full disk came out as RuntimeError; let the OSError of the file go through",
    "signs the picture that others get too": "writing changed the frame's picture; work on frame.image.copy()",
}


@pytest.mark.parametrize("wrong", GALLERY)
def test_a_wrong_writer_fails_in_the_test_of_its_rule(wrong, site, capsys):
    rule, body = GALLERY[wrong]
    install(site, body)

    assert nested.failures(site, CONTRACT) == [rule]
    assert TOLD.get(wrong, "") in capsys.readouterr().out


def test_every_rule_has_a_wrong_writer():
    assert {rule for rule, _ in GALLERY.values()} == nested.rules_of(OutputWriterContract)


def test_what_is_no_writer_is_told_by_its_type(site, capsys):
    install(site, HEALTHY)
    plugin = site.folder / "novaclips_writer_webp" / "plugin.py"
    plugin.write_text(plugin.read_text().replace("lambda settings: WebP()", "lambda settings: WebP"), encoding="utf-8")

    assert W1 in nested.failures(site, CONTRACT)
    assert "create() should return a BaseOutputWriter, not ABCMeta" in capsys.readouterr().out


FORMATS = {
    "lossless WebP": ".webp|WEBP|lossless=True",
    "JPEG": ".jpg|JPEG|quality=90",
    "GIF, of 256 colours": ".gif|GIF|optimize=False",
    "BMP, which has no text": ".bmp|BMP|",
    "TIFF": ".tiff|TIFF|compression='tiff_lzw'",
}


@pytest.mark.parametrize("how", FORMATS.values(), ids=FORMATS)
def test_a_healthy_writer_passes_whatever_its_format(how, site):
    ending, name, options = how.split("|")
    body = f"""
    extension = {ending!r}

    def encode(self, frame, file):
        frame.image.save(file, {name!r}, {options})
"""
    install(site, body)

    assert set(nested.run(site, CONTRACT).values()) == {"passed"}


def test_a_format_that_pillow_cannot_read_is_taken_as_it_is(site):
    body = """
    extension = ".raw.bin"

    def encode(self, frame, file):
        file.write(frame.image.tobytes())
"""
    install(site, body)

    assert set(nested.run(site, CONTRACT).values()) == {"passed"}
