"""Put the frames of each folder onto one sheet: ``python examples/contact_sheet.py demo/*/frames``."""

import sys
from collections.abc import Sequence
from pathlib import Path

from PIL import Image

COLUMNS, THUMB, GAP = 3, (480, 270), 12


def sheet(paths: Sequence[Path]) -> Image.Image:
    """Return frames side by side, in rows of three."""
    rows = -(-len(paths) // COLUMNS)
    size = (GAP + COLUMNS * (THUMB[0] + GAP), GAP + rows * (THUMB[1] + GAP))
    picture = Image.new("RGB", size, "#1c1c1e")
    for number, path in enumerate(paths):
        row, column = divmod(number, COLUMNS)
        with Image.open(path) as frame:
            frame.thumbnail(THUMB, Image.Resampling.LANCZOS)
            picture.paste(frame, (GAP + column * (THUMB[0] + GAP), GAP + row * (THUMB[1] + GAP)))
    return picture


def contact_sheet(frames: Path) -> Path:
    """Draw all frames of a folder side by side into ``contact-sheet.png`` beside it, and return its path."""
    target = frames.parent / "contact-sheet.png"
    sheet(sorted(frames.glob("scene-*.png"))).save(target, optimize=True)
    return target


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"{contact_sheet(Path(name))}\n")
