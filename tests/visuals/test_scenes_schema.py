"""The JSON Schema of scenes.yaml, which editors use, says what the reader says, as far as a schema can see."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from novaclips.errors import ConfigError, ScenesError
from novaclips.located_yaml import load, plain
from novaclips.visuals.image_generator import scenes as reader
from visuals.scene_files import BAD, FULL, SAME, Bad

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "docs/reference/scenes.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
EXAMPLES = sorted((ROOT / "examples").glob("*/planning/scenes.yaml"))
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "plugins").glob("*/README.md")),
    *sorted((ROOT / "examples").rglob("README.md")),
]
FILE = Path("scenes.yaml")


@pytest.fixture(autouse=True)
def _picture(_clean_environment: None) -> None:
    Path("assets").mkdir()
    Path("assets/hero.png").write_bytes(b"\x89PNG\r\n\x1a\n, a picture by its first bytes")


def values_of(content: str | bytes) -> Any:
    """Read a file as an editor does: its values, without their places and spellings."""
    FILE.write_bytes(content.encode() if isinstance(content, str) else content)
    return plain(load(FILE))


def scenes_on_pages() -> Iterator[tuple[str, str]]:
    """Find the blocks of documentation that are a scenes.yaml."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for block in re.findall(r"^```yaml[^\n]*\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
            if re.search(r"^(scenes:|- +id:|- *\{ *id:)", block, re.MULTILINE):
                yield f"{page.relative_to(ROOT)}:{text[: text.index(block)].count(chr(10)) + 1}", block


BLOCKS = dict(scenes_on_pages())


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parts[-3])
def test_the_schema_accepts_the_examples(path: Path) -> None:
    VALIDATOR.validate(plain(load(path)))


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS.keys())
def test_the_schema_accepts_what_the_pages_show(block: str) -> None:
    VALIDATOR.validate(values_of(block))


def test_blocks_of_pages_are_found() -> None:
    assert {name.partition(":")[0] for name in BLOCKS} >= {"README.md", "docs/reference/scenes.md"}


@pytest.mark.parametrize("content", [FULL, *SAME.values()], ids=["full", *SAME])
def test_the_schema_accepts_every_spelling(content: str) -> None:
    VALIDATOR.validate(values_of(content))


@pytest.mark.parametrize("bad", [bad for bad in BAD.values() if bad.shape], ids=[n for n in BAD if BAD[n].shape])
def test_the_schema_rejects_what_is_bad_in_shape(bad: Bad) -> None:
    assert not VALIDATOR.is_valid(values_of(bad.content))


@pytest.mark.parametrize(
    "bad", [bad for bad in BAD.values() if not bad.shape], ids=[n for n in BAD if not BAD[n].shape]
)
def test_the_schema_does_not_see_what_is_bad_otherwise(bad: Bad) -> None:
    try:
        values = values_of(bad.content)
    except ConfigError:
        return  # not even YAML: there is nothing to look at
    VALIDATOR.validate(values)


def test_the_page_names_the_schema_as_editors_want_it() -> None:
    page = (ROOT / "docs/reference/scenes.md").read_text(encoding="utf-8")
    modelines = re.findall(r"^# yaml-language-server: \$schema=(\S+)$", page, re.MULTILINE)
    (editor,) = (json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    ((path, scenes),) = editor["yaml.schemas"].items()
    assert modelines == [Path(path).name] == ["scenes.schema.json"]
    assert scenes == "planning/scenes.yaml"


def test_the_examples_carry_no_modeline() -> None:
    assert [path for path in EXAMPLES if "yaml-language-server" in path.read_text(encoding="utf-8")] == []


def fields_of(name: str) -> dict[str, Any]:
    return SCHEMA["$defs"][name]["properties"]


def test_the_schema_has_the_fields_of_the_reader_and_tells_what_each_is_for() -> None:
    assert tuple(fields_of("scene")) == reader.SCENE_FIELDS
    assert sorted(fields_of("visual")) == sorted(reader.VISUAL_FIELDS)
    for field in (*fields_of("scene").values(), *fields_of("visual").values(), *SCHEMA["$defs"].values()):
        target = SCHEMA["$defs"][field["$ref"].rpartition("/")[2]] if "$ref" in field else {}
        assert "description" in field | target or field in SCHEMA["$defs"].values()


def test_the_schema_has_the_bounds_of_the_reader() -> None:
    assert fields_of("scene")["id"]["maximum"] == reader.MAX_ID
    assert fields_of("visual")["seed"]["maximum"] == reader.MAX_SEED


@pytest.mark.parametrize("around", ["", " ", "\n", " \n\n"], ids=["nothing", "space", "line break", "blank lines"])
@pytest.mark.parametrize("letter", ["x", "🌊", "x\n", "x\r\n"], ids=["latin", "emoji", "lines", "lines of Windows"])
def test_a_prompt_is_as_long_as_it_is_without_the_space_around_it(letter: str, around: str) -> None:
    units = re.findall(r"\r\n|.", letter, re.DOTALL) * reader.MAX_PROMPT
    longest = "".join(units[: reader.MAX_PROMPT - 1]) + "."
    for prompt, fits in ((longest, True), (f"{longest}.", False)):
        document = [{"id": 1, "visual": {"prompt": around + prompt + around}}]
        assert (VALIDATOR.is_valid(document), is_read(document)) == (fits, fits)


def test_the_examples_in_the_schema_are_right() -> None:
    for name, field in fields_of("visual").items():
        for example in field["examples"]:
            VALIDATOR.validate([{"id": 1, "visual": {"prompt": "A river", name: example}}])


# The two against each other.

# What a schema cannot see; the documents below have no misspelt names and no numbers with a point and nothing behind.
OTHER = re.compile(r"is the scene's in line|is not a file|lies outside the project|is not a usable path")

VALUES = [
    *(None, True, -1, 0, 0.5, 42, 1_000_000, reader.MAX_SEED, reader.MAX_SEED + 1),
    *("", " ", "A river", " close up ", "--", "a/b", "two\nlines", "bell\a", "\x7f", "🌊"),
    *("lines\r\nof Windows", "\r", "a\rb", "\x9b31m", "\x85", "\u202egnp", {"a": ["\x9b"]}, {"\x1b": 1}),
    *("x" * 64, "x" * 65, "x" * 200, "x" * 201, " " * 70 + "x"),
    *("assets/hero.png", "https://example.org/a.png", ["https://example.org/a.png"]),
    *([], ["assets/hero.png"], [None], [7], {}, {"quality": "high"}),
]
TEXTS = st.text(max_size=8) | st.sampled_from([value for value in VALUES if isinstance(value, str)])
NAMES = st.text("abc/-", min_size=1, max_size=8).map(lambda text: f"n{text}")
PLAIN = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.sampled_from("\t\r\n"), max_size=8)
OPTIONS = st.recursive(st.none() | st.booleans() | st.integers(-9, 9) | PLAIN, st.lists, max_leaves=4)
TITLES = st.none() | st.sampled_from(["Where the water goes", "Река", "1984", 1984, 2.5, True, "many\nlines\n"])
GOOD_VISUAL = st.fixed_dictionaries(
    {"prompt": st.sampled_from(["A river", "Река 🌊", "  A\nriver\n"])},
    optional={
        "type": st.none() | st.sampled_from(["", "metaphor", "Close up", "चित्र", "split_screen", " - a "]),
        "style": st.none() | NAMES,
        "provider": st.none() | NAMES,
        "negative_prompt": st.none() | st.sampled_from(["", "text, watermark", "текст"]),
        "seed": st.none() | st.integers(0, reader.MAX_SEED),
        "references": st.sampled_from([None, "assets/hero.png", [], ["assets/hero.png"] * 2]),
        "options": st.none() | st.dictionaries(PLAIN, OPTIONS, max_size=2),
        "camera": OPTIONS,
    },
)
GOOD_SCENE = st.fixed_dictionaries(
    {"id": st.integers(0, reader.MAX_ID), "visual": GOOD_VISUAL},
    optional={"title": TITLES, "narration": TITLES, "mood": OPTIONS},
)
GOOD_SCENES = st.lists(GOOD_SCENE, min_size=1, max_size=3, unique_by=lambda scene: scene["id"])
GOOD = GOOD_SCENES | GOOD_SCENES.map(lambda scenes: {"fps": 24, "scenes": scenes})

ANYTHING = st.recursive(
    st.sampled_from(VALUES) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(NAMES, inner, max_size=2),
    max_leaves=4,
)
FIELDS = ("scenes", *reader.SCENE_FIELDS, *reader.VISUAL_FIELDS)


def places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every value of a document."""
    yield way
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in inner:
        yield from places(item, (*way, key))


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """Change a good document in a place or two: a value replaced, taken out, or a field put in."""
    box = [copy.deepcopy(draw(GOOD))]
    for _ in range(draw(st.integers(1, 2))):
        *way, last = draw(st.sampled_from(list(places(box[0], (0,)))))
        holder: Any = box
        for key in way:
            holder = holder[key]
        what = draw(st.sampled_from(["replace", "remove", "add"]))
        if what == "add" and isinstance(holder[last], dict):
            holder[last][draw(st.sampled_from(FIELDS))] = draw(ANYTHING)
        elif what == "remove" and way:
            del holder[last]
        else:
            holder[last] = draw(ANYTHING)
    return box[0]


def is_read(document: Any) -> bool:
    """Say whether the reader takes a document, or finds only faults that a schema cannot see."""
    # Where JSON lets DEL stand, YAML does not.
    FILE.write_text(json.dumps(document).replace("\x7f", "\\u007f"), encoding="utf-8")
    try:
        reader.read_scenes(FILE)
    except ScenesError as exc:
        return all(OTHER.search(line) for line in str(exc).splitlines())
    return True


CHANCE = settings(suppress_health_check=list(HealthCheck), deadline=None, derandomize=True, max_examples=200)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("place", ["scene", "visual"])
def test_every_value_of_every_field_is_accepted_just_where_it_is_read(place: str, field: str) -> None:
    differ = []
    for value in VALUES:
        visual = {"prompt": "A river"}
        scene = {"id": 1, "visual": visual}
        {"scene": scene, "visual": visual}[place][field] = copy.deepcopy(value)
        if VALIDATOR.is_valid([scene]) != is_read([scene]):
            differ.append(value)
    assert differ == []


@CHANCE
@given(GOOD)
def test_what_is_good_is_accepted_and_read(document: Any) -> None:
    VALIDATOR.validate(document)
    assert is_read(document)


@CHANCE
@given(mutated() | ANYTHING)
def test_what_is_changed_is_accepted_just_where_it_is_read(document: Any) -> None:
    assert VALIDATOR.is_valid(document) == is_read(document)
