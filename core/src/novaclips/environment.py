"""The environment of a project: the process's own, over the project's ``.env``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from novaclips.errors import ConfigError


def environment(project: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of ``.env`` in the project, overruled by the process's environment.

    Raises ConfigError for a ``.env`` that is not UTF-8 text.
    """
    path = project / ".env"
    if not path.is_file():
        return dict(environ)
    from dotenv import dotenv_values

    try:
        values = dotenv_values(path, encoding="utf-8", interpolate=False)
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"cannot read {path}: {exc}; save it as UTF-8 text") from exc
    return {name: value for name, value in values.items() if value is not None} | dict(environ)
