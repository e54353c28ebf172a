"""The plugin as novaclips finds it."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from click.testing import CliRunner

from novaclips.cli import cli
from novaclips.errors import ConfigError, ExitCode
from novaclips.visuals.image_generator import ImageGenerator
from novaclips_provider_openai import plugin

README = Path(__file__).parents[1] / "README.md"


def test_entry_point_names_the_plugin_module():
    found = [point for point in entry_points(group="novaclips") if point.name == "provider-openai"]

    assert {point.value for point in found} == {plugin.__name__}


def test_the_hook_offers_one_provider():
    (spec,) = plugin.novaclips_image_providers()

    assert (spec.name, spec.key_env) == ("openai", ("OPENAI_API_KEY",))
    assert (spec.capabilities.references, spec.capabilities.in_flight, spec.capabilities.per_minute) == (16, 4, None)
    assert (spec.capabilities.seed, spec.capabilities.negative_prompt) == (False, False)


def imported_by(code: str) -> set[str]:
    """Run code in a fresh process without a key and return the heavy modules that it imported."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    shown = f"{code}\nimport sys\nprint(*{{'openai', 'httpx2', 'pydantic', 'yaml', 'requests'}} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", shown], env=env, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


def test_the_plugin_module_imports_no_sdk():
    assert imported_by("import novaclips_provider_openai.plugin") & {"openai", "httpx2", "pydantic", "yaml"} == set()


def test_planning_needs_neither_key_nor_sdk(write_scenes):
    write_scenes(3)
    code = (
        "from novaclips.visuals.image_generator import ImageGenerator\n"
        "plan = ImageGenerator('openai', 'none').plan('planning/scenes.yaml', 'frames')\n"
        "assert plan.requests == 3\n"
    )

    assert imported_by(code) & {"openai", "httpx2", "pydantic"} == set()


def test_the_plan_says_what_is_ignored(write_scenes):
    write_scenes(1)

    plan = ImageGenerator("openai", "none", options={"qualty": "high"}, env={}).plan("planning/scenes.yaml", "frames")

    assert plan.notices == ["openai: option 'qualty' is unknown and ignored; did you mean 'quality'?"]


def test_a_model_that_is_gone_ends_the_run_before_it_begins(write_scenes):
    write_scenes(1)
    generator = ImageGenerator("openai", "none", options={"model": "dall-e-3"}, env={"OPENAI_API_KEY": "rehearsal"})

    with pytest.raises(ConfigError, match="dall-e-3 was switched off on 2026-05-12") as caught:
        generator.run("planning/scenes.yaml", "frames")

    assert caught.value.exit_code is ExitCode.USAGE


@pytest.mark.parametrize("number", [0, 1])
def test_the_readmes_first_commands_run(number, write_scenes, fault_server, monkeypatch):
    write_scenes(1)
    commands = re.findall(r"^novaclips (.*)$", README.read_text(encoding="utf-8"), re.MULTILINE)
    monkeypatch.setenv("NOVACLIPS_RESOLUTION", "1280x720")
    for name, value in fault_server.env.items():
        monkeypatch.setenv(name, value)

    result = CliRunner().invoke(cli, shlex.split(commands[number]), prog_name="novaclips")

    assert result.exit_code == 0, result.output
    assert fault_server.counts.billed == number


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "ALL_PROXY",
            "gopher://127.0.0.1:70",
            r"\(HTTPS_PROXY, ALL_PROXY\) cannot be used: .*; write http://HOST:PORT",
        ),
        ("ALL_PROXY", "socks5://127.0.0.1:1080", r"is a SOCKS proxy, .*; run: pip install socksio"),
        ("SSL_CERT_FILE", "/no/such/ca.pem", r"\(SSL_CERT_FILE=/no/such/ca\.pem\) cannot be read: No such file"),
    ],
)
def test_what_the_environment_says_of_the_network_is_a_matter_of_configuration(  # noqa: PLR0917 - fixtures, a table
    write_scenes, fault_server, monkeypatch, name, value, says
):
    write_scenes(1)
    monkeypatch.setenv(name, value)

    with pytest.raises(ConfigError, match=says):
        ImageGenerator("openai", "none", env=fault_server.env).run("planning/scenes.yaml", "frames")

    assert fault_server.requests == []
