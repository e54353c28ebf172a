"""The one place in which a plugin's code is called: whatever it raises becomes an error that names it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from novaclips.checked import WrongValue
from novaclips.errors import Billed, NovaclipsError, PluginError
from novaclips.untrusted.text import storable

PERHAPS = "; perhaps the picture was drawn and billed"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A method of a plugin that is called inside the ``with`` block.

    An error of ours comes out as it is, but for a value that the plugin made wrong. Anything else, SystemExit and its
    like too, comes out as the PluginError that ``blame`` makes of a text; it counts as ``billed``. ``clean`` takes keys
    out of whatever comes out. A real Ctrl-C, which only the main thread gets, is nobody's fault and passes.
    """

    blame: Callable[[str], PluginError]
    method: str
    billed: Billed = Billed.NO
    clean: Callable[[BaseException], object] = lambda _: None

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, exc: BaseException | None, _: TracebackType | None) -> None:
        """Turn what came out into a PluginError."""
        if exc is None or is_ctrl_c(exc):
            return
        if isinstance(exc, NovaclipsError) and not isinstance(exc, WrongValue):
            self.clean(exc)
            return
        what = cause(exc) if isinstance(exc, WrongValue) else f"{self.method}() raised {cause(exc)}"
        error = self.blame(f"{what}{'' if self.billed is Billed.NO else PERHAPS}")
        error.billed = self.billed
        error.__cause__ = exc
        self.clean(error)
        raise error from error.__cause__  # clean may have put another in its place


def is_ctrl_c(exc: BaseException) -> bool:
    """Say whether somebody pressed Ctrl-C: Python raises that on the main thread, and nowhere else."""
    return isinstance(exc, KeyboardInterrupt) and threading.current_thread() is threading.main_thread()


def cause(exc: BaseException) -> str:
    """Name an error of somebody else's, whose text may itself fail; a wrong value says itself what is wrong."""
    if isinstance(exc, WrongValue):
        return str(exc)
    try:
        text = storable(str(exc))
    except Exception:  # noqa: BLE001 - it is a plugin's code, too
        text = ""
    return f"{type(exc).__name__}: {text}" if text else type(exc).__name__
