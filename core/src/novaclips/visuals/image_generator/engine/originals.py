"""Originals: the services' bytes exactly as they came, kept by content."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from novaclips.files import write_atomically


@dataclass(frozen=True, slots=True)
class Originals:
    """A folder of pictures named by the SHA-256 of their bytes: ``ab/abcdef....png``."""

    folder: Path

    def keep(self, data: bytes, extension: str) -> str:
        """Put a picture on the disk, fsynced, and return its name; StorageError when the disk does not take it."""
        digest = hashlib.sha256(data).hexdigest()
        name = f"{digest[:2]}/{digest}.{extension}"
        if not self.has(name):
            write_atomically(self.folder / name, data)
        return name

    def path(self, name: str) -> Path:
        """Say where the original of this name lies."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Say whether the original of this name is there."""
        return self.path(name).is_file()
