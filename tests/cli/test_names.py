"""Names that are none: blank, twice, misspelt, in another file; what is said, and what is there instead."""

from __future__ import annotations

import pytest

from cli.command_line import generate, run
from novaclips.errors import ConfigError
from novaclips.visuals.image_generator import ImageGenerator


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("writers: []", "1:10: writers has no name; write writers: [png], or take the line out"),
        ("writers: ['']", "1:10: writers has a name that is blank; write for example png, or leave it out"),
        ("writers: [png, ' ']", "1:10: writers has a name that is blank;"),
        ("writers: [png, png]", "1:10: writers names 'png' twice; write it once"),
        ("writers: png", "1:10: writers should be a list of names, not 'png'"),
        ("writers:", "1:9: writers should be a list of names, not None"),
        ("writers: [1]", "1:10: writers should be a list of names, not [1]"),
        ("enhancers: ['']", "1:12: enhancers has a name that is blank; write for example none, or leave it out"),
        ("enhancers: [a, a]", "1:12: enhancers names 'a' twice; write it once"),
        ("provider: ''", "1:11: provider has a name that is blank; write for example storyboard, or leave it out"),
        ("style: ' '", "1:8: style has a name that is blank; write for example noir, or leave it out"),
        ("resolution: ''", "1:13: resolution has a name that is blank; write for example 1920x1080, or leave it out"),
        ("styel: noir", "1:1: unknown setting 'styel'; did you mean 'style'?"),
        ("writer: [png]", "1:1: unknown setting 'writer'; did you mean 'writers'?"),
        ("option: {a: 1}", "1:1: unknown setting 'option'; did you mean 'options'?"),
    ],
)
def test_names_that_are_none_in_the_file_are_answered_with_what_to_write(write_scenes, tmp_path, text, message) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text(text, encoding="utf-8")
    result = run("visuals", "generate")
    assert result.exit_code == 2
    assert f"error: novaclips.yaml:{message}" in result.stderr


@pytest.mark.parametrize(
    ("env", "message"),
    [
        ({"NOVACLIPS_WRITERS": ","}, "NOVACLIPS_WRITERS: writers has a name that is blank; write for example png"),
        ({"NOVACLIPS_WRITERS": " , ,"}, "NOVACLIPS_WRITERS: writers has a name that is blank;"),
        ({"NOVACLIPS_WRITERS": "png,png"}, "NOVACLIPS_WRITERS: writers names 'png' twice; write it once"),
        ({"NOVACLIPS_ENHANCERS": ","}, "NOVACLIPS_ENHANCERS: enhancers has a name that is blank;"),
    ],
    ids=str,
)
def test_names_that_are_none_in_a_variable_are_answered_with_what_to_write(write_scenes, env, message) -> None:
    write_scenes(1)
    result = run("visuals", "generate", **env)
    assert result.exit_code == 2
    assert f"error: {message}" in result.stderr


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (["--writer", ""], "--writer: writers has a name that is blank; write for example png, or leave it out"),
        (["--writer", "png", "--writer", "png"], "--writer: writers names 'png' twice; write it once"),
        (["--enhancer", " "], "--enhancer: enhancers has a name that is blank;"),
        (["--provider", ""], "--provider: provider has a name that is blank;"),
        (["--style", ""], "--style: style has a name that is blank;"),
        (["--fit", ""], "--fit: fit has a name that is blank; write for example cover, or leave it out"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("command", ["generate", "status"])
def test_names_that_are_none_in_a_flag_are_answered_with_what_to_write(write_scenes, command, flags, message) -> None:
    write_scenes(1)
    result = run("visuals", command, *flags)
    assert result.exit_code == 2
    assert f"error: {message}" in result.stderr


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"writers": []}, "writers has no name; leave it out for the default"),
        ({"writers": "png"}, "writers 'png' is text; write a list of names: writers=['png']"),
        ({"writers": ["png", ""]}, "writers ['png', ''] holds what is no name; write a list of names"),
        ({"enhancers": [None]}, "enhancers [None] holds what is no name; write a list of names"),
        ({"enhancers": "night"}, "enhancers 'night' is text; write a list of names: enhancers=['night']"),
    ],
    ids=str,
)
def test_names_that_are_none_in_python_are_answered_with_what_to_write(settings, message) -> None:
    with pytest.raises(ConfigError) as caught:
        ImageGenerator(**settings)
    assert str(caught.value) == message


@pytest.mark.parametrize("blank", ["", "  "])
@pytest.mark.parametrize("name", ["WRITERS", "ENHANCERS", "PROVIDER", "STYLE", "RESOLUTION", "WORKERS"])
def test_a_blank_variable_is_not_set(write_scenes, scripted, name, blank) -> None:
    write_scenes(1)
    assert generate(**{f"NOVACLIPS_{name}": blank}).exit_code == 0


def test_a_variable_that_is_blank_in_the_shell_is_that_of_the_env_file(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / ".env").write_text("NOVACLIPS_PROVIDER=scripted\nNOVACLIPS_STYLE=noir\n", encoding="utf-8")
    told = run("visuals", "status", NOVACLIPS_PROVIDER="", NOVACLIPS_STYLE=" ").stdout
    assert "provider: scripted (NOVACLIPS_PROVIDER)" in told
    assert "style: noir (NOVACLIPS_STYLE)" in told


def test_no_enhancers_are_said_with_an_empty_list(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text("enhancers: []\n", encoding="utf-8")
    assert generate().exit_code == 0


@pytest.mark.parametrize(
    "name",
    ["novaclips.yml", "Novaclips.yaml", ".novaclips.yaml", "novaclip.yaml", "novaclips.yaml.txt", "novaclips.json"],
)
def test_settings_under_another_name_are_not_passed_over(write_scenes, scripted, tmp_path, name) -> None:
    write_scenes(1)
    (tmp_path / name).write_text("style: noir\n", encoding="utf-8")
    result = generate()
    assert result.exit_code == 2
    assert f"error: {name}: settings are read from novaclips.yaml; rename it" in result.stderr
    (tmp_path / "novaclips.yaml").write_text("style: noir\n", encoding="utf-8")
    assert generate().exit_code == 0


@pytest.mark.parametrize("name", ["novaclips.yaml.bak", "novaclips.yaml~", "novaclips.md", "other.yml"])
def test_other_files_beside_the_settings_are_no_settings(write_scenes, scripted, tmp_path, name) -> None:
    write_scenes(1)
    (tmp_path / name).write_text("style: noir\n", encoding="utf-8")
    assert generate().exit_code == 0


@pytest.mark.parametrize("given", ["Film", "flim", "films"])
def test_of_a_wrong_project_folder_it_is_said_which_is_there(tmp_path, given) -> None:
    (tmp_path / "film").mkdir()
    result = run("visuals", "status", "--project", given)
    assert result.exit_code == 2
    assert f"error: no project folder {given!r}; did you mean 'film'? --project names" in result.stderr


def test_of_a_project_folder_that_is_like_none_nothing_is_guessed(tmp_path) -> None:
    (tmp_path / "film").mkdir()
    assert "no project folder 'other'; --project names" in run("visuals", "status", "--project", "other").stderr


def test_a_folder_of_frames_that_leads_out_of_the_project_is_refused(write_scenes, tmp_path_factory, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "frames").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    result = run("visuals", "generate")
    assert result.exit_code == 2
    assert "error: frames is a link that leads out of the project; make it a folder" in result.stderr


@pytest.mark.parametrize("there", ["planning/scenes.yml", "Planning/scenes.yaml", "scenes.yaml"])
def test_of_a_misnamed_scenes_file_it_is_said_what_is_there(scripted, tmp_path, there) -> None:
    (tmp_path / there).parent.mkdir(exist_ok=True)
    (tmp_path / there).write_text("- {id: 1, visual: {prompt: A river}}", encoding="utf-8")
    result = generate()
    assert result.exit_code == 2
    assert f"planning/scenes.yaml: there is no such file, but there is {there}; rename or move it" in result.stderr


def test_a_project_folder_is_found_however_its_letters_are_composed(scripted, tmp_path) -> None:
    (tmp_path / "fo\u0308to" / "planning").mkdir(parents=True)
    scenes = tmp_path / "fo\u0308to" / "planning" / "scenes.yaml"
    scenes.write_text("- {id: 1, visual: {prompt: A river}}", encoding="utf-8")
    assert generate("--project", "f\xf6to").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["fo\u0308to"]
