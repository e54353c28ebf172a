"""Files in the output folder that no frame of now may overwrite or stand beside."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.untrusted import stored
from novaclips.visuals.image_generator.engine.ledger import FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.planner import untouched

PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".avif", ".tif", ".tiff")  # of writers that are not asked for any more
UNPLACED = ".new.tmp"  # the ending of a frame that waits for its place


def is_strange(path: Path, record: FrameRecord | None) -> bool:
    """Say whether there is anything that novaclips did not write, or that was changed since."""
    return os.path.lexists(path) and not (record is not None and untouched(path, record))


def move_aside(path: Path) -> Path:
    """Give a file another name, and return that."""
    number = 1
    while os.path.lexists(aside := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")):
        number += 1
    try:
        path.rename(aside)
    except OSError as exc:
        raise StorageError(f"cannot move {path} out of the way: {exc.strerror or exc}") from exc
    return aside


def remove(path: Path) -> None:
    """Delete a file; StorageError when that is not allowed."""
    try:
        path.unlink()
    except OSError as exc:
        raise StorageError(f"cannot remove {path}: {exc.strerror or exc}") from exc


def remove_orphans(
    orphans: Iterable[FrameRecord], folder: Path, ledger: Ledger, endings: Collection[str] = ()
) -> list[str]:
    """Delete the frames of scenes that scenes.yaml no longer has, and say so; their originals stay.

    A file that is not called like a frame of its scene, with the ending of a picture or one of these ``endings`` of
    writers, is left alone, whatever the ledger says of it.
    """
    notes = []
    for record in orphans:
        file = stored.frame_file(record.file, record.scene)
        path = folder / file
        if not file.endswith((*PICTURES, *endings)):
            pass
        elif is_strange(path, record):
            aside = move_aside(path)
            notes.append(f"{file}: scene {record.scene} is gone, but the file was edited; kept as {aside.name}")
        elif path.exists():
            remove(path)
            notes.append(f"{file} removed: scene {record.scene} is gone; its original is kept")
        ledger.drop_frame(record.scene, record.writer)
    return notes


def put_away(
    records: Iterable[FrameRecord], wanted: Mapping[int, tuple[str, str, str]], folder: Path, ledger: Ledger
) -> list[str]:
    """Move the files aside that writers of before left and that show something old by now, and say so.

    ``wanted`` is for each scene the key, the resolution and the fit that its frame has now. Files that are gone are
    forgotten.
    """
    notes = []
    for record in records:
        path = folder / stored.frame_file(record.file, record.scene)
        if not os.path.lexists(path):
            ledger.drop_frame(record.scene, record.writer)
        elif wanted.get(record.scene) not in (None, (record.key, record.resolution, record.fit)):
            aside = move_aside(path)
            old = f"{path.name} shows an old picture, and its writer {record.writer!r} is not here"
            notes.append(f"{old}; kept as {aside.name}")
            ledger.drop_frame(record.scene, record.writer)
    return notes


def sweep(folder: Path) -> None:
    """Delete the temporary files that a killed run left; those of others stay, whatever they are called."""
    kept = (f".novaclips/{folder}/[0-9a-f][0-9a-f]/.*.tmp" for folder in ("originals", "quarantine"))
    for pattern in (".*.tmp", ".novaclips/.*.tmp", *kept):
        for path in folder.glob(pattern):
            if stored.is_unfinished(path.name):
                remove(path)
