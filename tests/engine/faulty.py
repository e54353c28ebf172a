"""A file system whose n-th call of a kind fails, in this process."""

from __future__ import annotations

import builtins
import functools
import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest

CALLS = ("open", "write", "fsync", "rename", "chmod", "mkdir", "unlink")


class Failing:
    """Counts the calls of a kind that reach a folder, and lets the n-th of them fail with an error of the system.

    Counting begins with ``arm``. ``happened`` says whether the n-th call was made.
    """

    def __init__(self, folder: Path, call: str, number: int, code: int) -> None:
        self._folder = str(folder.absolute())
        self._call = call
        self._number = number
        self._code = code
        self._lock = threading.Lock()
        self.calls = 0

    @property
    def happened(self) -> bool:
        return self.calls >= self._number

    def meets(self, path: object) -> None:
        """Count a call on a path; the n-th fails. A handle is taken for one inside the folder."""
        if isinstance(path, str | os.PathLike) and not str(Path(path).absolute()).startswith(self._folder):
            return
        with self._lock:
            self.calls += 1
            fails = self.calls == self._number
        if fails:
            raise OSError(self._code, os.strerror(self._code), None if isinstance(path, int) else path)

    @contextmanager
    def active(self) -> Iterator[None]:
        """Let calls fail inside the block."""
        with pytest.MonkeyPatch.context() as patch:
            self._install(patch)
            yield

    def _install(self, patch: pytest.MonkeyPatch) -> None:
        names = {"rename": ("rename", "replace"), "chmod": ("chmod", "fchmod"), "unlink": ("unlink", "remove")}
        if self._call == "open":
            patch.setattr(os, "open", self._before(os.open))
            for module in (builtins, io):
                patch.setattr(module, "open", self._before(io.open))
        elif self._call == "write":
            patch.setattr(os, "fdopen", self._opening(os.fdopen))
            for module in (builtins, io):
                patch.setattr(module, "open", self._opening(io.open))
        else:
            for name in names.get(self._call, (self._call,)):
                patch.setattr(os, name, self._before(getattr(os, name)))

    def _before(self, work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def failing(path: Any, *args: Any, **kwargs: Any) -> Any:
            self.meets(path)
            return work(path, *args, **kwargs)

        return failing

    def _opening(self, work: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(work)
        def opening(path: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            file = work(path, mode, *args, **kwargs)
            if not set(mode) & set("wax+"):
                return file
            try:
                file.write = self._before_write(file.write, path)
            except AttributeError:  # a file in C takes no attribute
                return Writing(file, self, path)
            return file

        return opening

    def _before_write(self, write: Callable[..., Any], path: Any) -> Callable[..., Any]:
        def failing(data: Any) -> Any:
            self.meets(path)
            return write(data)

        return failing


class Writing:
    """A file whose writing may fail."""

    def __init__(self, file: Any, failing: Failing, path: Any) -> None:
        self._file = file
        self._failing = failing
        self._path = path

    def write(self, data: Any) -> Any:
        self._failing.meets(self._path)
        return self._file.write(data)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def __enter__(self) -> Self:
        self._file.__enter__()
        return self

    def __exit__(self, *exc: object) -> object:
        return self._file.__exit__(*exc)
