"""Settings: from flags, from the environment, from the project's file, and which of them counts."""

from __future__ import annotations

import pytest
from PIL import Image

from cli.command_line import generate, run


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


OFFER = """
    from scripted import create
    from novaclips.plugin import Capabilities, ImageProviderSpec, hookimpl

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(
            name={name!r}, summary="", create=create, key_env={keys!r}, capabilities=Capabilities(default={default})
        )
"""


def offer(site, name: str, *keys: str, default: bool = True, dist: str = "") -> None:
    """Install a provider that names these variables for its key."""
    module = f"{name}_offer"
    site.install(
        dist or f"novaclips-provider-{name}",
        entry_points={f"provider-{name}": module},
        modules={f"{module}.py": OFFER.format(name=name, keys=keys, default=default)},
    )


def test_our_providers_come_before_those_of_others(write_scenes, site) -> None:
    write_scenes(1)
    offer(site, "acme", "ACME_KEY")
    said = run("visuals", "status", ACME_KEY="x", REPLICATE_API_TOKEN="x").stdout
    assert "provider: replicate (REPLICATE_API_TOKEN is set)" in said


@pytest.mark.parametrize("keys", [("OPENAI_API_KEY",), ("ACME_KEY", "OPENAI_API_KEY")], ids=["alone", "as its second"])
def test_the_key_of_our_service_never_chooses_somebody_else_s_provider(write_scenes, site, keys) -> None:
    write_scenes(1)
    offer(site, "acme", *keys)
    assert "provider: openai (OPENAI_API_KEY is set)" in run("visuals", "status", OPENAI_API_KEY="x").stdout
    without = {"NOVACLIPS_DISABLE_PLUGINS": "provider-openai"}
    assert "provider: storyboard (no key" in run("visuals", "status", OPENAI_API_KEY="x", **without).stdout


def test_a_distribution_of_another_name_is_not_ours(write_scenes, site) -> None:
    write_scenes(1)
    offer(site, "openai", "OPENAI_API_KEY", dist="acme-openai")
    without = {"NOVACLIPS_DISABLE_PLUGINS": "novaclips-provider-openai"}
    assert "provider: storyboard (no key" in run("visuals", "status", OPENAI_API_KEY="x", **without).stdout


def test_a_provider_that_wants_to_be_asked_for_is_never_the_default(write_scenes, site) -> None:
    write_scenes(1)
    offer(site, "acme", "ACME_KEY", default=False)
    offer(site, "zebra", "ACME_KEY")
    assert "provider: zebra (ACME_KEY is set)" in run("visuals", "status", ACME_KEY="x").stdout
    assert "provider: acme (--provider)" in run("visuals", "status", "--provider", "acme", ACME_KEY="x").stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("stlye: noir", "novaclips.yaml:1:1: unknown setting 'stlye'; did you mean 'style'? known: budget, enhancers,"),
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


def test_an_env_file_that_cannot_be_read_is_named(write_scenes, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / ".env").symlink_to("/dev/zero")
    result = run("visuals", "generate")
    assert result.exit_code == 2
    assert "; make it a text file, or delete it" in result.stderr


def test_empty_settings_are_no_settings(write_scenes, scripted, tmp_path) -> None:
    write_scenes(1)
    (tmp_path / "novaclips.yaml").write_text("# nothing yet\n", encoding="utf-8")
    assert generate().exit_code == 0
