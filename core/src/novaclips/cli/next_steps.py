"""What to do about the frames that a run left missing, in a line."""

from __future__ import annotations

import re
from pathlib import Path

from novaclips.cli.values import ranges
from novaclips.errors import AuthenticationFailed, BudgetReached, NovaclipsError, QuotaExhausted
from novaclips.visuals.image_generator.engine.report import Outcome, RunReport


def after_generate(report: RunReport, *, leaves_unknown: bool) -> str:
    """Say how the missing frames are drawn; ``leaves_unknown``: what was perhaps billed is not sent again."""
    refused = len(report.of(Outcome.REFUSED))
    left = len(report.of(Outcome.UNKNOWN)) if leaves_unknown else 0
    parts = []
    if len(report.missing) > refused + left:
        parts.append(f"{_first(report.stopped_by)}the same command again draws only what is missing")
    if refused:
        parts.append("what was refused wants another prompt, or --retry-refused")
    if left:
        parts.append("what was perhaps billed is left alone; --on-unknown retry sends it again")
    return "; ".join(parts)


def after_regenerate(report: RunReport) -> str:
    """Say what is there instead of the new takes, and how there will be some."""
    one = len(report.missing) == 1
    before = ""
    if there := [path for result in report.missing for path in frames_of(report.folder, result.scene_id)[:1]]:
        names = ", ".join(map(str, there))
        before = f"{names} {'is still the one' if len(there) == 1 else 'are still those'} from before; "
    new = "a new one" if one else "new ones"
    if all(result.outcome is Outcome.REFUSED for result in report.missing):
        return f"{before}for {new} say it in other words with --prompt"
    if isinstance(report.stopped_by, BudgetReached):
        limit = "the project's budget" if report.stopped_by.of_project else "--budget"
        return f"{before}for {new} raise {limit}"
    again = "the same command" if one else f"--scenes {ranges(result.scene_id for result in report.missing)}"
    return f"{before}{_first(report.stopped_by)}{again} again asks for {new}"


def frames_of(folder: Path, scene: int) -> list[Path]:
    """List the files of a scene's frame, however wide the number in their names is."""
    return [path for path in sorted(folder.glob("scene-*")) if re.fullmatch(rf"scene-0*{scene}\.[^.]+", path.name)]


def _first(stopped_by: NovaclipsError | None) -> str:
    match stopped_by:
        case AuthenticationFailed():
            return "mend the key first; then "
        case QuotaExhausted():
            return "see to the account's credit first; then "
        case BudgetReached(of_project=True):
            return "raise the project's budget first; then "
    return ""
