"""manifest.json: what each frame is, for people, for other programs, and for a ledger that was lost."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path
from types import ModuleType

from novaclips import __version__
from novaclips.errors import ConfigError
from novaclips.files import write_atomically
from novaclips.untrusted import stored
from novaclips.untrusted.files import read_regular
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.engine.ledger import Attempt, FrameRecord, Ledger, Override
from novaclips.visuals.image_generator.engine.plan import Plan
from novaclips.visuals.image_generator.engine.records import (
    Place,
    read_attempt,
    read_frame,
    read_override,
    read_place,
    read_received,
)
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.frame import fit_named
from novaclips.visuals.image_generator.models import JSON, Resolution

NAME = "manifest.json"
FORMAT = 1
HEAD = 4096  # bytes
_FORMAT = re.compile(rb'^\s*\{\s*"format"\s*:\s*([0-9]{1,9})\b')
MAX_BYTES = 2**29  # what a hundred thousand scenes take
ABOUT = "about"  # what one file shows, where that is not what its scene's entry tells
FRAMES = b'\n  "frames": '  # as it is written: no text in JSON has a line break
WRITTEN = "written"  # an entry's list of files, with what tells whether each was touched since
RECORD = tuple(one.name for one in fields(FrameRecord) if one.name not in {"scene", "title", "about"})


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a new process needs to go on where another one ended."""

    scenes_path: Path
    settings: RunSettings


def write_manifest(remembered: Remembered, plan: Plan, report: RunReport, ledger: Ledger) -> Path:
    """Write the manifest of an output folder: every frame that is there, every scene that has none, and why.

    Fields of a newer novaclips that the manifest before had are written again, for a frame as long as it is the same.
    """
    path = report.folder / NAME
    before: dict[str, JSON] = {}
    with contextlib.suppress(OSError, Damaged):
        before = _read(path)
    frames = _frames(ledger.frames().values(), remembered.settings.writers)
    document = {
        "format": FORMAT,
        "novaclips": __version__,
        "scenes_file": path_from(report.folder, remembered.scenes_path),
        "settings": settings_as_dict(remembered.settings),
        "cost": report.project.as_dict(),
        "frames": [frames[scene.id] for scene in (p.scene for p in plan.everything) if scene.id in frames],
        "missing": _missing(plan, report, ledger),
        "takes": [
            {"base": base, "occurrence": occurrence} | override.as_dict()
            for (base, occurrence), override in ledger.picks().items()
        ],
    }
    _bear(document, before)
    if before == document:
        return path  # the file of a run that changed nothing stays as it is; comparing is faster than writing, too
    write_atomically(path, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())
    return path


def path_from(folder: Path | str, path: Path | str, system: ModuleType = os.path) -> str:
    """Return a path as seen from a folder, with ``/``; the whole path where none leads there, as between two drives.

    ``system`` has the rules of a system's paths, as ``os.path`` has those of this one.
    """
    try:
        found = system.relpath(path, folder)
    except ValueError:
        found = system.abspath(path)
    return str(found).replace(system.sep, "/")


def _frames(records: Iterable[FrameRecord], writers: Sequence[str]) -> dict[int, dict[str, JSON]]:
    """Make the entry of each scene that has frames.

    It tells what the first of the ``writers`` wrote; a file of another writer that shows something else tells that
    itself.
    """
    scenes: dict[int, list[FrameRecord]] = defaultdict(list)
    for record in records:
        scenes[record.scene].append(record)
    rank = {name: number for number, name in enumerate(writers)}
    entries = {}
    for scene, written in scenes.items():
        about = dict(min(written, key=lambda record: rank.get(record.writer, len(rank))).about)
        files = [record.file for record in written]
        entry = {"scene": scene, "files": files, WRITTEN: []} | about | {"scene": scene, "files": files}
        entry[WRITTEN] = [_written(record, about) for record in written]
        entries[scene] = entry
    return entries


def _written(record: FrameRecord, about: Mapping[str, JSON]) -> dict[str, JSON]:
    """Tell what is known of one file, and what it shows if its scene's entry tells something else."""
    known = {name: getattr(record, name) for name in RECORD}
    return known if record.about == about else known | {ABOUT: dict(record.about)}


def _bear(document: dict[str, JSON], before: Mapping[str, JSON]) -> None:
    """Write again what the manifest before had and this version does not know."""
    _bear_fields(document, before)
    _bear_fields(document["settings"], before.get("settings"))
    listed = before.get("frames")
    entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
    known = {entry["scene"]: entry for entry in document["frames"]}
    for entry in entries:
        now = known.get(entry["scene"]) if isinstance(entry.get("scene"), int) else None
        if now and now.get("key") == entry.get("key"):
            _bear_fields(now, entry)


def _bear_fields(now: dict[str, JSON], before: JSON) -> None:
    if isinstance(before, dict) and not before.keys() <= now.keys():
        now.update({name: value for name, value in before.items() if name not in now})


def _missing(plan: Plan, report: RunReport, ledger: Ledger) -> list[dict[str, JSON]]:
    """List the scenes without an up-to-date frame, and what came of the last request for each."""
    results = {result.scene_id: result for result in report}
    missing: list[dict[str, JSON]] = []
    keys = []
    for planned in plan.everything:
        result = results.get(planned.scene.id)
        if result is not None and not result.ok:
            missing.append({"scene": planned.scene.id, "outcome": str(result.outcome), "reason": result.reason})
        elif result is None and planned.state != "fresh":
            missing.append({"scene": planned.scene.id, "outcome": str(planned.state), "reason": planned.reason})
        else:
            continue
        keys.append(planned.addressed.key)
    if missing:
        last = {attempt.key: attempt for attempt in ledger.attempts() if attempt.state != "received"}
        for entry, key in zip(missing, keys, strict=True):
            entry["attempt"] = asdict(last[key]) if key in last else None
    return missing


@dataclass(frozen=True, slots=True)
class Chronicle:
    """What a manifest tells about the past of its folder, for a ledger that lost it.

    ``attempts`` are those behind the frames, and the last of each scene that has none; ``left_out`` counts the entries
    that are not as novaclips writes them.
    """

    frames: tuple[FrameRecord, ...] = ()
    picks: Mapping[Place, Override] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    left_out: int = 0


def read_chronicle(folder: Path) -> Chronicle:
    """Read what the manifest of a folder tells about its past; nothing where there is none, or none that is whole.

    ConfigError for one of a newer novaclips.
    """
    try:
        document = _read(folder / NAME)
    except (OSError, Damaged):
        return Chronicle()
    reader = _Reader()
    for entry in reader.entries(document, "frames"):
        reader.frame(entry)
    for entry in reader.entries(document, "missing"):
        reader.lost(entry)
    for entry in reader.entries(document, "takes"):
        reader.take(entry)
    return Chronicle(tuple(reader.frames), reader.picks, tuple(reader.attempts.values()), reader.left_out)


class _Reader:
    """Reads the entries of a manifest one by one; what makes no sense is left out and counted."""

    def __init__(self) -> None:
        self.frames: list[FrameRecord] = []
        self.picks: dict[Place, Override] = {}
        self.attempts: dict[tuple[str, float], Attempt] = {}  # equal scenes share one
        self.left_out = 0

    def entries(self, document: Mapping[str, JSON], name: str) -> list[dict[str, JSON]]:
        """Return the entries of a list, as far as they are JSON objects."""
        listed = document.get(name, [])
        entries = [entry for entry in listed if isinstance(entry, dict)] if isinstance(listed, list) else []
        self.left_out += len(listed) - len(entries) if isinstance(listed, list) else 1
        return entries

    def frame(self, entry: dict[str, JSON]) -> None:
        """Read a frame's entry: the attempt that brought its picture, and its files."""
        about = stored.mapping({name: value for name, value in entry.items() if name not in {"files", WRITTEN}})
        with self._counting():
            self._add(_behind(about))
        for written in self.entries(entry, WRITTEN):
            with self._counting():
                shown = stored.mapping(written[ABOUT]) if ABOUT in written else about
                if shown is not about:
                    self._add(_behind(shown))
                self.frames.append(read_frame(written | {"scene": entry.get("scene")}, shown))

    def lost(self, entry: dict[str, JSON]) -> None:
        if entry.get("attempt") is not None:
            with self._counting():
                self._add(read_attempt(stored.mapping(entry["attempt"])))

    def take(self, entry: dict[str, JSON]) -> None:
        with self._counting():
            values = stored.mapping(entry)
            place = read_place(values.pop("base", None), values.pop("occurrence", None))
            self.picks[place] = read_override(values)

    def _add(self, attempt: Attempt) -> None:
        self.attempts[attempt.key, attempt.started] = attempt

    @contextlib.contextmanager
    def _counting(self) -> Iterator[None]:
        try:
            yield
        except Damaged:
            self.left_out += 1


def _behind(about: Mapping[str, JSON]) -> Attempt:
    """Make the attempt that brought the picture of a frame."""
    names = {name: name for name in ("warnings", "metadata", "service_model")} | {"prompt": "scene_prompt"}
    details = {name: about[source] for name, source in names.items() if source in about}
    return read_received(about, received=_moment(about.get("drawn")), details=details)


def _moment(text: JSON) -> float | None:
    """Read a date with its time, in seconds since the epoch."""
    try:
        return datetime.fromisoformat(text).timestamp()
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def read_manifest(folder: Path) -> Remembered:
    """Find the scenes file and the settings of an output folder's last run; ConfigError when it had none."""
    path = folder / NAME
    anew = "novaclips visuals generate writes it anew"
    try:
        document = _read(path, head=True)
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there: make the frames first (novaclips visuals generate)") from None
    except (OSError, Damaged) as exc:
        raise ConfigError(f"{path} cannot be read: {getattr(exc, 'strerror', None) or exc}; {anew}") from exc
    try:
        scenes_path = (folder / stored.text(document.get("scenes_file"))).resolve()
        return Remembered(scenes_path, settings_from_dict(stored.mapping(document.get("settings"))))
    except (Damaged, ConfigError, OSError, RuntimeError) as exc:  # RuntimeError: a loop of symbolic links
        raise ConfigError(f"{path} cannot be read: {exc}; {anew}") from exc


def check_format(folder: Path) -> None:
    """Make sure that a folder's manifest is none of a newer novaclips; ConfigError says what to do.

    The number stands at its start, so that not all of it need be read.
    """
    path = folder / NAME
    try:
        with path.open("rb") as file:
            found = _FORMAT.search(file.read(HEAD))
    except OSError:
        return
    if found and int(found[1]) > FORMAT:
        raise _newer(path)


def _newer(path: Path) -> ConfigError:
    return ConfigError(f"{path} was written by a newer novaclips; upgrade, or use another folder")


def _read(path: Path, *, head: bool = False) -> dict[str, JSON]:
    """Read a manifest; OSError, Damaged for a text that is none, and ConfigError for one of a newer novaclips.

    With ``head``, what stands before the frames is enough: the rest of ten thousand scenes would take half a second.
    """
    text = read_regular(path, MAX_BYTES, follow=False)
    end = text.find(FRAMES) if head else -1
    document = stored.json_value(text if end < 0 else text[:end].rstrip().removesuffix(b",") + b"}")
    if not isinstance(document, dict):
        raise Damaged("it has no JSON object where one belongs")
    if isinstance(document.get("format"), int) and document["format"] > FORMAT:
        raise _newer(path)
    return document


def settings_of(folder: Path) -> RunSettings | None:
    """Return the settings of an output folder's last whole run; None where it had none, or they cannot be read."""
    try:
        return read_manifest(folder).settings
    except ConfigError:
        return None


def settings_as_dict(settings: RunSettings) -> dict[str, JSON]:
    """Return what of a run's settings belongs to its frames, as JSON values."""
    return {
        "provider": settings.provider,
        "style": settings.style,
        "enhancers": list(settings.enhancers),
        "resolution": str(settings.resolution),
        "fit": settings.fit,
        "writers": list(settings.writers),
        "options": dict(settings.options),
    }


def settings_from_dict(data: Mapping[str, JSON]) -> RunSettings:
    """Read what ``settings_as_dict`` returned; Damaged, or ConfigError, for what makes no sense."""
    return RunSettings(
        provider=stored.label(data.get("provider")),
        style=stored.label(data.get("style")),
        enhancers=stored.names(data.get("enhancers")),
        resolution=Resolution.parse(stored.label(data.get("resolution"))),
        fit=fit_named(stored.label(data.get("fit"))),
        writers=stored.names(data.get("writers"), least=1),
        options=stored.mapping(data.get("options")),
    )
