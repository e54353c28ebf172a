"""stdout and stderr of the command line: a terminal shows what is written there and obeys none of it.

Titles, prompts, a service's answers, a plugin's summary, file names and the tracebacks that quote them come from
anybody. All of it passes here, whoever prints it: a command, click, rich, logging, a plugin, Python itself.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from novaclips.untrusted.text import printable


class Printable:
    r"""A text stream that writes control characters out, as in ``\x1b``; all else is that of ``stream``."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write a text, and return how many characters of it."""
        self.stream.write(printable(text))
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write texts one after the other."""
        for line in lines:
            self.write(line)

    @property
    def buffer(self) -> PrintableBytes:
        """The stream for whoever writes bytes. A Windows console has none: click would go past this stream to it."""
        if os.name == "nt" and self.stream.isatty():
            raise AttributeError("buffer")
        return PrintableBytes(self)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class PrintableBytes:
    """Takes the bytes of a text, and writes it to a printable stream."""

    def __init__(self, text: Printable) -> None:
        self._text = text

    def write(self, data: bytes) -> int:
        """Write UTF-8; what is none is shown as U+FFFD."""
        self._text.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        """Send on what was written."""
        self._text.flush()


def guard_streams() -> None:
    """Let everything that this process prints from now on be printable."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is not None and not isinstance(stream, Printable):  # None: a process without a console
            setattr(sys, name, Printable(stream))


@contextlib.contextmanager
def printable_streams() -> Iterator[None]:
    """Let everything that is printed inside be printable."""
    before = sys.stdout, sys.stderr
    guard_streams()
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before


def terminal_of(stream: Any) -> Any:
    """Return the stream that obeys, for whoever draws on the terminal and makes texts printable itself."""
    return stream.stream if isinstance(stream, Printable) else stream
