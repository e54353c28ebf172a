"""scenes.yaml -> Scene: good files in many spellings, and what each mistake is answered."""

from __future__ import annotations

import dataclasses
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from novaclips.errors import ConfigError, ScenesError
from novaclips.visuals.image_generator.models import Scene
from novaclips.visuals.image_generator.scenes import project_of, read_scenes
from visuals.scene_files import BAD, FULL, SAME, Bad, with_id, with_prompt

PNG = b"\x89PNG\r\n\x1a\n"
FILE = Path("planning/scenes.yaml")


@pytest.fixture(autouse=True)
def _project(_clean_environment: None) -> None:
    FILE.parent.mkdir()
    Path("assets").mkdir()
    Path("assets/hero.png").write_bytes(PNG)


def read(content: str | bytes) -> tuple[Scene, ...]:
    FILE.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_scenes(FILE)


def read_one(visual: str = "", scene: str = "") -> Scene:
    (found,) = read(f"- {{id: 1, {scene} visual: {{prompt: A river, {visual}}}}}\n")
    return found


def test_every_field_of_the_format_is_read() -> None:
    (scene,) = read(FULL)
    assert dataclasses.replace(scene, options=dict(scene.options)) == Scene(
        id=1,
        title="Where the water goes",
        narration="Rain falls.",
        visual_type="metaphor",
        prompt="A river turning into a cloud above a city",
        style="illustration",
        provider="replicate",
        negative_prompt="text, watermark",
        seed=42,
        references=(Path("assets/hero.png").resolve(),),
        options={"quality": "high", "sizes": [1, 2.5, None, True]},
        line=4,
    )


def test_scenes_keep_the_order_of_the_file() -> None:
    assert [scene.id for scene in read(with_id("3") + with_id("0") + with_id("999999"))] == [3, 0, 999_999]


@pytest.mark.parametrize("content", SAME.values(), ids=SAME.keys())
def test_all_spellings_are_the_same_scene(content: str) -> None:
    (scene,) = read(content)
    assert dataclasses.replace(scene, line=0) == Scene(id=1, prompt="A river")


PROMPTS = {
    "emoji": "Астронавт 👩‍🚀 и 🌊",
    "russian": "Река превращается в облако над городом",
    "chinese": "河流变成城市上空的云",
    "arabic": "نهر يتحول إلى سحابة فوق المدينة",
    "punctuation": "“Close-up”: 50% of a river #1 & more",
}


@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS.keys())
@pytest.mark.parametrize("ascii_only", [True, False], ids=["escaped", "as it is"])
def test_prompts_of_all_scripts_stay_intact(prompt: str, *, ascii_only: bool) -> None:
    document = [{"id": 1, "visual": {"prompt": prompt}}]
    assert read(json.dumps(document, ensure_ascii=ascii_only))[0].prompt == prompt
    assert read(yaml.safe_dump(document, allow_unicode=not ascii_only))[0].prompt == prompt


def test_numbers_are_texts_where_a_text_is_meant() -> None:
    scene = read_one(scene="title: 1984, narration: 007,")
    assert (scene.title, scene.narration) == ("1984", "007")


@pytest.mark.parametrize(
    ("text", "name"),
    [("Metaphor", "metaphor"), ("close up", "close-up"), ("Split_Screen - 2", "split-screen-2"), ("चित्र", "चित्र")],
    ids=["capital", "space", "signs", "hindi"],
)
def test_visual_types_are_lower_case_with_hyphens(text: str, name: str) -> None:
    assert read_one(f"type: {text}").visual_type == name


def test_the_largest_seed_is_what_the_ledger_stores() -> None:
    assert read_one("seed: 9223372036854775807").seed == 2**63 - 1


@pytest.mark.parametrize(
    "text",
    ["assets/hero.png", "[assets/hero.png]", "[./assets/../assets/hero.png]", "[link.png]"],
    ids=["text", "list", "dots", "link"],
)
def test_references_are_files_of_the_project(text: str) -> None:
    Path("link.png").symlink_to("assets/hero.png")
    assert read_one(f"references: {text}").references == (Path("assets/hero.png").resolve(),)


def test_a_reference_may_be_absolute() -> None:
    assert read_one(f"references: ['{Path('assets/hero.png').resolve()}']").references


def test_the_project_can_be_said(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.png").write_bytes(PNG)
    FILE.write_text("- {id: 1, visual: {prompt: A river, references: a.png}}", encoding="utf-8")
    (scene,) = read_scenes(FILE, tmp_path / "other")
    assert scene.references == (tmp_path / "other" / "a.png",)


def test_the_project_is_the_folder_around_planning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project_of(FILE) == tmp_path
    assert project_of(Path("film.yaml")) == tmp_path
    monkeypatch.chdir("planning")
    assert project_of(Path("scenes.yaml")) == tmp_path


FOREIGN = [
    *("speed", "need", "tone", "camera", "mood", "lens", "lighting", "duration", "characters", "notes", "subtype"),
    *("title", "narrator", "time", "pace", "keywords", "alt_text", "caption", "transition"),
]


@pytest.mark.parametrize("field", FOREIGN)
def test_fields_of_other_programs_are_ignored(field: str) -> None:
    assert dataclasses.replace(read_one(f"{field}: x"), line=0) == Scene(id=1, prompt="A river")
    if field != "title":
        assert dataclasses.replace(read_one(scene=f"{field}: x,"), line=0) == Scene(id=1, prompt="A river")


@pytest.mark.parametrize(
    "field", ["images", "size", "steps", "width", "image", "background", "n", "reference", "option"]
)
def test_a_scene_may_have_fields_that_only_in_a_visual_would_mean_the_picture(field: str) -> None:
    assert read_one(scene=f"{field}: x,")


@pytest.mark.parametrize(
    "visual",
    [
        "model: flux, options: {model: flux}",
        "size: 1K, options: {size: 1K}",
        "image: assets/hero.png, references: assets/hero.png",
    ],
)
def test_what_is_told_in_its_place_as_well_is_no_mistake(visual: str) -> None:
    assert read_one(visual)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"], ids=["windows", "old mac", "unix"])
@pytest.mark.parametrize("write", [json.dumps, yaml.safe_dump], ids=["json", "yaml"])
def test_the_ends_of_lines_are_those_of_any_system(write: Any, end: str) -> None:
    words = f"A river{end}at night{end}{end}"
    (scene,) = read(write([{"id": 1, "title": words, "narration": words, "visual": {"prompt": words}}]))
    assert (scene.prompt, scene.title, scene.narration) == ("A river\nat night",) * 3


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\u200f", "\u200e", "\u2028"])
def test_marks_of_the_direction_of_writing_stay(mark: str) -> None:
    assert read(json.dumps([{"id": 1, "visual": {"prompt": f"a{mark}b"}}]))[0].prompt == f"a{mark}b"


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("assets/e\u0301te\u0301.png", "assets/\xe9t\xe9.png"),
        ("assets/\xe9t\xe9.png", "assets/e\u0301te\u0301.png"),
        ("f\xf6to/\xe9.png", "fo\u0308to/e\u0301.png"),
        ("\uac01.png", "\u1100\u1161\u11a8.png"),
    ],
    ids=["nfd asked", "nfc asked", "folder and file", "hangul"],
)
def test_a_reference_is_found_however_its_letters_are_composed(written: str, there: str) -> None:
    Path(there).parent.mkdir(exist_ok=True)
    Path(there).write_bytes(PNG)
    assert read_one(f"references: ['{written}']").references == (Path(there).resolve(),)


def test_of_two_files_of_the_same_letters_the_one_that_is_written_is_taken() -> None:
    for name in ("\xe9.png", "e\u0301.png"):
        Path(name).write_bytes(PNG)
        assert read_one(f"references: ['{name}']").references == (Path(name).resolve(),)


def test_letters_composed_otherwise_open_nothing_hidden() -> None:
    Path(".\xe9").mkdir()
    Path(".\xe9/a.png").write_bytes(PNG)
    with pytest.raises(ScenesError, match="is hidden"):
        read_one("references: ['.e\u0301/a.png']")


@pytest.mark.parametrize(
    ("written", "there"),
    [
        ("assets/hero.jpg", "assets/hero.png"),
        ("assets/Hero.png", "assets/hero.png"),
        ("assets/heros.png", "assets/hero.png"),
        ("asets/hero.png", "assets/hero.png"),
        ("hero.png", None),
        ("assets/villain.png", None),
    ],
)
def test_of_a_wrong_reference_it_is_said_what_is_there(written: str, there: str | None) -> None:
    with pytest.raises(ScenesError) as caught:
        read_one(f"references: ['{written}']")
    said = f"is not a file; {f'there is {there!r}; ' if there else ''}write its path from the project's folder"
    assert str(caught.value).endswith(said)


@pytest.mark.parametrize(
    "there",
    [
        *("planning/scenes.yml", "planning/Scenes.yaml", "planning/scene.yaml", "planning/scenes.json"),
        *("planning/scenes.yaml.txt", "Planning/scenes.yaml", "planing/scenes.yaml", "scenes.yaml", "scenes.yml"),
    ],
)
def test_of_a_missing_file_it_is_said_what_is_there(there: str) -> None:
    if not there.startswith("planning/"):
        FILE.parent.rmdir()
    Path(there).parent.mkdir(exist_ok=True)
    Path(there).write_text(with_id("1"), encoding="utf-8")
    with pytest.raises(ScenesError) as caught:
        read_scenes(FILE)
    assert str(caught.value) == (
        f"planning/scenes.yaml: there is no such file, but there is {there}; rename or move it, or check the name"
    )


@pytest.mark.parametrize("there", ["planning/scenes.yaml.bak", "planning/scenes.yaml~", "planning/notes.yaml"])
def test_a_backup_is_not_what_was_meant(there: str) -> None:
    Path(there).write_text(with_id("1"), encoding="utf-8")
    with pytest.raises(ScenesError, match="there is no such file; check the name, or write the file"):
        read_scenes(FILE)


def test_a_scenes_file_is_found_however_its_letters_are_composed() -> None:
    Path("fo\u0308to.yaml").write_text(with_id("1"), encoding="utf-8")
    assert read_scenes(Path("f\xf6to.yaml"))


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())
def test_a_mistake_is_answered_with_its_place_and_what_to_write(bad: Bad) -> None:
    with pytest.raises(ScenesError) as caught:
        read(bad.content)
    assert str(caught.value) == f"planning/scenes.yaml:{bad.message}"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".env", "is hidden; copy the picture to where it shows in the project"),
        (".secret.png", "is hidden;"),
        ("frames/.novaclips/originals/ab/x.png", "is hidden;"),
        ("assets/../.git/x.png", "is hidden;"),
        ("link-to-hidden.png", "is hidden;"),
        (".link-to-hero.png", "is hidden;"),
        ("planning/scenes.yaml", "is no picture, whatever its name; name a PNG, JPEG or WebP file"),
        ("assets/keys.png", "is no picture, whatever its name;"),
        ("assets/empty.png", "is no picture, whatever its name;"),
        ("assets/page.webp", "is no picture, whatever its name;"),
        ("assets/vector.svg", "is no picture, whatever its name;"),
        ("assets/pipe.png", "is not a file;"),
    ],
)
def test_a_reference_is_a_picture_by_its_bytes_that_everybody_sees(name: str, said: str) -> None:
    for folder in ("frames/.novaclips/originals/ab", ".git"):
        Path(folder).mkdir(parents=True)
        Path(folder, "x.png").write_bytes(PNG)
    Path(".env").write_text("OPENAI_API_KEY=sk-1", encoding="utf-8")
    Path(".secret.png").write_bytes(PNG)
    Path("link-to-hidden.png").symlink_to(".secret.png")
    Path(".link-to-hero.png").symlink_to("assets/hero.png")
    Path("assets/keys.png").write_text("OPENAI_API_KEY=sk-1", encoding="utf-8")
    Path("assets/empty.png").touch()
    Path("assets/page.webp").write_bytes(b"RIFF<html>WEBQ")
    Path("assets/vector.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    os.mkfifo("assets/pipe.png")
    with pytest.raises(ScenesError, match=f"reference '{re.escape(name)}' {re.escape(said)}"):
        read_one(f"references: ['{name}']")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "TIFF", "AVIF"])
def test_every_kind_of_picture_may_be_a_reference(kind: str) -> None:
    Image.new("RGB", (64, 64), "teal").save("assets/any.name", kind)
    assert read_one("references: assets/any.name").references


def test_a_hidden_folder_around_the_project_hides_nothing_in_it(tmp_path: Path) -> None:
    project = tmp_path / ".work" / "film"
    project.mkdir(parents=True)
    (project / "a.png").write_bytes(PNG)
    FILE.write_text(f"- {{id: 1, visual: {{prompt: A river, references: ['{project / 'a.png'}']}}}}", encoding="utf-8")
    assert read_scenes(FILE, project)[0].references


@pytest.mark.parametrize("target", ["/etc/hostname", "loop.png"], ids=["outside", "loop"])
def test_a_reference_through_a_link_must_stay_inside(target: str) -> None:
    Path("loop.png").symlink_to(target)
    with pytest.raises(ScenesError, match=r"^planning/scenes\.yaml:1:.*reference 'loop\.png' (lies outside|is not a)"):
        read_one("references: [loop.png]")


def test_the_mistakes_of_all_scenes_come_at_once_in_the_order_of_the_file() -> None:
    with pytest.raises(ScenesError) as caught:
        read(with_prompt("1") + "  title: [a]\n" + with_id("x") + with_id("1"))
    places = [line.split(": ")[0].removeprefix(f"{FILE}:") for line in str(caught.value).splitlines()]
    assert places == ["3:13", "4:10", "5:7", "7:7"]


def test_after_ten_mistakes_the_rest_is_counted() -> None:
    with pytest.raises(ScenesError) as caught:
        read("".join(with_id("x") for _ in range(13)))
    lines = str(caught.value).splitlines()
    assert len(lines) == 11
    assert lines[0] == 'planning/scenes.yaml:1:7: id must be a whole number, as in id: 1; "x" is not'
    assert lines[-1] == "and 3 more"


def test_a_missing_file_is_a_scenes_error() -> None:
    with pytest.raises(ScenesError, match=r"^film\.yaml: there is no such file; check the name, or write the file$"):
        read_scenes(Path("film.yaml"))


def test_ten_thousand_scenes_load() -> None:
    entry = "- id: {0}\n  title: T {0}\n  narration: N\n  mood: calm\n  visual:\n    type: a\n    prompt: P {0}\n"
    scenes = read("".join(entry.format(number) for number in range(10_000)))
    assert len(scenes) == 10_000
    assert scenes[-1] == Scene(id=9999, title="T 9999", narration="N", visual_type="a", prompt="P 9999", line=69_994)


WORDS = st.sampled_from(["scenes", "id", "title", "visual", "prompt", "type", "style", "seed", "references", "options"])
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates()
DATA: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(WORDS | st.text(), inner), max_leaves=30
)
SCENES = st.lists(
    st.fixed_dictionaries(
        {"id": st.integers(0, 30) | LEAVES, "visual": st.dictionaries(WORDS, LEAVES | DATA)},
        optional={"title": LEAVES, "narration": DATA},
    )
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(DATA | SCENES)
def test_whatever_safe_dump_writes_is_scenes_or_a_config_error(data: object) -> None:
    try:
        scenes = read(yaml.safe_dump(data, allow_unicode=True))
    except ConfigError as exc:
        assert str(exc).startswith("planning/scenes.yaml")  # noqa: PT017 - either outcome is right
    else:
        assert all(scene.prompt.strip() for scene in scenes)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary() | st.text().map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_random_bytes_are_a_config_error_at_worst(content: bytes) -> None:
    try:
        read(content)
    except ConfigError:
        return
