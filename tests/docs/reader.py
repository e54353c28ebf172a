"""A reader who does everything that a page shows, in the order in which it stands there.

The convention for whoever writes a page:

- The reader starts in a fresh project: a folder with ``planning/scenes.yaml`` (two scenes) and ``assets/hero.png``.
  Both image services are on this machine; no key is set. The README of a distribution under ``examples/third-party``
  is read in a copy of it.
- A block of any language whose first line is ``# file: path`` is written to that path, whole, and read by novaclips
  where the file is one of its own.
- ``python`` blocks are run one after the other in one namespace.
- ``console`` blocks are run line by line, by a shell, in the folder to which ``cd`` led. A line starts with ``$`` or
  with the command; after ``$`` lines the other lines are the output, which must come out just so: ``...`` stands for
  anything, durations do not count. ``# exit code 3`` at the end of a line says how it ends, if not well.
- ``export`` sets the variable; a key becomes one that the service on this machine takes, and ``OPENAI_BASE_URL`` leads
  to a server there that draws with any model. A Stable Diffusion web UI is there as well.
- ``pip install`` with a folder installs it; what it would fetch from elsewhere, and the other words of ``NOT_RUN``, are
  left out. What starts with a program of ``IF_INSTALLED`` is left out where that program is not on this machine.
- ``text`` is the output of the command or the Python before it, and compared like the output in a ``console`` block.
- ``yaml`` without a path is ``planning/scenes.yaml``, ``novaclips.yaml`` or ``styles.yaml``, by what is in it; ``toml``
  and ``json`` are parsed.
- A block without a language is a drawing. Any other language is a mistake.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import json
import os
import re
import shutil
import subprocess
import sysconfig
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from docs.pages import Block
from novaclips.project import KINDS, read_settings
from novaclips.style_pack import style_pack
from novaclips.testing.pictures import draw
from novaclips.visuals.image_generator.scenes import read_scenes

NOT_RUN = {
    "pip": "it would fetch packages; where it names a folder, it is run",
    "make": "its targets run the tests, these among them",
    "python3": "it would make a virtual environment; the tests have one",
    ".": "it would enter that",
    "eval": "for the shell of the reader: tests/docs/test_command_line.py",
}
IF_INSTALLED = frozenset({"ffmpeg", "ffprobe"})
SCENES = """\
scenes:
  - id: 1
    visual: {prompt: A river turning into a cloud above a city}
  - id: 2
    visual: {prompt: Разрез улицы 🌧, type: diagram}
"""
LIKE_SHOWN = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE


class Reader:
    """Somebody with a fresh project, who does what block after block says.

    ``services`` are the variables that lead to the image services on this machine; ``exports`` are the values that
    variables get instead of what a page exports. ``output`` is what the last command or Python block printed.
    """

    def __init__(
        self, folder: Path, services: Mapping[str, str], exports: Mapping[str, str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._folder = folder / "project"
        self._installed = folder / "site-packages"
        self._exports = exports
        self._monkeypatch = monkeypatch
        self._names: dict[str, Any] = {"__name__": "__main__"}
        self.output = ""
        self._python_path: list[str] = []
        self._begin(services)

    def _begin(self, services: Mapping[str, str]) -> None:
        self._folder.mkdir()
        self._monkeypatch.chdir(self._folder)
        write("planning/scenes.yaml", SCENES)
        write("assets/hero.png", draw("a hero", (256, 256)))
        environment = {
            **services,
            "COLUMNS": "80",
            "PATH": os.pathsep.join((sysconfig.get_path("scripts"), os.environ["PATH"])),
            "PIP_NO_BUILD_ISOLATION": "0",  # pip's way of saying yes
            "PIP_NO_DEPS": "1",
            "PIP_NO_INDEX": "1",
            "PIP_TARGET": str(self._installed),
            "PIP_UPGRADE": "1",
            "PYTHONDONTWRITEBYTECODE": "1",  # a page may change a module twice in a second
            "REPLICATE_POLL_INTERVAL": "0",
        }
        for name, value in environment.items():
            self._monkeypatch.setenv(name, value)

    def bring(self, distribution: Path) -> None:
        """Lay a copy of a distribution's folder into the project's."""
        shutil.copytree(distribution, self._folder, ignore=shutil.ignore_patterns("__pycache__"), dirs_exist_ok=True)

    def read(self, block: Block) -> None:
        """Do what a block says; AssertionError when something else comes of it than the page shows."""
        if block.file:
            self._keep(block, block.file)
            return
        assert block.language in LANGUAGES, f"{block}: nobody runs {block.language!r}"
        LANGUAGES[block.language](self, block)

    def _keep(self, block: Block, name: str) -> None:
        path = write(name, block.text)
        if path.name in FILES:
            FILES[path.name](path)

    def _python(self, block: Block) -> None:
        # The lines in front give a traceback the line numbers of the page.
        code = compile("\n" * block.line + block.text, block.page, "exec")
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(code, self._names)
        self.output = output.getvalue()

    def _console(self, block: Block) -> None:
        for command, shown in block.commands:
            if command.startswith("cd "):
                self._monkeypatch.chdir(command.split()[1])
            elif command.startswith("export "):
                name, _, value = command.removeprefix("export ").partition("#")[0].strip().partition("=")
                self._monkeypatch.setenv(name, self._exports.get(name, value))
            elif self._is_local_install(command):
                self._install(block, command)
            elif command.split()[0] not in NOT_RUN and self._has(command.split()[0]):
                self._run(block, command)
                if shown:
                    self._compare(block, shown)

    def _has(self, program: str) -> bool:
        return program not in IF_INSTALLED or shutil.which(program) is not None

    def _is_local_install(self, command: str) -> bool:
        words = command.split("#", maxsplit=1)[0].replace('"', " ").replace("'", " ").split()
        names = [word.partition("[")[0] for word in words[2:] if not word.startswith("-")]
        return words[:2] == ["pip", "install"] and any((Path(name) / "pyproject.toml").is_file() for name in names)

    def _install(self, block: Block, command: str) -> None:
        """Install a folder; instead of an editable install, which needs one package more, its ``src`` comes first."""
        self._run(block, command.replace(" -e ", " "))
        sources = [str(path) for pattern in ("src", "*/src") for path in Path.cwd().glob(pattern)]
        for folder in (str(self._installed), *sources):
            if folder not in self._python_path:
                self._python_path.insert(0, folder)
                self._monkeypatch.syspath_prepend(folder)
        self._monkeypatch.setenv("PYTHONPATH", os.pathsep.join(self._python_path))

    def _run(self, block: Block, command: str) -> None:
        done = subprocess.run(
            command,
            shell=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        said = re.search(r"# exit code (\d+)$", command)
        assert done.returncode == (int(said[1]) if said else 0), f"{block}: {command}\n{done.stdout}"
        self.output = done.stdout

    def _text(self, block: Block) -> None:
        self._compare(block, block.text)

    def _compare(self, block: Block, shown: str) -> None:
        want, got = (re.sub(r"\b\d+\.\d s\b", "0.0 s", text) for text in (shown, self.output))
        same = doctest.OutputChecker().check_output(want, got, LIKE_SHOWN)
        assert same, f"{block} shows\n{shown}\nbut what came out is\n{self.output}"

    def _yaml(self, block: Block) -> None:
        document = yaml.safe_load(block.text)
        fields = set(document) if isinstance(document, dict) else {"scenes"}
        if "scenes" in fields:
            name = "planning/scenes.yaml"
        elif "styles" in fields:
            name = "styles.yaml"
        else:
            assert fields <= set(KINDS), f"{block}: which file is this? write it in its first line, as # file: path"
            name = "novaclips.yaml"
        self._keep(block, name)

    def _toml(self, block: Block) -> None:
        tomllib.loads(block.text)

    def _json(self, block: Block) -> None:
        json.loads(block.text)

    def _look(self, block: Block) -> None:
        """Look at a drawing; what could be run has a language."""
        assert not re.search(r"^(\$ |novaclips |import |from |def )", block.text, re.MULTILINE), (
            f"{block}: name its language"
        )


def write(name: str, content: str | bytes) -> Path:
    """Write a file into the current folder, and return its path."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read_pack(path: Path) -> None:
    """Read a styles.yaml as the plugin beside it would."""
    folder = path.resolve().parent
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder.parent)
        assert list(style_pack(folder.name))


LANGUAGES: Mapping[str, Callable[[Reader, Block], None]] = {
    "": Reader._look,
    "console": Reader._console,
    "json": Reader._json,
    "python": Reader._python,
    "text": Reader._text,
    "toml": Reader._toml,
    "yaml": Reader._yaml,
}
FILES: Mapping[str, Callable[[Path], object]] = {
    "novaclips.yaml": read_settings,
    "scenes.yaml": read_scenes,
    "styles.yaml": read_pack,
}
