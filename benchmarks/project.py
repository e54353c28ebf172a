"""Projects to draw, and the commands that draw them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from novaclips.testing import fingerprint, read_fingerprint

NATIVE = (1536, 1024)  # what is asked of the service
FRAME = (1920, 1080)


def written(size: tuple[int, int]) -> str:
    """Write a size as the command line takes it."""
    return f"{size[0]}x{size[1]}"


def prompt_of(number: int) -> str:
    """Return the prompt of a scene; no prompt is a part of another."""
    return f"scene {number:05d} of the benchmark: a lodge in the mountains"


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A number of scenes in a folder, numbered from 1, and how their pictures are asked for.

    ``env`` names the service that drew it, where that is over: its pictures are fresh for that address alone.
    """

    root: Path
    scenes: int
    native: tuple[int, int] = NATIVE
    frame: tuple[int, int] = FRAME
    workers: int = 16
    env: Mapping[str, str] = field(default_factory=dict)

    def write(self) -> None:
        """Write the scenes file."""
        lines = ["scenes:"]
        for number in range(1, self.scenes + 1):
            lines += [f"  - id: {number}", "    visual:", f"      prompt: '{prompt_of(number)}'"]
        self.scenes_path.parent.mkdir(parents=True)
        self.scenes_path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    @property
    def scenes_path(self) -> Path:
        """Where the scenes are."""
        return self.root / "planning" / "scenes.yaml"

    @property
    def frames(self) -> Path:
        """Where the frames go."""
        return self.root / "frames"

    @property
    def prompts(self) -> Mapping[str, str]:
        """The prompts by the name of the frame's file."""
        return {f"scene-{number:03d}.png": prompt_of(number) for number in range(1, self.scenes + 1)}

    @property
    def generate(self) -> Sequence[str]:
        """The words after ``novaclips`` that draw the frames."""
        return (
            "visuals", "generate", "--project", str(self.root), "--provider", "openai", "--style", "none",
            "--resolution", written(self.frame), "--option", f"size={written(self.native)}",
            "--workers", str(self.workers), "--quiet",
        )  # fmt: skip

    @property
    def status(self) -> Sequence[str]:
        """The words after ``novaclips`` that say how the frames stand."""
        return ("visuals", "status", "--project", str(self.root))

    def count_frames(self) -> int:
        """Count the frames that are there and have their size."""
        return sum(self._size_of(name) == self.frame for name in self.prompts)

    def count_right_frames(self) -> int:
        """Count the frames that show their own scene; only for pictures that the fault server drew."""
        return sum(self._shows(name, prompt) for name, prompt in self.prompts.items())

    def _size_of(self, name: str) -> tuple[int, int] | None:
        if not (self.frames / name).exists():
            return None
        with Image.open(self.frames / name) as image:
            return image.size

    def _shows(self, name: str, prompt: str) -> bool:
        if self._size_of(name) != self.frame:
            return False
        with Image.open(self.frames / name) as image:
            return read_fingerprint(image) == fingerprint(prompt)
