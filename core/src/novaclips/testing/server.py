"""``python -m novaclips.testing.server``: rehearse a run without a key and without a bill.

``python -m novaclips.testing.server -- novaclips visuals generate --provider openai`` runs the command against a
server of its own and says what it would have cost. Without a command it serves until Ctrl-C.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from novaclips.errors import ConfigError

if TYPE_CHECKING:
    from novaclips.testing.counts import Counts
    from novaclips.testing.fault_server import FaultServer
    from novaclips.testing.limit import Limit

NOT_FOUND = 127  # what a shell answers for a command that there is not
KILLED = 128  # and, plus the signal, for one that was killed


@click.command(context_settings={"help_option_names": ["-h", "--help"], "allow_interspersed_args": False})
@click.option("--port", default=0, show_default="a free one", help="Port of 127.0.0.1 to listen on.")
@click.option("--latency", default=0.0, metavar="SECONDS", help="How long each picture takes.")
@click.option("--limit", metavar="N/SECONDS", help="Throttle beyond N requests in SECONDS, as in 10/5.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="NAME[=TIMES][:PROMPT]",
    help="Go wrong in this way: always, or so many times; everywhere, or where the prompt contains PROMPT.",
)
@click.option("--list-faults", is_flag=True, help="List the faults that there are.")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
def serve(
    *, port: int, latency: float, limit: str | None, faults: Sequence[str], list_faults: bool, command: Sequence[str]
) -> None:
    """Speak the OpenAI Images and Replicate protocols on this machine, free of charge.

    With a COMMAND (after --): run it against the server, print what it would have cost, and exit as it did.
    Without one: print the variables to set, and serve until Ctrl-C.
    """
    from novaclips.testing.fault_server import FaultServer

    if list_faults:
        print_faults()
        return
    try:
        server = FaultServer(port=port, latency=latency, limit=read_limit(limit))
        for fault in faults:
            add_fault(server, fault)
        server.start()
    except ConfigError as exc:
        raise click.UsageError(str(exc)) from exc
    try:
        status = run(command, server.env) if command else wait(server.env)
    finally:
        server.stop()
    click.echo(describe(server.counts), err=bool(command))
    sys.exit(status)


def add_fault(server: FaultServer, text: str) -> None:
    """Read ``bad_gateway``, ``bad_gateway=2``, ``bad_gateway:river`` or ``bad_gateway=2:river``."""
    head, _, prompt = text.partition(":")
    name, equals, times = head.partition("=")
    if equals and not times.isdecimal():
        raise ConfigError(f"fault {text!r}: {times!r} is no number of times; write {name}=2")
    server.fault(name, prompt=prompt or None, times=int(times) if equals else None)


def read_limit(text: str | None) -> Limit | None:
    """Read ``10/5``: ten requests in five seconds."""
    from novaclips.testing.limit import Limit

    if text is None:
        return None
    requests, _, seconds = text.partition("/")
    try:
        return Limit(int(requests), float(seconds))
    except ValueError as exc:
        raise ConfigError(f"limit {text!r} is not N/SECONDS; write 10/5") from exc


def print_faults() -> None:
    """Print a table of all faults."""
    from novaclips.cli.output import echo_rows
    from novaclips.testing.faults import FAULTS

    echo_rows(("FAULT", "PROTOCOL", "WHAT"), [(fault.name, fault.protocol, fault.summary) for fault in FAULTS.values()])


def run(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Run a command with these variables added, and return its exit code, as a shell would."""
    # This Python's own scripts first: `novaclips` is found without an activated environment.
    path = os.pathsep.join((sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)))
    program = shutil.which(command[0], path=path)
    if program is None:
        click.echo(f"{command[0]!r}: command not found", err=True)
        return NOT_FOUND
    # Ctrl-C reaches the command too, which ends in its own time. A handler, not SIG_IGN, which the command would
    # inherit; and no KeyboardInterrupt, which can lose the command's exit code on its way out of waitpid.
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        # The user's own command, run as they typed it.
        status = subprocess.run([program, *command[1:]], env={**os.environ, **env}, check=False).returncode  # noqa: S603
    finally:
        signal.signal(signal.SIGINT, before)
    return status if status >= 0 else KILLED - status


def wait(env: Mapping[str, str]) -> int:
    """Print the variables as lines for a shell, and wait for Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        for name, value in env.items():
            click.echo(f"export {name}={value}")
        threading.Event().wait()
    return 0


def describe(counts: Counts) -> str:
    """Put the counts into one line."""
    return (
        f"rehearsal: {counts.requests} requests, {counts.billed} billed, {counts.billed_twice} of them billed twice,"
        f" at most {counts.most_in_flight} at once"
    )


if __name__ == "__main__":
    serve(prog_name="python -m novaclips.testing.server")
