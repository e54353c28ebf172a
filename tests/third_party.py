"""Print what the given distributions need from outside the workspace: the packages of the tests' wheelhouse."""

import sys
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name


def third_party(folders: list[Path]) -> set[str]:
    """Collect requirements to run, to build and to test plugins, without the workspace's own distributions."""
    projects = [tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in folders]
    own = {canonicalize_name(project["project"]["name"]) for project in projects}
    lines = {
        line
        for project in projects
        for line in (
            *project["project"].get("dependencies", ()),
            *project["project"].get("optional-dependencies", {}).get("testing", ()),
            *project["build-system"]["requires"],
        )
    }
    return {line.replace(" ", "") for line in lines if canonicalize_name(Requirement(line).name) not in own}


if __name__ == "__main__":
    sys.stdout.write(" ".join(sorted(third_party([Path(name) for name in sys.argv[1:]]))))
