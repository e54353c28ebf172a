"""Names of files as the disk has them: letters composed otherwise, and what is there instead of a wrong name."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

from novaclips.likeness import is_slip, same_letters

MOST = 10_000  # entries of a folder that are looked at
# Endings that are taken for one another; a backup (.bak, ~) was not meant.
ENDINGS = (
    frozenset({"", ".yaml", ".yml", ".json", ".toml", ".txt", ".yaml.txt", ".yml.txt", ".yaml.yaml"}),
    frozenset({"", ".png", ".jpg", ".jpeg", ".webp", ".gif", ".avif", ".tif", ".tiff", ".png.png", ".jpg.jpg"}),
)


def as_spelled(path: Path) -> Path:
    """Return the path in the spelling of the disk.

    Where a name is not there, the only one that composes the same letters otherwise takes its place (an accent as a
    character of its own, as macOS writes it); else the path comes back as it is.
    """
    if os.path.lexists(path):
        return path
    here = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        place = here / part
        if not os.path.lexists(place):
            same = [name for name in _names(here) if same_letters(name) == same_letters(part)]
            place = here / same[0] if len(same) == 1 else place
        here = place
    return here


def nearest(path: Path) -> Path | None:
    """Return the file that was probably meant by a path that is not there, or None.

    Its name differs in case, in one letter or in its ending, or its folder's does, or it lies one folder further up.
    """
    folders = [path.parent] if path.parent.is_dir() else []
    above = path.parent.parent
    if path.parent != above:
        folders += [
            above / name for name in _names(above) if _is_near(name, path.parent.name) and name != path.parent.name
        ]
        folders.append(above)
    return next((near for folder in folders if (near := nearest_beside(folder / path.name, but=path))), None)


def nearest_beside(path: Path, *, but: Path | None = None) -> Path | None:
    """Return the file in the path's own folder that was probably meant by it, other than ``but``, or None."""
    for name in sorted(_names(path.parent), key=lambda name: (name != path.name, name)):
        if _is_near(name, path.name) and path.with_name(name) != (but or path) and path.with_name(name).is_file():
            return path.with_name(name)
    return None


def nearest_folder(path: Path) -> Path | None:
    """Return the folder that was probably meant by a path that is not there, or None."""
    near = (path.parent / name for name in sorted(_names(path.parent)) if _is_near(name, path.name))
    return next((place for place in near if place.is_dir() and place != path), None)


def _names(folder: Path) -> Iterator[str]:
    """Yield the names in a folder, not without end; of one that cannot be read, none."""
    try:
        with os.scandir(folder) as entries:
            yield from (entry.name for entry in itertools.islice(entries, MOST))
    except (OSError, ValueError):
        return


def _is_near(name: str, meant: str) -> bool:
    (stem, dot, ending), (wanted, point, end) = (text.lstrip(".").partition(".") for text in (name, meant))
    ending, end = (dot + ending).casefold(), (point + end).casefold()
    if ending != end and not any({ending, end} <= alike for alike in ENDINGS):
        return False
    return is_slip(stem, wanted)
