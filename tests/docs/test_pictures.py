"""The pictures of "Your first film" can be drawn anew, and each picture of the documentation is on a page."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest
from PIL import Image

from docs.pages import ROOT, pages

IMAGES = ROOT / "docs" / "images"
DRAWN = ("first-film.png", "first-film-styles.png")
ENOUGH_COLOURS = 1000  # one blank card has a single one


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which the script drew."""
    folder = tmp_path_factory.mktemp("images")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(ROOT / "examples")  # the script puts it on sys.path too; this takes it off again
        runpy.run_path(str(ROOT / "docs" / "pictures.py"))["draw_pictures"](folder)
    return folder


def test_the_script_draws_these_pictures_and_no_others(drawn: Path) -> None:
    assert {path.name for path in drawn.iterdir()} == set(DRAWN)


@pytest.mark.parametrize("name", DRAWN)
def test_a_picture_that_is_drawn_anew_has_the_size_of_the_one_on_the_page(name: str, drawn: Path) -> None:
    with Image.open(drawn / name) as anew, Image.open(IMAGES / name) as shown:
        assert anew.size == shown.size


@pytest.mark.parametrize("name", DRAWN)
def test_every_row_of_cards_of_a_picture_shows_something(name: str, drawn: Path) -> None:
    with Image.open(drawn / name) as picture:
        row = 282  # a card of 270 pixels, and the gap
        for top in range(0, picture.height - row, row):
            strip = picture.crop((0, top, picture.width, top + row))
            assert len(strip.getcolors(strip.width * strip.height) or []) > ENOUGH_COLOURS


def test_every_picture_is_on_a_page_and_every_page_shows_pictures_that_are_there() -> None:
    shown = {
        (page.parent / target).resolve()
        for page in pages()
        for target in re.findall(r"!\[[^\]]+\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    }
    assert shown == set(IMAGES.iterdir())
