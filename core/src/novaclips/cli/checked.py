"""How the check of a folder is shown: a row for each file that is not as it was written, and what to do."""

from __future__ import annotations

import click

from novaclips.cli.output import counted, echo_json, echo_notes, echo_rows
from novaclips.visuals.image_generator.engine.check import Checked, Finding

MEANS = {
    Finding.DAMAGED: "its bytes changed; restore it from a backup, or the next run that needs it sets it apart",
    Finding.MISSING: "gone; restore it from a backup, or the next run makes or buys it again",
    Finding.UNREADABLE: "the system does not let it be read",
    Finding.EDITED: "painted over by hand; kept until its scene changes",
    Finding.UNUSABLE: "paid for, and no picture that can be used; --retry-unusable buys another",
    Finding.ELSEWHERE: "found no room; the next run brings it home",
}
FRAME_MEANS = {Finding.DAMAGED: "no picture any more; the next run makes it again, free"}


def show_checked(checked: Checked, *, as_json: bool) -> None:
    """Print what a check found."""
    echo_notes(checked.notes)
    if as_json:
        echo_json(checked.as_dict())
        return
    if checked.found:
        rows = [
            (
                "-" if one.scene is None else str(one.scene),
                one.what,
                str(one.finding),
                f"{one.path}: {(FRAME_MEANS if one.what == 'frame' else MEANS).get(one.finding, MEANS[one.finding])}",
            )
            for one in checked.found
        ]
        echo_rows(("SCENE", "WHAT", "IS", "FILE"), rows)
    read = f"{counted(checked.originals, 'original')} and {counted(checked.frames, 'frame')} read"
    wrong = len(checked.wrong)
    click.echo(f"{read}: {f'{wrong} damaged or missing' if wrong else 'nothing is damaged or missing'}")
