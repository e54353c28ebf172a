"""``novaclips visuals``, as a creator types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cli.command_line import generate, run
from novaclips.errors import AuthenticationFailed, ContentRefused, InvalidRequest
from novaclips.plugin import GeneratedImage
from scripted import picture


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


def test_scenes_that_failed_for_the_same_reason_share_a_line(write_scenes, scripted) -> None:
    write_scenes(6)
    for scene in (1, 2, 3, 5):
        scripted.on(scene, InvalidRequest("too long"))
    scripted.on(4, ContentRefused("too long"))
    result = generate("--quiet", "--workers", "1")
    assert result.stderr == "scenes 1-3,5: failed: too long\nscene 4: refused: too long\n"


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
    write_scenes({1: "new words", 2: "a picture of 2"})
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
