"""The base class of output writers."""

from __future__ import annotations

from abc import ABC, abstractmethod
from pathlib import Path
from typing import IO, ClassVar

from novaclips.files import atomic_writer
from novaclips.visuals.image_generator.models import Frame


class BaseOutputWriter(ABC):
    """Puts a finished picture into a file of its own format, by way of a temporary file, fsync and rename.

    ``extension`` is the format's file ending with its dot. Methods are called from several threads at once.
    """

    extension: ClassVar[str]

    @abstractmethod
    def encode(self, frame: Frame, file: IO[bytes]) -> None:
        """Write the picture's bytes into an open, seekable binary file.

        Equal frames give equal bytes. An OSError of the file is let through.
        """

    def write(self, frame: Frame, path: Path) -> None:
        """Put the frame at ``path``, whole or not at all; StorageError when the disk does not take it."""
        with atomic_writer(path) as file:
            self.encode(frame, file)
