"""Making the frame: from an original to the files that a video editor opens."""

from __future__ import annotations

import filecmp
import hashlib
import os
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from novaclips.errors import BadImage, PluginError, StorageError
from novaclips.guarded import Guarded
from novaclips.untrusted.files import is_own_file
from novaclips.untrusted.text import storable
from novaclips.visuals.image_generator.engine.buy import set_apart_text
from novaclips.visuals.image_generator.engine.ledger import Bought, FrameRecord, Ledger
from novaclips.visuals.image_generator.engine.originals import Originals
from novaclips.visuals.image_generator.engine.parameters import frame_text
from novaclips.visuals.image_generator.engine.plan import PlannedScene
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.engine.tidy import UNPLACED, is_strange, move_aside
from novaclips.visuals.image_generator.frame import ONE_COLOUR, Unpacked, fit, is_one_colour, remarks, unpack
from novaclips.visuals.image_generator.models import JSON, Frame, frame_stem
from novaclips.visuals.image_generator.writers import BaseOutputWriter


@dataclass(frozen=True, slots=True)
class Finished:
    """The files of a scene's frame, the first writer's first, and what the user should hear about them.

    ``notes`` are about the files, ``warnings`` about the picture, both in whole sentences.
    """

    paths: tuple[Path, ...]
    notes: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finisher:
    """Fits originals to the frame and hands them to the writers; used from several threads at once.

    ``blame`` gives, by a writer's name, what makes the error that says what is wrong with its plugin. ``width`` is that
    of the numbers in the frames' names. ``beside`` are the writers of before: what is there of their
    files is kept up to date. ``former`` names all that are not asked for any more.
    """

    settings: RunSettings
    writers: Mapping[str, BaseOutputWriter]
    blame: Callable[[str], Callable[[str], PluginError]]
    ledger: Ledger
    originals: Originals
    folder: Path
    width: int
    beside: Mapping[str, BaseOutputWriter]
    former: Collection[str]

    def finish(self, planned: PlannedScene, bought: Bought, frames: Mapping[tuple[int, str], FrameRecord]) -> Finished:
        """Write a scene's frame, and choose its take if that is new.

        A file in the frame's place that is not ours is moved aside first, never overwritten.
        """
        unpacked = self._unpacked(bought)
        warnings = self._warnings(planned, unpacked)
        image = fit(unpacked.image, self.settings.resolution.size, self.settings.fit)
        if planned.new_take:
            self.ledger.pick(*planned.place, planned.override)
        about = describe(planned, bought, str(self.settings.resolution)) | {"picture_warnings": list(warnings)}
        frame = Frame(scene_id=planned.scene.id, image=image, text=frame_text(about))
        paths, notes = [], []
        scene = planned.scene.id
        for name, writer in {**self.writers, **self.beside}.items():
            path = self.folder / f"{frame_stem(scene, self.width)}{writer.extension}"
            if name in self.beside and not ((scene, name) in frames and os.path.lexists(path)):
                continue  # nobody asks for it
            record, former = self._record_of(scene, name, path, frames)
            if aside := self._place(name, frame, path, record):
                notes.append(f"{path.name} was not as novaclips wrote it; kept as {aside.name}")
            self.ledger.put_frame(self._record(planned, name, path, about))
            if former:
                self.ledger.drop_frame(scene, former)
            paths.append(path)
        return Finished(tuple(paths), tuple(notes), warnings)

    def _record_of(
        self, scene: int, name: str, path: Path, frames: Mapping[tuple[int, str], FrameRecord]
    ) -> tuple[FrameRecord | None, str]:
        """Return what is known of a frame's file, and which writer of before it was of, if another's."""
        for former in self.former:
            record = frames.get((scene, former))
            if record and former != name and record.file == path.name:
                return record, former
        return frames.get((scene, name)), ""

    def _warnings(self, planned: PlannedScene, unpacked: Unpacked) -> tuple[str, ...]:
        """Say what does not show at once in a folder of frames; sizes without the scene, for all may share them."""
        image = unpacked.image
        said = (*unpacked.warnings, *((ONE_COLOUR,) if is_one_colour(image) else ()))
        sizes = remarks(image.size, self.settings.resolution.size, self.settings.fit)
        return (*sizes, *(f"scene {planned.scene.id}: {text}" for text in said))

    def _unpacked(self, bought: Bought) -> Unpacked:
        """Decode an original; one that is damaged is set apart, and written down as bytes that cannot be used.

        One that was set apart, and can be used by now, is an original again.
        """
        name = bought.original
        try:
            unpacked = unpack(self.originals.read(name))
        except BadImage as error:
            text = self.originals.spell(set_apart_text(error, self.originals.set_apart(name)))
            self.ledger.reject(name, text)
            raise BadImage(text) from error
        except FileNotFoundError as exc:  # deleted while this run was going on
            raise BadImage(f"the original {name} is gone; the next run asks for it again") from exc
        except OSError as exc:
            raise StorageError(f"cannot read the original {name}: {exc.strerror or exc}") from exc
        if self.originals.quarantine.has(name):
            self.originals.readmit(name)
            self.ledger.readmit(name)
        return unpacked

    def _place(self, name: str, frame: Frame, path: Path, record: FrameRecord | None) -> Path | None:
        """Write a frame into its place and return the new name of a stranger's file that was there."""
        if not is_strange(path, record):
            self._write(name, frame, path)
            return None
        beside = path.with_name(f".{path.name}{UNPLACED}")
        beside.unlink(missing_ok=True)  # a writer would follow a link
        self._write(name, frame, beside)
        # A run that was killed between writing a frame and its entry in the ledger leaves the very same bytes.
        same = is_own_file(path) and filecmp.cmp(beside, path, shallow=False)
        aside = None if same else move_aside(path)
        beside.replace(path)
        return aside

    def _write(self, name: str, frame: Frame, path: Path) -> None:
        blame = self.blame(name)
        with Guarded(blame, "write"):
            {**self.writers, **self.beside}[name].write(frame, path)
        if not path.is_file():
            raise blame("write() left no file")

    def _record(self, planned: PlannedScene, writer: str, path: Path, about: dict[str, JSON]) -> FrameRecord:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            stat = os.fstat(file.fileno())
        return FrameRecord(
            scene=planned.scene.id,
            writer=writer,
            file=path.name,
            key=planned.addressed.key,
            resolution=str(self.settings.resolution),
            fit=self.settings.fit,
            size=stat.st_size,
            mtime_ns=stat.st_mtime_ns,
            digest=digest,
            title=storable(planned.scene.title),
            about=about,
        )


def describe(planned: PlannedScene, bought: Bought, resolution: str) -> dict[str, JSON]:
    """Tell the story of a frame: its entry in the manifest, as JSON values."""
    scene, request = planned.scene, planned.addressed.request
    return {
        "scene": scene.id,
        "title": scene.title,
        "resolution": resolution,
        "provider": planned.addressed.provider,
        "model": bought.model,
        "service_model": bought.details.get("service_model", ""),
        "style": request.style,
        "visual_type": request.visual_type,
        "scene_prompt": request.scene_prompt,
        "prompt": request.prompt,
        "negative_prompt": request.negative_prompt,
        "seed": request.seed if bought.seed is None else bought.seed,
        "take": request.take,
        "pick": list(planned.place) if planned.new_take or planned.picked else None,
        "cost_usd": bought.cost_usd,
        "upper_bound": bought.upper_bound,
        "run": bought.run,
        "drawn": datetime.fromtimestamp(bought.received, UTC).isoformat(timespec="seconds"),
        "original": bought.original,
        "key": planned.addressed.key,
        "request": dict(planned.addressed.content),
        "warnings": bought.details.get("warnings", []),
        "metadata": bought.details.get("metadata", {}),
    }
