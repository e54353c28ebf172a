"""Stored names count only where they look exactly as novaclips writes them."""

from __future__ import annotations

import pytest

from novaclips.untrusted import stored
from novaclips.untrusted.stored import Damaged
from novaclips.visuals.image_generator.engine.originals import ENDINGS, OTHER_ENDINGS

DIGEST = "ab" * 32


@pytest.mark.parametrize("ending", sorted(ENDINGS.values()))
def test_every_original_that_novaclips_names_is_one(ending) -> None:
    assert stored.original(f"ab/{DIGEST}.{ending}") == f"ab/{DIGEST}.{ending}"


@pytest.mark.parametrize("ending", sorted({*ENDINGS.values(), *OTHER_ENDINGS.values(), "html", "bin"}))
def test_what_was_paid_for_and_cannot_be_used_has_a_name_too(ending) -> None:
    assert stored.kept(f"ab/{DIGEST}.{ending}") == f"ab/{DIGEST}.{ending}"
    assert stored.is_original(f"ab/{DIGEST}.{ending}") == (ending in ENDINGS.values())


@pytest.mark.parametrize(
    "name",
    [
        "",
        None,
        7,
        f"/etc/{DIGEST}.png",
        f"../ab/{DIGEST}.png",
        f"ab/../ab/{DIGEST}.png",
        f"cd/{DIGEST}.png",
        f"ab/{DIGEST}",
        f"ab/{DIGEST}.PNG",
        f"ab/{DIGEST.upper()}.png",
        f"ab/{DIGEST}.png\n",
        f"ab/{DIGEST}.png/..",
        f"ab\\{DIGEST}.png",
        f"ab/{DIGEST[:-1]}.png",
        f"ab/{DIGEST[:-1]}٣.png",
        f"ab/{DIGEST}.sqlite3",
        f"ab/{DIGEST}.png:stream",
    ],
)
def test_nothing_else_names_an_original(name) -> None:
    assert not stored.is_original(name)
    with pytest.raises(Damaged):
        stored.original(name)


@pytest.mark.parametrize("name", ["scene-007.png", "scene-0007.jpg", "scene-7.webp", "scene-007.raw.bin"])
def test_a_frame_is_called_after_its_scene(name) -> None:
    assert stored.frame_file(name, 7) == name
    with pytest.raises(Damaged):
        stored.frame_file(name, 70)


@pytest.mark.parametrize(
    "name",
    ["", "scene-007", "scene-007.", "/scene-007.png", "../scene-007.png", "scene-007.png/x", "scene-007.p ng",
     "scene-007.png\n", "scene-007..png", "scene-00٧.png", "scene-007.kept-1.png", None],
)  # fmt: skip
def test_nothing_else_is_called_like_a_frame(name) -> None:
    with pytest.raises(Damaged):
        stored.frame_file(name, 7)


@pytest.mark.parametrize("value", ["1", True, -1, 1.5, 2**63, None, float("nan")])
def test_numbers_are_whole_and_bounded(value) -> None:
    with pytest.raises(Damaged):
        stored.seed(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1, 1e18, "1", True, None])
def test_times_are_finite_and_before_the_year_9999(value) -> None:
    with pytest.raises(Damaged):
        stored.moment(value)


@pytest.mark.parametrize("value", ["NaN", "sNaN", "Infinity", "-0.01", "1e4000", "much", "9" * 50, 0.04, None])
def test_amounts_are_finite_and_not_below_nothing(value) -> None:
    with pytest.raises(Damaged):
        stored.usd(value)


@pytest.mark.parametrize("value", ["", " png", "a\nb", "a\x1b[2J", "x" * 201, "\ud83e", 3])
def test_names_of_plugins_stand_on_one_line(value) -> None:
    with pytest.raises(Damaged):
        stored.label(value)


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000, b"\xff", None, '{"a": 1} x'])
def test_what_is_no_json_object_is_damage(text) -> None:
    with pytest.raises(Damaged):
        stored.json_object(text)


def test_numbers_that_are_no_json_are_left_out_and_the_rest_is_read() -> None:
    digits = "9" * 5000
    found = stored.json_object(f'{{"a": NaN, "b": 1e400, "c": {digits}, "d": -Infinity, "e": "\\ud83e", "f": 1}}')
    assert {name: value for name, value in found.items() if value is not None} == {"e": "\ufffd", "f": 1}


def test_takes_are_kept_under_words_or_what_older_versions_asked_for() -> None:
    for name in (DIGEST, f"words:{DIGEST}"):
        assert stored.base(name) == name
    for wrong in ("words:", f"word:{DIGEST}", f"words:words:{DIGEST}", 7):
        with pytest.raises(Damaged):
            stored.base(wrong)
    with pytest.raises(Damaged, match="it has no place where one belongs"):
        stored.base(None)
