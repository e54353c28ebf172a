"""The fixtures work in anybody's project."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

TESTS = """
import urllib.request
from pathlib import Path
import pytest
import yaml


def read(path):
    return yaml.safe_load(path.read_text())["scenes"]


def test_the_server_runs(fault_server):
    headers = {"Authorization": "Bearer " + fault_server.env["OPENAI_API_KEY"]}
    request = urllib.request.Request(fault_server.env["OPENAI_BASE_URL"] + "/models", headers=headers)
    assert urllib.request.urlopen(request).status == 200


def test_scenes_by_number(write_scenes, tmp_path):
    path = write_scenes(2)
    assert path == tmp_path / "planning" / "scenes.yaml"
    assert read(path) == [{"id": n, "visual": {"prompt": f"a picture of {n}"}} for n in (1, 2)]


def test_a_project_is_the_current_folder(project):
    scenes = read(project / "planning" / "scenes.yaml")
    assert [scene["id"] for scene in scenes] == [1, 2, 3]
    assert project == Path.cwd()


def test_the_stand_in_runs(only_loopback, stand_in):
    order = urllib.request.Request(stand_in.url, b'{"prompt": "a river"}', {"Content-Type": "application/json"})
    assert urllib.request.urlopen(order).headers["Content-Type"] == "image/png"


@pytest.mark.parametrize("scenes", [["it's", 'a "b"'], {1: "it's", 2: 'a "b"'}])
def test_scenes_by_prompt(write_scenes, scenes):
    visuals = [scene["visual"] for scene in read(write_scenes(scenes, seed=7))]
    assert visuals == [{"prompt": "it's", "seed": 7}, {"prompt": 'a "b"', "seed": 7}]
"""


def test_the_fixtures_work_in_another_project(tmp_path: Path) -> None:
    (tmp_path / "test_plugin.py").write_text(TESTS)
    arguments = ["-p", "novaclips.testing.pytest_plugin", "-p", "no:cacheprovider", "-q", "-W", "error"]
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (answer.returncode, answer.stderr) == (0, ""), answer.stdout
    assert "6 passed" in answer.stdout
