"""Files in the output folder that no frame of now may overwrite or stand beside."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.engine.ledger import FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.planner import untouched

UNPLACED = ".new.tmp"  # the ending of a frame that waits for its place


def is_strange(path: Path, record: FrameRecord | None) -> bool:
    """Say whether there is a file that novaclips did not write, or that was changed since."""
    return path.exists() and not (record is not None and untouched(path, record))


def move_aside(path: Path) -> Path:
    """Give a file another name, and return that."""
    number = 1
    while (aside := path.with_name(f"{path.stem}.kept-{number}{path.suffix}")).exists():
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


def remove_orphans(orphans: Iterable[FrameRecord], folder: Path, ledger: Ledger) -> list[str]:
    """Delete the frames of scenes that scenes.yaml no longer has, and say so; their originals stay."""
    notes = []
    for record in orphans:
        path = folder / record.file
        if is_strange(path, record):
            aside = move_aside(path)
            notes.append(f"{record.file}: scene {record.scene} is gone, but the file was edited; kept as {aside.name}")
        elif path.exists():
            remove(path)
            notes.append(f"{record.file} removed: scene {record.scene} is gone; its original is kept")
        ledger.drop_frame(record.scene, record.writer)
    return notes


def sweep(folder: Path) -> None:
    """Delete the temporary files that a killed run left."""
    for pattern in (".*.tmp", ".novaclips/.*.tmp", ".novaclips/originals/*/.*.tmp"):
        for path in folder.glob(pattern):
            remove(path)
