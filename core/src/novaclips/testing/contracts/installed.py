"""What an installed distribution holds and imports, seen from outside."""

from __future__ import annotations

import functools
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

import importlib_metadata
import pytest

from novaclips.source_folder import source_folder

# A new interpreter, because in this one everything may be imported already.
LOOK = """
import sys
import novaclips.plugin
before = {name.partition(".")[0] for name in sys.modules}
__import__(sys.argv[1])
after = {name.partition(".")[0] for name in sys.modules}
print("\\n" + " ".join(after - before))
"""


def foreign_imports(module: str) -> list[str]:
    """Name the packages that a module imports beside its own, novaclips.plugin's and the standard library's."""
    # With the path of this process: pytest's settings may have put the plugin there.
    answer = _python("-c", LOOK, module, PYTHONPATH=os.pathsep.join(filter(None, sys.path)))
    if answer.returncode:
        pytest.fail(f"{module} cannot be imported: {_last_line(answer.stderr)}", pytrace=False)
    new = _last_line(answer.stdout).split()
    own = {module.partition(".")[0], *sys.stdlib_module_names}
    # The standard library's build settings have a name of their own on every platform.
    return sorted(name for name in new if name not in own and not name.startswith("_sysconfigdata"))


def packed_files(dist: str) -> tuple[PurePosixPath, ...]:
    """Return the paths in a distribution's wheel; an editable install has none, so its wheel is built.

    What an installer adds (compiled modules, scripts) is left out.
    """
    found = importlib_metadata.distribution(dist)
    source = source_folder(found)
    if source and source.editable:
        return _built(source.path)
    if found.files is None:
        pytest.fail(f"{dist} has no RECORD of its files; install it with pip", pytrace=False)
    files = (PurePosixPath(path) for path in found.files)
    return tuple(path for path in files if path.parts[0] != ".." and "__pycache__" not in path.parts)


@functools.cache
def _built(source: Path) -> tuple[PurePosixPath, ...]:
    """Build the wheel of a source folder, once a session, with what is installed or else with what pip fetches.

    An environment that uv made has no pip; there uv builds it.
    """
    with tempfile.TemporaryDirectory() as folder:
        command = _builder(folder, source)
        answer = _run(*command, "--no-build-isolation")
        if answer.returncode:
            answer = _run(*command)
        if answer.returncode:
            pytest.fail(f"no wheel can be built from {source}: {_last_line(answer.stderr)}", pytrace=False)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return tuple(PurePosixPath(name) for name in archive.namelist() if not name.endswith("/"))


def _builder(folder: str, source: Path) -> tuple[str, ...]:
    """Return the command that builds a wheel of ``source`` into ``folder``."""
    if importlib.util.find_spec("pip"):
        return (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", folder, str(source))
    if uv := os.environ.get("UV") or shutil.which("uv"):  # uv run sets the variable
        return (uv, "build", "--wheel", "--quiet", "--python", sys.executable, "--out-dir", folder, str(source))
    pytest.fail(f"no wheel can be built from {source}: neither pip nor uv is here; install one of them", pytrace=False)


def _python(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return _run(sys.executable, *arguments, **variables)


def _run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "PYTHONUTF8": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", **variables}
    # Fixed arguments and names from metadata, no shell.
    return subprocess.run(  # noqa: S603
        command, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


def _last_line(text: str) -> str:
    return text.strip("\n").rpartition("\n")[2]
