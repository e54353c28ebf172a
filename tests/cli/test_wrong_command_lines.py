"""What a wrong command line is answered, and what ``--debug`` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import InvalidRequest


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--resolution", "1920*1080"], "error: resolution '1920*1080' is not WIDTHxHEIGHT; write 1920x1080"),
        (["--resolution", "0x0"], "error: resolution '0x0' cannot be drawn: width 0 is outside 64 to 8192 pixels"),
        (["--resolution", "99999x99999"], "error: resolution '99999x99999' cannot be drawn: width 99999 is outside"),
        (
            ["--style", "photorealist"],
            "error: unknown style 'photorealist'; did you mean 'photorealistic'? installed: ",
        ),
        (
            ["--provider", "scriptde"],
            "error: unknown provider 'scriptde'; did you mean 'scripted'? installed: ",
        ),
        (["--writer", "jpg"], "error: unknown writer 'jpg'; installed: png"),
        (["--writer", "png", "--writer", "tiff"], "error: unknown writer 'tiff'"),
        (["--fit", "crop"], "error: unknown fit 'crop'; write one of cover, contain, stretch"),
        (["--scenes", "7"], "error: no scene 7 in the scenes file; it has 1 to 2"),
        (["--scenes", "one"], "'one' is not a list of scenes; write for example 1,4-7"),
        (["--scenes", "5-2"], "'5-2' is no range of scenes; the smaller number comes first"),
        (["--option", "quality"], "'quality' is not KEY=VALUE; write for example quality=high"),
        (["--workers", "0"], "Invalid value for '--workers': 0 is not in the range 1<=x<=256."),
        (
            ["--project", "nowhere"],
            "error: no project folder 'nowhere'; --project names the folder that holds planning",
        ),
        (["--stlye", "noir"], "No such option '--stlye'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_bad_flag_is_answered_with_what_to_write(write_scenes, scripted, arguments, message) -> None:
    write_scenes(2)
    result = generate(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert not Path("frames").exists()
    assert scripted.calls == []


def test_a_missing_scenes_file_says_where_it_was_looked_for() -> None:
    result = generate()
    assert result.exit_code == 2
    assert "planning/scenes.yaml" in result.stderr
    assert not Path("frames").exists()


def test_an_output_folder_that_is_a_file_is_a_clear_error(write_scenes, scripted) -> None:
    write_scenes(1)
    Path("frames").write_text("a file")
    result = generate()
    assert result.exit_code == 2
    assert "error: cannot write into frames: File exists; choose another output folder" in result.stderr
    assert scripted.calls == []


def test_a_misspelt_command_is_answered_with_the_right_one() -> None:
    result = run("visuals", "genrate")
    assert result.exit_code == 2
    assert "did you mean 'generate'? commands: check, cost, generate, prune, regenerate, status" in result.stderr


def broken(_) -> bytes:
    try:
        Path("of no return").read_bytes()
    except OSError as exc:
        raise InvalidRequest("acme does not take this") from exc


def test_debug_shows_where_the_errors_of_scenes_come_from_equal_ones_once(write_scenes, scripted) -> None:
    write_scenes(3)
    scripted.on(1, broken, broken)
    scripted.on(3, broken, broken)
    assert "Traceback" not in generate().stderr
    told = generate("--debug").stderr
    assert "where the error of scene 1, 3 comes from:\n" in told
    assert told.count("No such file or directory: 'of no return'") == 1


def test_debug_shows_where_the_error_of_a_scene_drawn_again_comes_from(write_scenes, scripted) -> None:
    write_scenes(1)
    generate()
    scripted.on(1, broken)
    told = run("visuals", "regenerate", "--scene", "1", "--debug").stderr
    assert "where the error of scene 1 comes from:\n" in told
    assert "No such file or directory: 'of no return'" in told


def test_debug_shows_where_an_error_comes_from(write_scenes, scripted) -> None:
    write_scenes(1)
    result = generate("--resolution", "big", "--debug")
    assert "Traceback" in result.stderr
    assert result.stderr.rstrip().endswith("resolution 'big' is not WIDTHxHEIGHT; write 1920x1080")
