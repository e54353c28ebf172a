"""Servers in processes of their own, so that their work is not counted as a client's."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self

from benchmarks.measure import ROOT


class Service:
    """A server module of this package, run with a configuration until the block ends."""

    def __init__(self, module: str, config: Mapping[str, Any]) -> None:
        self._command = [sys.executable, "-m", module, json.dumps(config)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )
        self.env: dict[str, str] = self._read()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def report(self) -> dict[str, Any]:
        """Ask the server what it counted so far."""
        assert self._process.stdin
        self._process.stdin.write("report\n")
        self._process.stdin.flush()
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._command[2]} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def answer_questions(env: Mapping[str, str], report: Callable[[], Mapping[str, Any]]) -> None:
    """Speak a server's side: its variables first, a report for each line, until the input ends."""
    print(json.dumps(env), flush=True)
    for _ in sys.stdin:
        print(json.dumps(report()), flush=True)
