"""The tables of fields list what novaclips writes, and nothing else."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest

from docs.pages import ROOT
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.records import Attempt

MANIFEST = (ROOT / "docs/reference/manifest.md").read_text(encoding="utf-8")
CI = (ROOT / "docs/how-to/ci.md").read_text(encoding="utf-8")


def listed(page: str, heading: str) -> set[str]:
    """Read the names in the first column of the table under a line of the page."""
    (table,) = re.findall(rf"^{re.escape(heading)}.*?\|---\|---\|\n(.*?)\n\n", page, re.DOTALL | re.MULTILINE)
    return {name for row in table.splitlines() for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


@pytest.fixture
def manifest(fault_server: FaultServer, write_scenes, tmp_path: Path) -> dict:
    """The manifest of a run with a frame, a refusal and a chosen take."""
    scenes = write_scenes(["a harbour", "a knife"])
    fault_server.fault("moderation_blocked", prompt="knife")
    frames = tmp_path / "frames"
    generator = ImageGenerator(provider="openai", style="none", env=fault_server.env)
    generator.generate_all(scenes, frames, "320x180")
    generator.regenerate_scene(1, frames)
    return json.loads((frames / "manifest.json").read_text(encoding="utf-8"))


def test_the_manifest_page_lists_every_field_of_the_document(manifest: dict) -> None:
    assert listed(MANIFEST, "## The document\n") == set(manifest)


@pytest.mark.parametrize(
    ("heading", "path"),
    [
        ("## cost\n", ["cost"]),
        ("## settings\n", ["settings"]),
        ("## frames\n", ["frames", 0]),
        ("## frames: written\n", ["frames", 0, "written", 0]),
        ("## missing\n", ["missing", 0]),
        ("## takes\n", ["takes", 0]),
    ],
    ids=["cost", "settings", "frames", "written", "missing", "takes"],
)
def test_the_manifest_page_lists_every_field_of(heading: str, path: list, manifest: dict) -> None:
    found = manifest
    for step in path:
        found = found[step]
    assert listed(MANIFEST, heading) - {"about"} == set(found)  # of a file that shows something else than its entry


def test_the_manifest_page_names_every_field_of_an_attempt_and_of_a_request(manifest: dict) -> None:
    attempt = MANIFEST.split("The fields of an attempt: ")[1].split("\n\n")[0]
    assert set(re.findall(r"`([a-z_]+)`", attempt)) >= {field.name for field in fields(Attempt)}
    assert {field.name for field in fields(Attempt)} == set(manifest["missing"][0]["attempt"])
    (request,) = re.findall(r"^\| `request` \|(.*)\|$", MANIFEST, re.MULTILINE)
    assert set(re.findall(r"`([a-z_]+)`", request)) == set(manifest["frames"][0]["request"])


def test_the_ci_page_lists_every_field_of_a_report_and_of_its_scenes(write_scenes, tmp_path: Path) -> None:
    generator = ImageGenerator(provider="storyboard", style="none")
    report = generator.generate_all(write_scenes(1), tmp_path / "frames", "320x180").as_dict()
    assert listed(CI, "| field of the report |") == set(report)
    assert listed(CI, "| field of a scene |") == set(report["scenes"][0])
