"""The names of frames: numbers as wide as the film needs, chosen once, widened free of charge, never narrower again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.untrusted import stored
from novaclips.visuals.image_generator.engine.records import FrameRecord
from novaclips.visuals.image_generator.engine.tidy import move_aside
from novaclips.visuals.image_generator.models import frame_stem

NARROWEST, WIDEST = 3, 9
_SCENE = len("scene-")

Frames = Mapping[tuple[int, str], FrameRecord]
Renamed = tuple[FrameRecord, FrameRecord]
"""A frame as it is called, and as it should be."""


def width_of(scenes: Iterable[int], frames: Frames) -> int:
    """Return how many digits the numbers in frames' names have: enough for every scene, and for every name there is."""
    widths = {min(len(str(scene)), WIDEST) for scene in scenes} | {_width(record) for record in frames.values()}
    return max({NARROWEST, *widths})


def _width(record: FrameRecord) -> int:
    return min(record.file.find(".") - _SCENE, WIDEST)


def narrow(frames: Frames, scenes: Collection[int], width: int) -> list[Renamed]:
    """List the frames of these scenes whose names are not that wide, each with its record under its new name."""
    found = []
    for record in frames.values():
        if record.scene in scenes and _width(record) < width:
            ending = stored.frame_file(record.file, record.scene).partition(".")[2]
            found.append((record, replace(record, file=f"{frame_stem(record.scene, width)}.{ending}")))
    return found


def as_found(frames: Frames, wanted: Sequence[Renamed], folder: Path) -> Frames:
    """Return the frames under the names that they have: a run that was killed may have renamed some already."""
    moved = {}
    for old, new in wanted:
        if not os.path.lexists(folder / old.file) and os.path.lexists(folder / new.file):
            moved[new.scene, new.writer] = new
    return {**frames, **moved} if moved else frames


def widen(wanted: Sequence[Renamed], folder: Path) -> tuple[list[FrameRecord], list[str]]:
    """Rename the files of frames; return the records to write down then, and what the user should hear.

    A file of somebody else's that has the new name is moved aside. To be killed in between costs nothing: what has its
    new name already is found under it.
    """
    renamed, notes = [], []
    for old, new in wanted:
        source, target = folder / old.file, folder / new.file
        if os.path.lexists(source):
            if os.path.lexists(target):
                notes.append(f"{target.name} was not as novaclips wrote it; kept as {move_aside(target).name}")
            try:
                source.rename(target)
            except OSError as exc:
                raise StorageError(f"cannot rename {source} to {target.name}: {exc.strerror or exc}") from exc
        renamed.append(new)
    return renamed, notes


def sentence(wanted: Sequence[Renamed]) -> str:
    """Say which names change."""
    old, new = wanted[0]
    more = f" and {len(wanted) - 1} more like it" if len(wanted) > 1 else ""
    return f"the film needs wider numbers: {old.file} becomes {new.file}{more}; nothing is drawn for that"
