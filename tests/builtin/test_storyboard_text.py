"""The words on a card: every script is set, or said in words; never a box."""

from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from novaclips.builtin.storyboard.fonts import BOLD, REGULAR, Fonts
from novaclips.builtin.storyboard.provider import StoryboardProvider
from novaclips.builtin.storyboard.system_fonts import SystemFonts, usual_folders
from novaclips.builtin.storyboard.text import Room, Words, fit, runs, wrapped
from novaclips.plugin import ImageRequest

NO_BREAK = "\u00a0"


@pytest.fixture(scope="module")
def bare():
    """Fonts of a machine that has none."""
    return Fonts(())


def make_font(path, chars, family="Test Sans"):
    """Write a font in which every given character is a square."""
    names = [".notdef", *(f"c{ord(char):X}" for char in chars)]
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for point in ((0, 700), (700, 700), (700, 0)):
        pen.lineTo(point)
    pen.closePath()
    square = pen.glyph()
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({ord(char): f"c{ord(char):X}" for char in chars})
    builder.setupGlyf(dict.fromkeys(names, square))
    builder.setupHorizontalMetrics(dict.fromkeys(names, (800, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": family, "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(path)


@pytest.fixture
def hebrew_and_chinese(tmp_path):
    make_font(tmp_path / "NotoSansTest-Regular.ttf", "אבגדשלום水去了哪里，。")
    return Fonts((tmp_path,))


def said(text, fonts):
    return Words.prepare(text, REGULAR, fonts).text.replace(NO_BREAK, " ")


def seen(text, fonts):
    words = Words.prepare(text, REGULAR, fonts)
    return "".join(run.text for run in runs(words.text, words, fonts))


@pytest.mark.parametrize(
    "text", ["Where the water goes…", "Куда уходит вода — ёжик №5", "Που πάει το νερό", "Łódź ÷ ½ €"]
)
def test_latin_cyrillic_and_greek_need_no_system_font(bare, text):
    words = Words.prepare(text, BOLD, bare)
    assert words.text == text
    assert words.warnings == ()


@pytest.mark.parametrize(
    ("text", "note", "warning"),
    [
        ("水去了哪里", "[5 Chinese characters: no font]", "Chinese text needs a font: install Noto Sans CJK"),
        ("水，去", "[3 Chinese characters: no font]", "Chinese text needs a font: install Noto Sans CJK"),
        ("水はどこへ", "[5 Japanese characters: no font]", "Japanese text needs a font: install Noto Sans CJK"),
        ("물은 어디로", "[5 Korean characters: no font]", "Korean text needs a font: install Noto Sans CJK"),
        ("ماء", "[3 Arabic characters: no font]", "Arabic text needs a font: install Noto Sans Arabic"),
        ("ก", "[1 Thai character: no font]", "Thai text needs a font: install Noto Sans Thai"),
        ("पानी", "[4 Devanagari characters: no font]", "Devanagari text needs a font: install Noto Sans Devanagari"),
    ],
)
def test_a_script_without_a_font_is_said_in_words(bare, text, note, warning):
    words = Words.prepare(f"before {text} after", REGULAR, bare)
    assert words.text.replace(NO_BREAK, " ") == f"before {note} after"
    assert words.warnings == (warning,)


def test_the_provider_warns_once_what_to_install():
    request = ImageRequest(1, "水去了哪里", title="水", narration="去", resolution="640x360")
    image = StoryboardProvider(font_folders=()).generate(request)
    assert image.warnings == ("Chinese text needs a font: install Noto Sans CJK",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("go 🚀 now", "go [rocket] now"),
        ("👍🏽", "[thumbs up sign]"),
        ("❤️", "[heavy black heart]"),
        ("👩‍🚀", "[woman] [rocket]"),
        ("🇫🇷 🇩🇪", "[flag FR] [flag DE]"),
        ("1️⃣", "1"),
    ],
)
def test_emoji_without_a_font_are_named(bare, text, words):
    assert said(text, bare) == words


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("a\u200db\u200e\u2067c\u2069", "abc"),
        ("a\ufe0f\x00\x1b\ufeffb", "a b"),
        ("line\none\ttwo\u2028three", "line one two three"),
        ("e\u0301", "é"),
        ("\ue000\udc00x", "x"),
    ],
)
def test_what_cannot_be_seen_leaves_no_trace(bare, text, clean):
    assert said(text, bare) == clean


def test_right_to_left_text_is_seen_from_the_right(hebrew_and_chinese):
    assert seen("שלום אבג", hebrew_and_chinese) == "גבא םולש"
    assert seen("שלום (abc) 12", hebrew_and_chinese) == "12 (abc) םולש"


def test_a_right_to_left_word_in_a_left_to_right_line_is_turned_alone(hebrew_and_chinese):
    assert seen("say שלום twice", hebrew_and_chinese) == "say םולש twice"


def test_brackets_round_right_to_left_words_face_them(hebrew_and_chinese):
    assert seen("שלום (אבג)", hebrew_and_chinese) == "(גבא) םולש"
    assert seen("say (שלום) twice", hebrew_and_chinese) == "say (םולש) twice"


def test_arabic_letters_join(tmp_path):
    make_font(tmp_path / "NotoSansArabic.ttf", "ماء" + "ﻣﺎﺀ")
    assert seen("ماء", Fonts((tmp_path,))) == "ﺀﺎﻣ"


def test_arabic_stays_readable_in_a_font_without_joined_forms(tmp_path):
    make_font(tmp_path / "NotoSansArabic.ttf", "ماء")
    assert seen("ماء", Fonts((tmp_path,))) == "ءام"


def test_one_line_mixes_faces(hebrew_and_chinese):
    words = Words.prepare("water 水去 goes", REGULAR, hebrew_and_chinese)
    found = [(run.text, Path(run.face.path).name) for run in runs(words.text, words, hebrew_and_chinese)]
    assert found == [
        ("water ", "SourceSansPro-Regular.ttf"),
        ("水去 ", "NotoSansTest-Regular.ttf"),
        ("goes", "SourceSansPro-Regular.ttf"),
    ]


def test_chinese_wraps_between_characters_but_not_before_a_comma(hebrew_and_chinese):
    words = Words.prepare("水去，了哪里。", REGULAR, hebrew_and_chinese)
    lines, whole = wrapped(words, hebrew_and_chinese, 20, 34, 10)
    assert whole
    assert lines == ["水", "去，", "了哪", "里。"]


def test_the_first_sane_family_wins_whatever_the_folder_order(tmp_path):
    for name in ("AAA-Regular.ttf", "DejaVuSans.ttf", "NotoSans-Bold.ttf", "NotoSans-Regular.ttf", "Symbola.ttf"):
        make_font(tmp_path / name, "א")
    fonts = SystemFonts((tmp_path,))
    assert Path(fonts.face_for("א", "Chinese").path).name == "NotoSans-Regular.ttf"
    assert Path(fonts.face_for("א", "Chinese", bold=True).path).name == "NotoSans-Bold.ttf"


def test_symbol_fonts_and_broken_files_are_passed_over(tmp_path):
    make_font(tmp_path / "Symbola.ttf", "א")
    (tmp_path / "NotoSans-Regular.ttf").write_bytes(b"not a font")
    (tmp_path / "NotoSansCJK-Regular.ttc").write_bytes(b"ttcf\0")
    assert SystemFonts((tmp_path, tmp_path / "missing")).face_for("א", "Chinese") is None


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_every_platform_has_font_folders(platform):
    assert len(usual_folders({}, platform)) >= 2


def test_a_text_that_fits_at_no_size_is_cut_with_an_ellipsis(bare):
    words = Words.prepare("word " * 500, REGULAR, bare)
    block = fit(words, bare, Room(width=200, height=80, largest=30, smallest=14))
    assert block.size == 14
    assert block.height <= 80
    assert block.lines[-1].endswith("…")


def test_a_text_that_fits_is_whole_and_as_large_as_may_be(bare):
    words = Words.prepare("a short text", REGULAR, bare)
    block = fit(words, bare, Room(width=400, height=200, largest=30, smallest=14))
    assert (block.size, " ".join(block.lines)) == (30, "a short text")


def test_no_word_stands_alone_on_a_second_line(bare):
    words = Words.prepare("A river turning into a cloud above a city", REGULAR, bare)
    block = fit(words, bare, Room(width=540, height=100, largest=36, smallest=34))
    assert len(block.lines) == 2
    assert len(block.lines[1].split()) > 1


@pytest.mark.parametrize(
    "text", ["مدينة قديمة (2024) على البحر", "נמל ישן 🚀", "ไทย", "पानी कहाँ", "\u0301\u0301", "𝔘𐍈"]
)
def test_any_script_draws_with_the_fonts_of_this_machine(text):
    image = StoryboardProvider().generate(ImageRequest(1, text, title=text, narration=text, resolution="640x360"))
    assert image.data
