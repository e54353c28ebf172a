"""The peers: what else draws many pictures through an OpenAI-compatible server."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ROOT, Measured, run
from benchmarks.project import Project, written

# litellm asks a server on the internet for prices when it is imported; it comes with a copy.
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True"}
VERSIONS = """
import importlib.metadata, json
print(json.dumps({dist.name: dist.version for dist in importlib.metadata.distributions()}))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A way to draw a project without novaclips: one of the scripts in ``peers/``, run by a Python that has its SDK.

    ``retries`` is how often the SDK tries again; None leaves that to the SDK.
    """

    name: str
    module: str
    dist: str
    python: Path
    version: str
    retries: int | None = None

    @property
    def label(self) -> str:
        """The name with the version, for a table."""
        return self.name.format(version=self.version)

    def draw(self, project: Project, env: Mapping[str, str]) -> Measured:
        """Draw a project; files that are there stay."""
        job = {
            "folder": str(project.frames),
            "prompts": dict(project.prompts),
            "size": written(project.native),
            "frame": project.frame,
            "workers": project.workers,
            "retries": self.retries,
        }
        return run([str(self.python), "-m", self.module], {**env, **OFFLINE}, text=json.dumps(job))


def find_peers(python: Path) -> list[Peer]:
    """List the peers whose SDK a Python has."""
    versions = versions_of(python)
    known = (
        ("openai {version}, 2 retries", "openai_threads", "openai", None),
        ("openai {version}, 10 retries", "openai_threads", "openai", 10),
        ("litellm {version}", "litellm_threads", "litellm", None),
    )
    return [
        Peer(
            name=name,
            module=f"benchmarks.peers.{module}",
            dist=dist,
            python=python,
            version=versions[dist],
            retries=retries,
        )
        for name, module, dist, retries in known
        if dist in versions
    ]


def versions_of(python: Path) -> dict[str, str]:
    """Return what is installed for a Python, by name; nothing when there is no such Python."""
    if not python.exists():
        return {}
    done = subprocess.run([python, "-c", VERSIONS], capture_output=True, text=True, check=True, cwd=ROOT)
    versions: dict[str, str] = json.loads(done.stdout)
    return versions
