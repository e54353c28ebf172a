"""Type on a card can be read, whatever colours a style names."""

import pytest

from novaclips.builtin.storyboard.colors import contrast, mix, parse, readable
from novaclips.builtin.storyboard.cues import Cues
from novaclips.builtin.storyboard.dice import Dice
from novaclips.builtin.storyboard.palette import CURATED, choose, dressed

ODD = {
    "none": (),
    "white": ("#ffffff",) * 3,
    "black": ("#000000", "#000000"),
    "one": ("#7f7f7f",),
    "yellow": ("#ffff00",),
    "pastels": ("#ffe4e1", "#fff0f5", "#f0fff0"),
    "nonsense": ("red", "#12", "#gggggg"),
    "mixed": ("#ff00ff", "#00ff00", "#0000ff", "#ffff00", "#00ffff"),
}


def assert_readable(palette):
    for color, ground, ratio in (
        (palette.ink, palette.paper, 7.0),
        (palette.muted, palette.paper, 4.5),
        (palette.accent, palette.paper, 3.0),
        (palette.bar_ink, palette.bar, 7.0),
        (palette.bar_muted, palette.bar, 4.5),
    ):
        assert contrast(color, ground) >= ratio


@pytest.mark.parametrize("light", ["", "night", "dusk"])
@pytest.mark.parametrize("colors", ODD.values(), ids=ODD)
def test_type_is_readable_on_odd_palettes(colors, light):
    assert_readable(choose(colors, "", Cues(light=light), Dice(1)))


@pytest.mark.parametrize("dark", [True, False], ids=["dark", "pale"])
@pytest.mark.parametrize("name", CURATED)
def test_type_is_readable_on_curated_palettes(name, dark):
    deep, shade, middle, soft, light, pop = map(parse, CURATED[name])
    assert_readable(dressed((deep, shade, middle, soft, light), pop, dark=dark))


@pytest.mark.parametrize("ground", [(value,) * 3 for value in range(0, 256, 15)])
def test_readable_reaches_aa_on_any_grey(ground):
    assert contrast(readable(mix(ground, (255, 0, 0), 0.2), ground, 4.5), ground) >= 4.5


def test_contrast_is_that_of_wcag():
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)
