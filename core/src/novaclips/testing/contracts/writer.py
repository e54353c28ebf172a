"""Rules W1 to W9: what every output writer keeps."""

from __future__ import annotations

import errno
import io
import re
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final

import pytest
from PIL import Image, ImageChops, ImageStat

from novaclips.discovery import Spec
from novaclips.errors import StorageError
from novaclips.hookspecs import OutputWriterSpec
from novaclips.testing.contracts.at_once import THREADS, at_once
from novaclips.testing.contracts.packaging import PackagedContract
from novaclips.visuals.image_generator.models import Frame, Settings
from novaclips.visuals.image_generator.writers import BaseOutputWriter

EXTENSION: Final = re.compile(r"\.[a-z0-9]+(\.[a-z0-9]+)*")
SIZES: Final = ((192, 108), (193, 109), (64, 300))  # odd edges and an upright picture among them
# The mean difference, of 255, that a colour may have: a palette of 256 colours stays under it, swapped channels do not.
TOLERANCE: Final = 10.0
TEXT: Final = MappingProxyType(
    {
        "prompt": "Маяк в тумане 🌕, 一条河",
        "parameters": "A lighthouse\nNegative prompt: люди\nSeed: 7, Size: 192x108",
        "seed": "7",
        "empty": "",
    }
)


@dataclass(frozen=True, slots=True)
class WriterCase:
    """The output writer to test: the entry point's name without ``writer-``."""

    name: str


class FullDisk(io.BytesIO):
    """A file on a disk that takes nothing more."""

    def write(self, data: Any, /) -> int:  # noqa: ARG002 - it is not taken
        """Fail as a full disk does."""
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.usefixtures("only_loopback")
class OutputWriterContract(PackagedContract):
    """The rules of writers; a subclass gives the fixture ``case``, which returns a WriterCase."""

    kind = "writer"

    @pytest.fixture
    def spec(self, specs: tuple[Spec, ...]) -> OutputWriterSpec:
        """Return the one spec of the writer's name."""
        (spec,) = specs
        assert isinstance(spec, OutputWriterSpec)
        return spec

    def test_w1_extension_is_a_lower_case_ending(self, spec: OutputWriterSpec) -> None:
        """``create`` gives a BaseOutputWriter; its extension has a dot, lower case, and no path in it: ``.webp``."""
        writer = spec.create(Settings())
        assert isinstance(writer, BaseOutputWriter), (
            f"create() should return a BaseOutputWriter, not {type(writer).__name__}"
        )
        assert EXTENSION.fullmatch(writer.extension), (
            f"the extension {writer.extension!r} should be a dot and lower-case letters or digits, such as '.webp'"
        )

    def test_w2_file_has_the_frame_in_it(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """The file is not empty; where Pillow reads the format, it has exactly the frame's size, and its colours."""
        for size in SIZES:
            frame = picture(size)
            path = write(spec.create(Settings()), frame, tmp_path / f"{size[0]}x{size[1]}")
            assert path.stat().st_size, "the file is empty"
            if readable(path):
                with Image.open(path) as written:
                    assert written.size == size, f"a frame of {size} became a file of {written.size}"
                    difference = ImageChops.difference(written.convert("RGB"), frame.image)
                worst = max(ImageStat.Stat(difference).mean)
                assert worst <= TOLERANCE, f"the colours of the file are {worst:.0f} of 255 away from the frame's"

    def test_w3_equal_frames_give_equal_bytes(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """The same frame gives the same bytes: again, and from another instance."""
        writers = [spec.create(Settings()), spec.create(Settings())]
        files = [
            write(writer, picture(), tmp_path / f"{number}-{again}").read_bytes()
            for number, writer in enumerate(writers)
            for again in range(2)
        ]
        assert len(set(files)) == 1, "the same frame gave other bytes; leave out times, random numbers and ids"

    def test_w4_text_of_any_script_is_borne(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """A text about the picture in Cyrillic, Chinese and emoji, of several lines or empty, is no trouble."""
        try:
            path = write(spec.create(Settings()), picture(text=True), tmp_path / "scene-001")
        # Whatever a writer raises is what the rule is about.
        except Exception as exc:  # noqa: BLE001
            pytest.fail(f"{type(exc).__name__}: {exc}")
        assert path.stat().st_size, "the file is empty"

    def test_w5_eight_threads_write_their_own_files(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """Eight threads at once write what each would write alone."""
        writer = spec.create(Settings())

        def write_one(folder: str, number: int) -> bytes:
            return write(writer, picture((64 + number, 64)), tmp_path / folder / f"scene-{number:03d}").read_bytes()

        alone = [write_one("alone", number) for number in range(THREADS)]
        together = at_once(lambda number: write_one("together", number))
        assert together == alone, "threads wrote each other's pictures; keep nothing about a frame on self"

    def test_w6_full_disk_is_a_storage_error(
        self, spec: OutputWriterSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A disk that fails comes out of ``write`` as StorageError, and no file is left."""
        writer = spec.create(Settings())
        encode = type(writer).encode

        def encode_on_full_disk(self: BaseOutputWriter, frame: Frame, file: IO[bytes]) -> None:  # noqa: ARG001
            encode(self, frame, FullDisk())

        monkeypatch.setattr(type(writer), "encode", encode_on_full_disk)
        path = tmp_path / f"scene-001{writer.extension}"
        try:
            writer.write(picture(), path)
        except StorageError:
            pass
        # Any other error is what the rule is about.
        except Exception as exc:  # noqa: BLE001
            pytest.fail(f"a full disk came out as {type(exc).__name__}; let the OSError of the file go through")
        else:
            pytest.fail("a full disk went unnoticed; let the OSError of the file go through")
        left = [entry.name for entry in tmp_path.iterdir()]
        assert not left, f"a full disk left {', '.join(left)}"

    def test_w7_the_file_comes_alone(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """Nothing is left in the folder beside the frame's file."""
        path = write(spec.create(Settings()), picture(), tmp_path / "frames" / "scene-001")
        beside = sorted(entry.name for entry in path.parent.iterdir() if entry != path)
        assert not beside, f"writing left {', '.join(beside)} beside the file"

    def test_w8_frame_stays_as_it_is(self, spec: OutputWriterSpec, tmp_path: Path) -> None:
        """The frame that is handed in is the same afterwards: other writers get it too."""
        frame = picture()
        write(spec.create(Settings()), frame, tmp_path / "scene-001")
        assert frame.image == picture().image, "writing changed the frame's picture; work on frame.image.copy()"

    def test_w9_nothing_is_printed(
        self, capfd: pytest.CaptureFixture[str], spec: OutputWriterSpec, tmp_path: Path
    ) -> None:
        """Making and using the writer prints nothing: the output belongs to the command."""
        capfd.readouterr()
        write(spec.create(Settings()), picture(), tmp_path / "scene-001")
        printed = "".join(capfd.readouterr())
        assert not printed, f"the writer printed {printed!r}"


def picture(size: tuple[int, int] = SIZES[0], *, text: bool = False) -> Frame:
    """Draw a frame: red grows to the right, green downwards, blue is even."""
    red = Image.linear_gradient("L").rotate(90).resize(size)
    green = Image.linear_gradient("L").resize(size)
    image = Image.merge("RGB", (red, green, Image.new("L", size, 64)))
    return Frame(scene_id=1, image=image, text=TEXT if text else {"prompt": "a kite"})


def write(writer: BaseOutputWriter, frame: Frame, stem: Path) -> Path:
    """Write a frame to this path with the writer's ending, and return the path."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    path = stem.with_name(f"{stem.name}{writer.extension}")
    writer.write(frame, path)
    assert path.is_file(), f"write() left no file at {path.name}"
    return path


def readable(path: Path) -> bool:
    """Tell by a file's ending whether Pillow reads its format."""
    formats = Image.registered_extensions()
    return formats.get(path.suffix) in Image.OPEN
