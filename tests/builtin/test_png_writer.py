"""PNG frames: their pixels, their text, how they reach the disk."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from PIL import Image

from novaclips.builtin.png_writer import PngWriter, is_photo
from novaclips.errors import StorageError
from novaclips.plugin import Frame
from novaclips.visuals.image_generator import ImageGenerator
from scripted import picture

PROMPTS = {
    1: "Река, превращающаяся в облако",
    2: "一条河变成云 with Latin",
    3: "نهر يتحول إلى سحابة",
    4: 'a rocket 🚀 over Ελλάδα, 100% "quoted", commas: and colons',
}


def photo() -> Image.Image:
    return Image.merge("RGB", [Image.effect_noise((320, 180), 90) for _ in range(3)])


@pytest.mark.parametrize("image", [photo(), Image.new("RGB", (320, 180), "teal")], ids=["photo", "flat"])
def test_the_pixels_come_back_as_they_went(image, tmp_path) -> None:
    PngWriter().write(Frame(scene_id=1, image=image, text={"prompt": "x"}), tmp_path / "scene-001.png")
    with Image.open(tmp_path / "scene-001.png") as frame:
        assert frame.tobytes() == image.tobytes()


def test_photographs_are_told_from_flat_graphics() -> None:
    assert is_photo(photo())
    assert not is_photo(Image.linear_gradient("L").convert("RGB"))


def test_text_of_any_script_comes_back_unharmed(write_scenes, scripted) -> None:
    write_scenes(PROMPTS)
    ImageGenerator("scripted", "none").generate_all("planning/scenes.yaml", "frames", "192x108")
    for number, prompt in PROMPTS.items():
        with Image.open(f"frames/scene-00{number}.png") as frame:
            assert frame.text["Description"] == prompt
            assert frame.text["parameters"].splitlines()[0] == prompt


def test_the_file_tells_what_other_tools_read(write_scenes, scripted) -> None:
    write_scenes({1: "a lighthouse"}, seed=42, negative_prompt="people")
    from novaclips.plugin import GeneratedImage

    scripted.on(1, GeneratedImage(data=picture("x"), model="model-1, big", seed=43))
    ImageGenerator("scripted", "none").generate_all("planning/scenes.yaml", "frames", "192x108")
    with Image.open("frames/scene-001.png") as frame:
        text = dict(frame.text)
    assert text["parameters"] == (
        "a lighthouse\nNegative prompt: people\n"
        "Steps: 0, Sampler: unknown, CFG scale: 0, Seed: 43, Size: 192x108, Model: script-1"
    )
    assert (text["provider"], text["model"], text["seed"]) == ("scripted", "script-1", "43")


def test_a_key_is_in_no_file(write_scenes, scripted, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-marked-key")
    (tmp_path / ".env").write_text("SECRET_KEY=sk-marked-too\n", encoding="utf-8")
    write_scenes(2)
    ImageGenerator("scripted", "none").generate_all("planning/scenes.yaml", "frames", "192x108")
    for path in Path("frames").rglob("*"):
        assert path.is_dir() or b"sk-marked" not in path.read_bytes(), path


def test_a_frame_may_be_read_by_other_programs_of_the_machine(tmp_path) -> None:
    path = tmp_path / "scene-001.png"
    PngWriter().write(Frame(scene_id=1, image=photo()), path)
    plain = tmp_path / "plain"
    plain.touch()
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch) -> None:
    path = tmp_path / "scene-001.png"
    PngWriter().write(Frame(scene_id=1, image=photo()), path)
    before = path.read_bytes()

    def full(self, frame, file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(PngWriter, "encode", full)
    with pytest.raises(StorageError, match="No space left on device"):
        PngWriter().write(Frame(scene_id=1, image=photo()), path)
    assert path.read_bytes() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["scene-001.png"]
