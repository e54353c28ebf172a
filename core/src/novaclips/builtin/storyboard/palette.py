"""The colours of a card: from the style when it names some, else from curated palettes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from .colors import BLACK, WHITE, Color, contrast, luminance, mix, parse, readable, saturation, vivid
from .cues import Cues
from .dice import Dice

STEPS = 5
BODY_CONTRAST, SMALL_CONTRAST, LARGE_CONTRAST = 7.0, 4.5, 3.0  # WCAG: AAA text, AA text, AA large text

# deep, shade, middle, soft, light; then the one colour that stands out
CURATED: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "harbour": ("#14283a", "#2a5170", "#5f8ea2", "#a9c6c9", "#f1eadb", "#e4703a"),
        "clay": ("#2c2230", "#6b4552", "#b9736a", "#e3b79c", "#f8eddf", "#2f7f86"),
        "lagoon": ("#0c2b3a", "#145a6e", "#3391a3", "#93cccd", "#eef5ec", "#f0875a"),
        "heath": ("#231f3a", "#4d4474", "#8679a8", "#c3b3cb", "#f5ecea", "#e2a13c"),
        "meadow": ("#13291f", "#2b5140", "#588664", "#a6c095", "#f2f1dc", "#e29a3b"),
        "night": ("#0b1026", "#1b2552", "#3d4f8f", "#8390c6", "#e2e5f4", "#f5c451"),
        "dusk": ("#2b1533", "#6d2d51", "#c7545c", "#f2a071", "#fde6c6", "#ffc857"),
        "desert": ("#3a2a20", "#7d5436", "#c48e58", "#e6c590", "#fbf2df", "#2f7f86"),
        "winter": ("#1b2a3a", "#466379", "#8aa8b9", "#c8d9e1", "#f6f8f8", "#d6504c"),
        "room": ("#2d1f1c", "#6c4536", "#b37753", "#e1b88e", "#faeedd", "#3f8f86"),
        "noir": ("#0e0f11", "#2b2e32", "#5f646a", "#a8acb0", "#f1f0ed", "#c9a45c"),
        "plain": ("#25262c", "#575863", "#9b99a3", "#d6d2cd", "#f8f4ed", "#e5543b"),
        "vivid": ("#231942", "#5e3b8f", "#d9528c", "#ff9f74", "#fff1dc", "#26b8a5"),
    }
)
CALM = ("harbour", "clay", "lagoon", "heath", "meadow")
BY_LIGHT = MappingProxyType({"night": "night", "dusk": "dusk"})
BY_WEATHER = MappingProxyType({"snow": "winter", "snowfall": "winter", "rain": "harbour", "fog": "winter"})
BY_PLACE = MappingProxyType(
    {
        "forest": "meadow",
        "sea": "lagoon",
        "river": "lagoon",
        "desert": "desert",
        "planet": "night",
        "space": "night",
        "room": "room",
        "gallery": "room",
    }
)
BY_STYLE = (
    (("noir", "mono", "sketch", "pencil", "black"), "noir"),
    (("minimal", "flat", "clean", "swiss"), "plain"),
    (("illustr", "vivid", "cartoon", "comic", "pop", "anime", "neon"), "vivid"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every colour of one card; text colours are readable on what they are set on.

    ``ramp`` goes from the darkest to the lightest colour of the drawing, and ``pop`` stands out from it. ``paper``
    is behind the words, ``bar`` behind the narration.
    """

    ramp: tuple[Color, Color, Color, Color, Color]
    pop: Color
    dark: bool
    paper: Color
    ink: Color
    muted: Color
    hairline: Color
    accent: Color
    bar: Color
    bar_ink: Color
    bar_muted: Color


def choose(colors: Sequence[str], style: str, cues: Cues, dice: Dice) -> Palette:
    """Return the palette of a card: the style's colours, else the prompt's light and place, else a calm one."""
    given = list(dict.fromkeys(color for color in map(parse, colors) if color))
    dark = cues.light == "night" or cues.place in {"space", "planet"}
    if given:
        ramp, pop = ramp_of(given), pop_of(given)
        return dressed(ramp, pop, dark=dark or sum(map(luminance, given)) / len(given) < 0.06)  # noqa: PLR2004
    name = curated_name(style, cues, dice)
    deep, shade, middle, soft, light, pop = (parse(color) or BLACK for color in CURATED[name])
    return dressed((deep, shade, middle, soft, light), pop, dark=dark or name == "noir")


def curated_name(style: str, cues: Cues, dice: Dice) -> str:
    """Name the curated palette for a style and what the prompt says of light and place."""
    calm = dice.pick(CALM)  # thrown always, so that a word more or less does not move the later throws
    for words, name in BY_STYLE[:2]:
        if any(word in style.lower() for word in words):
            return name
    if told := BY_LIGHT.get(cues.light) or BY_WEATHER.get(cues.weather) or BY_PLACE.get(cues.place):
        return told
    return next((name for words, name in BY_STYLE if any(word in style.lower() for word in words)), calm)


def ramp_of(colors: Sequence[Color]) -> tuple[Color, Color, Color, Color, Color]:
    """Return five steps from dark to light through the given colours, however few or alike they are."""
    stops = sorted(colors, key=luminance)
    if luminance(stops[0]) > 0.03:  # noqa: PLR2004
        stops.insert(0, mix(stops[0], BLACK, 0.78))
    if luminance(stops[-1]) < 0.7:  # noqa: PLR2004
        stops.append(mix(stops[-1], WHITE, 0.86))
    places = [index * (len(stops) - 1) / (STEPS - 1) for index in range(STEPS)]
    deep, shade, middle, soft, light = (
        mix(stops[int(place)], stops[min(int(place) + 1, len(stops) - 1)], place % 1) for place in places
    )
    return deep, shade, middle, soft, light


def pop_of(colors: Sequence[Color]) -> Color:
    """Return the colour that stands out: the most colourful given one, or a warm one among greys."""
    best = max(colors, key=saturation)
    if saturation(best) < 0.25:  # noqa: PLR2004
        return vivid(best)
    return best if len(colors) > 1 else vivid(best, 0.45)


def dressed(ramp: tuple[Color, Color, Color, Color, Color], pop: Color, *, dark: bool) -> Palette:
    """Add the colours of paper and type, each checked against what it is set on."""
    deep, shade, _, _, light = ramp
    paper = mix(deep, BLACK, 0.30) if dark else mix(light, WHITE, 0.55)
    bar = mix(deep, BLACK, 0.62) if dark else mix(deep, BLACK, 0.12)
    ink = readable(light if dark else deep, paper, BODY_CONTRAST)
    return Palette(
        ramp=ramp,
        pop=pop if contrast(pop, ramp[2]) > 1.15 else readable(pop, ramp[2], 1.6),  # noqa: PLR2004
        dark=dark,
        paper=paper,
        ink=ink,
        muted=readable(mix(ink, paper, 0.45), paper, SMALL_CONTRAST),
        hairline=mix(ink, paper, 0.84),
        accent=readable(pop, paper, LARGE_CONTRAST),
        bar=bar,
        bar_ink=readable(mix(light, WHITE, 0.5), bar, BODY_CONTRAST),
        bar_muted=readable(mix(shade, light, 0.5), bar, SMALL_CONTRAST),
    )
