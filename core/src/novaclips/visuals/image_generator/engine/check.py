"""Checking what is kept: every original and every frame is read and compared with what was written; nothing changes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from novaclips.errors import BadImage, ExitCode
from novaclips.untrusted.files import TooLarge, is_own_file, read_regular
from novaclips.visuals.image_generator.engine.keep import last_resorts
from novaclips.visuals.image_generator.engine.ledger import Attempt, FrameRecord
from novaclips.visuals.image_generator.engine.originals import MAX_KEPT, Originals, is_called
from novaclips.visuals.image_generator.engine.own_files import HIDDEN, LEDGER, check_own_files
from novaclips.visuals.image_generator.engine.planner import MAX_FRAME
from novaclips.visuals.image_generator.engine.rebuild import recall
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import JSON


class Finding(StrEnum):
    """What may be said of a file that is not just as it was written."""

    DAMAGED = "damaged"  # its bytes are not those that came; or it is no frame any more
    MISSING = "missing"  # it was written down, and is not there
    UNREADABLE = "unreadable"  # the system does not let it be read
    EDITED = "edited"  # a frame that somebody painted over, on purpose
    UNUSABLE = "unusable"  # paid bytes that cannot be used, which were set apart
    ELSEWHERE = "elsewhere"  # a picture that found no room; the next run brings it home


WRONG = frozenset({Finding.DAMAGED, Finding.MISSING, Finding.UNREADABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file that is not just as it was written; ``scene`` is whom it was last for, where that is known."""

    path: Path
    finding: Finding
    scene: int | None
    what: str

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        return {"file": str(self.path), "what": self.what, "finding": str(self.finding), "scene": self.scene}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What was read, how much of it, and what is not as it was written; ``notes`` are sentences about the folder."""

    originals: int
    frames: int
    found: tuple[Found, ...]
    notes: tuple[str, ...] = ()

    @property
    def wrong(self) -> list[Found]:
        """List what should not be: damaged, missing, not to be read."""
        return [one for one in self.found if one.finding in WRONG]

    @property
    def exit_code(self) -> ExitCode:
        """What the command line answers."""
        return ExitCode.SCENES_FAILED if self.wrong else ExitCode.OK

    def as_dict(self) -> dict[str, JSON]:
        """Return it as JSON values."""
        return {
            "exit_code": int(self.exit_code),
            "originals": self.originals,
            "frames": self.frames,
            "found": [one.as_dict() for one in self.found],
        }


def check_folder(folder: Path, environ: Mapping[str, str]) -> Checked:
    """Read every original and every frame of an output folder, and say what is not as it was written."""
    check_own_files(folder)
    hidden = folder / HIDDEN
    originals = Originals(hidden / "originals", last_resorts(folder, environ))
    recalled = recall(hidden / LEDGER, originals, folder, writing=False)
    attempts: list[Attempt] = []
    frames: list[FrameRecord] = []
    if recalled.ledger is not None:
        with contextlib.closing(recalled.ledger) as ledger:
            attempts, frames = ledger.attempts(), list(ledger.frames().values())
    scenes = {attempt.original: attempt.scene for attempt in attempts if attempt.original}
    names = list(originals.names())
    found = (
        *_originals(originals, names, scenes),
        *_lost(originals, attempts),
        *_apart(originals, scenes),
        *(one for record in frames if (one := _frame(folder, record))),
    )
    return Checked(originals=len(names), frames=len(frames), found=found, notes=recalled.notes)


def _originals(originals: Originals, names: list[str], scenes: Mapping[str, int]) -> Iterator[Found]:
    for name in names:
        path = originals.folder / name
        if finding := _bytes(path, name):
            yield Found(path=path, finding=finding, scene=scenes.get(name), what="original")


def _bytes(path: Path, name: str) -> Finding | None:
    """Say whether a file still has the bytes that its name says."""
    try:
        return None if is_called(name, read_regular(path, MAX_KEPT, follow=False)) else Finding.DAMAGED
    except TooLarge:
        return Finding.DAMAGED
    except OSError:
        return Finding.UNREADABLE


def _lost(originals: Originals, attempts: list[Attempt]) -> Iterator[Found]:
    """List the originals that are written down and not there; those that were deleted on purpose are not meant."""
    came = {one.original: one for one in attempts if one.original and one.state == "received" and one.pruned is None}
    for name, attempt in came.items():
        if not originals.has(name):
            yield Found(path=originals.folder / name, finding=Finding.MISSING, scene=attempt.scene, what="original")


def _apart(originals: Originals, scenes: Mapping[str, int]) -> Iterator[Found]:
    """List what lies in the quarantine, and what found no room in the folder."""
    for place, finding in (
        (originals.quarantine, Finding.UNUSABLE),
        *((place, Finding.ELSEWHERE) for place in originals.last_resorts),
    ):
        for name in place.names():
            yield Found(path=place.folder / name, finding=finding, scene=scenes.get(name), what="original")


def _frame(folder: Path, record: FrameRecord) -> Found | None:
    path = folder / record.file
    finding = _picture(path, record)
    return Found(path=path, finding=finding, scene=record.scene, what="frame") if finding else None


def _picture(path: Path, record: FrameRecord) -> Finding | None:
    """Say whether a frame is as novaclips wrote it, somebody's own picture, or neither."""
    if not is_own_file(path):
        return Finding.MISSING
    try:
        data = read_regular(path, MAX_FRAME, follow=False)
        if hashlib.sha256(data).hexdigest() == record.digest:
            return None
        picture = verify(data)
    except BadImage:
        return Finding.DAMAGED
    except OSError:
        return Finding.UNREADABLE
    size = f"{picture.width}x{picture.height}"
    return Finding.EDITED if size == record.resolution else Finding.DAMAGED
