"""manifest.json: what each frame is, for people, for other programs, and for a ledger that was lost."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import datetime
from pathlib import Path

from novaclips import __version__
from novaclips.errors import ConfigError
from novaclips.files import write_atomically
from novaclips.visuals.image_generator.engine.ledger import Attempt, Bought, FrameRecord, Ledger, Override
from novaclips.visuals.image_generator.engine.originals import received
from novaclips.visuals.image_generator.engine.plan import Plan
from novaclips.visuals.image_generator.engine.records import Place
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.frame import fit_named
from novaclips.visuals.image_generator.models import JSON, Resolution

NAME = "manifest.json"
FORMAT = 1
WRITTEN = "written"  # an entry's list of files, with what tells whether each was touched since
RECORD = tuple(one.name for one in fields(FrameRecord) if one.name not in {"scene", "about"})


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a new process needs to go on where another one ended."""

    scenes_path: Path
    settings: RunSettings


def write_manifest(remembered: Remembered, plan: Plan, report: RunReport, ledger: Ledger) -> Path:
    """Write the manifest of an output folder: every frame that is there, every scene that has none, and why."""
    frames: dict[int, dict[str, JSON]] = {}
    for record in ledger.frames().values():
        entry = frames.setdefault(record.scene, {"scene": record.scene, "files": [], WRITTEN: []} | dict(record.about))
        entry["files"].append(record.file)
        entry[WRITTEN].append({name: getattr(record, name) for name in RECORD})
    document = {
        "format": FORMAT,
        "novaclips": __version__,
        "scenes_file": Path(os.path.relpath(remembered.scenes_path, report.folder)).as_posix(),
        "settings": settings_as_dict(remembered.settings),
        "frames": [frames[scene.id] for scene in (p.scene for p in plan.everything) if scene.id in frames],
        "missing": _missing(plan, report, ledger),
        "takes": [
            {"base": base, "occurrence": occurrence} | asdict(override)
            for (base, occurrence), override in ledger.picks().items()
        ],
    }
    path = report.folder / NAME
    with contextlib.suppress(OSError, ValueError):
        if json.loads(path.read_text(encoding="utf-8")) == document:
            return path  # the file of a run that changed nothing stays as it is; comparing is faster than writing, too
    write_atomically(path, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())
    return path


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

    ``attempts`` are those behind the frames, and the last of each scene that has none.
    """

    frames: tuple[FrameRecord, ...] = ()
    picks: Mapping[Place, Override] = field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()


def read_chronicle(folder: Path) -> Chronicle:
    """Read what the manifest of a folder tells about its past; nothing where there is none, or none that is whole."""
    try:
        document = json.loads((folder / NAME).read_text(encoding="utf-8"))
        about = {entry["scene"]: _about(entry) for entry in document["frames"]}
        frames = [
            FrameRecord(scene=entry["scene"], about=about[entry["scene"]], **written)
            for entry in document["frames"]
            for written in entry.get(WRITTEN, ())
        ]
        picks = {(take.pop("base"), take.pop("occurrence")): Override(**take) for take in document.get("takes", ())}
        lost = [Attempt(**entry["attempt"]) for entry in document["missing"] if entry.get("attempt")]
        told = (*map(_behind, about.values()), *lost)
        attempts = {(attempt.key, attempt.started): attempt for attempt in told}  # equal scenes share one
        return Chronicle(tuple(frames), picks, tuple(attempts.values()))
    except (OSError, ValueError, TypeError, LookupError):
        return Chronicle()


def _about(entry: Mapping[str, JSON]) -> dict[str, JSON]:
    return {name: value for name, value in entry.items() if name not in {"files", WRITTEN}}


def _behind(about: Mapping[str, JSON]) -> Attempt:
    """Make the attempt that brought the picture of a frame."""
    bought = Bought(
        original=about["original"],
        provider=about["provider"],
        model=about["model"],
        seed=about["seed"],
        cost_usd=about["cost_usd"],
        received=datetime.fromisoformat(about["drawn"]).timestamp(),
        details={
            "warnings": about["warnings"],
            "metadata": about["metadata"],
            "prompt": about["scene_prompt"],
        },
    )
    return received(about["key"], about["scene"], bought)


def read_manifest(folder: Path) -> Remembered:
    """Find the scenes file and the settings of an output folder's last run; ConfigError when it had none."""
    path = folder / NAME
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return Remembered((folder / document["scenes_file"]).resolve(), settings_from_dict(document["settings"]))
    except FileNotFoundError:
        raise ConfigError(f"{path} is not there: make the frames first (novaclips visuals generate)") from None
    except (OSError, ValueError, TypeError, LookupError) as exc:
        raise ConfigError(f"{path} cannot be read: {exc}; novaclips visuals generate writes it anew") from exc


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
    """Read what ``settings_as_dict`` returned."""
    return RunSettings(
        provider=str(data["provider"]),
        style=str(data["style"]),
        enhancers=tuple(data["enhancers"]),
        resolution=Resolution.parse(data["resolution"]),
        fit=fit_named(data["fit"]),
        writers=tuple(data["writers"]),
        options=dict(data["options"]),
    )
