"""Paths are made absolute once: a plugin that changes the working folder changes nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from novaclips.errors import ConfigError, StorageError
from novaclips.plugin import BaseImageProvider
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.spelled import Spelled
from scripted import Scripted
from visuals.drawing import draw, outcomes, plan


@pytest.fixture
def elsewhere(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("elsewhere")


def wandering(method: str, folder: Path) -> type[BaseImageProvider]:
    """Make a provider of which one method changes the working folder."""

    def wander(self, *args):
        os.chdir(folder)
        return getattr(Scripted, method)(self, *args)

    return type("Wandering", (Scripted,), {method: wander})


@pytest.mark.parametrize("method", ["__init__", "identity", "estimate", "notices", "open", "generate", "close"])
def test_a_plugin_that_changes_the_working_folder_changes_nothing_else(
    write_scenes, scripted, monkeypatch, elsewhere, method, caplog
) -> None:
    here = Path.cwd()
    monkeypatch.setattr("scripted.Scripted", wandering(method, elsewhere))
    write_scenes(3)
    report = draw()
    assert (outcomes(report), report.folder, Path.cwd()) == (["drawn"] * 3, Path("frames"), here)
    assert [result.file_path for result in report] == [Path(f"frames/scene-00{number}.png") for number in (1, 2, 3)]
    assert f"a plugin changed the working folder; it is {here} again" in caplog.text
    assert len(report[0].image_bytes) > 0
    assert list(elsewhere.iterdir()) == []
    assert outcomes(draw()) == ["fresh"] * 3
    result = ImageGenerator().regenerate_scene(2, "frames")
    assert result.file_path == Path("frames/scene-002.png")
    assert list(elsewhere.iterdir()) == []
    assert {path.parts[-2] for path in Path().rglob("ledger.sqlite3")} == {".novaclips"}


def test_texts_name_the_folder_as_the_user_does(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(1)
    scripted.on(1, b"<html></html>")
    report = draw()
    assert "; kept as frames/.novaclips/quarantine/" in report[0].reason
    assert "; kept as frames/.novaclips/quarantine/" in plan()[0].reason
    written = [*Path("frames").glob("*.json"), *Path("frames").rglob("quarantine/*/*.json")]
    assert [path.name for path in written if str(Path.cwd()) in path.read_text(encoding="utf-8")] == []
    with pytest.raises(ConfigError, match=r"^cannot write into frames/x/y: "):
        draw_where_nothing_can_be_written(monkeypatch)


def draw_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> RunReport:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        return draw("frames/x/y")


@pytest.mark.parametrize(
    ("given", "text", "spelled"),
    [
        ("frames", "cannot write {0}/frames/a.png: full", "cannot write frames/a.png: full"),
        ("frames", "cannot write {0}/frames: full; {0}/frames2", "cannot write frames: full; {0}/frames2"),
        (".", "cannot write {0}/a.png", "cannot write ./a.png"),
        ("../other", "kept as {0}/../other/x", "kept as ../other/x"),
        ("{0}/frames", "kept as {0}/frames/x", "kept as {0}/frames/x"),
    ],
    ids=["relative", "a longer name beside it", "here", "beside", "absolute"],
)
def test_how_a_folder_is_spelled(given, text, spelled) -> None:
    here = Path.cwd()
    folder = Spelled.of(Path(given.format(here)))
    error = StorageError(text.format(here))
    folder.error(error)
    assert str(error) == spelled.format(here)
