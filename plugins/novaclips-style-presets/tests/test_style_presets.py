"""The style presets, seen through the plugin's hook."""

import re
import subprocess
import sys
from collections import Counter
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from novaclips.plugin import PluginError, Prompt, PromptEnhancerSpec, Settings, style_pack
from novaclips_style_presets import plugin

README = Path(__file__).parents[1] / "README.md"
SPECS = list(plugin.novaclips_prompt_enhancers())
BY_NAME = {spec.name: spec for spec in SPECS}
EVERYDAY = {
    "photorealistic": "Ultra-realistic photograph, 8K, professional lighting, ",
    "illustration": "Digital illustration, vibrant colors, modern style, ",
    "minimalist": "Clean minimalist design, solid colors, simple shapes, ",
}
# fmt: off
WANTED = {
    "cinematic", "documentary", "watercolor", "isometric", "flat-vector", "3d-render", "anime", "comic",
    "pixel-art", "line-art", "claymation", "paper-cut", "blueprint", "infographic", "noir", "vintage-photo",
    "oil-painting", "low-poly", "whiteboard", "storybook",
}
VISUAL_TYPES = (
    "diagram", "metaphor", "example", "comparison", "process", "timeline", "chart", "quote", "title", "map",
    "portrait", "landscape", "close-up", "screen",
)
# fmt: on

every_style = pytest.mark.parametrize("spec", SPECS, ids=[spec.name for spec in SPECS])


def enhanced(spec: PromptEnhancerSpec, text: str, visual_type: str = "image", negative: str = "") -> Prompt:
    return spec.create(Settings()).enhance(Prompt(text, visual_type=visual_type, negative=negative))


@pytest.mark.parametrize("visual_type", ["image", "no-such-type", *VISUAL_TYPES])
@pytest.mark.parametrize("name", EVERYDAY)
def test_everyday_styles_keep_their_words_for_every_visual_type(name, visual_type):
    prompt = enhanced(BY_NAME[name], "a river turning into a cloud.", visual_type)

    assert prompt.text == f"{EVERYDAY[name]}a river turning into a cloud., high quality, detailed"


def test_everyday_styles_come_first_and_the_others_include_what_a_video_maker_looks_for():
    assert [spec.name for spec in SPECS[:3]] == list(EVERYDAY)
    assert BY_NAME.keys() >= WANTED
    assert len(SPECS) >= 27


def test_no_two_styles_share_a_name_a_summary_words_or_a_palette():
    for what in ("name", "summary", "prefix", "palette"):
        values = Counter(getattr(spec.style, what) for spec in SPECS)
        assert [value for value, count in values.items() if count > 1] == []


@every_style
def test_style_is_prefix_prompt_and_suffix(spec):
    style = spec.style

    assert enhanced(spec, "a red kite").text == f"{style.prefix}a red kite{style.suffix}"
    assert style.prefix.endswith((", ", ": "))
    assert style.suffix.startswith(", ")


@every_style
def test_prompts_read_cleanly_for_every_visual_type(spec):
    for visual_type in ("image", *VISUAL_TYPES):
        prompt = enhanced(spec, "a red kite above a harbor", visual_type, negative="people")

        for text in (prompt.text, prompt.negative):
            assert text == text.strip(" ,")
            assert not re.search(r",\s*,|\s\s|\s,|\.,|,\S", text)
        assert prompt.text.count("a red kite above a harbor") == 1
        assert prompt.negative.startswith("people, ")


@every_style
def test_summary_fits_a_line_and_negative_prompt_says_something(spec):
    assert 10 <= len(spec.summary) <= 70
    assert spec.summary == spec.style.summary
    assert "watermark" in spec.style.negative_prompt


@every_style
def test_negative_prompt_does_not_forbid_what_the_prompt_asks_for(spec):
    words = f"{spec.style.prefix}{spec.style.suffix}".lower().split(", ")

    assert not set(words) & set(spec.style.negative_prompt.split(", "))


@every_style
def test_palette_has_distinct_colours_and_ink_that_is_readable_on_its_ground(spec):
    palette = spec.style.palette

    assert 3 <= len(set(palette)) == len(palette) <= 5
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in palette)
    # 4.5 is what WCAG 2 asks of running text.
    assert contrast(palette[0], palette[-1]) >= 4.5


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@every_style
def test_visual_types_add_a_few_words(spec):
    plain = enhanced(spec, "a kite")

    for visual_type in VISUAL_TYPES:
        prompt = enhanced(spec, "a kite", visual_type)
        assert prompt.negative.startswith(f"{plain.negative}, ")
        assert spec.style.exact or 10 < len(prompt.text) - len(plain.text) < 110


def test_diagrams_are_drawn_without_labels():
    prompt = enhanced(BY_NAME["flat-vector"], "how a canal lock works", "diagram")

    assert "how a canal lock works, clear simple shapes" in prompt.text
    assert "label-free" in prompt.text
    assert "letters" in prompt.negative


def test_photographs_show_diagrams_with_real_objects():
    assert "real objects" in enhanced(BY_NAME["documentary"], "a beehive", "diagram").text


def test_plugin_module_imports_neither_yaml_nor_pillow():
    code = "import sys, novaclips_style_presets.plugin; print(sorted({'yaml', 'PIL'} & sys.modules.keys()))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_entry_point_names_the_plugin_module():
    found = [point for point in entry_points(group="novaclips") if point.name == "style-presets"]

    assert {point.value for point in found} == {plugin.__name__}


def test_readme_lists_every_style_and_no_other():
    listing = README.read_text(encoding="utf-8").split("| for | styles |")[1].split("\n\n")[0]

    assert re.findall("`([^`]+)`", listing) == [spec.name for spec in SPECS]


def test_readme_shows_a_pack_that_loads_and_an_error_that_is_raised(tmp_path, monkeypatch, request):
    text = README.read_text(encoding="utf-8")
    pack = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1]
    error = re.search(r"\n\n```\n(.*?)\n```", text, re.DOTALL)[1]
    package = tmp_path / "novaclips_style_moods"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    request.addfinalizer(lambda: sys.modules.pop(package.name, None))  # other tests have a package of this name

    (package / "styles.yaml").write_text(pack, encoding="utf-8")
    rainy, plain = style_pack(package.name)
    (package / "styles.yaml").write_text(pack.replace("#2b3440", "#abc"), encoding="utf-8")

    assert "misted window" in enhanced(rainy, "a kite", "diagram").text
    assert enhanced(plain, "a kite", "diagram").text == "Photograph, a kite"
    with pytest.raises(PluginError, match="colour 1") as caught:
        list(style_pack(package.name))
    assert re.sub(r":\d+:", ":", str(caught.value)) == re.sub(r":\d+:", ":", error)
