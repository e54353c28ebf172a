"""Draw the pictures of "Your first film", from the scenes that it shows: ``python docs/pictures.py``."""

from __future__ import annotations

import re
import sys
import tempfile
from pathlib import Path

from novaclips.visuals.image_generator import ImageGenerator

DOCS = Path(__file__).parent
sys.path.insert(0, str(DOCS.parent / "examples"))
from contact_sheet import sheet  # noqa: E402 - a script of the examples, and no package

STYLES = (
    "watercolor", "noir", "paper-cut",
    "blueprint", "storybook", "ukiyo-e",
    "cyberpunk", "oil-painting", "pencil-sketch",
)  # fmt: skip
STYLED_SCENE = 6


def draw_pictures(images: Path) -> None:
    """Draw the tutorial's film, and one scene of it in nine styles, into a folder."""
    page = (DOCS / "tutorials" / "first-film.md").read_text(encoding="utf-8")
    (scenes,) = re.findall(r"```yaml\n(# file: planning/scenes\.yaml\n.*?)```", page, re.DOTALL)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenes.yaml"
        path.write_text(scenes, encoding="utf-8")
        film = _frames(path, "photorealistic")
        styles = [_frames(path, style, {STYLED_SCENE})[0] for style in STYLES]
        sheet(film).save(images / "first-film.png", optimize=True)
        sheet(styles).save(images / "first-film-styles.png", optimize=True)


def _frames(scenes: Path, style: str, chosen: set[int] | None = None) -> list[Path]:
    generator = ImageGenerator(provider="storyboard", style=style)
    report = generator.generate_all(scenes, scenes.parent / style, scenes=chosen)
    return [result.file_path for result in report if result.file_path]


if __name__ == "__main__":
    draw_pictures(DOCS / "images")
