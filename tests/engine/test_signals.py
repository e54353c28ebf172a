"""Signals and closed terminals in real processes: what is in flight comes in, nothing more is sent, nothing is lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.command_line import run
from novaclips.errors import ExitCode
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator.engine.ledger import Ledger

TESTS = Path(__file__).parents[1]
SCENES = 8
GENERATE = ("visuals", "generate", "--style", "none", "--resolution", "192x108", "--workers", "2")
START = "import sys; from novaclips.cli import main; sys.argv[1:] = {arguments!r}; main()"

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


class Process:
    """A command line in a process of its own; ``stdout`` and ``stderr`` are what it writes to."""

    def __init__(self, code: str, env: dict[str, str], **streams: object) -> None:
        pipe = subprocess.PIPE
        self.popen = subprocess.Popen(
            [sys.executable, "-c", code],
            env=os.environ | env,
            text=True,
            bufsize=1,
            **{"stdin": pipe, "stdout": pipe, "stderr": pipe} | streams,
        )
        # A test that waits in vain fails instead of hanging.
        self._watchdog = threading.Timer(120, self.popen.kill)
        self._watchdog.start()

    def wait_for(self, text: str, times: int = 1) -> None:
        """Read what it prints until it has said that so often."""
        for line in self.popen.stdout:
            times -= text in line
            if times == 0:
                return
        raise AssertionError(self.popen.stderr.read())

    def end(self) -> tuple[int, str, str]:
        """Wait for its end; return its exit code and what else it printed."""
        out, err = self.popen.communicate(timeout=60)
        return self.popen.returncode, out or "", err or ""

    def close(self) -> None:
        self._watchdog.cancel()
        self.popen.kill()
        self.popen.communicate(timeout=60)


def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


GATED = """
import os, sys
sys.path[:0] = [{tests!r}, {site!r}]
import scripted
from novaclips.plugin import JobImageProvider

def wait_for_the_test(request):
    os.write({told}, b"sent\\n")
    os.read(0, 1)
    return scripted.picture(request.prompt)

for number in range(1, 9):
    scripted.script.on(number, wait_for_the_test)
{setup}
from novaclips.cli import main
sys.argv[1:] = {arguments!r}
main()
"""
JOBS = """
class Jobs(JobImageProvider, scripted.Scripted):
    def submit(self, request):
        return f"job-{request.scene_id}"
    def collect(self, job_id):
        os.write(1, b"sent\\n")
        os.read(0, 1)
        return scripted.picture(job_id)
    def cancel(self, job_id):
        raise AssertionError(job_id)
scripted.Scripted = Jobs
"""


@pytest.fixture
def start(write_scenes, scripted, site) -> Iterator[Callable[..., Process]]:
    """Start a run of eight scenes, two at a time, in which each picture waits until the test lets it come."""
    write_scenes(SCENES)
    started = []

    def start(*arguments: str, setup: str = "", told: int = 1, **streams: object) -> Process:
        code = GATED.format(
            tests=str(TESTS),
            site=str(site.folder),
            arguments=[*GENERATE, "--provider", "scripted", *arguments],
            setup=setup,
            told=told,
        )
        started.append(Process(code, {}, **streams))
        return started[-1]

    yield start
    for process in started:
        process.close()


def let_come(process: Process, pictures: int) -> None:
    process.popen.stdin.write("x" * pictures)
    process.popen.stdin.flush()


def frames() -> list[str]:
    return sorted(path.name for path in Path("frames").glob("scene-*.png"))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_drains_the_run(start, number) -> None:
    process = start()
    process.wait_for("sent", times=2)
    process.popen.send_signal(number)
    process.wait_for("interrupted: waiting for what is in flight")
    let_come(process, 2)
    code, out, err = process.end()
    assert code == ExitCode.INTERRUPTED
    assert "sent" not in out.split("frames in")[0]
    assert "not sent, because the run was stopped: scenes 3-8" in err
    assert frames() == ["scene-001.png", "scene-002.png"]
    assert len(json.loads(Path("frames/manifest.json").read_text())["frames"]) == 2
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        assert [attempt.state for attempt in ledger.attempts()] == ["received", "received"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_a_signal_that_comes_twice_gives_nothing_up(start, number) -> None:
    process = start()
    process.wait_for("sent", times=2)
    process.popen.send_signal(number)
    process.wait_for("interrupted")
    process.popen.send_signal(number)
    process.popen.send_signal(signal.SIGTERM)
    let_come(process, 2)
    assert process.end()[0] == ExitCode.INTERRUPTED
    assert frames() == ["scene-001.png", "scene-002.png"]


def test_a_run_under_nohup_outlives_its_terminal(start) -> None:
    setup = "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN)"
    process = start(setup=setup)
    process.wait_for("sent", times=2)
    process.popen.send_signal(signal.SIGHUP)
    let_come(process, SCENES)
    code, _, err = process.end()
    assert (code, err) == (ExitCode.OK, "")
    assert len(frames()) == SCENES


def test_before_anything_is_sent_a_signal_ends_the_command(write_scenes, scripted, site) -> None:
    write_scenes(1)
    code = GATED.format(
        tests=str(TESTS),
        site=str(site.folder),
        arguments=[*GENERATE, "--provider", "scripted"],
        setup="import signal; scripted.Scripted.open = lambda self: signal.raise_signal(signal.SIGTERM)",
        told=1,
    )
    process = Process(code, {})
    code, out, err = process.end()
    process.close()
    assert (code, err.splitlines()[-1]) == (ExitCode.INTERRUPTED, "interrupted")
    assert "sent" not in out


def test_a_closed_pipe_loses_no_picture(start) -> None:
    read, write = os.pipe()
    told, tell = os.pipe()
    process = start(stdout=write, told=tell, pass_fds=(tell,))
    os.close(write)
    os.close(tell)
    with os.fdopen(told) as lines:
        assert [lines.readline(), lines.readline()] == ["sent\n"] * 2
        os.close(read)
        let_come(process, SCENES)
        code, _, err = process.end()
    assert (code, err) == (ExitCode.OK, "")
    assert len(frames()) == SCENES
    assert len(json.loads(Path("frames/manifest.json").read_text())["frames"]) == SCENES


@pytest.mark.parametrize("bar", [True, False], ids=["bar", "json"])
def test_a_closed_terminal_loses_no_picture(start, bar) -> None:
    pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of Unix")
    ours, theirs = pty.openpty()
    told, tell = os.pipe()
    arguments = () if bar else ("--json",)
    process = start(*arguments, stdout=theirs, stderr=theirs, told=tell, pass_fds=(tell,))
    os.close(theirs)
    os.close(tell)
    with os.fdopen(told) as lines:
        assert [lines.readline(), lines.readline()] == ["sent\n"] * 2
        os.close(ours)
        process.popen.send_signal(signal.SIGHUP)
        let_come(process, 2)
        code = process.end()[0]
    assert code == ExitCode.INTERRUPTED
    assert frames() == ["scene-001.png", "scene-002.png"]
    assert len(json.loads(Path("frames/manifest.json").read_text())["frames"]) == 2


# Jobs, which the next run can collect.


def test_ctrl_c_does_not_wait_for_a_job_that_can_be_collected_later(start) -> None:
    process = start(setup=JOBS)
    process.wait_for("sent", times=2)
    process.popen.send_signal(signal.SIGINT)
    process.popen.wait(timeout=15)  # no picture was let come
    code, _, err = process.end()
    assert code == ExitCode.INTERRUPTED
    assert "scenes 1-2: unknown: its job is with the service, and collected by the next run" in err
    assert "perhaps billed" not in err
    with Ledger(Path("frames/.novaclips/ledger.sqlite3")) as ledger:
        assert {job.id for job in ledger.jobs().values()} == {"job-1", "job-2"}
    assert Path("frames/manifest.json").exists()


def test_a_second_ctrl_c_tells_jobs_from_calls(start) -> None:
    """A plain call is waited for, and a job is not; the second Ctrl-C comes while both are there."""
    # The first signal is held back from the queue, as it is while a listener takes its time.
    setup = f"""{JOBS}
from novaclips.visuals.image_generator.engine.run import Run
Run._leave_jobs = lambda self: self._tell(None, "interrupted: held back")
"""
    process = start(setup=setup)
    process.wait_for("sent", times=2)
    process.popen.send_signal(signal.SIGINT)
    process.wait_for("interrupted")
    process.popen.send_signal(signal.SIGINT)
    process.popen.wait(timeout=60)
    code, _, err = process.end()
    assert code == ExitCode.INTERRUPTED
    assert "given up; collected by the next run: scenes 1, 2; see novaclips visuals status" in err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_jobs_of_a_real_service_are_left_and_collected_by_the_next_run(write_scenes, number) -> None:
    write_scenes(4)
    arguments = ["visuals", "generate", "--provider", "replicate", "--style", "none", "--resolution", "320x180"]
    with FaultServer() as server:
        server.fault("prediction_endless", times=2)
        env = server.env | {"REPLICATE_POLL_INTERVAL": "0.01"}
        process = Process(START.format(arguments=[*arguments, "--workers", "2"]), env)
        until(lambda: server.counts.requests == 2 and len(job_ids()) == 2)
        process.popen.send_signal(number)
        code, _, err = process.end()
        process.close()
        assert code == ExitCode.INTERRUPTED
        assert "scenes 1-2: unknown: its job is with the service, and collected by the next run" in err
        assert "not sent, because the run was stopped: scenes 3-4" in err
        again = run(*arguments, "--option", "deadline=0", **env)
        assert (again.exit_code, server.counts.requests) == (ExitCode.SCENES_FAILED, 4)
        assert "4 scenes: 2 to draw, 2 to collect, bought before" in again.stdout
        assert frames() == ["scene-003.png", "scene-004.png"]


def job_ids() -> list[str]:
    """The ids that stand in the ledger of a run that is under way."""
    path = Path("frames/.novaclips/ledger.sqlite3")
    if not path.exists():
        return []
    with Ledger.for_reading(path) as ledger:
        return [job.id for job in ledger.jobs().values()]


# What a killed run leaves.


def test_a_killed_first_run_is_known_by_its_settings_and_its_jobs(start) -> None:
    process = start("--option", "look=grim", setup=JOBS)
    process.wait_for("sent", times=2)
    process.popen.kill()
    process.end()
    document = json.loads(run("visuals", "status", "--json").stdout)
    reasons = [scene["reason"] for scene in document["scenes"]]
    assert reasons[:2] == [
        f"no frame yet; the service has it as job job-{number}: collected, not bought again" for number in (1, 2)
    ]
    told = run("visuals", "status").stdout
    assert "provider: scripted (the last run)" in told
    assert "style: none (the last run)" in told
    assert "2 to collect" in told
