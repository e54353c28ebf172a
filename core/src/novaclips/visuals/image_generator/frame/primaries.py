"""Colours that a file describes by numbers instead of an ICC profile: cICP and nclx codes, gAMA and cHRM chunks."""

from __future__ import annotations

from novaclips.visuals.image_generator.frame.essence import Encoding

Primaries = tuple[float, float, float, float, float, float, float, float]

D65 = (0.3127, 0.3290)
SRGB: Primaries = (*D65, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06)

# The numbers of ITU-T H.273, table 2.
PRIMARIES: dict[int, Primaries] = {
    1: SRGB,
    5: (*D65, 0.64, 0.33, 0.29, 0.60, 0.15, 0.06),
    6: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    7: (*D65, 0.630, 0.340, 0.310, 0.595, 0.155, 0.070),
    9: (*D65, 0.708, 0.292, 0.170, 0.797, 0.131, 0.046),
    11: (0.314, 0.351, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
    12: (*D65, 0.680, 0.320, 0.265, 0.690, 0.150, 0.060),
}
# ITU-T H.273, table 3. Still pictures whose curve is said to be that of television (1, 6, 14, 15) are made with, and
# shown by browsers with, a curve next to that of sRGB.
GAMMAS: dict[int, float | None] = {1: None, 4: 2.2, 5: 2.8, 6: None, 8: 1.0, 13: None, 14: None, 15: None}
HIGH_DYNAMIC_RANGE = {16: "PQ", 18: "HLG"}
HDR_WARNING = "its colours are of a high dynamic range ({}), which sRGB cannot hold; they are used as they are"

SRGB_GAMMA = 2.2
SANE_GAMMAS = (0.2, 5.0)  # a file's gamma, 1 / 5 to 1 / 0.2
TOLERANCE = 0.01


def encoding_of_codes(primaries: int, transfer: int) -> tuple[Encoding | None, str]:
    """Read the code points of a cICP chunk or an nclx box; with a warning, empty for none.

    None is sRGB, and what is not known.
    """
    if name := HIGH_DYNAMIC_RANGE.get(transfer):
        return None, HDR_WARNING.format(name)
    known = PRIMARIES.get(primaries)
    if known is None or transfer not in GAMMAS or (known == SRGB and GAMMAS[transfer] is None):
        return None, ""
    return Encoding(primaries=known, gamma=GAMMAS[transfer]), ""


def encoding_of_numbers(gamma: float | None, primaries: Primaries | None) -> Encoding | None:
    """Read what a PNG's gAMA and cHRM chunks say; None is sRGB, and numbers that make no sense.

    ``gamma`` is the exponent from light to a pixel's value: 0.45455 is that of sRGB.
    """
    if gamma is None or not SANE_GAMMAS[0] <= gamma <= SANE_GAMMAS[1]:
        return None
    if primaries is None or not _possible(primaries):
        primaries = SRGB
    plain = abs(gamma * SRGB_GAMMA - 1) < 5 * TOLERANCE
    if plain and all(abs(one - other) < TOLERANCE for one, other in zip(primaries, SRGB, strict=True)):
        return None
    return Encoding(primaries=primaries, gamma=1 / gamma)


def _possible(primaries: Primaries) -> bool:
    """Say whether these are points on a plane of colours with a triangle between them, and white within reach."""
    points = list(zip(primaries[::2], primaries[1::2], strict=True))
    if not all(0 <= x <= 1 and 0 < y <= 1 and x + y <= 1 + TOLERANCE for x, y in points):
        return False
    (_, (rx, ry), (gx, gy), (bx, by)) = points
    return abs((gx - rx) * (by - ry) - (bx - rx) * (gy - ry)) > TOLERANCE
