"""Words that a terminal would obey reach no terminal as they are, whichever command prints them: raw bytes, read."""

from __future__ import annotations

import json
import logging
import os
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.command_line import generate
from cli.test_terminal import on_a_terminal
from novaclips.cli import cli
from novaclips.cli.output import echo_json, echo_rows
from novaclips.errors import InvalidRequest
from novaclips.plugin import GeneratedImage
from scripted import picture

ROOT = Path(__file__).parents[2]
COMMANDS = {path for path in runpy.run_path(str(ROOT / "docs" / "command_line.py"))["paths"](cli) if len(path) > 1}
# A colour, the clipboard, a title, C1 (which UTF-8 terminals obey as well), text backwards, an overwritten line.
EVIL = "\x1b[31mred\x1b]52;c;bHM=\x07\x1b]0;t\x1b\\ \x9b2J\x9d0;t\x9c \u202eexe.gnp\u202c \u2066x\u2069 a\rb\b\x7f\x00"
NAME = EVIL.replace("\x00", "")  # what a file, an argument and a variable can hold
FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
STYLES = f"""
import sys
from novaclips.plugin import OutputWriterSpec, PromptEnhancerSpec, hookimpl
from novaclips.visuals.image_generator.enhancers import Style

EVIL = {EVIL!r}


@hookimpl
def novaclips_prompt_enhancers():
    style = Style(name="grim", summary=EVIL, prefix=EVIL, palette=(EVIL,))
    yield PromptEnhancerSpec(name="grim", summary=EVIL, create=lambda settings: style, style=style)


@hookimpl
def novaclips_output_writers():
    print(EVIL, file=sys.stderr)
    yield OutputWriterSpec(name="grim", summary=EVIL, create=lambda settings: 1 / 0)
"""


def is_clean(output: bytes) -> bool:
    return not FORBIDDEN.search(output.decode("utf-8"))


@pytest.fixture
def hostile(write_scenes, scripted, site, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A film in a folder of an evil name, whose plugins and service speak evil; scene 1 is drawn, scene 2 failed."""
    site.install("grim", entry_points={"style-grim": "grim", "writer-grim": "grim"}, modules={"grim.py": STYLES})
    broken = f"raise RuntimeError({EVIL!r})"
    site.install("awful", entry_points={"provider-awful": "awful"}, modules={"awful.py": broken})
    write_scenes({1: "A river \u202eexe.gnp\u202c", 2: "A cloud"})
    scenes = Path("planning/scenes.yaml")
    scenes.write_text(
        scenes.read_text().replace("- id: 1", "- id: 1\n    title: A \u202eeltit\u202c"), encoding="utf-8"
    )
    shutil.copytree("planning", Path(NAME) / "planning")
    scripted.on(1, GeneratedImage(data=picture("1"), model=EVIL, warnings=(EVIL,), metadata={"said": EVIL}))
    scripted.on(2, InvalidRequest(EVIL))
    monkeypatch.chdir(NAME)
    generate()
    scripted.on(1, InvalidRequest(EVIL))
    scripted.on(2, RuntimeError(EVIL))
    monkeypatch.chdir("..")
    return Path(NAME)


@pytest.mark.parametrize("as_json", [[], ["--json"]], ids=["text", "json"])
@pytest.mark.parametrize(
    "words",
    [
        "visuals generate --provider scripted --style none --resolution 192x108 --debug",
        "visuals generate --provider scripted --style none --resolution 192x108 --dry-run",
        "visuals generate --provider EVIL",
        "visuals generate --provider awful --debug",
        "visuals generate --style EVIL",
        "visuals generate --writer grim --provider scripted --style grim --resolution 192x108 --debug",
        "visuals generate --fit EVIL",
        "visuals generate --resolution EVIL",
        "visuals generate --option EVIL",
        "visuals generate --scenes EVIL",
        "visuals generate --workers EVIL",
        "visuals generate --EVIL",
        "visuals regenerate --scene 1 --debug",
        "visuals regenerate --scene 1 --prompt EVIL --dry-run",
        "visuals status",
        "visuals prune --dry-run",
        "visuals check",
        "visuals cost",
        "visuals cost --by provider",
        "visuals cost --by EVIL",
        "visuals EVIL",
        "plugins list",
        "plugins check --debug",
        "plugins new EVIL EVIL",
        "plugins new style moods --into EVIL",
        "styles list",
        "styles show grim",
        "styles show EVIL",
        "EVIL",
    ],
)
def test_no_command_prints_what_a_terminal_obeys(hostile: Path, words: str, as_json: list[str]) -> None:
    arguments = [word.replace("EVIL", NAME) for word in words.split()] + as_json
    if arguments[0] == "visuals" and arguments[1] != NAME:
        arguments += ["--project", str(hostile)]

    result = CliRunner().invoke(cli, arguments, prog_name="novaclips")

    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.stdout_bytes or result.stderr_bytes
    assert is_clean(result.stdout_bytes)
    assert is_clean(result.stderr_bytes)
    if as_json and result.stdout_bytes:
        json.loads(result.stdout_bytes)


def test_every_command_is_driven() -> None:
    driven = {tuple(mark.split()[:2]) for mark in _words()}
    assert {words for words in COMMANDS if words not in driven} == set()


def _words() -> list[str]:
    (marks,) = (m for m in test_no_command_prints_what_a_terminal_obeys.pytestmark if m.args[0] == "words")
    return list(marks.args[1])


def test_what_was_hostile_is_shown_written_out(hostile: Path) -> None:
    result = run_here(hostile, "visuals", "status")
    assert r"\x1b[31mred\x1b]52;c;bHM=\x07" in result.stdout
    assert r"\u202eexe.gnp\u202c" in result.stdout


def run_here(project: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments, "--project", str(project)], prog_name="novaclips")


def test_a_program_reads_the_very_words_from_json(hostile: Path, scripted) -> None:
    scripted.answers.clear()
    scripted.on(2, InvalidRequest(EVIL))
    document = json.loads(run_here(hostile, "visuals", "generate", "--json").stdout_bytes)
    assert "\x1b[31mred" in document["scenes"][1]["error"]["message"]


def test_json_stays_json_whatever_stands_in_it(capfd: pytest.CaptureFixture[str]) -> None:
    words = "".join(map(chr, range(0x2100))) + "\ud83e \u202e 🌊"
    echo_json([words])
    assert json.loads(capfd.readouterr().out) == [words]


def test_a_cell_of_a_table_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    echo_rows(("SCENE", "WHY"), [("1", "a\nscene 2: fresh"), ("\x1b[1m", "b")])
    assert capsys.readouterr().out.splitlines() == ["SCENE    WHY", r"1        a\nscene 2: fresh", r"\x1b[1m  b"]


def test_words_of_all_scripts_are_shown_as_they_are(write_scenes, scripted) -> None:
    said = "Река 河流 نهر\u200f \u200eنهر שלום 👩‍🚀 \u2018é\u2019"
    write_scenes(1)
    scripted.on(1, InvalidRequest(said))
    assert said in generate().stderr


# What does not come from a command of ours: plugins that print, log and warn, and Python's own last words.

NOISY = f"""
import logging, sys, warnings
from novaclips.plugin import BaseImageProvider, ImageProviderSpec, hookimpl

class Noisy(BaseImageProvider):
    def generate(self, request):
        print({EVIL!r})
        print({EVIL!r}, file=sys.stderr)
        logging.getLogger("noisy").warning("%s", {EVIL!r})
        warnings.warn({NAME!r})
        raise ValueError({EVIL!r})

    def identity(self, request):
        return {{}}

@hookimpl
def novaclips_image_providers():
    yield ImageProviderSpec(name="noisy", summary="Makes noise", create=lambda settings: Noisy())
"""


@pytest.mark.filterwarnings("ignore")
def test_what_a_plugin_prints_logs_and_warns_of_is_written_out(write_scenes, site) -> None:
    site.install("noisy", entry_points={"provider-noisy": "noisy"}, modules={"noisy.py": NOISY})
    write_scenes(1)
    env = os.environ | {"PYTHONPATH": str(site.folder), "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "novaclips", "visuals", "generate", "--provider", "noisy", "--style", "none"]
    done = subprocess.run([*command, "--resolution", "64x64", "--debug"], env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.count(rb"\x1b[31mred") >= 4
    assert is_clean(done.stdout)
    assert is_clean(done.stderr)


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "latin-1"])
def test_the_traceback_of_a_bug_is_written_out_in_every_encoding(encoding: str) -> None:
    code = f"""
import sys
from novaclips import cli
import novaclips.cli.styles as styles

def bug(**_):
    raise LookupError({EVIL!r})

styles.list_styles.callback = bug
sys.argv[1:] = ["styles", "list", "--json"]
cli.main()
"""
    env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert done.returncode == 1
    assert rb"LookupError: \x1b[31mred" in done.stderr
    assert json.loads(done.stdout)["error"] == {"type": "LookupError", "message": EVIL.replace("\0", "\ufffd")}
    raw = done.stdout + done.stderr
    assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]", raw)


def test_news_above_the_bar_and_what_plugins_print_there_are_written_out(write_scenes, scripted, site) -> None:
    write_scenes(3)
    setup = f"""
import scripted
from novaclips.errors import InvalidRequest

def loud(request):
    print({EVIL!r})
    print({EVIL!r}, file=sys.stderr)
    raise InvalidRequest({EVIL!r})

scripted.script.on(2, loud)
"""
    arguments = ("visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108")
    code, text = on_a_terminal(*arguments, site=site.folder, setup=setup)
    assert code == 1
    assert "drawing" in text
    assert r"\x1b" in text
    assert not re.search("[\x07\x08\x7f\x80-\x9f\u202e\u2066]|\x1b[^[]|\x1b\\[31mred", text)


def test_the_process_of_a_program_that_calls_the_command_line_keeps_its_streams(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = sys.stdout, sys.stderr
    with pytest.raises(SystemExit):
        cli(["--help"], prog_name="novaclips")
    assert (sys.stdout, sys.stderr) == before


def test_log_messages_and_bytes_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    from novaclips.cli.terminal import printable_streams

    with printable_streams():
        handler = logging.StreamHandler()
        logging.getLogger("novaclips").addHandler(handler)
        logging.getLogger("novaclips").warning("%s", EVIL)
        logging.getLogger("novaclips").removeHandler(handler)
        sys.stderr.writelines([EVIL, "\n"])
        sys.stderr.buffer.write(f"{EVIL}\n".encode())
    shown = capsys.readouterr().err
    assert shown.count(r"\x1b[31mred") == 3
    assert not FORBIDDEN.search(shown)
