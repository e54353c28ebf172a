"""Originals: the services' bytes exactly as they came, kept by content, each with notes on what it was bought for."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from novaclips.errors import StorageError
from novaclips.files import write_atomically
from novaclips.visuals.image_generator.engine.records import Attempt, Bought

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
        """Say where the original of this name lies."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Say whether the original of this name is there."""
        return self.path(name).is_file()

    def names(self) -> Iterator[str]:
        """List the pictures that are there, in the order of their names."""
        for path in sorted(self.folder.glob("*/[!.]*")):
            if path.suffix != ".json":
                yield path.relative_to(self.folder).as_posix()

    def notes(self, keys: Collection[str] | None = None) -> tuple[list[Attempt], int]:
        """Read the notes on these requests, or all: as attempts, the oldest first, and how many cannot be read.

        A note without its picture is of one that did not come to the disk; it does not count.
        """
        wanted = None if keys is None else {short(key) for key in keys}
        found, unreadable = [], 0
        for path in self.folder.glob("*/[!.]*.json"):
            if wanted is not None and path.stem.rpartition(".")[2] not in wanted:
                continue
            try:
                note = _read(path)
            except (OSError, ValueError, LookupError, TypeError, ArithmeticError):
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
        return self.path(name).with_suffix(f".{short(key)}.json")


def short(key: str) -> str:
    """Shorten a key to what tells the notes on one picture apart."""
    return key[:16]


def _read(path: Path) -> Attempt:
    """Read a note as the attempt that brought its picture; ValueError when it belongs to another picture."""
    note = json.loads(path.read_text(encoding="utf-8"))
    original = str(note["original"])
    if not original.startswith(f"{path.parent.name}/{path.name.partition('.')[0]}."):
        raise ValueError(original)
    bought = Bought(
        original=original,
        provider=str(note["provider"]),
        model=str(note["model"]),
        seed=None if note["seed"] is None else int(note["seed"]),
        cost_usd=None if note["cost_usd"] is None else str(Decimal(note["cost_usd"])),
        received=float(note["received"]),
        details={"warnings": [], "metadata": {}} | dict(note["details"]),
    )
    return received(str(note["key"]), int(note["scene"]), bought)


def received(key: str, scene: int, bought: Bought) -> Attempt:
    """Make the attempt that brought a picture, as far as the picture tells."""
    return Attempt(
        key=key,
        scene=scene,
        provider=bought.provider,
        state="received",
        started=bought.received,
        ended=bought.received,
        original=bought.original,
        model=bought.model,
        seed=bought.seed,
        cost_usd=bought.cost_usd,
        details=bought.details,
    )
