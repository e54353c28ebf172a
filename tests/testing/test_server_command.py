"""``python -m novaclips.testing.server``: rehearse a command, or serve."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
import requests
from click.testing import CliRunner

from novaclips.testing import FAULTS
from novaclips.testing.server import serve

ORDER = """
import json, os, sys, urllib.request
body = json.dumps({"model": "dall-e-2", "prompt": "a river", "size": "256x256"}).encode()
headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"]}
url = os.environ["OPENAI_BASE_URL"] + "/images/generations"
try:
    urllib.request.urlopen(urllib.request.Request(url, body, headers)).read()
except urllib.error.HTTPError as error:
    sys.exit(error.code % 256)
"""


def run(*arguments: str):
    return CliRunner().invoke(serve, arguments)


def test_a_command_is_run_and_its_bill_printed() -> None:
    result = run("--", sys.executable, "-c", ORDER)
    assert result.exit_code == 0
    assert result.stderr == "rehearsal: 1 requests, 1 billed, 0 of them billed twice, at most 1 at once\n"
    assert result.stdout == ""


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fault", "server_error"], 500 % 256),
        (["--fault", "server_error:river"], 500 % 256),
        (["--fault", "server_error:lake"], 0),
        (["--fault", "server_error=1:river"], 500 % 256),
        (["--fault", "server_error:lake", "--fault", "bad_key=3"], 401 % 256),
        (["--limit", "1/60", "--latency", "0.01"], 0),
    ],
    ids=["fault", "prompt", "other-prompt", "times", "two-faults", "limit-and-latency"],
)
def test_the_exit_code_is_the_commands(options: list[str], code: int) -> None:
    assert run(*options, "--", sys.executable, "-c", ORDER).exit_code == code


def test_a_command_that_was_killed_counts_as_in_a_shell() -> None:
    assert run("--", sys.executable, "-c", "import os; os.kill(os.getpid(), 9)").exit_code == 137


def test_a_command_that_there_is_not_is_not_found() -> None:
    result = run("--", "novaclips-nothing")
    assert result.exit_code == 127
    assert "'novaclips-nothing': command not found" in result.stderr


def test_commands_of_this_python_are_found_without_its_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", os.defpath)
    assert run("--", "novaclips", "--version").exit_code == 0


def test_faults_are_listed_with_their_service_and_summary() -> None:
    header, *rows = run("--list-faults").stdout.splitlines()
    assert header.split() == ["FAULT", "PROTOCOL", "WHAT"]
    assert [row.split(maxsplit=2) for row in rows] == [
        [fault.name, fault.protocol, fault.summary] for fault in FAULTS.values()
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--fault", "bad_kye"], "unknown fault 'bad_kye'; did you mean 'bad_key'?"),
        (["--fault", "bad_key=once"], "fault 'bad_key=once': 'once' is no number of times; write bad_key=2"),
        (["--fault", "bad_key=0"], "fault 'bad_key': times is 0; write 1 or more"),
        (["--limit", "10"], "limit '10' is not N/SECONDS; write 10/5"),
        (["--limit", "0/5"], "limit '0/5' lets nothing through; write 10/5"),
    ],
    ids=["fault", "no-number", "no-times", "limit", "no-limit"],
)
def test_an_option_that_cannot_be_used_is_exit_code_2(options: list[str], message: str) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_without_a_command_it_prints_the_variables_and_serves_until_ctrl_c() -> None:
    arguments = [sys.executable, "-u", "-m", "novaclips.testing.server"]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        lines = [process.stdout.readline() for _ in range(5)]
        variables = dict(line.removeprefix("export ").rstrip().split("=") for line in lines)
        headers = {"Authorization": "Bearer " + variables["OPENAI_API_KEY"]}
        listed = requests.get(variables["OPENAI_BASE_URL"] + "/models", headers=headers, timeout=5)
        process.send_signal(signal.SIGINT)
        last = process.stdout.read()
    assert listed.ok
    assert (process.returncode, last) == (
        0,
        "rehearsal: 0 requests, 0 billed, 0 of them billed twice, at most 0 at once\n",
    )


def test_ctrl_c_is_left_to_the_command() -> None:
    program = """
import signal, sys
signal.signal(signal.SIGINT, lambda *_: sys.exit(130))
print("ready", flush=True)
signal.pause()
"""
    arguments = [sys.executable, "-m", "novaclips.testing.server", "--", sys.executable, "-c", program]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True) as process:
        assert process.stdout.readline() == b"ready\n"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        _, err = process.communicate()
    assert process.returncode == 130
    assert err.startswith(b"rehearsal: 0 requests")
