"""An output folder under two names: absolute for the work, so that no plugin can move it, and as the user wrote it."""

from __future__ import annotations

import contextlib
import logging
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from novaclips.errors import NovaclipsError
from novaclips.visuals.image_generator.engine.plan import Plan, PlannedScene
from novaclips.visuals.image_generator.engine.report import ImageResult, RunReport
from novaclips.visuals.image_generator.engine.run import Progress

log = logging.getLogger("novaclips")


@dataclass(frozen=True, slots=True)
class Spelled:
    """An output folder; what the user hears of it names it as ``given``."""

    given: Path
    absolute: Path
    pattern: re.Pattern[str]

    @classmethod
    def of(cls, folder: Path) -> Self:
        """Take a folder as it was given, from the working folder of now."""
        absolute = folder.absolute()
        return cls(folder, absolute, re.compile(re.escape(str(absolute)) + r"(?![^\s/\\:;,'\")])"))

    def text(self, text: str) -> str:
        """Return a text in which the folder has the name that the user gave it."""
        if self.given == self.absolute or str(self.absolute) not in text:
            return text
        return self.pattern.sub(lambda _: str(self.given), text)

    def error(self, error: NovaclipsError) -> None:
        """Name the folder so in an error, in place."""
        error.args = tuple(self.text(arg) if isinstance(arg, str) else arg for arg in error.args)

    @contextlib.contextmanager
    def errors(self) -> Iterator[None]:
        """Name the folder so in the errors that come out of this block."""
        try:
            yield
        except NovaclipsError as error:
            self.error(error)
            raise

    def plan(self, plan: Plan) -> Plan:
        """Name the folder so in a plan."""
        notes = tuple(map(self.text, plan.notes))
        return replace(plan, chosen=tuple(map(self._planned, plan.chosen)), notes=notes)

    def _planned(self, planned: PlannedScene) -> PlannedScene:
        reason = self.text(planned.reason)
        return planned if reason == planned.reason else replace(planned, reason=reason)

    def listen(self, listen: Callable[[Progress], object]) -> Callable[[Progress], object]:
        """Name the folder so in what a run tells."""
        return lambda progress: listen(replace(progress, text=self.text(progress.text)))

    def texts(self, report: RunReport) -> RunReport:
        """Name the folder so in the texts of a report; its paths stay."""
        for error in (report.stopped_by, *(result.error for result in report)):
            if error:
                self.error(error)
        results = tuple(replace(result, reason=self.text(result.reason)) for result in report)
        return replace(report, results=results, notes=tuple(map(self.text, report.notes)))

    def paths(self, report: RunReport) -> RunReport:
        """Name the folder so in the paths of a report."""
        return replace(report, folder=self.given, results=tuple(map(self._result, report)))

    def _result(self, result: ImageResult) -> ImageResult:
        path = result.file_path
        return replace(result, file_path=self.given / path.relative_to(self.absolute)) if path else result


@contextlib.contextmanager
def working_folder_kept() -> Iterator[None]:
    """Leave the process in the working folder in which it was, whatever a plugin does."""
    try:
        before = Path.cwd()
    except FileNotFoundError:  # it was deleted under the process: there is nothing to go back to
        yield
        return
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            if Path.cwd() != before:
                log.warning("a plugin changed the working folder; it is %s again", before)
                os.chdir(before)
