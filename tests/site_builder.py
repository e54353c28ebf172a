"""Real distributions on disk, as pip leaves them: a folder of modules and a ``.dist-info`` beside it."""

from __future__ import annotations

import contextlib
import sys
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Site:
    """A site-packages folder that tests install into by writing files."""

    folder: Path

    def install(
        self,
        dist: str,
        *,
        entry_points: Mapping[str, str],
        modules: Mapping[str, str] | None = None,
        version: str = "1.0",
        requires: Sequence[str] = (),
    ) -> None:
        """Write a distribution; ``modules`` maps file names to source, ``entry_points`` names to modules."""
        info = self.folder / f"{dist.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = ["Metadata-Version: 2.4", f"Name: {dist}", f"Version: {version}"]
        lines += [f"Requires-Dist: {requirement}" for requirement in requires]
        (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
        points = "\n".join(f"{name} = {value}" for name, value in entry_points.items())
        (info / "entry_points.txt").write_text(f"[novaclips]\n{points}\n", encoding="utf-8")
        for name, source in (modules or {}).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(source), encoding="utf-8")
        files = [f"{info.name}/{name}" for name in ("METADATA", "entry_points.txt", "RECORD")]
        (info / "RECORD").write_text("".join(f"{name},,\n" for name in [*(modules or {}), *files]), encoding="utf-8")


@contextlib.contextmanager
def imports_undone(folder: Path) -> Iterator[None]:
    """Forget, at the end, every module that was imported from this folder; a package without a file of its own too."""
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        module = sys.modules[name]
        places = [getattr(module, "__file__", None) or "", *getattr(module, "__path__", ())]
        if any(str(folder) in place for place in places):
            del sys.modules[name]
