"""Trouble with the disk, named with its file."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from novaclips.errors import StorageError
from novaclips.visuals.image_generator.engine.tidy import move_aside
from visuals.drawing import draw


def refuse(*_: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_file_that_cannot_be_moved_aside_is_named(tmp_path, monkeypatch) -> None:
    path = tmp_path / "scene-001.png"
    path.touch()
    monkeypatch.setattr(Path, "rename", refuse)

    with pytest.raises(StorageError, match=r"cannot move .*scene-001.png out of the way: Permission denied"):
        move_aside(path)


@pytest.mark.usefixtures("scripted")
def test_an_original_that_cannot_be_read_is_named(write_scenes, monkeypatch) -> None:
    write_scenes(1)
    draw()
    monkeypatch.setattr("novaclips.visuals.image_generator.engine.finish.unpack", refuse)

    report = draw(size="96x64")

    assert re.fullmatch(r"cannot read the original [0-9a-f/]+.png: Permission denied", str(report.stopped_by))
