"""Print the part of constraints.txt that the given distributions need: the packages of the tests' wheelhouse.

Run in an environment that has them installed. What is printed is a requirements file, hashes included.
"""

import re
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

CONSTRAINTS = Path(__file__).parents[1] / "constraints.txt"


def direct(folders: list[Path]) -> set[str]:
    """Name what the distributions need to run, to build and to test plugins."""
    projects = [tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")) for folder in folders]
    lines = [
        line
        for project in projects
        for line in (
            *project["project"].get("dependencies", ()),
            *project["project"].get("optional-dependencies", {}).get("testing", ()),
            *project["build-system"]["requires"],
        )
    ]
    return {canonicalize_name(Requirement(line).name) for line in lines}


def closure(names: set[str]) -> set[str]:
    """Add what these packages need in turn, on this machine."""
    found: set[str] = set()
    left = set(names)
    while left:
        found.add(name := left.pop())
        wanted = map(Requirement, requires(name) or ())
        left |= {
            canonicalize_name(one.name) for one in wanted if one.marker is None or one.marker.evaluate({"extra": ""})
        } - found
    return found


def pinned(names: set[str], constraints: str) -> str:
    """Cut the entries of these packages out of a constraints file."""
    entries = re.findall(r"^[^\s#].*(?:\n\s+--hash.*)*$", constraints, re.MULTILINE)
    return "\n".join(entry for entry in entries if canonicalize_name(re.split(r"[=\s;]", entry)[0]) in names)


if __name__ == "__main__":
    wanted = closure(direct([Path(name) for name in sys.argv[1:]]))
    sys.stdout.write(pinned(wanted, CONSTRAINTS.read_text(encoding="utf-8")) + "\n")
