"""Originals: the services' bytes exactly as they came, kept by content, each with notes on what it was bought for."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Self

from novaclips.errors import BadImage, StorageError
from novaclips.files import atomic_writer, make_folder, write_atomically
from novaclips.untrusted import stored
from novaclips.untrusted.files import TooLarge, is_own_file, read_regular
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.engine.records import Attempt, Bought, note_name, read_received, short
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.frame.containers import format_of
from novaclips.visuals.image_generator.models import JSON

FORMAT = 1
MAX_KEPT = 2**29  # bytes of one picture: more than any answer may have
ENDINGS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}
# What cannot be used is called by what it is, so that its owner's programs open it.
OTHER_ENDINGS = {"TIFF": "tif", "BMP": "bmp", "JPEG XL": "jxl", "HEIC": "heic"}
FOLDERS = "[0-9a-f][0-9a-f]"
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

    Bytes that were paid for and cannot be used lie in the ``quarantine`` beside it, under the same kind of name.
    ``elsewhere`` are folders of the same form, where pictures lie that this one could not take. ``any_kind`` says that
    files that are no picture may lie here too. ``spell`` names the folder in a text as the user does.
    """

    folder: Path
    elsewhere: tuple[Path, ...] = ()
    any_kind: bool = False
    spell: Callable[[str], str] = field(default=str, repr=False, compare=False)
    quarantine: Originals = field(init=False, repr=False, compare=False)
    last_resorts: tuple[Originals, ...] = field(init=False, repr=False, compare=False)
    _listed: dict[str, Shelf] = field(default_factory=dict, init=False, repr=False, compare=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        apart = self if self.any_kind else Originals(self.folder.parent / "quarantine", any_kind=True)
        object.__setattr__(self, "quarantine", apart)
        object.__setattr__(self, "last_resorts", tuple(Originals(folder, any_kind=True) for folder in self.elsewhere))

    def name(self, data: bytes, extension: str) -> str:
        """Say what a picture is called here."""
        digest = hashlib.sha256(data).hexdigest()
        return f"{digest[:2]}/{digest}.{extension}"

    def name_of(self, data: bytes) -> str:
        """Say what bytes are called that nobody has looked at but for how they start."""
        kind = format_of(data)
        if ending := ENDINGS.get(kind) or OTHER_ENDINGS.get(kind):
            return self.name(data, ending)
        return self.name(data, "html" if data[:1024].lstrip()[:1] == b"<" else "bin")

    def keep(self, name: str, data: bytes) -> None:
        """Put a picture on the disk, fsynced, under its ``name``; StorageError when the disk does not take it."""
        path = self.folder / name
        with contextlib.suppress(OSError):
            if is_own_file(path) and path.stat().st_size == len(data) and path.read_bytes() == data:
                return
        write_atomically(path, data)

    def note(self, key: str, scene: int, bought: Bought, **more: JSON) -> None:
        """Lay a note beside a picture, fsynced: which request it was bought for, and what is known about it."""
        write_atomically(self._note_path(bought.original, key), note_text(key, scene, bought, more))

    def announce(self, key: str, scene: int, bought: Bought, **more: JSON) -> None:
        """Lay a first note beside the place of a picture, before its bytes; what cannot be written is left out.

        It holds what core knew before the answer. It is not fsynced: its folder is, once the bytes are there.
        """
        text = note_text(key, scene, bought, more)
        with (
            contextlib.suppress(StorageError),
            atomic_writer(self._note_path(bought.original, key), lasting=False) as file,
        ):
            file.write(text)

    def path(self, name: str) -> Path:
        """Say where the original of this name lies; Damaged for a text that is not the name of one."""
        home = self.folder / (stored.kept(name) if self.any_kind else stored.original(name))
        if self.any_kind or is_own_file(home):
            return home
        others = (place.folder / name for place in (*self.last_resorts, self.quarantine))
        return next((path for path in others if is_own_file(path)), home)

    def has(self, name: str) -> bool:
        """Say whether the original of this name is there, as a file of its own; one that was set apart counts."""
        return (stored.is_kept if self.any_kind else stored.is_original)(name) and is_own_file(self.path(name))

    def read(self, name: str) -> bytes:
        """Return the bytes of an original; BadImage when they are not those that came, OSError as ``open`` does."""
        try:
            data = self._bytes_of(name)
        except TooLarge as exc:
            raise BadImage(f"the original {name} is damaged: {exc.strerror}") from exc
        if not is_called(name, data):
            raise BadImage(f"the original {name} is damaged: its bytes are not those that came")
        return data

    def _bytes_of(self, name: str) -> bytes:
        try:
            return read_regular(self.path(name), MAX_KEPT, follow=False)
        except FileNotFoundError:  # another thread has just set it apart, or brought it home
            return read_regular(self.path(name), MAX_KEPT, follow=False)

    def can_use(self, name: str) -> bool:
        """Say whether bytes that were set apart are a picture that can be used now."""
        try:
            verify(self.read(name))
        except (BadImage, OSError, Damaged):
            return False
        return True

    def names(self) -> Iterator[str]:
        """List the pictures that are here, in the order of their names; files of others do not count."""
        is_name = stored.is_kept if self.any_kind else stored.is_original
        for path in sorted(self.folder.glob(f"{FOLDERS}/[!.]*")):
            if is_name(name := path.relative_to(self.folder).as_posix()) and is_own_file(path):
                yield name

    def notes(self, known: Collection[str] = ()) -> tuple[list[Attempt], int]:
        """Read all notes but the ``known`` ones: as attempts, the oldest first, and how many cannot be read.

        A note without its picture is of one that did not come to the disk; it does not count. What was set apart is in
        the state ``unusable``.
        """
        found, unreadable = [], 0
        for place in (self, *self.last_resorts, self.quarantine):
            for shelf in sorted(place.shelves().values(), key=lambda shelf: shelf.name):
                for file in shelf.files():
                    if f"{shelf.name}/{file}" in known:
                        continue
                    try:
                        note = place.read_note(shelf, file, is_apart=place is self.quarantine)
                    except (OSError, Damaged):
                        unreadable += 1
                        continue
                    if note:
                        found.append(note)
        return sorted(found, key=lambda attempt: attempt.started), unreadable

    def look_up(self, key: str) -> Attempt | None:
        """Find the newest picture that lies here and was bought for a request, by its notes alone."""
        found = []
        for place in (self, *self.last_resorts):
            for shelf in place.shelves().values():
                for file in shelf.notes.get(short(key), ()):
                    with contextlib.suppress(OSError, Damaged):
                        note = place.read_note(shelf, file, is_apart=False)
                        if note and note.key == key and note.state == "received":
                            found.append(note)
        return max(found, key=lambda note: note.started, default=None)

    def read_note(self, shelf: Shelf, file: str, *, is_apart: bool) -> Attempt | None:
        """Read a note that lies here; None where its picture does not."""
        note = _read(self.folder / shelf.name / file, is_apart=is_apart)
        return note if is_own_file(self.folder / (note.original or "")) else None

    def shelves(self) -> dict[str, Shelf]:
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
            for note in _notes_beside(path):
                note.unlink(missing_ok=True)
            path.unlink(missing_ok=True)
        except OSError as exc:
            raise StorageError(f"cannot remove {path}: {exc.strerror or exc}") from exc

    def set_apart(self, name: str) -> Path:
        """Move a picture with its notes into the quarantine, and return where it lies then.

        Where the disk refuses that, it stays where it is.
        """
        return _moved(self.path(name), self.quarantine.folder / name)

    def readmit(self, name: str) -> Path:
        """Move what was set apart, and can be used after all, back among the originals; return where it lies then."""
        path, home = self.quarantine.path(name), self.folder / stored.original(name)
        return _moved(path, home) if is_own_file(path) and not is_own_file(home) else self.path(name)

    def bring_home(self) -> list[str]:
        """Fetch what this folder could not take the last time; return sentences for the user.

        What cannot be fetched stays where it is, and is found there.
        """
        said = []
        for place in self.last_resorts:
            with contextlib.suppress(StorageError, OSError, Damaged):
                if names := [name for name in place.names() if self._fetched(place, name)]:
                    number = "1 picture" if len(names) == 1 else f"{len(names)} pictures"
                    said.append(f"{number} that found no room here the last time: brought home from {place.folder}")
        return said

    def _fetched(self, place: Originals, name: str) -> bool:
        """Copy a file with its notes from another place, and let go of it there; damaged ones are left alone."""
        path = place.path(name)
        data = read_regular(path, MAX_KEPT, follow=False)
        if not is_called(name, data):
            return False
        home = (self if stored.is_original(name) else self.quarantine).folder / name
        notes = _notes_beside(path)
        for note in notes:
            write_atomically(home.parent / note.name, read_regular(note, stored.MAX_ENTRY, follow=False))
        write_atomically(home, data)
        for done in (*notes, path):
            done.unlink(missing_ok=True)
        return True

    def _note_path(self, name: str, key: str) -> Path:
        return self.folder / note_name((stored.kept if self.any_kind else stored.original)(name), key)


def is_called(name: str, data: bytes) -> bool:
    """Say whether this is the name of these bytes."""
    return name[3:].partition(".")[0] == hashlib.sha256(data).hexdigest()


def note_text(key: str, scene: int, bought: Bought, more: dict[str, JSON]) -> bytes:
    """Write a note; ``more`` is what only some notes say."""
    document = {"format": FORMAT, "key": key, "scene": scene} | asdict(bought) | more
    return (json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()


def _notes_beside(path: Path) -> list[Path]:
    return sorted(path.parent.glob(f"{path.stem}.*.json"))


def _moved(path: Path, there: Path) -> Path:
    """Move a file with its notes, these first; where that is refused, what was not moved stays."""
    try:
        make_folder(there.parent)
        for one in (*_notes_beside(path), path):
            one.replace(there.parent / one.name)
    except OSError:
        return path if path.exists() else there
    return there


def _read(path: Path, *, is_apart: bool) -> Attempt:
    """Read a note as the attempt that brought its picture; Damaged when it is none, or belongs to another picture."""
    note = stored.json_object(read_regular(path, stored.MAX_ENTRY, follow=False))
    if stored.number(note.get("format")) > FORMAT:
        raise Damaged("a newer novaclips wrote it")
    attempt = read_received(note, received=note.get("received"), details=note.get("details"))
    if f"{path.parent.name}/{path.name}" != note_name(str(attempt.original), attempt.key):
        raise Damaged("it lies beside another picture")
    if is_apart or not stored.is_original(attempt.original):
        error = note.get("error")
        return replace(attempt, state="unusable", error=error if isinstance(error, str) else "it cannot be used")
    return attempt
