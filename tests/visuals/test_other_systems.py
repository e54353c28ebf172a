"""What other systems do otherwise: their paths, their file names, and how Ctrl-C reaches a run there."""

from __future__ import annotations

import json
import ntpath
import posixpath
import queue
import signal
import threading
from pathlib import Path, PureWindowsPath
from textwrap import dedent

import pytest

from novaclips.errors import PluginError
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine import manifest, run
from novaclips.visuals.image_generator.engine.manifest import path_from, read_manifest
from visuals.drawing import SCENES, draw

WINDOWS_REFUSES = set('<>:"/\\|?*')


@pytest.mark.parametrize(
    ("folder", "path", "system", "seen"),
    [
        ("/film/frames", "/film/planning/scenes.yaml", posixpath, "../planning/scenes.yaml"),
        (r"C:\film\frames", r"C:\film\planning\scenes.yaml", ntpath, "../planning/scenes.yaml"),
        (r"D:\frames", r"C:\film\planning\scenes.yaml", ntpath, "C:/film/planning/scenes.yaml"),
        (r"D:\frames", r"\\host\share\scenes.yaml", ntpath, "//host/share/scenes.yaml"),
    ],
    ids=["here", "one drive", "two drives", "another machine"],
)
def test_the_scenes_file_is_named_from_the_folder_or_whole(folder, path, system, seen) -> None:
    assert path_from(folder, path, system) == seen


def test_frames_on_another_drive_find_their_scenes_again(write_scenes, scripted, monkeypatch) -> None:
    def two_drives(*_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(manifest.os.path, "relpath", two_drives)
    write_scenes(1)
    draw()
    document = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))
    assert document["scenes_file"] == Path(SCENES).absolute().as_posix()
    assert read_manifest(Path("frames")).scenes_path == Path(SCENES).resolve()
    assert ImageGenerator().regenerate_scene(1, "frames").ok


def test_every_file_that_a_run_leaves_has_a_name_that_windows_takes(write_scenes, scripted) -> None:
    write_scenes(2)
    draw()
    Path("frames/scene-001.png").write_bytes(b"mine")
    draw(style="noir")
    Path("frames/.novaclips/ledger.sqlite3").write_bytes(b"damaged" * 1000)
    draw()
    names = [path.name for path in Path("frames").rglob("*")]
    assert len(names) > 10
    assert [name for name in names if set(name) & WINDOWS_REFUSES or name.endswith((".", " "))] == []
    assert [name for name in names if PureWindowsPath(name).is_reserved()] == []


@pytest.mark.parametrize("ending", [".", ".PNG", ".png.", ".png ", ".p:ng", "png", "/../x.png", ""])
def test_a_writer_whose_files_some_system_would_refuse_is_named(write_scenes, scripted, site, ending) -> None:
    source = f"""
        from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl

        class Odd(BaseOutputWriter):
            extension = {ending!r}

            def encode(self, frame, file):
                frame.image.save(file, "PNG")

        @hookimpl
        def novaclips_output_writers():
            yield OutputWriterSpec(name="odd", summary="", create=lambda settings: Odd())
    """
    site.install("novaclips-writer-odd", entry_points={"writer-odd": "odd_w"}, modules={"odd_w.py": dedent(source)})
    write_scenes(1)
    with pytest.raises(PluginError, match=r"writer 'odd' is broken: .* is no file ending such as '\.webp'"):
        draw(writers=["odd"])
    assert not Path("frames").exists()


class Deaf(queue.SimpleQueue):  # type: ignore[type-arg]  # as at run time
    """A queue as on Windows: while it waits without an end, no signal is heard."""

    def get(self, block: bool = True, timeout: float | None = None) -> object:
        assert timeout is not None
        return super().get(block, timeout)


def test_where_a_waiting_queue_is_deaf_the_run_looks_up_in_between() -> None:
    events, heard = Deaf(), []
    before = signal.signal(signal.SIGUSR1, lambda *_: (heard.append("signal"), events.put("stopped")))
    try:
        threading.Timer(0.05, signal.raise_signal, [signal.SIGUSR1]).start()
        assert run.next_of(events, 0.01) == "stopped"
    finally:
        signal.signal(signal.SIGUSR1, before)
    assert heard == ["signal"]


def test_elsewhere_the_run_sleeps_until_something_happens() -> None:
    assert run.UNINTERRUPTED is None
    events: queue.SimpleQueue[str] = queue.SimpleQueue()
    events.put("drawn")
    assert run.next_of(events, None) == "drawn"
