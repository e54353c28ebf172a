"""Colours as numbers: mixing, luminance and contrast as WCAG 2 defines them."""

from __future__ import annotations

import colorsys

Color = tuple[int, int, int]

BLACK: Color = (0, 0, 0)
WHITE: Color = (255, 255, 255)


def parse(text: str) -> Color | None:
    """Read ``#rrggbb``; None for anything else."""
    digits = text.strip().removeprefix("#")
    if len(digits) != 6:  # noqa: PLR2004 - two digits for each of three channels
        return None
    try:
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    except ValueError:
        return None


def mix(one: Color, other: Color, share: float) -> Color:
    """Return ``one`` with a share (0 to 1) of ``other``."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def luminance(color: Color) -> float:
    """Return the relative luminance, 0 for black to 1 for white."""
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in color)]  # noqa: PLR2004
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def saturation(color: Color) -> float:
    """Return how colourful a colour is to the eye, 0 to 1."""
    return (max(color) - min(color)) / 255


def readable(color: Color, background: Color, ratio: float) -> Color:
    """Return the colour nearest to ``color`` that can be read on the background with this contrast ratio.

    The colour moves towards black or white, whichever the background contrasts with more; where even that does
    not reach the ratio, it is black or white.
    """
    end = max((BLACK, WHITE), key=lambda extreme: contrast(extreme, background))
    for step in range(21):
        moved = mix(color, end, step / 20)
        if contrast(moved, background) >= ratio:
            return moved
    return end


def vivid(color: Color, turn: float = 0.0) -> Color:
    """Return a colourful relative of a colour, its hue turned by a share of the circle."""
    hue, _, sat = colorsys.rgb_to_hls(*(c / 255 for c in color))
    base = hue if sat > 0.08 else 0.05  # noqa: PLR2004 - a grey has no hue: a warm one is given
    red, green, blue = colorsys.hls_to_rgb((base + turn) % 1, 0.55, 0.68)
    return round(red * 255), round(green * 255), round(blue * 255)
