"""scenes.yaml -> Scene: good files in many spellings, and what each mistake is answered."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from novaclips.errors import ConfigError, ScenesError
from novaclips.visuals.image_generator.models import Scene
from novaclips.visuals.image_generator.scenes import project_of, read_scenes

FILE = Path("planning/scenes.yaml")
EXAMPLE = "- {id: 1, visual: {prompt: A river}}"
NO_ID = "the scene has no id; write its number, as in id: 1"
NO_PROMPT = "the visual has no prompt; write prompt: A river (a text that starts with # needs quotes)"
NO_VISUAL = "the scene has no visual; write visual: {prompt: A river}"
NO_SCENES = f"the file has no scenes; write for example {EXAMPLE}"
UNDER = "prompt belongs under visual: write visual: {prompt: ...}"
HOME_ASSISTANT = "looks like a Home Assistant scenes.yaml; a novaclips scene has an id and a visual.prompt"


@pytest.fixture(autouse=True)
def _project(_clean_environment: None) -> None:
    FILE.parent.mkdir()
    Path("assets").mkdir()
    Path("assets/hero.png").write_bytes(b"picture")


def read(content: str | bytes) -> tuple[Scene, ...]:
    FILE.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_scenes(FILE)


def read_one(visual: str = "", scene: str = "") -> Scene:
    (found,) = read(f"- {{id: 1, {scene} visual: {{prompt: A river, {visual}}}}}\n")
    return found


def with_id(text: str) -> str:
    return f"- id: {text}\n  visual: {{prompt: A river}}\n"


def with_visual(text: str) -> str:
    return f"- id: 1\n  visual:\n    prompt: A river\n    {text}\n"


def with_prompt(text: str) -> str:
    return f"- id: 1\n  visual:\n    prompt: {text}\n"


FULL = """\
# my film
fps: 24
scenes:
  - id: 1
    title: Where the water goes
    narration: Rain falls.
    mood: calm
    visual:
      type: metaphor
      prompt: A river turning into a cloud above a city
      style: illustration
      provider: replicate
      negative_prompt: text, watermark
      seed: 42
      references: [assets/hero.png]
      options: {quality: high, sizes: [1, 2.5, null, true]}
      camera: wide
"""


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


SAME = {
    "list": "- id: 1\n  visual:\n    prompt: A river\n",
    "mapping": "scenes:\n- id: 1\n  visual: {prompt: A river}\n",
    "other keys around": "a: &p A river\nscenes:\n- id: 1\n  visual: {prompt: *p}\nb: [1]\n",
    "byte order mark": "\ufeff- id: 1\n  visual:\n    prompt: A river\n",
    "windows line ends": "- id: 1\r\n  visual:\r\n    prompt: A river\r\n",
    "nulls": "- {id: 1, title: , narration: ~, visual: {prompt: A river, type: null, style: , provider: ,"
    " negative_prompt: , seed: , references: , options: }}\n",
    "block scalar": "- id: 1\n  visual:\n    prompt: |\n      A river\n",
    "folded": "- id: 1\n  visual:\n    prompt: >\n      A\n      river\n\n",
    "merge": "x: &x {visual: {prompt: A river}}\nscenes:\n- {<<: *x, id: 1}\n",
    "json": json.dumps({"title": "Film", "scenes": [{"id": 1, "visual": {"prompt": "A river"}}]}, indent="\t"),
    "unknown fields beside all known ones": "- id: 1\n  ids: 2\n  visual: {prompt: A river, promt: x, prompt_2: y}\n",
    "number as an unknown field": "- id: 1\n  2: x\n  visual: {prompt: A river}\n",
}


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
    (tmp_path / "other" / "a.png").touch()
    FILE.write_text("- {id: 1, visual: {prompt: A river, references: a.png}}", encoding="utf-8")
    (scene,) = read_scenes(FILE, tmp_path / "other")
    assert scene.references == (tmp_path / "other" / "a.png",)


def test_the_project_is_the_folder_around_planning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert project_of(FILE) == tmp_path
    assert project_of(Path("film.yaml")) == tmp_path
    monkeypatch.chdir("planning")
    assert project_of(Path("scenes.yaml")) == tmp_path


BAD = {
    # id
    "no id": ("- visual: {prompt: A river}\n", f"1:3: {NO_ID}"),
    "null id": (with_id(""), f"1:6: {NO_ID}"),
    "quoted id": (with_id('"01"'), '1:7: id must be a whole number: write 1 instead of "01"'),
    "leading zeros": (with_id("007"), "1:7: id must be a whole number: write 7 instead of 007"),
    "octal id": (with_id("010"), "1:7: id must be a whole number: write 10 instead of 010"),
    "hexadecimal id": (with_id("0x1F"), "1:7: id must be a whole number: write 31 instead of 0x1F"),
    "signed id": (with_id("+1"), "1:7: id must be a whole number: write 1 instead of +1"),
    "float id": (with_id("1.0"), "1:7: id must be a whole number: write 1 instead of 1.0"),
    "half id": (with_id("1.5"), "1:7: id must be a whole number, as in id: 1; 1.5 is not"),
    "name as id": (with_id("intro"), '1:7: id must be a whole number, as in id: 1; "intro" is not'),
    "path as id": (with_id("../x"), '1:7: id must be a whole number, as in id: 1; "../x" is not'),
    "digits of another script": (with_id("١"), '1:7: id must be a whole number, as in id: 1; "١" is not'),
    "true as id": (with_id("true"), "1:7: id must be a whole number, as in id: 1; true is not"),
    "list as id": (with_id("[1]"), "1:7: id must be a whole number, as in id: 1; a list is not"),
    "negative id": (with_id("-1"), "1:7: id must be a whole number from 0 to 999999; -1 is not"),
    "large id": (with_id("1000000"), "1:7: id must be a whole number from 0 to 999999; 1000000 is not"),
    "duplicate id": (
        with_id("1") + with_id("2") + with_id("1"),
        "5:7: id 1 is the scene's in line 1 already; give each scene a number of its own",
    ),
    "merged id": (
        "- &a {id: 1, visual: {prompt: A river}}\n- {<<: *a, title: b}\n",
        "2:3: id 1 is the scene's in line 1 already; give each scene a number of its own",
    ),
    # visual
    "no visual": ("- id: 1\n", f"1:3: {NO_VISUAL}"),
    "null visual": ("- id: 1\n  visual:\n", f"2:10: {NO_VISUAL}"),
    "visual is text": (
        "- id: 1\n  visual: A river\n",
        "2:11: visual holds fields, and this is text; write visual: {prompt: A river}",
    ),
    "visual is a list": (
        "- id: 1\n  visual: [A river]\n",
        "2:11: visual holds fields, and this is a list; write visual: {prompt: A river}",
    ),
    "prompt without visual": ("- id: 1\n  prompt: A river\n", f"2:3: {UNDER}"),
    "prompt beside visual": ("- id: 1\n  visual:\n  prompt: A river\n", f"3:3: {UNDER}"),
    "prompt beside a visual with fields": ("- id: 1\n  visual:\n    type: a\n  prompt: A river\n", f"4:3: {UNDER}"),
    "seed beside the visual": (
        "- id: 1\n  seed: 4\n  visual: {prompt: A river}\n",
        "2:3: seed belongs under visual; move it there, next to the prompt",
    ),
    # prompt
    "no prompt": ("- id: 1\n  visual: {type: a}\n", f"2:11: {NO_PROMPT}"),
    "empty visual": ("- id: 1\n  visual: {}\n", f"2:11: {NO_PROMPT}"),
    "prompt is a comment": (with_prompt("#1 river"), f"3:12: {NO_PROMPT}"),
    "blank prompt": (with_prompt("'  '"), "3:13: the prompt is blank; write what to draw"),
    "number as prompt": (
        with_prompt("1984"),
        '3:13: prompt must be text, and this is a number; put quotes around it: "1984"',
    ),
    "true as prompt": (
        with_prompt("true"),
        '3:13: prompt must be text, and this is yes or no; put quotes around it: "true"',
    ),
    "list as prompt": (
        with_prompt("[red, river]"),
        "3:13: prompt must be text, and this is a list; put quotes around the whole text",
    ),
    "mapping as prompt": (
        with_prompt("{red}"),
        "3:13: prompt must be text, and this is a mapping; put quotes around the whole text",
    ),
    "long prompt": (with_prompt("x" * 32_001), "3:13: the prompt has 32,001 characters; write at most 32,000"),
    "bell in a prompt": (with_prompt('"a\\a"'), "3:13: prompt holds the control character U+0007; take it out"),
    "comma in braces": (
        "- {id: 1, visual: {prompt: A river, at night}}\n",
        "1:45: 'at night' is cut off by the comma before it; put quotes around the whole text",
    ),
    "colon in a prompt": (
        with_prompt("Close-up: a river"),
        "3:21: a colon followed by a space needs quotes around the text",
    ),
    # slips of the pen
    "promt": ("- id: 1\n  visual: {promt: A}\n", "2:12: unknown field 'promt'; did you mean 'prompt'?"),
    "Prompt": ("- id: 1\n  visual: {Prompt: A}\n", "2:12: unknown field 'Prompt'; did you mean 'prompt'?"),
    "visuals": ("- id: 1\n  visuals: {prompt: A}\n", "2:3: unknown field 'visuals'; did you mean 'visual'?"),
    "ID": ("- ID: 1\n  visual: {prompt: A}\n", "1:3: unknown field 'ID'; did you mean 'id'?"),
    "negative-prompt": (
        with_visual("negative-prompt: text"),
        "4:5: unknown field 'negative-prompt'; did you mean 'negative_prompt'?",
    ),
    "Scenes": ("Scenes: []\n", "1:1: unknown field 'Scenes'; did you mean 'scenes'?"),
    # the other fields of a visual
    "signs in type": (with_visual("type: a/b"), "4:11: type 'a/b' must be made of letters, digits and hyphens"),
    "number as type": (
        with_visual("type: 3"),
        '4:11: type must be text, and this is a number; put quotes around it: "3"',
    ),
    "list as title": (
        "- id: 1\n  title: [a]\n  visual: {prompt: A river}\n",
        "2:10: title must be text, and this is a list; put quotes around the whole text",
    ),
    "number as style": (
        with_visual("style: 1920"),
        '4:12: style must be text, and this is a number; put quotes around it: "1920"',
    ),
    "blank style": (
        with_visual("style: ''"),
        "4:12: style must be a name on one line; write it, or take the field out",
    ),
    "provider on two lines": (
        with_visual('provider: "a\\nb"'),
        "4:15: provider must be a name on one line; write it, or take the field out",
    ),
    "text as seed": (with_visual("seed: '42'"), '4:11: seed must be a whole number: write 42 instead of "42"'),
    "negative seed": (
        with_visual("seed: -1"),
        "4:11: seed must be a whole number from 0 to 9223372036854775807; -1 is not",
    ),
    "large seed": (
        with_visual("seed: 9223372036854775808"),
        "4:11: seed must be a whole number from 0 to 9223372036854775807; 9223372036854775808 is not",
    ),
    "options are a list": (
        with_visual("options: [high]"),
        "4:14: options hold fields, and this is a list; write options: {quality: high}",
    ),
    "reference that is not there": (
        with_visual("references: [assets/hero.png, assets/no.png]"),
        "4:35: reference 'assets/no.png' is not a file; write its path from the project's folder",
    ),
    "reference to a folder": (
        with_visual("references: assets"),
        "4:17: reference 'assets' is not a file; write its path from the project's folder",
    ),
    "reference outside": (
        with_visual("references: [../hero.png]"),
        "4:18: reference '../hero.png' lies outside the project; copy the picture into the project",
    ),
    "absolute reference outside": (
        with_visual("references: [/etc/passwd]"),
        "4:18: reference '/etc/passwd' lies outside the project; copy the picture into the project",
    ),
    "reference on the web": (
        with_visual("references: ['https://example.org/a.png']"),
        "4:18: reference 'https://example.org/a.png' is a web address; save the picture in the project",
    ),
    "reference with a nul": (
        with_visual('references: ["a\\0"]'),
        "4:18: reference 'a\\x00' is not a usable path; write it from the project's folder",
    ),
    "reference is a mapping": (
        with_visual("references: [{path: a.png}]"),
        "4:18: a reference is the path of a picture, and this is a mapping",
    ),
    "reference is null": (
        with_visual("references: [~]"),
        "4:18: a reference is the path of a picture, and this is nothing",
    ),
    # the file
    "entry is text": (
        "- A river\n",
        f"1:3: a scene has an id and a visual, and this is text; write {EXAMPLE}",
    ),
    "entry is null": ("-\n", f"1:2: a scene has an id and a visual, and this is nothing; write {EXAMPLE}"),
    "no list": (
        "title: Film\n",
        f"1:1: the list of scenes is missing; write 'scenes:' and below it {EXAMPLE}",
    ),
    "empty list": ("[]\n", f"1:1: {NO_SCENES}"),
    "empty list under scenes": ("scenes: []\n", f"1:9: {NO_SCENES}"),
    "null under scenes": ("scenes:\n", f"1:8: {NO_SCENES}"),
    "null file": ("~\n", f"1:1: {NO_SCENES}"),
    "mapping under scenes": (
        "scenes: {1: a}\n",
        f"1:9: the scenes must be a list, not a mapping; start each with '- ': {EXAMPLE}",
    ),
    "text": ("A river\n", f"1:1: the scenes must be a list, not text; start each with '- ': {EXAMPLE}"),
    "home assistant": (
        "- id: '1700000000'\n  name: Romantic\n  entities:\n    light.tv: {state: on}\n- name: Day\n  entities: {}\n",
        f"1:3: {HOME_ASSISTANT}: {EXAMPLE}",
    ),
    "empty file": ("# soon\n", f" the file is empty; write for example {EXAMPLE}"),
    "not utf-8": (b"- id: 1\n  title: caf\xe9\n", "2: the byte 0xe9 is not UTF-8; save it as UTF-8"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_a_mistake_is_answered_with_its_place_and_what_to_write(content: str | bytes, message: str) -> None:
    with pytest.raises(ScenesError) as caught:
        read(content)
    assert str(caught.value) == f"planning/scenes.yaml:{message}"


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
