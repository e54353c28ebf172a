"""What a plugin could change for everybody in its process, and is to leave alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageFile, PngImagePlugin

SWITCHES = {
    "PIL.ImageFile.LOAD_TRUNCATED_IMAGES": (ImageFile, "LOAD_TRUNCATED_IMAGES"),
    "PIL.ImageFile.MAXBLOCK": (ImageFile, "MAXBLOCK"),
    "PIL.Image.MAX_IMAGE_PIXELS": (Image, "MAX_IMAGE_PIXELS"),
    "PIL.PngImagePlugin.MAX_TEXT_CHUNK": (PngImagePlugin, "MAX_TEXT_CHUNK"),
    "PIL.PngImagePlugin.MAX_TEXT_MEMORY": (PngImagePlugin, "MAX_TEXT_MEMORY"),
}

# As they are when the kit is imported, before any plugin is: what one of them changes stays changed.
BEFORE = {name: getattr(module, switch) for name, (module, switch) in SWITCHES.items()}


@contextlib.contextmanager
def as_it_was() -> Iterator[list[str]]:
    """Give a list that holds, after the block, what was changed inside; all of it is set back."""
    folder = Path.cwd()
    _set_back()
    changed: list[str] = []
    try:
        yield changed
    finally:
        if Path.cwd() != folder:
            changed.append("the working folder")
            os.chdir(folder)
        changed += [name for name, (module, switch) in SWITCHES.items() if getattr(module, switch) != BEFORE[name]]
        _set_back()


def _set_back() -> None:
    for name, (module, switch) in SWITCHES.items():
        setattr(module, switch, BEFORE[name])
