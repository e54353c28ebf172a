"""``python -m benchmarks``: measure, print, and write the page."""

from __future__ import annotations

import shlex
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import click

from benchmarks import fault_run, frame_stages, machine, memory, resume, start_up, throughput
from benchmarks.bench import Bench
from benchmarks.measure import ROOT
from benchmarks.page import write_page
from benchmarks.peer import find_peers

BENCHMARKS: dict[str, ModuleType] = {
    "fault-run": fault_run,
    "throughput": throughput,
    "resume": resume,
    "start-up": start_up,
    "memory": memory,
    "frame-stages": frame_stages,
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("names", nargs=-1, type=click.Choice(list(BENCHMARKS)), metavar="[NAME]...")
@click.option("--quick", is_flag=True, help="Smaller sizes, to see that everything runs; writes no page by itself.")
@click.option(
    "--peers", default=".venv-bench", type=click.Path(path_type=Path), help="The virtual environment of the peers."
)
@click.option("--page", type=click.Path(path_type=Path), help="The page to write.  [default: docs/benchmarks.md]")
def main(names: tuple[str, ...], *, quick: bool, peers: Path, page: Path | None) -> None:
    """Measure novaclips beside its peers: everything, or the named benchmarks.

    Each benchmark's part of the page is written when it is done; the other parts stay as they are.
    """
    python = peers.absolute() / "bin" / "python"
    found = find_peers(python)
    if not found:
        click.echo(f"no peers in {peers}: novaclips is measured alone; make bench installs them", err=True)
    if page is None and not quick:
        page = ROOT / "docs" / "benchmarks.md"
    for name in names or BENCHMARKS:
        module = BENCHMARKS[name]
        with tempfile.TemporaryDirectory(prefix="novaclips-bench-") as folder:
            bench = Bench(Path(folder), found, python, lambda text: click.echo(f"- {text}", err=True))
            size = module.QUICK if quick else module.FULL
            text = timed(lambda: module.measure(bench, size))  # noqa: B023 - called at once
        click.echo(f"## {name}\n\n{text}")
        if page:
            write_page(page, {name: text})


def timed(work: Callable[[], str]) -> str:
    """Return what was measured, with where, when, with which command, and how long it took."""
    began = time.monotonic()
    text = work()
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    command = shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]])
    date = datetime.now(UTC).date()
    return f"{text}\n*{date}, {machine.describe()}: `{command}`, {minutes} min {seconds} s for this part.*\n"


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
