"""The readers that people of the field use agree on what a frame says about itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from novaclips.builtin.png_writer import PngWriter
from novaclips.plugin import Frame
from novaclips.visuals.image_generator.engine.parameters import frame_text

READERS = Path(sys.prefix) / "readers"
MODELS = {"gpt-image-1": "gpt-image-1", "owner/name:0123456789abcdef": "owner/name", 'model-1, "big"': "model-1 big"}
PROMPTS = {
    "plain": "a lighthouse",
    "commas and quotes": 'a "red" house, with: colons, (weights:1.2), {braces} and <lora:x:1>',
    "lines": "a lighthouse\nin fog\n\nat night",
    "lines of Windows": "a lighthouse\r\nin fog",
    "Cyrillic and emoji": "Маяк в тумане 🌕, 一条河\nنهر",
    "steps": "Steps: 12, Sampler: brush",
    "steps in a later line": "a recipe\nSteps: 1, Sampler: a, CFG scale: 2, Seed: 3",
    "a negative prompt in a line": "draw the words Negative prompt: none on a sign",
    "a negative prompt as a line": "a sign\nNegative prompt: none\nand a road",
    "settings as the last line": "a table of\nSteps: 9, Seed: 9, Size: 9x9, Model: nine",
    "json": '{"prompt": "x", "version": "Fooocus"}',
    "blanks": "  a lighthouse  \n",
}


def told(text: str) -> str:
    """What a reader should find: the words, but for line ends, blanks around lines, and the case of one word."""
    lines = text.replace("\r\n", "\n").replace("Negative prompt:", "negative prompt:").strip().split("\n")
    return "\n".join(line.strip() for line in lines)


def about(prompt: str, negative: str, model: str, **more: object) -> dict[str, object]:
    words = {"scene": 1, "title": "A title", "resolution": "192x108", "provider": "scripted", "style": "noir"}
    return {**words, "prompt": prompt, "negative_prompt": negative, "seed": 43, "model": model, **more}


def write(path: Path, story: dict[str, object]) -> Path:
    PngWriter().write(Frame(scene_id=1, image=Image.new("RGB", (192, 108)), text=frame_text(story)), path)
    return path


CASES = [
    pytest.param(prompt, negative, model, id=f"{name}-{'negative' if negative else 'no negative'}")
    for (name, prompt), model in zip(PROMPTS.items(), list(MODELS) * 4, strict=True)
    for negative in ("", "людей, text:\nSteps: 3")
]


@pytest.mark.parametrize(("prompt", "negative", "model"), CASES)
def test_sd_parsers_and_sd_prompt_reader_find_every_word(prompt, negative, model, tmp_path) -> None:
    if not READERS.is_dir():
        pytest.skip("the readers are not installed: make test installs them from tests/readers.txt")
    path = write(tmp_path / "scene-001.png", about(prompt, negative, model))
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name("frame_readers.py"), path],
        env={**os.environ, "PYTHONPATH": str(READERS)},
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    ((parsers, reader),) = json.loads(done.stdout)
    for found in (parsers, reader):
        assert told(str(found.pop("prompt"))) == told(prompt)
        assert told(str(found.pop("negative"))) == told(negative)
    expected = {"seed": "43", "steps": "0", "sampler": "unknown", "model": MODELS[model], "size": "192x108"}
    assert parsers == expected
    assert reader == {**expected, "tool": "A1111 webUI"}


PAIR = re.compile(r'\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)')


def read_as_webui(block: str) -> tuple[str, str, dict[str, str]]:
    """Read a block by the rules of stable-diffusion-webui.

    The last line holds settings if there are three at least; a line that starts with "Negative prompt:" ends the
    prompt.
    """
    *lines, last = block.strip().split("\n")
    settings = dict(PAIR.findall(last))
    if len(settings) < 3:
        lines, settings = [*lines, last], {}
    lines = [line.strip() for line in lines]
    start = next((index for index, line in enumerate(lines) if line.startswith("Negative prompt:")), len(lines))
    negative = [line.removeprefix("Negative prompt:").strip() for line in lines[start:]]
    return "\n".join(lines[:start]), "\n".join(negative), settings


def read_as_comfyui(texts: dict[str, str]) -> tuple[str, str, dict[str, str]]:
    """Read a file's texts by the rules of ComfyUI: a workflow or a prompt is JSON and comes before a webui's block.

    The settings are what follows the last line that starts with "Steps:"; without a negative prompt nothing is read.
    """
    for name in ("workflow", "prompt"):
        if name in texts:
            json.loads(texts[name])
    block = texts["parameters"]
    steps = block.rindex("\nSteps:")
    negative = block.rindex("\nNegative prompt:", 0, steps)
    line = block[steps:].split("\n")[1]
    settings = {}
    for match in re.finditer(r'\s*([^:]+:\s*([^"{].*?|".*?"|\{.*?\}))\s*(,|$)', line):
        name, value = match[0].split(":")[:2]
        settings[name.strip().lower()] = value.removesuffix(",").strip()
    return block[:negative].strip(), block[negative + 18 : steps].strip(), settings


@pytest.mark.parametrize(("prompt", "negative", "model"), CASES)
def test_webui_and_comfyui_find_every_word(prompt, negative, model, tmp_path) -> None:
    with Image.open(write(tmp_path / "scene-001.png", about(prompt, negative, model))) as frame:
        texts = dict(frame.text)
    expected = {"Steps": "0", "Sampler": "unknown", "CFG scale": "0", "Seed": "43", "Size": "192x108"}
    expected |= {"Model": MODELS[model]} | ({"Model hash": "0123456789"} if ":" in model else {})
    for words, avoided, settings in (read_as_webui(texts["parameters"]), read_as_comfyui(texts)):
        assert (told(words), told(avoided)) == (told(prompt), told(negative))
        assert {name.lower(): value.strip() for name, value in settings.items()} == {
            name.lower(): value for name, value in expected.items()
        }


def test_what_is_known_of_the_drawing_is_told() -> None:
    story = about(
        "x",
        "",
        "m",
        metadata={"num_inference_steps": 28, "guidance": 3.5},
        request={"identity": {"scheduler": "K_EULER", "steps": 4}},
        seed=None,
    )
    assert frame_text(story)["parameters"].splitlines()[-1] == (
        "Steps: 28, Sampler: K_EULER, CFG scale: 3.5, Size: 192x108, Model: m"
    )


@pytest.mark.parametrize("value", [None, True, "many", [], float("nan")], ids=repr)
def test_what_is_no_number_of_steps_is_not_told(value) -> None:
    story = about("x", "", "m", metadata={"steps": value}, request={"identity": {"steps": 20}})
    assert "Steps: 20," in frame_text(story)["parameters"]


def test_no_text_is_named_as_a_workflow_of_comfyui(tmp_path) -> None:
    with Image.open(write(tmp_path / "scene-001.png", about("a", "b", "c"))) as frame:
        assert not {"prompt", "workflow", "Prompt", "Workflow"} & set(frame.text)
        assert frame.text["Description"] == "a"


@pytest.mark.parametrize(
    "prompt", ["nul \0 in it", "half of a pair \ud83e", "x" * 600_000], ids=["nul", "half", "long"]
)
def test_a_text_that_png_cannot_hold_stops_no_frame(prompt, tmp_path) -> None:
    path = tmp_path / "scene-001.png"
    PngWriter().write(Frame(scene_id=1, image=Image.new("RGB", (64, 64)), text={"prompt": prompt}), path)
    with Image.open(path) as frame:
        assert frame.text["Description"][:3] == prompt[:3]
