"""``novaclips visuals``, as a creator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from PIL import Image

from novaclips.cli import cli
from novaclips.cli.next_steps import after_regenerate
from novaclips.errors import (
    AuthenticationFailed,
    BudgetReached,
    ContentRefused,
    InvalidRequest,
    OutcomeUnknown,
    QuotaExhausted,
)
from novaclips.plugin import GeneratedImage
from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport
from scripted import picture


def run(*arguments: str, **env: str) -> Result:
    """Run the command line in this process; a bug comes out as it is."""
    result = CliRunner().invoke(cli, arguments, env=env, prog_name="novaclips")
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def generate(*arguments: str, **env: str) -> Result:
    base = ("visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108")
    return run(*base, *arguments, **env)


def test_generate_draws_and_sums_up(write_scenes, scripted) -> None:
    write_scenes(3)
    result = generate()
    assert result.exit_code == 0
    assert result.stdout.splitlines()[:3] == [
        "provider: scripted (--provider)",
        "style: none (--style)",
        "3 scenes: 3 to draw",
    ]
    assert result.stdout.splitlines()[-1].startswith("3 of 3 frames in frames (3 drawn; ")
    assert result.stderr == ""


def test_a_second_run_says_that_nothing_was_to_do(write_scenes, scripted) -> None:
    write_scenes(3)
    generate()
    result = generate()
    assert "3 scenes: 3 up to date" in result.stdout
    assert result.exit_code == 0


def test_a_failed_scene_is_named_with_its_reason_and_the_next_run_draws_it_alone(write_scenes, scripted) -> None:
    write_scenes(10)
    scripted.on(3, InvalidRequest("the prompt is too long"))
    result = generate()
    assert result.exit_code == 1
    assert "scene 3: failed: the prompt is too long" in result.stderr
    assert len(list(Path("frames").glob("scene-*.png"))) == 9
    scripted.forget()
    assert generate().exit_code == 0
    assert scripted.scenes == [3]


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (ContentRefused("no"), 3, "scene 1: refused: no"),
        (AuthenticationFailed("the key is wrong"), 5, "stopped: the key is wrong"),
        (InvalidRequest("too long"), 1, "scene 1: failed: too long"),
    ],
    ids=["refused", "key", "failed"],
)
def test_exit_codes_tell_what_is_missing(write_scenes, scripted, error, code, text) -> None:
    write_scenes(1)
    scripted.on(1, error)
    result = generate()
    assert result.exit_code == code
    assert text in result.stderr


NEXT = "the same command again draws only what is missing"
REFUSED = "what was refused wants another prompt, or --retry-refused"


@pytest.mark.parametrize(
    ("errors", "flags", "advice"),
    [
        ([InvalidRequest("too long")], [], NEXT),
        ([ContentRefused("no")], [], REFUSED),
        ([ContentRefused("no"), InvalidRequest("too long")], [], f"{NEXT}; {REFUSED}"),
        ([AuthenticationFailed("the key is wrong")], [], f"mend the key first; then {NEXT}"),
        ([QuotaExhausted("no money")], [], f"see to the account's credit first; then {NEXT}"),
        ([OutcomeUnknown("silence")] * 2, [], NEXT),
        (
            [OutcomeUnknown("silence")],
            ["--on-unknown", "leave"],
            "what was perhaps billed is left alone; --on-unknown retry sends it again",
        ),
    ],
    ids=["failed", "refused", "refused and failed", "key", "credit", "no answer", "no answer, left"],
)
def test_the_last_line_says_how_the_missing_frames_are_drawn(write_scenes, scripted, errors, flags, advice) -> None:
    write_scenes(1 if len({*map(type, errors)}) == 1 else len(errors))
    for number, error in enumerate(errors, 1):
        scripted.on(number if len({*map(type, errors)}) > 1 else 1, error)
    assert generate(*flags).stdout.splitlines()[-1] == advice


def test_a_complete_run_gives_no_advice(write_scenes, scripted) -> None:
    write_scenes(1)
    assert generate().stdout.splitlines()[-1].startswith("1 of 1 frame in frames (1 drawn; ")


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (InvalidRequest("too long"), "the same command again asks for a new one"),
        (ContentRefused("no"), "for a new one say it in other words with --prompt"),
        (AuthenticationFailed("wrong"), "mend the key first; then the same command again asks for a new one"),
        (QuotaExhausted("empty"), "see to the account's credit first; then the same command again asks for a new one"),
    ],
    ids=["failed", "refused", "key", "credit"],
)
def test_a_take_that_fails_says_that_the_frame_from_before_is_there(write_scenes, scripted, error, advice) -> None:
    write_scenes(2)
    generate()
    scripted.on(2, error)
    result = run("visuals", "regenerate", "--scene", "2")
    assert result.stdout.splitlines()[-1] == f"frames/scene-002.png is still the one from before; {advice}"


def test_a_take_that_the_budget_stops_asks_for_a_larger_one(tmp_path) -> None:
    report = RunReport((ImageResult(1, outcome=Outcome.NOT_SENT),), tmp_path, stopped_by=BudgetReached("the budget"))
    assert after_regenerate(report) == "for a new one raise --budget"


def test_a_take_that_fails_where_no_frame_was_promises_none(write_scenes, scripted) -> None:
    write_scenes(1)
    scripted.on(1, InvalidRequest("too long"), InvalidRequest("too long"))
    generate()
    result = run("visuals", "regenerate", "--scene", "1")
    assert result.stdout.splitlines()[-1] == "the same command again asks for a new one"


def test_json_is_one_document_and_all_else_goes_to_stderr(write_scenes, scripted) -> None:
    write_scenes({1: "Река 🌊", 2: "beta"})
    scripted.on(2, ContentRefused("no"))
    result = generate("--json")
    document = json.loads(result.stdout)
    assert document["exit_code"] == result.exit_code == 3
    assert document["counts"] == {"drawn": 1, "refused": 1}
    assert document["scenes"][0]["prompt"] == "Река 🌊"
    assert document["scenes"][1]["error"] == {"type": "ContentRefused", "message": "no"}
    assert "provider: scripted" in result.stderr


def test_quiet_says_nothing_but_what_went_wrong(write_scenes, scripted) -> None:
    write_scenes(2)
    assert generate("--quiet").output == ""
    write_scenes({1: "new", 2: "words"})
    scripted.on(1, InvalidRequest("too long"))
    result = generate("--quiet")
    assert (result.stdout, result.stderr) == ("", "scene 1: failed: too long\n")


def test_dry_run_says_what_would_be_done_and_writes_nothing(write_scenes, scripted) -> None:
    write_scenes(2)
    result = generate("--dry-run")
    assert result.exit_code == 0
    assert "1      missing  scripted  script-1  -     unknown  no frame yet" in result.stdout
    assert "2 scenes: 2 to draw" in result.stdout
    assert not Path("frames").exists()
    assert scripted.calls == []


def test_some_scenes_can_be_chosen(write_scenes, scripted) -> None:
    write_scenes(9)
    assert generate("--scenes", "1, 4-6").exit_code == 0
    assert scripted.scenes == [1, 4, 5, 6]


def test_options_reach_the_provider_typed(write_scenes, scripted) -> None:
    write_scenes(1)
    generate("--option", "quality=high", "--option", "steps=4", "--option", "raw=true", "--option", "text=a=b")
    assert scripted.calls[0].options == {"quality": "high", "steps": 4, "raw": True, "text": "a=b"}


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
    assert "did you mean 'generate'? commands: generate, prune, regenerate, status" in result.stderr


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


def test_regenerate_draws_one_scene_again(write_scenes, scripted) -> None:
    write_scenes(3)
    generate()
    scripted.forget()
    result = run("visuals", "regenerate", "--scene", "2", "--prompt", "Новые слова", "--seed", "7", "--json")
    assert result.exit_code == 0
    assert [(call.scene_id, call.prompt, call.seed) for call in scripted.calls] == [(2, "Новые слова", 7)]
    assert json.loads(result.stdout)["scenes"][0]["outcome"] == "drawn"


def test_regenerate_an_unknown_scene_says_which_there_are(write_scenes, scripted) -> None:
    write_scenes(3)
    generate()
    result = run("visuals", "regenerate", "--scene", "8")
    assert (result.exit_code, result.stderr) == (2, "error: no scene 8 in the scenes file; it has 1 to 3\n")


def test_status_compares_with_the_last_run(write_scenes, scripted) -> None:
    write_scenes(3)
    scripted.on(2, ContentRefused("no"))
    scripted.on(3, InvalidRequest("too long"))
    generate()
    result = run("visuals", "status")
    assert result.exit_code == 0
    assert "provider: scripted (the last run)" in result.stdout
    assert "1      fresh    scripted\n" in result.stdout
    assert "2      refused  scripted  refused, and not sent again unchanged: no" in result.stdout
    assert "3      missing  scripted  no frame yet; failed the last time: too long" in result.stdout


def test_status_of_an_untouched_project_leaves_no_trace(write_scenes, scripted) -> None:
    write_scenes(1)
    assert run("visuals", "status").exit_code == 0
    assert not Path("frames").exists()


def test_notes_and_warnings_are_told_once(write_scenes, scripted) -> None:
    write_scenes(3)
    for number in (1, 2, 3):
        scripted.on(number, GeneratedImage(data=picture(str(number)), warnings=("the size was rounded",)))
    assert generate().stderr == "note: scripted: the size was rounded\n"


def test_settings_come_from_the_project_s_file(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text(
        "provider: scripted\nstyle: noir\nresolution: 128x72\nfit: contain\noptions: {quality: high}\n",
        encoding="utf-8",
    )
    result = run("visuals", "generate")
    assert "provider: scripted (novaclips.yaml)" in result.stdout
    assert "style: noir (novaclips.yaml)" in result.stdout
    assert scripted.calls[0].options == {"quality": "high"}
    with Image.open("frames/scene-001.png") as frame:
        assert frame.size == (128, 72)


def test_flags_beat_variables_and_variables_beat_the_file(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text("style: noir\nresolution: 128x72\n", encoding="utf-8")
    env = {"NOVACLIPS_PROVIDER": "scripted", "NOVACLIPS_STYLE": "anime", "NOVACLIPS_RESOLUTION": "64x64"}
    result = run("visuals", "generate", "--style", "comic", **env)
    assert "provider: scripted (NOVACLIPS_PROVIDER)" in result.stdout
    assert "style: comic (--style)" in result.stdout
    with Image.open("frames/scene-001.png") as frame:
        assert frame.size == (64, 64)


def test_the_file_s_provider_beats_the_variable(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text("provider: scripted\n", encoding="utf-8")
    assert "provider: scripted (novaclips.yaml)" in run("visuals", "status", NOVACLIPS_PROVIDER="storyboard").stdout


def test_without_any_choice_the_provider_whose_key_is_set_draws(write_scenes, site, tmp_path) -> None:
    write_scenes(1)
    site.install(
        "novaclips-provider-acme",
        entry_points={"provider-acme": "acme_plugin"},
        modules={
            "acme_plugin.py": """
                from scripted import create
                from novaclips.plugin import ImageProviderSpec, hookimpl

                @hookimpl
                def novaclips_image_providers():
                    yield ImageProviderSpec(name="acme", summary="", create=create, key_env=("ACME_KEY",))
            """
        },
    )
    assert "provider: storyboard (no key of an installed provider is set" in run("visuals", "status").stdout
    assert "provider: acme (ACME_KEY is set)" in run("visuals", "status", ACME_KEY="x").stdout
    (tmp_path / ".env").write_text("ACME_KEY=x\n", encoding="utf-8")
    assert "provider: acme (ACME_KEY is set)" in run("visuals", "status").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stlye: noir", "novaclips.yaml:1:1: unknown setting 'stlye'; did you mean 'style'? known: enhancers, fit,"),
        ("style: noir\nworkers: many", "novaclips.yaml:2:10: workers should be a whole number from 1, not 'many'"),
        ("- storyboard", "novaclips.yaml:1:1: settings are a mapping; write provider: storyboard"),
        ("enhancers: night", "novaclips.yaml:1:12: enhancers should be a list of names, not 'night'"),
    ],
    ids=["unknown", "kind", "list", "name"],
)
def test_a_bad_settings_file_says_where_and_what_to_write(write_scenes, tmp_path, text, message) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text(text, encoding="utf-8")
    result = run("visuals", "generate")
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_bad_variable_is_named(write_scenes) -> None:
    write_scenes(1)
    result = run("visuals", "generate", NOVACLIPS_WORKERS="many")
    assert result.stderr == "error: NOVACLIPS_WORKERS='many' should be a whole number from 1\n"


def test_an_env_file_that_is_no_text_is_named(write_scenes, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / ".env").write_bytes("KEY=ключ".encode("cp1251"))
    result = run("visuals", "generate")
    assert result.exit_code == 2
    assert ".env: " in result.stderr
    assert "save it as UTF-8 text" in result.stderr


def test_empty_settings_are_no_settings(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert generate().exit_code == 0
