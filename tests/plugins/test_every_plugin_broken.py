"""With every third-party plugin broken, core works."""

from __future__ import annotations

import pytest
from PIL import Image

from novaclips.errors import ExitCode
from plugin_sources import HOOK


@pytest.fixture
def all_broken(install):
    """One broken plugin of each kind, and one of no kind, each in a way of its own."""
    install("provider-paint", source="import no_such_sdk")
    install("enhancer-dusk", source="yes no")
    install("style-moods", source="raise SystemExit('no mood')")
    install("writer-webp", source=f"{HOOK}def novaclips_output_writers(): yield 'webp'")
    install("painter-oil")


@pytest.mark.usefixtures("all_broken")
def test_help_works_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("--help")

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")


@pytest.mark.usefixtures("all_broken")
def test_plugins_list_shows_every_broken_plugin_with_its_cause(novaclips):
    done = novaclips("plugins", "list")

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")
    rows = {line.split()[1]: line.partition("BROKEN: ")[2] for line in done.stdout.splitlines()}
    assert rows == {
        "NAME": "",
        "dusk": "SyntaxError: invalid syntax (novaclips_enhancer_dusk.py, line 1)",
        "oil": "its entry point should start with one of enhancer, provider, style, writer",
        "paint": "ModuleNotFoundError: No module named 'no_such_sdk'",
        "storyboard": "",
        "moods": "SystemExit: no mood",
        "png": "",
        "webp": "novaclips_output_writers should yield OutputWriterSpec, not str",
    }


@pytest.mark.usefixtures("all_broken")
def test_plugins_check_exits_with_1_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("plugins", "check")

    assert (done.exit_code, done.stderr) == (1, "")
    marks = [line.split()[0] for line in done.stdout.splitlines() if not line.startswith(" ")]
    assert sorted(marks) == ["TROUBLE"] * 5 + ["ok"] * 2


@pytest.mark.usefixtures("all_broken")
def test_styles_list_warns_with_every_third_party_plugin_broken(novaclips):
    done = novaclips("styles", "list")

    assert done.exit_code == ExitCode.OK
    assert [line.partition(" is broken")[0] for line in done.stderr.splitlines()[:2]] == [
        "warning: enhancer 'dusk'",
        "warning: style 'moods'",
    ]


@pytest.mark.usefixtures("all_broken")
@pytest.mark.parametrize("args", [["--provider", "storyboard"], []], ids=["storyboard asked for", "nobody asked for"])
def test_unselected_broken_plugin_does_not_stop_generate(novaclips, write_scenes, tmp_path, args):
    write_scenes(1)

    done = novaclips("visuals", "generate", "--resolution", "64x64", *args)

    assert (done.exit_code, done.stderr) == (ExitCode.OK, "")
    with Image.open(tmp_path / "frames" / "scene-001.png") as frame:
        assert frame.size == (64, 64)
