"""Originals: the services' bytes exactly as they came, kept by content, each with notes on what it was bought for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.files import write_atomically
from novaclips.untrusted import stored
from novaclips.untrusted.files import is_own_file, read_regular
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.engine.records import Attempt, Bought, read_received

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder of pictures named by the SHA-256 of their bytes: ``ab/abcdef....png``.

    Beside each picture lies a note for every request that it was bought for, ``ab/abcdef....<start of the key>.json``:
    all that the ledger knows of it, so that a lost ledger loses no picture.
    """

    folder: Path

    def name(self, data: bytes, extension: str) -> str:
        """Say what a picture is called here."""
        digest = hashlib.sha256(data).hexdigest()
        return f"{digest[:2]}/{digest}.{extension}"

    def keep(self, name: str, data: bytes) -> None:
        """Put a picture on the disk, fsynced, under its ``name``; StorageError when the disk does not take it."""
        if not self.has(name):
            write_atomically(self.folder / name, data)

    def note(self, key: str, scene: int, bought: Bought) -> None:
        """Lay a note beside a picture, fsynced: which request it was bought for, and what is known about it."""
        document = {"format": FORMAT, "key": key, "scene": scene} | asdict(bought)
        text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
        write_atomically(self._note_path(bought.original, key), text.encode())

    def path(self, name: str) -> Path:
        """Say where the original of this name lies; Damaged for a text that is not the name of one."""
        return self.folder / stored.original(name)

    def has(self, name: str) -> bool:
        """Say whether the original of this name is there, as a file of its own."""
        return stored.is_original(name) and is_own_file(self.folder / name)

    def names(self) -> Iterator[str]:
        """List the pictures that are there, in the order of their names; files of others do not count."""
        for path in sorted(self.folder.glob("[0-9a-f][0-9a-f]/[!.]*")):
            if self.has(name := path.relative_to(self.folder).as_posix()):
                yield name

    def notes(self, keys: Collection[str] | None = None) -> tuple[list[Attempt], int]:
        """Read the notes on these requests, or all: as attempts, the oldest first, and how many cannot be read.

        A note without its picture is of one that did not come to the disk; it does not count.
        """
        wanted = None if keys is None else {short(key) for key in keys}
        found, unreadable = [], 0
        for path in self.folder.glob("[0-9a-f][0-9a-f]/[!.]*.json"):
            if wanted is not None and path.stem.rpartition(".")[2] not in wanted:
                continue
            try:
                note = _read(path)
            except (OSError, Damaged):
                unreadable += 1
                continue
            if (keys is None or note.key in keys) and self.has(note.original or ""):
                found.append(note)
        return sorted(found, key=lambda attempt: attempt.started), unreadable

    def remove(self, name: str) -> None:
        """Delete a picture with its notes, the notes first, where they are; StorageError when that is not allowed."""
        path = self.path(name)
        try:
            for note in path.parent.glob(f"{path.stem}.*.json"):
                note.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        except OSError as exc:
            raise StorageError(f"cannot remove {path}: {exc.strerror or exc}") from exc

    def _note_path(self, name: str, key: str) -> Path:
        return self.folder / note_name(stored.original(name), key)


def note_name(original: str, key: str) -> str:
    """Say what the note on an original that was bought for a request is called."""
    return f"{original.partition('.')[0]}.{short(key)}.json"


def short(key: str) -> str:
    """Shorten a key to what tells the notes on one picture apart."""
    return key[:16]


def _read(path: Path) -> Attempt:
    """Read a note as the attempt that brought its picture; Damaged when it is none, or belongs to another picture."""
    note = stored.json_object(read_regular(path, stored.MAX_ENTRY, follow=False))
    attempt = read_received(note, received=note.get("received"), details=note.get("details"))
    if f"{path.parent.name}/{path.name}" != note_name(str(attempt.original), attempt.key):
        raise Damaged("it lies beside another picture")
    return attempt
