"""``novaclips styles``: every style by name, and what it does to a prompt."""

from __future__ import annotations

import json

from cli.command_line import run


def test_list_names_each_style_with_its_pack() -> None:
    lines = run("styles", "list").stdout.splitlines()
    assert lines[0].split() == ["STYLE", "PACK", "WHAT"]
    assert lines[1].startswith("photorealistic   presets  ")
    assert len(lines) > 24


def test_list_speaks_json() -> None:
    styles = json.loads(run("styles", "list", "--json").stdout)
    assert {"name": "noir", "pack": "presets"}.items() <= next(s for s in styles if s["name"] == "noir").items()


def test_list_without_a_pack_says_what_to_install() -> None:
    result = run("styles", "list", NOVACLIPS_DISABLE_PLUGINS="style-presets")
    assert (result.stdout, result.stderr) == (
        "",
        "no style pack is installed; run: pip install novaclips-style-presets\n",
    )


def test_show_puts_an_example_into_the_style() -> None:
    text = run("styles", "show", "photorealistic").stdout
    assert "prompt    Ultra-realistic photograph, 8K, professional lighting, a lighthouse on a cliff, high" in text


def test_show_lists_the_additions_by_visual_type() -> None:
    assert "\ndiagram " in run("styles", "show", "noir").stdout


def test_show_speaks_json() -> None:
    document = json.loads(run("styles", "show", "noir", "--json").stdout)
    assert document["name"] == "noir"
    assert document["palette"][0].startswith("#")
    assert "diagram" in document["visual_types"]


def test_show_of_an_unknown_style_says_which_was_meant() -> None:
    result = run("styles", "show", "nior")
    assert result.exit_code == 2
    assert "unknown style 'nior'; did you mean 'noir'?" in result.stderr


def test_an_enhancer_that_is_code_is_shown_as_such(site) -> None:
    source = """
        from novaclips.plugin import PromptEnhancerSpec, hookimpl

        @hookimpl
        def novaclips_prompt_enhancers():
            yield PromptEnhancerSpec(name="clever", summary="Thinks", create=lambda settings: None)
    """
    points = {"enhancer-clever": "acme_clever"}
    site.install("novaclips-enhancer-clever", entry_points=points, modules={"acme_clever.py": source})
    assert "clever: Thinks" in run("styles", "show", "clever").stdout
    assert "an enhancer that is code" in run("styles", "show", "clever").stdout
    assert json.loads(run("styles", "show", "clever", "--json").stdout) == {"name": "clever", "summary": "Thinks"}
    assert "clever" in run("styles", "list").stdout
