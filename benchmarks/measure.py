"""A command, measured from outside: wall time, CPU and peak memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Left out of a command's environment: what tools are set up by, and what would have Python compile them each time.
LEFT_OUT = ("NOVACLIPS_", "OPENAI_", "REPLICATE_", "PYTHONDONTWRITEBYTECODE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a command took.

    ``began`` and ``ended`` are of ``time.monotonic``, which all processes of a machine share. ``cpu`` is user and
    system time in seconds. ``output`` is stdout and stderr as they came.
    """

    code: int
    began: float
    ended: float
    cpu: float
    peak_bytes: int
    output: str

    @property
    def wall(self) -> float:
        """Seconds from start to end."""
        return self.ended - self.began

    @property
    def peak_mb(self) -> float:
        """The most memory that was held at once, in 10^6 bytes."""
        return self.peak_bytes / 1e6


def run(command: Sequence[str], env: Mapping[str, str], *, text: str = "") -> Measured:
    """Run a command to its end, with ``text`` on its standard input and these variables added."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as said:
        given.write(text.encode())
        given.seek(0)
        began = time.monotonic()
        process = subprocess.Popen(
            command, stdin=given, stdout=said, stderr=subprocess.STDOUT, env={**clean, **env}, cwd=ROOT
        )
        _, status, usage = os.wait4(process.pid, 0)  # the one call that tells the peak memory of this very process
        ended = time.monotonic()
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Measured(
            code=process.returncode,
            began=began,
            ended=ended,
            cpu=usage.ru_utime + usage.ru_stime,
            peak_bytes=usage.ru_maxrss * 1024,
            output=said.read().decode(errors="replace"),
        )


def checked(measured: Measured, *codes: int) -> Measured:
    """Return what was measured; RuntimeError with the command's own words when it ended otherwise."""
    if measured.code in (codes or (0,)):
        return measured
    raise RuntimeError(f"a command ended with {measured.code}:\n{measured.output[-2000:]}")
