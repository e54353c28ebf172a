"""Runs that meet trouble: Ctrl-C, a full disk, threads."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
from pathlib import Path

import pytest
from PIL import Image

from novaclips.errors import ConfigError, ExitCode, StorageError
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from visuals.drawing import draw, outcomes

TESTS = Path(__file__).parents[1]


def test_calls_are_made_from_several_threads_at_once(write_scenes, scripted) -> None:
    write_scenes(3)
    together = threading.Barrier(3, timeout=30)

    def meet(request):
        together.wait()

    for number in (1, 2, 3):
        scripted.on(number, meet)
    assert outcomes(draw(workers=3)) == ["drawn"] * 3


def test_an_attempt_is_in_the_ledger_before_it_is_sent(write_scenes, scripted) -> None:
    write_scenes(1)
    seen: list[dict[str, tuple[str, str]]] = []

    def look(request):
        with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
            seen.append(ledger.without_picture())

    scripted.on(1, look)
    draw()
    assert [state for state, _ in seen[0].values()] == ["sent"]


def test_an_output_folder_that_takes_no_files_is_an_error_before_anything_is_sent(write_scenes, scripted) -> None:
    write_scenes(1)
    Path("file").touch()
    with pytest.raises(ConfigError, match=r"cannot write into file/frames: Not a directory; choose another"):
        draw("file/frames")
    assert scripted.calls == []


def limited(code: str, tmp_path: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process whose files cannot grow beyond 100 kB: the kernel's own refusal, as a full disk's."""
    program = f"""
        import os, resource, signal, sys
        sys.path[:0] = {[str(TESTS)]!r}
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
        {code}
    """
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], cwd=tmp_path, capture_output=True, text=True, check=False
    )


def test_a_disk_that_takes_no_original_stops_the_run_and_leaves_no_half_file(write_scenes, tmp_path) -> None:
    write_scenes(5)
    answer = limited(
        "from novaclips.cli import cli;"
        "cli(['visuals', 'generate', '--provider', 'storyboard', '--workers', '1', '--resolution', '3840x2160'])",
        tmp_path,
    )
    assert answer.returncode == ExitCode.SCENES_FAILED
    assert "the picture was drawn and could not be kept: cannot write" in answer.stderr
    assert "File too large" in answer.stderr
    assert list(tmp_path.rglob("*.tmp")) == []
    assert list(tmp_path.rglob("scene-*.png")) == []


def test_a_frame_that_does_not_fit_on_the_disk_loses_no_picture(write_scenes, scripted, monkeypatch) -> None:
    write_scenes(3)
    from novaclips.builtin.png_writer import PngWriter

    def full(self, frame, file):
        file.write(b"half a picture")
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(PngWriter, "encode", full)
        report = draw(workers=1)
    assert isinstance(report.stopped_by, StorageError)
    assert "No space left on device" in str(report.stopped_by)
    assert [path.name for path in Path("frames").glob("*") if "scene" in path.name] == []
    bought = len(scripted.calls)

    scripted.forget()
    report = draw()
    assert not report.missing
    assert len(scripted.calls) == 3 - bought


PROGRAM = """
import os, sys
sys.path[:0] = [{tests!r}, {site!r}]
import scripted
from novaclips.cli import cli

def wait_for_the_test(request):
    os.write(1, b"sent\\n")  # in one piece: print() from two threads mixes its words
    os.read(0, 1)
    return scripted.picture(request.prompt)

for number in range(1, 9):
    scripted.script.on(number, wait_for_the_test)
cli(["visuals", "generate", "--provider", "scripted", "--style", "none", "--workers", "2", "--resolution", "192x108"])
"""


class Process:
    """A run of eight scenes, two at a time, in which each picture waits until the test lets it come."""

    def __init__(self, folder: Path, site: Path) -> None:
        code = PROGRAM.format(tests=str(TESTS), site=str(site))
        pipe = subprocess.PIPE
        self.popen = subprocess.Popen(
            [sys.executable, "-c", code], cwd=folder, stdin=pipe, stdout=pipe, stderr=pipe, text=True, bufsize=1
        )

    def wait_for(self, text: str, times: int = 1) -> None:
        for line in self.popen.stdout:
            times -= text in line
            if times == 0:
                return
        raise AssertionError(self.popen.stderr.read())

    def let_come(self, pictures: int) -> None:
        self.popen.stdin.write("x" * pictures)
        self.popen.stdin.flush()

    def end(self) -> tuple[int, str]:
        _, err = self.popen.communicate(timeout=60)
        return self.popen.returncode, err


@pytest.fixture
def process(write_scenes, scripted, site, tmp_path):
    write_scenes(8)
    process = Process(tmp_path, site.folder)
    watchdog = threading.Timer(120, process.popen.kill)  # a test that waits in vain fails instead of hanging
    watchdog.start()
    process.wait_for("sent", times=2)
    yield process
    watchdog.cancel()
    process.popen.kill()
    process.popen.communicate(timeout=60)


def test_ctrl_c_waits_for_what_is_in_flight_and_the_next_run_draws_the_rest(process, scripted) -> None:
    process.popen.send_signal(signal.SIGINT)
    process.wait_for("interrupted: waiting for what is in flight")
    process.let_come(2)
    code, err = process.end()
    assert code == ExitCode.INTERRUPTED
    assert "not sent, because the run was stopped: scenes 3-8" in err
    assert sorted(path.name for path in Path("frames").glob("scene-*")) == ["scene-001.png", "scene-002.png"]
    assert list(Path("frames").rglob("*.tmp")) == []
    for number in (1, 2):
        with Image.open(f"frames/scene-00{number}.png") as frame:
            assert frame.size == (192, 108)
    assert len(json.loads(Path("frames/manifest.json").read_text())["frames"]) == 2

    report = draw()
    assert scripted.scenes == [3, 4, 5, 6, 7, 8]
    assert not report.missing


def test_a_second_ctrl_c_gives_up_at_once(process) -> None:
    process.popen.send_signal(signal.SIGINT)
    process.wait_for("interrupted")
    process.popen.send_signal(signal.SIGINT)
    process.popen.wait(timeout=60)  # before its input is closed, which would let the pictures come
    code, err = process.end()
    assert code == ExitCode.INTERRUPTED
    assert "given up; perhaps billed: scenes 1, 2; see novaclips visuals status" in err


def test_a_killed_run_buys_again_only_what_was_in_flight(process, scripted) -> None:
    process.let_come(4)
    process.wait_for("sent", times=4)
    process.popen.kill()
    process.end()
    report = draw()
    assert not report.missing
    assert scripted.scenes == [5, 6, 7, 8]


def test_generate_all_raises_keyboard_interrupt_after_draining(write_scenes, scripted) -> None:
    write_scenes(3)

    def press(request):
        os.kill(os.getpid(), signal.SIGINT)

    scripted.on(1, press)
    with pytest.raises(KeyboardInterrupt):
        ImageGenerator("scripted", "none", workers=1).generate_all("planning/scenes.yaml", "frames", "192x108")
    assert Path("frames/scene-001.png").exists()
    assert scripted.scenes == [1]
