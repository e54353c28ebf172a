"""The environment of a project: the process's own, over the project's ``.env``, each variable with its source."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from novaclips.errors import ConfigError
from novaclips.untrusted.files import read_file_or_pipe

MAX_BYTES = 2**20
OWN = "the environment"
# Set by the rehearsal server: pictures that are drawn under it never stand for those of a run without it.
REHEARSAL = "NOVACLIPS_REHEARSAL"


class Environment(Mapping[str, str]):
    """Variables of two sources: the user's own, and those of a project's ``.env``, which a stranger may have written.

    The user's own counts first; a blank one counts as not set where the project has another. Values never show in
    ``repr``.
    """

    def __init__(
        self, own: Mapping[str, str], project: Mapping[str, str] = MappingProxyType({}), file: str = ""
    ) -> None:
        self.own = MappingProxyType(dict(own))
        self.project = MappingProxyType(dict(project))
        self._file = file

    def __getitem__(self, name: str) -> str:
        own = self.own.get(name)
        if own is None or (not own.strip() and name in self.project):
            return self.project[name]
        return own

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self.own, *self.project)))

    def __len__(self) -> int:
        return len({*self.own, *self.project})

    def __repr__(self) -> str:
        return f"Environment({len(self)} variables)"

    def is_of(self, file: Path) -> bool:
        """Say whether the project's variables were read from this file."""
        return bool(self._file) and Path(self._file).absolute() == file.absolute()

    def source(self, name: str) -> str:
        """Say where a variable was set: ``the environment`` or the path of the file; empty where it is not set."""
        if self.own.get(name, "").strip():
            return OWN
        return self._file if self.project.get(name, "").strip() else ""


def environment(project: Path, environ: Mapping[str, str]) -> Environment:
    """Return the variables of ``.env`` in the project, overruled by the process's environment.

    A ``.env`` may be a named pipe, which gives what it has once: what was read from it is not read again. Raises
    ConfigError for one that is not UTF-8 text, or has no end.
    """
    own = environ.own if isinstance(environ, Environment) else environ
    path = project / ".env"
    if isinstance(environ, Environment) and environ.is_of(path):
        return environ
    if not path.exists() or path.is_dir():
        return Environment(own)
    from dotenv import dotenv_values

    try:
        text = read_file_or_pipe(path, MAX_BYTES).decode("utf-8-sig")
        values = dotenv_values(stream=io.StringIO(text), interpolate=False)
    except OSError as exc:
        raise ConfigError(f"cannot read {path}: {exc.strerror or exc}; make it a text file, or delete it") from exc
    except UnicodeDecodeError as exc:
        raise ConfigError(f"cannot read {path}: {exc}; save it as UTF-8 text") from exc
    return Environment(own, {name: value for name, value in values.items() if value is not None}, str(path))


def source(env: Mapping[str, str], name: str) -> str:
    """Say where a variable was set; what is in a plain mapping was set by the program that made it."""
    if isinstance(env, Environment):
        return env.source(name)
    return OWN if env.get(name, "").strip() else ""
