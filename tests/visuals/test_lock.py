"""One run at a time: a second one stops before it sends, a dead one is in nobody's way."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import subprocess
import sys
import threading
from datetime import datetime
from pathlib import Path

import pytest

from cli.command_line import generate
from novaclips.errors import ConfigError, ExitCode, FolderInUse, StorageError
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.lock import FolderLock, read_holder
from visuals.drawing import draw, outcomes, plan, states

TESTS = Path(__file__).parents[1]
HOLDER = Path("frames/.novaclips/holder.json")
NOON = datetime(2026, 11, 23, 12, 3).astimezone().timestamp()
HOLD = """
import sys, time
from pathlib import Path
from novaclips.visuals.image_generator.engine.lock import FolderLock

with FolderLock(Path("frames"), time.time) as lock:
    lock.take()
    print("taken", flush=True)
    sys.stdin.read()
"""


class Holder:
    """Another process that has the lock until it is told to end."""

    def __init__(self, folder: Path) -> None:
        pipe = subprocess.PIPE
        self.popen = subprocess.Popen([sys.executable, "-c", HOLD], cwd=folder, stdin=pipe, stdout=pipe, text=True)
        assert self.popen.stdout.readline() == "taken\n"

    def end(self) -> None:
        self.popen.communicate(timeout=60)


@pytest.fixture
def holder(tmp_path):
    holder = Holder(tmp_path)
    yield holder
    holder.popen.kill()
    holder.end()


def test_a_second_run_stops_at_once_and_says_who_holds_the_folder(write_scenes, scripted, holder) -> None:
    write_scenes(2)
    result = generate()
    assert result.exit_code == ExitCode.USAGE
    expected = (
        rf"error: frames is being drawn by process {holder.popen.pid} on {re.escape(socket.gethostname())}"
        r" since \d\d:\d\d; wait for it, or choose another folder\n"
    )
    assert re.fullmatch(expected, result.stderr)
    assert scripted.calls == []

    holder.end()
    assert outcomes(draw()) == ["drawn", "drawn"]


def test_regenerate_takes_the_lock_and_plan_does_not(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    draw()
    holder = Holder(tmp_path)
    with pytest.raises(FolderInUse, match="frames is being drawn by process"):
        ImageGenerator().regenerate_scene(1, "frames")
    assert states(plan()) == ["fresh"]
    holder.end()


def test_a_process_that_was_killed_blocks_nobody(write_scenes, scripted, holder) -> None:
    write_scenes(1)
    holder.popen.kill()
    holder.end()
    assert HOLDER.exists()
    assert outcomes(draw()) == ["drawn"]
    assert not HOLDER.exists()


@pytest.mark.parametrize(
    "text",
    [None, "", "[]", '{"work": "drawn"}', '{"work": "drawn", "pid": 1, "host": "h", "since": 1e999}'],
    ids=["missing", "empty", "list", "bare", "endless"],
)
def test_a_holder_that_is_not_known_is_another_process(write_scenes, scripted, holder, text) -> None:
    write_scenes(1)
    HOLDER.unlink()
    if text is not None:
        HOLDER.write_text(text)
    with pytest.raises(FolderInUse, match="frames is being used by another process; wait for it"):
        draw()


def test_the_name_of_a_dead_process_is_not_told(tmp_path) -> None:
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    path = tmp_path / "holder.json"
    path.write_text(json.dumps({"work": "drawn", "pid": dead.pid, "host": socket.gethostname(), "since": NOON}))
    assert read_holder(path, NOON) == "used by another process"


@pytest.mark.parametrize(("days", "clock"), [(0, "12:03"), (1, "2026-11-23 12:03")], ids=["today", "yesterday"])
def test_a_holder_elsewhere_is_named_with_its_host(tmp_path, days, clock) -> None:
    path = tmp_path / "holder.json"
    path.write_text(json.dumps({"work": "pruned", "pid": 1234, "host": "studio", "since": NOON}))
    assert read_holder(path, NOON + days * 86400) == f"pruned by process 1234 on studio since {clock}"


def test_two_runs_of_one_process_exclude_each_other_too(write_scenes, scripted) -> None:
    write_scenes(1)
    seen: list[BaseException] = []

    def draw_as_well(request):
        def second() -> None:
            try:
                draw()
            except ConfigError as error:
                seen.append(error)

        thread = threading.Thread(target=second)
        thread.start()
        thread.join(timeout=60)

    scripted.on(1, draw_as_well)
    assert outcomes(draw()) == ["drawn"]
    (error,) = seen
    assert f"by process {os.getpid()} on" in str(error)


def test_a_folder_that_another_run_made_meanwhile_is_not_drawn_by_an_old_plan(write_scenes, scripted) -> None:
    from novaclips.visuals.image_generator.generator import Listener

    write_scenes(2)
    take = FolderLock.take
    done: list[object] = []

    def late(lock: FolderLock) -> None:
        if not done:
            done.append(None)  # the first to come here is overtaken by a run that begins and ends before it
            draw()
        take(lock)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FolderLock, "take", late)
        with pytest.raises(FolderInUse, match="frames was drawn by another process meanwhile; the same command again"):
            ImageGenerator("scripted", "none").run("planning/scenes.yaml", "frames", "192x108", listener=Listener())
    assert scripted.scenes == [1, 2]
    assert outcomes(draw()) == ["fresh", "fresh"]


def test_the_lock_works_where_the_disk_has_no_room_for_a_name(tmp_path, monkeypatch) -> None:
    def full(path, data):
        raise StorageError("no space left")

    monkeypatch.setattr("novaclips.visuals.image_generator.engine.lock.write_atomically", full)
    with FolderLock(tmp_path, lambda: NOON) as first, FolderLock(tmp_path, lambda: NOON) as second:
        first.take()
        first.take()
        with pytest.raises(FolderInUse, match="used by another process"):
            second.take()
    with FolderLock(tmp_path, lambda: NOON) as third:
        third.take()


def test_a_folder_that_cannot_be_locked_is_named(tmp_path) -> None:
    (tmp_path / ".novaclips").touch()
    with FolderLock(tmp_path, lambda: NOON) as lock, pytest.raises(ConfigError, match=r"cannot lock .*: File exists; "):
        lock.take()


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EROFS, errno.EACCES])
def test_a_file_system_without_locks_sends_nothing_and_says_where_to_go(write_scenes, scripted, monkeypatch, number):
    def refuse(*_: object) -> None:
        raise OSError(number, os.strerror(number))

    write_scenes(1)
    monkeypatch.setattr("filelock.FileLock._acquire", refuse)
    result = generate()
    assert result.exit_code == ExitCode.USAGE
    assert f"error: cannot lock frames: {os.strerror(number)}; nothing was sent: see that" in result.stderr
    assert "keep the project on a disk of this machine, whose file system has locks" in result.stderr
    assert scripted.calls == []
