"""manifest.json: what each frame is, for people and for other programs."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from novaclips import __version__
from novaclips.errors import ConfigError
from novaclips.files import write_atomically
from novaclips.visuals.image_generator.engine.ledger import Ledger
from novaclips.visuals.image_generator.engine.plan import Plan
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.frame import fit_named
from novaclips.visuals.image_generator.models import JSON, Resolution

NAME = "manifest.json"
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a new process needs to go on where another one ended."""

    scenes_path: Path
    settings: RunSettings


def write_manifest(remembered: Remembered, plan: Plan, report: RunReport, ledger: Ledger) -> Path:
    """Write the manifest of an output folder: every frame that is there, every scene that has none, and why."""
    frames: dict[int, dict[str, JSON]] = {}
    for record in ledger.frames().values():
        entry = frames.setdefault(record.scene, {"scene": record.scene, "files": []} | record.about)
        entry["files"].append(record.file)
    results = {result.scene_id: result for result in report}
    missing = []
    for planned in plan.everything:
        result = results.get(planned.scene.id)
        if result is not None and not result.ok:
            missing.append({"scene": planned.scene.id, "outcome": str(result.outcome), "reason": result.reason})
        elif result is None and planned.state != "fresh":
            missing.append({"scene": planned.scene.id, "outcome": str(planned.state), "reason": planned.reason})
    document = {
        "format": FORMAT,
        "novaclips": __version__,
        "scenes_file": Path(os.path.relpath(remembered.scenes_path, report.folder)).as_posix(),
        "settings": settings_as_dict(remembered.settings),
        "frames": [frames[scene.id] for scene in (p.scene for p in plan.everything) if scene.id in frames],
        "missing": missing,
    }
    path = report.folder / NAME
    write_atomically(path, (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())
    return path


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
