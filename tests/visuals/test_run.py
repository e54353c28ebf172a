"""Runs that meet trouble: no answer, Ctrl-C, a full disk, threads."""

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

from novaclips.errors import ConfigError, ExitCode, OutcomeUnknown, StorageError
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.ledger import Ledger
from visuals.drawing import draw, outcomes

TESTS = Path(__file__).parents[1]


def test_an_unknown_outcome_is_asked_again_once_when_all_others_are_done(write_scenes, scripted) -> None:
    write_scenes(4)
    scripted.on(1, OutcomeUnknown("the connection broke"))
    report = draw(workers=1)
    assert outcomes(report) == ["drawn"] * 4
    assert [request.scene_id for request in scripted.calls] == [1, 2, 3, 4, 1]


def test_an_unknown_outcome_is_never_asked_for_a_third_time(write_scenes, scripted) -> None:
    write_scenes(2)
    scripted.on(2, OutcomeUnknown("the connection broke"), OutcomeUnknown("it broke again"))
    report = draw()
    assert outcomes(report) == ["drawn", "unknown"]
    assert report.exit_code is ExitCode.SCENES_FAILED
    assert scripted.scenes == [1, 2, 2]


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
import sys, time
sys.path[:0] = [{tests!r}, {site!r}]
import scripted
from novaclips.cli import cli

def slow(request):
    print("sent", request.scene_id, flush=True)
    time.sleep({seconds})
    return scripted.picture(request.prompt)

for number in range(1, 9):
    scripted.script.on(number, slow)
cli(["visuals", "generate", "--provider", "scripted", "--style", "none", "--workers", "2", "--resolution", "192x108"])
"""


def start(tmp_path: Path, site: Path, seconds: float) -> subprocess.Popen[str]:
    code = PROGRAM.format(tests=str(TESTS), site=str(site), seconds=seconds)
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for line in process.stdout:
        if line.startswith("sent"):
            return process
    raise AssertionError(process.stderr.read())


def test_ctrl_c_waits_for_what_is_in_flight_and_the_next_run_draws_the_rest(write_scenes, scripted, site, tmp_path):
    write_scenes(8)
    process = start(tmp_path, site.folder, seconds=1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, err
    assert "interrupted: waiting for what is in flight" in out
    assert "not sent, because the run was stopped: scenes " in err
    frames = sorted(Path("frames").glob("scene-*.png"))
    assert 1 <= len(frames) <= 2
    assert list(Path("frames").rglob("*.tmp")) == []
    for path in frames:
        with Image.open(path) as frame:
            assert frame.size == (192, 108)
    assert json.loads(Path("frames/manifest.json").read_text())["frames"]

    report = draw()
    assert len(scripted.calls) == 8 - len(frames)
    assert not report.missing


def test_a_second_ctrl_c_gives_up_at_once(write_scenes, scripted, site, tmp_path) -> None:
    write_scenes(8)
    process = start(tmp_path, site.folder, seconds=600)
    process.send_signal(signal.SIGINT)
    for line in process.stdout:
        if "interrupted" in line:
            break
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED
    assert "given up; what was in flight may have been billed" in err


def test_a_killed_run_loses_only_what_was_in_flight(write_scenes, scripted, site, tmp_path) -> None:
    write_scenes(8)
    process = start(tmp_path, site.folder, seconds=0.2)
    sent = 1
    for line in process.stdout:
        sent += line.startswith("sent")
        if sent == 6:
            break
    os.kill(process.pid, signal.SIGKILL)
    process.communicate(timeout=60)
    report = draw()
    assert not report.missing
    assert len(scripted.calls) <= 8 - (sent - 2)


def test_generate_all_raises_keyboard_interrupt_after_draining(write_scenes, scripted) -> None:
    write_scenes(3)

    def press(request):
        os.kill(os.getpid(), signal.SIGINT)

    scripted.on(1, press)
    with pytest.raises(KeyboardInterrupt):
        ImageGenerator("scripted", "none", workers=1).generate_all("planning/scenes.yaml", "frames", "192x108")
    assert Path("frames/scene-001.png").exists()
    assert scripted.scenes == [1]
