"""Virtual environments that wheels are installed into without a network, and what a user of one sees."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

WHEELHOUSE = Path(sys.prefix) / "wheelhouse"


@dataclass(frozen=True)
class Environment:
    """A virtual environment without anything in it, not even pip; ``links`` are folders of wheels for it."""

    folder: Path
    links: tuple[Path, ...]

    def install(self, *names: str) -> None:
        """Install from the wheels on this disk, without a network."""
        assert WHEELHOUSE.is_dir(), f"no wheels of third parties in {WHEELHOUSE}: run make setup"
        pip = [sys.executable, "-m", "pip", "--isolated", "--disable-pip-version-check", "--python", self.folder]
        links = [word for folder in (WHEELHOUSE, *self.links) for word in ("--find-links", folder)]
        command = [*pip, "install", "--quiet", "--no-index", *links, *names]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
        assert done.returncode == 0, f"{done.stdout}{done.stderr}where a requirement is new: run make setup"

    def novaclips(self, *args: str, **env: str) -> tuple[int, str, str]:
        """Run a command line as a user of this environment does: exit code, stdout, stderr."""
        return self.run("novaclips", *args, **env)

    def run(self, program: str, *args: str, **env: str) -> tuple[int, str, str]:
        """Run a program of this environment, with these variables added: exit code, stdout, stderr."""
        kept = ("PATH", "HOME", "TMPDIR", "LANG")
        env = {name: os.environ[name] for name in kept if name in os.environ} | {"PYTHONUTF8": "1"} | env
        command = [self.folder / "bin" / program, *args]
        done = subprocess.run(command, env=env, capture_output=True, text=True, encoding="utf-8", check=False)
        return done.returncode, done.stdout, done.stderr


def build_wheels(folders: list[Path], into: Path) -> None:
    """Build the wheel of each folder, all at once."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", into]
    processes = [
        subprocess.Popen([*build, folder], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8")
        for folder in folders
    ]
    for process in processes:
        output, _ = process.communicate()
        assert process.returncode == 0, output


def sizes(frames: Path) -> dict[str, tuple[int, int]]:
    """Decode every picture of a folder and say how large it is."""
    found = {}
    for path in sorted(frames.glob("*.png")):
        with Image.open(path, formats=["PNG"]) as picture:
            picture.load()
            found[path.name] = picture.size
    return found
