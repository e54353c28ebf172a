"""From a service's bytes to exactly the frame that was asked for: verify, unpack, fit.

``containers`` reads what nobody vouches for: it takes a file apart and keeps what decides its pixels; ``decoders``
unpack that, ``colour`` makes sRGB of it, ``fitting`` the frame, and ``remarks`` says what the user should hear.
"""

from novaclips.visuals.image_generator.frame.fitting import FITS, Fit, fit, fit_named
from novaclips.visuals.image_generator.frame.picture import (
    FORMATS,
    MAX_PIXELS,
    MIN_EDGE,
    Picture,
    Unpacked,
    decode,
    sniff,
    unpack,
    verify,
)
from novaclips.visuals.image_generator.frame.remarks import ONE_COLOUR, is_one_colour, remarks

__all__ = [
    "FITS",
    "FORMATS",
    "MAX_PIXELS",
    "MIN_EDGE",
    "ONE_COLOUR",
    "Fit",
    "Picture",
    "Unpacked",
    "decode",
    "fit",
    "fit_named",
    "is_one_colour",
    "remarks",
    "sniff",
    "unpack",
    "verify",
]
