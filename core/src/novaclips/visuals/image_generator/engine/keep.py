"""Keeping bytes that were paid for: onto the disk before anybody looks at them, whatever that takes."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from novaclips.environment import Environment
from novaclips.errors import StorageError
from novaclips.files import is_passing
from novaclips.untrusted import stored
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.records import Bought
from novaclips.visuals.image_generator.models import JSON

T = TypeVar("T")

# Seconds to wait, one after the other, for a file handle or for memory: half a minute in all.
PAUSES = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0)


@dataclass(frozen=True, slots=True)
class Kept:
    """Bytes that are on the disk: ``name`` is what they are called in ``place``.

    ``trouble`` is why they are not where they should be, None where they are.
    """

    name: str
    place: Originals
    trouble: StorageError | None = None

    @property
    def path(self) -> Path:
        """The file."""
        return self.place.folder / self.name


@dataclass(frozen=True, slots=True)
class Label:
    """What is known of bytes: the request and the scene that they were bought for, and what stands in their note."""

    key: str
    scene: int
    bought: Bought
    more: Mapping[str, JSON]

    def lay(self, place: Originals) -> None:
        """Write the note, fsynced."""
        place.note(self.key, self.scene, self.bought, **self.more)


def secure(data: bytes, label: Label, originals: Originals, sleep: Callable[[float], object]) -> Kept:
    """Put the bytes of an answer on the disk, fsynced; nothing of them is looked at but how they start.

    ``label`` is what core knew of the picture before the answer; its note goes first, so that bytes are never without
    one. What goes by is waited for with ``sleep``. What the output folder cannot take for good goes to the first of its
    last resorts that can. StorageError when none does: the bytes are lost.
    """
    name = originals.name_of(data)
    home = originals if stored.is_original(name) else originals.quarantine
    announced = replace(label.bought, original=name)

    def put(place: Originals) -> Kept:
        place.announce(label.key, label.scene, announced, **label.more)
        place.keep(name, data)
        return Kept(name, place)

    try:
        return persistently(lambda: put(home), sleep)
    except StorageError as trouble:
        for place in originals.last_resorts:
            with contextlib.suppress(StorageError, OSError):
                make_private(place.folder)
                return replace(persistently(partial(put, place), sleep), trouble=trouble)
        raise


def persistently(work: Callable[[], T], sleep: Callable[[float], object]) -> T:
    """Do ``work`` until nothing that goes by is in its way, for half a minute at most; StorageError says what was."""
    for pause in PAUSES:
        try:
            return work()
        except (StorageError, MemoryError) as error:
            if not is_passing(error):
                raise
        sleep(pause)
    try:
        return work()
    except MemoryError as error:
        raise StorageError("there is no memory left to keep what came") from error


def last_resorts(folder: Path, environ: Mapping[str, str]) -> tuple[Path, ...]:
    """Say where pictures go that an output folder cannot take: the user's own folder for such things, then /tmp.

    Each output folder has its own, by its path. A project's ``.env`` has no say in that.
    """
    environ = environ.own if isinstance(environ, Environment) else environ
    own = hashlib.sha256(str(folder.absolute()).encode(errors="surrogateescape")).hexdigest()[:16]
    user = os.getuid() if hasattr(os, "getuid") else environ.get("USERNAME", "user")
    temporary = Path(environ.get("TMPDIR") or tempfile.gettempdir()) / f"novaclips-{user}"
    return tuple(place / "rescued" / own / "originals" for place in (*_state_folder(environ), temporary))


def _state_folder(environ: Mapping[str, str]) -> list[Path]:
    """Where programs keep what is not of one project, by the conventions of the system; none without a home."""
    if named := environ.get("LOCALAPPDATA" if os.name == "nt" else "XDG_STATE_HOME"):
        return [Path(named) / "novaclips"]
    home = environ.get("HOME")
    return [Path(home) / ".local" / "state" / "novaclips"] if home else []


def make_private(folder: Path) -> None:
    """Make a folder that nobody else may look into; OSError when somebody else made it, as anybody can in /tmp."""
    root = folder.parents[2]
    root.parent.mkdir(parents=True, exist_ok=True)
    for new in (root, *reversed(folder.parents[:2]), folder):
        new.mkdir(mode=0o700, exist_ok=True)
    if hasattr(os, "getuid"):
        found = root.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.getuid():
            raise PermissionError(f"{root} is somebody else's")
