"""Originals: the services' bytes exactly as they came, kept by content, each with notes on what it was bought for."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Self

from novaclips.errors import StorageError
from novaclips.files import write_atomically
from novaclips.untrusted import stored
from novaclips.untrusted.files import is_own_file, read_regular
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.engine.records import Attempt, Bought, note_name, read_received, short

FORMAT = 1
SHELVES = tuple(f"{number:02x}" for number in range(256))


@dataclass(frozen=True, slots=True)
class Shelf:
    """The notes in one folder of originals, by the start of their key; ``changed`` is the folder's time."""

    name: str
    changed: int
    notes: Mapping[str, list[str]]

    @classmethod
    def of(cls, folder: Path, name: str, changed: int) -> Self:
        """List a folder."""
        notes: dict[str, list[str]] = defaultdict(list)
        with contextlib.suppress(OSError):
            for file in os.listdir(folder / name):  # noqa: PTH208 - ten thousand Paths would take 30 ms
                if file.endswith(".json") and not file.startswith("."):
                    notes[file.split(".")[-2]].append(file)
        return cls(name, changed, dict(notes))

    def files(self) -> list[str]:
        """Return the names of the notes, in their order."""
        return sorted(file for files in self.notes.values() for file in files)


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder of pictures named by the SHA-256 of their bytes: ``ab/abcdef....png``.

    Beside each picture lies a note for every request that it was bought for, ``ab/abcdef....<start of the key>.json``:
    all that the ledger knows of it, so that a lost ledger loses no picture.
    """

    folder: Path
    _listed: dict[str, Shelf] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

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

    def notes(self, known: Collection[str] = ()) -> tuple[list[Attempt], int]:
        """Read all notes but the ``known`` ones: as attempts, the oldest first, and how many cannot be read.

        A note without its picture is of one that did not come to the disk; it does not count.
        """
        found, unreadable = [], 0
        for shelf in sorted(self._shelves().values(), key=lambda shelf: shelf.name):
            for file in shelf.files():
                if f"{shelf.name}/{file}" in known:
                    continue
                try:
                    note = _read(self.folder / shelf.name / file)
                except (OSError, Damaged):
                    unreadable += 1
                    continue
                if self.has(note.original or ""):
                    found.append(note)
        return sorted(found, key=lambda attempt: attempt.started), unreadable

    def look_up(self, key: str) -> Attempt | None:
        """Find the newest picture that lies here and was bought for a request, by its notes alone."""
        found = []
        for shelf in self._shelves().values():
            for file in shelf.notes.get(short(key), ()):
                with contextlib.suppress(OSError, Damaged):
                    note = _read(self.folder / shelf.name / file)
                    if note.key == key and self.has(note.original or ""):
                        found.append(note)
        return max(found, key=lambda note: note.started, default=None)

    def _shelves(self) -> dict[str, Shelf]:
        """List the notes that are there; a folder is read again only when it has changed, as its time tells."""
        if not self.folder.is_dir():
            return {}
        with self._lock:
            for name in SHELVES:
                try:
                    changed = os.stat(f"{self.folder}{os.sep}{name}").st_mtime_ns  # noqa: PTH116 - before each purchase
                except OSError:
                    self._listed.pop(name, None)
                    continue
                listed = self._listed.get(name)
                if listed is None or listed.changed != changed:
                    self._listed[name] = Shelf.of(self.folder, name, changed)
            return self._listed.copy()

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


def _read(path: Path) -> Attempt:
    """Read a note as the attempt that brought its picture; Damaged when it is none, or belongs to another picture."""
    note = stored.json_object(read_regular(path, stored.MAX_ENTRY, follow=False))
    attempt = read_received(note, received=note.get("received"), details=note.get("details"))
    if f"{path.parent.name}/{path.name}" != note_name(str(attempt.original), attempt.key):
        raise Damaged("it lies beside another picture")
    return attempt
