"""What is installed is what was meant: every file has its hash, every dependency its licence."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
MEMBERS = [ROOT / "core", *sorted((ROOT / "plugins").glob("novaclips-*"))]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
ENTRY = re.compile(r"^([a-z0-9-]+)==[^\n]*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", re.MULTILINE)


def projects() -> dict[str, list[Requirement]]:
    """What each distribution requires of others, by its name."""
    found = {}
    for folder in MEMBERS:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        found[project["name"]] = [Requirement(line) for line in project["dependencies"]]
    return found


def test_every_file_that_is_installed_is_compared_with_a_hash():
    entries = "".join(match[0] for match in ENTRY.finditer(CONSTRAINTS))

    assert entries == re.sub(r"^#.*\n", "", CONSTRAINTS, flags=re.MULTILINE)


def test_constraints_have_every_dependency():
    pinned = {match[1] for match in ENTRY.finditer(CONSTRAINTS)}
    own = set(projects())

    assert {need.name for needs in projects().values() for need in needs} - own <= pinned


def test_every_dependency_has_a_lower_bound():
    loose = {str(need) for needs in projects().values() for need in needs if ">" not in str(need.specifier)}

    assert loose == set()


def test_the_notice_names_every_dependency_with_its_licence_and_who_needs_it():
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([a-z0-9-]+) \| ([^|]+) \| ([^|]+) \|$", notice, re.MULTILINE)
    told = {name: needed.strip() for name, _, needed in rows if name != "package"}
    own = set(projects())
    true: dict[str, list[str]] = {}
    for member, needs in projects().items():
        for need in needs:
            if need.name not in own:
                true.setdefault(need.name, []).append(member)

    assert told == {name: ", ".join(members) for name, members in true.items()}


def test_the_typeface_lies_beside_its_licence():
    folder = ROOT / "core" / "src" / "novaclips" / "builtin" / "storyboard" / "typefaces"

    assert "Reserved Font Name 'Source'" in (folder / "OFL.txt").read_text(encoding="utf-8")
    assert len(list(folder.glob("*.ttf"))) == 3
