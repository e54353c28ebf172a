"""What to do about the frames that a run left missing, in a line."""

from __future__ import annotations

from novaclips.errors import AuthenticationFailed, BudgetReached, NovaclipsError, QuotaExhausted
from novaclips.visuals.image_generator.engine.report import Outcome, RunReport
from novaclips.visuals.image_generator.models import frame_stem


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
    """Say what is there instead of a new take, and how there will be one."""
    (result,) = report
    there = next(report.folder.glob(f"{frame_stem(result.scene_id)}.*"), None)
    before = f"{there} is still the one from before; " if there else ""
    if result.outcome is Outcome.REFUSED:
        return f"{before}for a new one say it in other words with --prompt"
    if isinstance(report.stopped_by, BudgetReached):
        return f"{before}for a new one raise --budget"
    return f"{before}{_first(report.stopped_by)}the same command again asks for a new one"


def _first(stopped_by: NovaclipsError | None) -> str:
    match stopped_by:
        case AuthenticationFailed():
            return "mend the key first; then "
        case QuotaExhausted():
            return "see to the account's credit first; then "
    return ""
