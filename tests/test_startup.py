"""Start-up, told by the modules that a fresh process has imported: never by a stopwatch."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

import pytest

from novaclips.discovery import HOOKS, Plugins
from site_builder import Site

HEAVY = {
    "PIL",
    "dotenv",
    "fontTools",
    "importlib_metadata",
    "openai",
    "pluggy",
    "replicate",
    "requests",
    "rich",
    "sqlite3",
    "tenacity",
    "yaml",
}
# Ends as a process of novaclips does, and says how much the collector will not look through then.
END = """
import atexit, gc
atexit.register(lambda: print(gc.get_freeze_count()))
from novaclips.cli import main
main()
"""
# Prints the modules to stderr, as its last line: what was imported to print it would be among them otherwise.
RUN = """
import sys
from novaclips.cli import main
sys.argv = ["novaclips", *sys.argv[1:]]
try:
    main()
except SystemExit as exc:
    code = exc.code
print(*sorted(sys.modules), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def modules_of(site: Site) -> Callable[..., list[str]]:
    """Run a command line in a fresh process and return the modules that it imported, sorted."""

    def run(*args: str) -> list[str]:
        env = {name: value for name, value in os.environ.items() if not name.startswith("NOVACLIPS_")}
        env["PYTHONPATH"] = str(site.folder)
        done = subprocess.run(
            [sys.executable, "-c", RUN, *args], env=env, capture_output=True, text=True, encoding="utf-8", check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stderr.splitlines()[-1].split()

    return run


def install_plugins(site: Site, number: int) -> None:
    """Install this many plugins, each a distribution of its own, of every kind in turn."""
    kinds = sorted(HOOKS)
    for index in range(number):
        name = f"{kinds[index % len(kinds)]}-dummy{index}"
        source = "raise SystemExit('nobody asked for this plugin')"
        site.install(f"dist-{index}", entry_points={name: f"dummy{index}"}, modules={f"dummy{index}.py": source})


COMMANDS = ["--help", "--version", "visuals --help", "visuals generate --help", "plugins --help", "styles --help"]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_imports_nothing_heavy(modules_of, command):
    imported = {name.partition(".")[0] for name in modules_of(*command.split())}

    assert imported & HEAVY == set()
    assert "click" in imported


@pytest.mark.parametrize("command", COMMANDS)
def test_help_does_not_look_for_plugins(modules_of, command):
    assert not {"novaclips.discovery", "novaclips.plugin", "novaclips.hookspecs"} & set(modules_of(*command.split()))


@pytest.mark.parametrize("style", [[], ["--style", "none"]], ids=["default style", "no style"])
def test_two_hundred_plugins_load_not_one_module_more(modules_of, site, write_scenes, tmp_path, style):
    write_scenes(1)

    def generate() -> list[str]:
        shutil.rmtree(tmp_path / "frames", ignore_errors=True)
        return modules_of("visuals", "generate", "--provider", "storyboard", "--resolution", "64x64", *style)

    with_none = generate()
    install_plugins(site, 200)
    with_many = generate()

    assert with_many == with_none
    assert "novaclips.builtin.storyboard.provider" in with_none
    assert len([plugin for plugin in Plugins().installed if plugin.dist.startswith("dist-")]) == 200


def test_default_style_loads_the_presets_and_no_other_pack(modules_of, site, write_scenes):
    site.install("moods", entry_points={"style-moods": "moods"}, modules={"moods.py": "raise SystemExit('unasked')"})
    write_scenes(1)

    loaded = modules_of("visuals", "generate", "--provider", "storyboard", "--resolution", "64x64")

    assert "novaclips_style_presets.plugin" in loaded
    assert "moods" not in loaded


@pytest.mark.parametrize("provider", ["openai", "replicate"])
def test_a_plan_imports_no_sdk_and_no_http_client(modules_of, write_scenes, provider):
    write_scenes(1)

    loaded = modules_of("visuals", "generate", "--provider", provider, "--style", "none", "--dry-run")

    assert not {"openai", "replicate", "requests", "urllib3", "httpx"} & set(loaded)


def test_the_end_of_a_process_looks_for_no_garbage():
    done = subprocess.run([sys.executable, "-c", END, "--version"], capture_output=True, text=True, check=True)

    assert int(done.stdout.split()[-1]) > 1000
