"""A card shows what its prompt names, in English and in Russian, and a neutral ground for all else."""

import io
import time
from dataclasses import replace

import pytest
from PIL import Image

from novaclips.builtin.storyboard import motifs, vocabulary
from novaclips.builtin.storyboard.canvas import Canvas
from novaclips.builtin.storyboard.compositions import COMPOSITIONS, closeups, pages, scenic
from novaclips.builtin.storyboard.compositions.closeups import CLOSE_UPS
from novaclips.builtin.storyboard.copy import reading_time
from novaclips.builtin.storyboard.cues import PEOPLE, Cues, found, meant
from novaclips.builtin.storyboard.dice import Dice
from novaclips.builtin.storyboard.kinds import kind_of
from novaclips.builtin.storyboard.motifs import MOTIFS
from novaclips.builtin.storyboard.palette import choose
from novaclips.builtin.storyboard.provider import StoryboardProvider
from novaclips.builtin.storyboard.stage import Stage
from novaclips.builtin.storyboard.subjects import SUBJECTS
from novaclips.plugin import ImageRequest

NAMES_NOTHING = (
    "An anglerfish in the deep",
    "A traffic jam",
    "A creamy risotto",
    "A game of chess",
    "A volcano erupting",
    "A DNA double helix",
    "A courtroom",
    "A football match",
    "A cat on a sofa",
    "A wedding cake",
    "A microscope",
    "A market hall",
    "A server rack",
    "A glass of water",
    "A red apple",
    "an abstract idea",
    "seamless homework starter",
    "A treehouse, a boathouse and a birdhouse",
    "rocketry, boatswain, seaweed, cityscapers",
    "a family tree as a decision tree",
    "a movie star's clock face at eye level",
    "shallow depth of field, lens flare, 85mm lens",
    "sea bass with rocket salad",
    "The playing field is level",
    "negative space, white space, copy space",
    "golden retriever with dark fur",
    "Морской удильщик",
    "Автомобильная пробка",
    "Ризотто крупно",
    "Шахматы",
    "Вулкан",
    "Спираль ДНК",
    "Зал суда",
    "Футбольный матч",
    "Кошка на диване",
    "Свадебный торт",
    "Микроскоп",
    "Рынок",
    "лесть, горе, морока, домой, ракетка, судьба, речь",
)
TYPES = (*COMPOSITIONS, "hologram", "wide shot", "")
SPOKEN = {
    "place": {
        "city": ("A city", "the cities", "В городе", "городская окраина"),
        "street": ("a street", "avenues", "на улице"),
        "forest": ("a forest", "A cabin in the woods", "Хижина в лесу", "лесная тропа"),
        "sea": ("the sea", "oceans", "A beach", "у моря", "морской берег", "озёра"),
        "river": ("a river", "two rivers", "за рекой", "реки"),
        "mountain": ("mountains", "на горе", "Горы", "горный хребет"),
        "hills": ("rolling hills", "на холме"),
        "desert": ("a desert", "дюны", "в пустыне"),
        "planet": ("a planet", "планеты"),
        "space": ("in outer space", "в космосе", "галактика"),
        "gallery": ("a museum", "galleries", "в музее"),
        "room": ("an empty room", "in the corridor", "в комнате"),
        "field": ("a field", "meadows", "в поле", "луга"),
    },
    "subjects": {
        "person": ("a man", "A barista pours milk", "Пожилая женщина-астроном", "Бариста наливает молоко"),
        "people": ("people", "three hikers", "Люди на мосту", "дети"),
        "crowd": ("a crowd", "толпа"),
        "tree": ("an old oak", "trees", "дерево", "деревья"),
        "conifer": ("a pine", "fir trees", "сосна"),
        "boat": ("a fishing boat", "boats", "лодка", "лодок"),
        "sailboat": ("a sailboat", "sailing boats", "яхты"),
        "house": ("a house", "Cabins", "дом", "хижина", "изба"),
        "bird": ("birds", "seagulls", "птица", "чайки"),
        "balloon": ("a hot-air balloon", "воздушный шар"),
        "rocket": ("a rocket", "ракеты"),
    },
    "thing": {
        "leaf": ("one yellow leaf", "autumn leaves", "жёлтый лист"),
        "bloom": ("a flower", "sunflowers", "цветок", "ромашки"),
        "cup": ("a cup", "mugs", "чашка чая", "кружки"),
        "lens": ("a camera lens", "объектив камеры"),
        "drop": ("a raindrop", "droplets", "капля"),
        "eye": ("an eye", "her eyes", "глаза"),
        "face": ("the face of a man", "лицо"),
    },
    "skies": {
        "sun": ("the sun", "sunset", "солнце", "на закате"),
        "moon": ("a moonlit road", "луна"),
        "stars": ("stars", "Milky Way", "звёзды"),
    },
    "weather": {
        "rain": ("in the rain", "дождь"),
        "snow": ("snowy", "на снегу"),
        "snowfall": ("a blizzard", "снегопад"),
        "fog": ("a foggy morning", "в тумане"),
    },
    "framing": {
        "close": ("a close-up", "крупным планом"),
        "overhead": ("top-down", "bird’s-eye view", "вид сверху"),
        "low": ("low angle", "вид снизу"),
        "wide": ("an establishing shot", "панорама"),
    },
    "light": {"night": ("at night", "ночью"), "dusk": ("at dusk", "вечером")},
}
SAID = [(kind, name, prompt) for kind, names in SPOKEN.items() for name, all_ in names.items() for prompt in all_]
DENIALS = (
    ("a beach without people", "sea", ()),
    ("a beach, no boats", "sea", ()),
    ("no boats, birds or people on a lake", "sea", ()),
    ("without boats, without people, the sea", "sea", ()),
    ("a forest free of houses and people", "forest", ()),
    ("a boat instead of a house", "", ("boat",)),
    ("not in the city but in the forest", "forest", ()),
    ("never a second man", "", ()),
    ("There aren't any birds over the field", "field", ()),
    ("not only a boat but a house", "", ("boat", "house")),
    ("not far from the sea", "sea", ()),
    ("no boats. A house stands there", "", ("house",)),
    ("there is nobody in the room", "room", ()),
    ("the boats are gone from the lake", "sea", ()),
    ("a road without trees, houses, or people", "", ()),
    ("a street without cars, people and trees", "street", ()),
    ("no people, a lake and a house", "sea", ("house",)),
    ("Берег моря без лодок", "sea", ()),
    ("Улица без машин, людей и деревьев", "street", ()),
    ("людей нет в городе", "city", ()),
    ("дом не виден в тумане", "", ()),
    ("ни лодок, ни птиц, только море", "sea", ()),
    ("нет людей, пустой город", "city", ()),
    ("людей нет, пустой город", "city", ()),
    ("лодок не видно на озере", "sea", ()),
    ("не в городе, а в лесу", "forest", ()),
)


@pytest.fixture(scope="module")
def provider():
    return StoryboardProvider(font_folders=())


@pytest.fixture
def drawn(monkeypatch):
    """The names of all places, subjects and things that compositions draw, as they draw them."""
    seen = []

    def watched(table):
        def watch(name, draw):
            return lambda *given, **named: (seen.append(name), draw(*given, **named))[1]

        return {name: watch(name, draw) for name, draw in table.items()}

    monkeypatch.setattr(motifs, "MOTIFS", watched(MOTIFS))
    monkeypatch.setattr(scenic, "SUBJECTS", watched(SUBJECTS))
    monkeypatch.setattr(closeups, "SUBJECTS", watched(SUBJECTS))
    monkeypatch.setattr(closeups, "CLOSE_UPS", watched(CLOSE_UPS))
    for module in (scenic, closeups):
        monkeypatch.setattr(module, "bust", lambda *_: seen.append("person"))
    monkeypatch.setattr(pages, "route", lambda *_, **__: seen.append("route"))
    return seen


@pytest.mark.parametrize("prompt", NAMES_NOTHING)
def test_a_prompt_that_names_nothing_known_has_no_subject(prompt):
    cues = Cues.read(prompt)
    assert (cues.place, cues.also, cues.subjects, cues.thing, cues.skies, cues.weather) == ("", "", (), "", (), "")


@pytest.mark.parametrize("visual_type", TYPES)
def test_no_composition_draws_what_the_prompt_does_not_name(provider, drawn, visual_type):
    for prompt in NAMES_NOTHING:
        provider.generate(ImageRequest(1, prompt, visual_type, "96x64", scene_prompt=prompt))
    assert drawn == []


@pytest.mark.parametrize("visual_type", TYPES)
def test_whatever_a_composition_draws_is_named(provider, drawn, visual_type):
    for kind in ("place", "subjects", "thing"):
        for name, prompts in SPOKEN[kind].items():
            drawn.clear()
            provider.generate(ImageRequest(1, prompts[0], visual_type, "96x64", scene_prompt=prompts[0]))
            named = Cues.read(prompts[0])
            allowed = {named.place, named.thing, *named.subjects, *(["person"] if named.people else [])}
            assert set(drawn) <= allowed, name


@pytest.mark.parametrize(("kind", "name", "prompt"), SAID, ids=[f"{name}-{prompt}" for _, name, prompt in SAID])
def test_what_is_known_is_found_where_it_is_named(kind, name, prompt):
    said = getattr(Cues.read(prompt), kind)
    assert name == said or name in said


@pytest.mark.parametrize("name", [*SPOKEN["place"], *SPOKEN["subjects"]])
def test_what_is_named_is_drawn(provider, drawn, name):
    prompts = (SPOKEN["place"] | SPOKEN["subjects"])[name]
    for prompt in (prompts[0], prompts[-1]):
        drawn.clear()
        provider.generate(ImageRequest(1, prompt, "", "96x64", scene_prompt=prompt))
        assert ("person" if name in PEOPLE else name) in drawn


@pytest.mark.parametrize("name", CLOSE_UPS)
def test_a_close_up_draws_the_thing_that_is_named(provider, drawn, name):
    for prompt in SPOKEN["thing"][name]:
        drawn.clear()
        provider.generate(ImageRequest(1, prompt, "close-up", "96x64", scene_prompt=prompt))
        assert drawn == [name]


def test_the_tests_know_every_word_table_and_every_drawing():
    assert set(SPOKEN["place"]) == set(vocabulary.PLACES) == set(MOTIFS)
    assert set(SPOKEN["subjects"]) == set(vocabulary.SUBJECTS) == (set(SUBJECTS) | PEOPLE) - {"pair"}
    assert set(SPOKEN["thing"]) == set(vocabulary.THINGS) == set(CLOSE_UPS)
    assert set(SPOKEN["weather"]) == set(vocabulary.WEATHERS)
    assert set(SPOKEN["skies"]) == set(vocabulary.SKIES)


@pytest.mark.parametrize(("prompt", "place", "subjects"), DENIALS, ids=[prompt for prompt, _, _ in DENIALS])
def test_what_is_denied_is_not_named(prompt, place, subjects):
    cues = Cues.read(prompt)
    assert (cues.place, cues.subjects) == (place, subjects)


@pytest.mark.parametrize("denied", ["no {}", "without any {}", "free of {}", "{} нет", "без {}", "ни {}"])
def test_a_denied_word_names_nothing_whatever_it_is(denied):
    for kind in ("place", "subjects", "thing"):
        for prompts in SPOKEN[kind].values():
            word = prompts[0].lower().removeprefix("in ").removeprefix("a ")
            if len(word.split()) == 1:
                cues = Cues.read(denied.format(word))
                assert (cues.place, cues.subjects, cues.thing) == ("", (), ""), word


def test_what_the_negative_prompt_lists_is_not_drawn():
    assert Cues.read("People at a lake", negative="text, people").subjects == ()
    assert Cues.read("People at a lake", negative="text, people").place == "sea"
    assert Cues.read("The face of a man", negative="deformed face, bad eyes").thing == "face"


@pytest.mark.parametrize(
    ("prompt", "cues"),
    [
        ("A river turning into a cloud above a city", ("river", "city", ())),
        ("Two men in a hotel corridor", ("room", "", ("pair",))),
        ("A woman and her house by the river", ("river", "", ("person", "house"))),
        ("A couple of apples", ("", "", ())),
        ("A pair of shoes before three hikers", ("", "", ("people",))),
        ("An elderly couple", ("", "", ("pair",))),
        ("A house, and people before it", ("", "", ("house", "people"))),
        ("Ночной город, люди на улице", ("city", "street", ("people",))),
    ],
)
def test_places_and_subjects_come_in_the_order_of_the_words(prompt, cues):
    read = Cues.read(prompt)
    assert (read.place, read.also, read.subjects) == cues


def test_the_sides_of_a_comparison_are_those_that_the_prompt_names():
    assert Cues.read("On the left, a forest; on the right, a street").sides == ("forest", "street")
    assert Cues.read("Слева город, справа горы").sides == ("city", "mountain")
    assert Cues.read("On the left a cat; on the right a city").sides == ("", "city")
    assert Cues.read("A forest before and after").sides == ("forest", "forest")


def test_a_visual_type_that_names_people_names_them():
    assert Cues.read("Marie at her bench", visual_type="person").people == "person"
    assert Cues.read("An anglerfish", visual_type="portrait").people == ""


def test_two_unrelated_prompts_share_no_picture(provider):
    pictures = {
        Image.open(io.BytesIO(provider.generate(ImageRequest(1, prompt, "", "320x180", scene_prompt=prompt)).data))
        .crop((0, 0, 190, 180))
        .tobytes()
        for prompt in NAMES_NOTHING
    }
    assert len(pictures) == len(NAMES_NOTHING)


def test_a_process_and_a_timeline_are_two_drawings():
    arts = []
    for name in ("process", "timeline"):
        # equal throws: what differs is the composition
        dice, cues, canvas = Dice("one"), Cues.read("How bread is made"), Canvas(190, 180)
        COMPOSITIONS[name](Stage.set_up(canvas, choose((), "", cues, dice), dice, cues))
        arts.append(canvas.finished().tobytes())
    assert (kind_of("процесс"), kind_of("хронология")) == ("process", "timeline")
    assert arts[0] != arts[1]


def test_the_words_of_a_long_prompt_are_read_in_time():
    started = time.perf_counter()
    for text in (
        "no a, " * 10_000,
        "no " + "a, " * 20_000,
        "нет " * 20_000,
        "x" * 60_000,
        "a-" * 30_000,
        "without " * 9_000,
    ):
        Cues.read(text)
    assert time.perf_counter() - started < 20


def test_a_row_finds_whole_words_alone():
    row = {"boat": "boat лодк~ =leaf ночн*_неб*"}
    for text in ("boat", "two boats", "the boat.", "лодками", "leaf", "ночное небо", "(boat)"):
        assert found(row, meant(text)) == ["boat"], text
    for text in ("boathouse", "lifeboat", "boat-like", "лодочка", "leafs", "u-boat", "boat's"):
        assert found(row, meant(text)) == [], text


@pytest.mark.parametrize(
    ("narration", "said"),
    [
        ("", ""),
        ("...", ""),
        ("One.", "~1 s to read"),
        ("word " * 15, "~6 s to read"),
        ("слово " * 15, "~6 s to read"),
        ("字" * 26, "~6 s to read"),
        ("word " * 450, "~3 min to read"),
    ],
)
def test_the_reading_time_is_an_estimate_by_words_a_minute(narration, said):
    assert reading_time(narration) == said


def test_the_negative_prompt_is_no_longer_on_the_card(provider):
    request = ImageRequest(1, "A risotto", "", "1280x720", scene_prompt="A risotto", narration="It is done.")
    assert provider.generate(request).data == provider.generate(replace(request, negative_prompt="text, blurry")).data
