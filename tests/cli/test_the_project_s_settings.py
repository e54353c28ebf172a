"""A project's settings are the project's: what a new terminal, a forgotten flag and a run over a part change."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import dedent

import pytest

from cli.command_line import run
from scripted import Script
from site_builder import Site


def generate(*arguments: str, **env: str):
    """Draw as a creator does who thinks that the project knows the rest."""
    return run("visuals", "generate", *arguments, **env)


def settings() -> dict[str, object]:
    """What the folder keeps for the next run."""
    return json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["settings"]


@pytest.fixture
def film(write_scenes, scripted) -> Script:
    """A film of five scenes, drawn whole with settings that are nobody's defaults."""
    write_scenes(5)
    told = ["--provider", "scripted", "--style", "anime", "--resolution", "192x108", "--option", "quality=high"]
    assert generate(*told).exit_code == 0
    scripted.forget()
    return scripted


@pytest.fixture
def acme(site: Site) -> None:
    """Install a provider that needs a key."""
    source = """
        import scripted
        from novaclips.plugin import ImageProviderSpec, MissingKey, hookimpl

        class Keyed(scripted.Scripted):
            def __init__(self, settings):
                self.settings = settings

            def open(self):
                if "ACME_IS_TERSE" in self.settings.env:
                    raise MissingKey("no key")
                self.settings.key("acme", "ACME_KEY")

        @hookimpl
        def novaclips_image_providers():
            yield ImageProviderSpec(name="acme", summary="", create=Keyed, key_env=("ACME_KEY",))
    """
    points = {"provider-acme": "acme_plugin"}
    site.install("novaclips-provider-acme", entry_points=points, modules={"acme_plugin.py": dedent(source)})


def test_a_run_without_flags_has_the_settings_of_the_last_whole_run_and_says_so(film) -> None:
    result = generate()
    assert result.stdout.splitlines()[:5] == [
        "provider: scripted (the last run)",
        "style: anime (the last run)",
        "resolution: 192x108 (the last run)",
        "options: quality=high (the last run)",
        "5 scenes: 5 up to date",
    ]
    assert film.calls == []


@pytest.mark.parametrize("flags", [(), ("--style", "noir"), ("--option", "steps=4"), ("--resolution", "96x64")])
def test_status_says_what_generate_would_do(film, flags) -> None:
    status = json.loads(run("visuals", "status", "--json", *flags).stdout)
    dry = json.loads(run("visuals", "generate", "--json", "--dry-run", *flags).stdout)
    assert [(scene["state"], scene["reason"]) for scene in status["scenes"]] == [
        (scene["state"], scene["reason"]) for scene in dry["scenes"]
    ]


@pytest.mark.parametrize(
    ("flags", "env", "file", "style"),
    [
        ((), {}, "", "anime (the last run)"),
        ((), {}, "style: noir", "noir (novaclips.yaml)"),
        ((), {"NOVACLIPS_STYLE": "comic"}, "style: noir", "comic (NOVACLIPS_STYLE)"),
        (("--style", "none"), {"NOVACLIPS_STYLE": "comic"}, "style: noir", "none (--style)"),
    ],
    ids=["last run", "file", "variable", "flag"],
)
def test_what_is_said_now_counts_before_the_last_run(film, tmp_path, flags, env, file, style) -> None:
    (tmp_path / "novaclips.yaml").write_text(file, encoding="utf-8")
    assert f"style: {style}" in run("visuals", "status", *flags, **env).stdout


def test_an_option_is_added_to_those_of_the_last_run_and_null_takes_one_away(film) -> None:
    generate("--yes", "--option", "steps=4")
    assert settings()["options"] == {"quality": "high", "steps": 4}
    generate("--yes", "--option", "quality=null")
    assert settings()["options"] == {"steps": 4}
    assert {tuple(call.options) for call in film.calls} == {("quality", "steps"), ("steps",)}


def test_options_of_the_last_run_are_for_its_provider_alone(film) -> None:
    generate("--yes", "--provider", "storyboard")
    assert settings()["options"] == {}


def test_a_new_terminal_without_the_key_stops_and_says_who_drew(write_scenes, scripted, acme) -> None:
    write_scenes(2)
    assert generate(ACME_KEY="x").exit_code == 0
    before = Path("frames/scene-001.png").read_bytes()
    result = generate()
    assert (result.exit_code, "2 up to date" in result.stdout) == (0, True)

    write_scenes(3)
    result = generate()
    assert result.exit_code == 2
    assert result.stderr == (
        "error: provider 'acme' drew this film the last time: provider 'acme' needs ACME_KEY; set it in the environment"
        " or in the project's .env, or try --provider storyboard (no key)\n"
    )
    assert generate(ACME_IS_TERSE="yes").stderr == (
        "error: provider 'acme' drew this film the last time: no key; --provider storyboard draws cards in place of its"
        " pictures\n"
    )
    assert Path("frames/scene-001.png").read_bytes() == before
    assert generate(ACME_KEY="x").exit_code == 0


def test_cards_go_on_until_somebody_says_who_draws(write_scenes, scripted, acme) -> None:
    write_scenes(2)
    generate()
    result = generate(ACME_KEY="x")
    assert result.stdout.splitlines()[0] == (
        "provider: storyboard (the last run; ACME_KEY is set: --provider acme draws with it)"
    )
    assert scripted.calls == []
    assert generate("--provider", "acme", ACME_KEY="x").exit_code == 0
    assert scripted.scenes == [1, 2]
    assert "provider: acme (the last run)" in generate(ACME_KEY="x").stdout


def test_a_run_over_some_scenes_changes_no_default_and_stays_what_it_was_told(film) -> None:
    before = settings()
    result = generate("--scenes", "1", "--style", "noir", "--option", "steps=4", "--resolution", "96x64")
    assert (result.exit_code, film.scenes, film.calls[0].style) == (0, [1], "noir")
    assert film.calls[0].options == {"quality": "high", "steps": 4}
    assert settings() == before

    film.forget()
    result = generate()
    assert "style: anime (the last run)" in result.stdout
    assert "5 scenes: 1 to fit again, free, 4 up to date" in result.stdout
    assert film.calls == []
    frames = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"]
    assert [frame["style"] for frame in frames] == ["noir", "anime", "anime", "anime", "anime"]
    assert generate("--scenes", "1,2").exit_code == 0
    assert film.calls == []


def test_a_run_over_some_scenes_takes_back_what_it_told_them_free_of_charge(film) -> None:
    generate("--scenes", "1", "--style", "noir")
    film.forget()
    assert "1 to fit again, free" in generate("--scenes", "1", "--style", "anime").stdout
    assert "5 up to date" in generate().stdout
    assert film.calls == []


def test_what_some_scenes_were_told_ends_when_the_film_is_told_otherwise(film) -> None:
    generate("--scenes", "1", "--style", "noir")
    film.forget()
    generate("--yes", "--style", "comic")
    assert [call.style for call in film.calls] == ["comic"] * 5


def test_some_scenes_drawn_by_another_provider_stay_so(film) -> None:
    generate("--scenes", "2", "--provider", "storyboard")
    assert settings()["provider"] == "scripted"
    generate()
    frames = json.loads(Path("frames/manifest.json").read_text(encoding="utf-8"))["frames"]
    assert [frame["provider"] for frame in frames] == ["scripted", "storyboard", *["scripted"] * 3]
    assert film.calls == []


def test_a_setting_of_the_scene_s_own_is_left_to_it(write_scenes, scripted) -> None:
    scenes = [
        {"id": 1, "visual": {"prompt": "a", "style": "comic", "options": {"steps": 1}}},
        {"id": 2, "visual": {"prompt": "b"}},
    ]
    Path("planning").mkdir()
    Path("planning/scenes.yaml").write_text(json.dumps(scenes), encoding="utf-8")
    generate("--provider", "scripted", "--style", "none", "--resolution", "96x64")
    scripted.forget()
    generate("--scenes", "1", "--style", "noir", "--option", "steps=9", "--option", "hand=left")
    (call,) = scripted.calls
    assert (call.style, call.options) == ("comic", {"steps": 1, "hand": "left"})


def test_the_first_run_of_all_is_kept_even_where_it_draws_a_part(write_scenes, scripted) -> None:
    write_scenes(3)
    generate("--scenes", "1", "--provider", "scripted", "--style", "noir", "--resolution", "96x64")
    generate("--scenes", "2", "--style", "comic")
    assert generate().exit_code == 0
    assert [call.style for call in scripted.calls] == ["noir", "comic", "noir"]


def test_lost_settings_are_said(film) -> None:
    Path("frames/manifest.json").write_text("{", encoding="utf-8")
    result = run("visuals", "status")
    assert result.stderr.startswith("note: the settings of the last run are lost: frames/manifest.json cannot be read:")


def test_settings_are_read_without_the_frames_behind_them(film) -> None:
    path = Path("frames/manifest.json")
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index('\n  "frames": ') + 40], encoding="utf-8")
    assert "style: anime (the last run)" in run("visuals", "status").stdout
    path.write_text(json.dumps(json.loads(text)), encoding="utf-8")
    assert "style: anime (the last run)" in run("visuals", "status").stdout
