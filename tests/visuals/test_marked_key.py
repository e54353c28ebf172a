"""A run with a marked key, looked through for it: frames, manifest, ledger, originals, logs, errors, tracebacks."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from click.testing import CliRunner

from novaclips.cli import cli

KEY = "sk-marked-0123456789abcdef"
FAULTS = {
    "openai": ["", "bad_key", "moderation_blocked", "bad_gateway", "dropped_after", "not_json", "no_credit"],
    "replicate": ["", "replicate_bad_token", "prediction_nsfw", "replicate_bad_gateway", "dropped_after", "error_list",
                  "prediction_aborted", "file_expired"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("provider", "fault"), [(provider, fault) for provider, faults in FAULTS.items() for fault in faults], ids=str
)
def test_a_key_never_shows(write_scenes, fault_server, monkeypatch, caplog, provider, fault) -> None:
    for name, value in fault_server.env.items():
        monkeypatch.setenv(name, KEY if name.endswith(("KEY", "TOKEN")) else value)
    monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0")
    caplog.set_level(logging.DEBUG)
    write_scenes({1: "a river above a city", 2: "mountains"})
    if fault:
        fault_server.fault(fault, prompt="river", times=1)

    command = ["visuals", "generate", "--provider", provider, "--style", "none", "--resolution", "1280x720", "--debug"]
    result = CliRunner().invoke(cli, command, prog_name="novaclips")

    said = [request.headers.get("Authorization", "") for request in fault_server.requests]
    assert f"Bearer {KEY}" in said  # it was used
    files = [path for path in Path("frames").rglob("*") if path.is_file()]
    assert files
    assert [path for path in files if KEY.encode() in path.read_bytes()] == []
    assert KEY not in result.output
    assert KEY not in caplog.text
