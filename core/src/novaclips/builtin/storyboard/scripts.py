"""Writing systems: their names, what to install for them, and text made fit for setting."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType

SKIN_TONES = range(0x1F3FB, 0x1F400)
REGIONAL = range(0x1F1E6, 0x1F200)
NON_JOINER = "\u200c"
NAMES: Mapping[str, str] = MappingProxyType(
    {"CJK": "Chinese", "IDEOGRAPHIC": "Chinese", "HIRAGANA": "Japanese", "KATAKANA": "Japanese", "HANGUL": "Korean"}
)
PACKAGES: Mapping[str, str] = MappingProxyType(
    {"Chinese": "Noto Sans CJK", "Japanese": "Noto Sans CJK", "Korean": "Noto Sans CJK"}
)
UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "IDEOGRAPHIC", "FULLWIDTH", "THAI", "LAO", "KHMER", "MYANMAR")
SHAPED = ("ARABIC", "SYRIAC", "HEBREW", "THAANA", "NKO")
NO_LINE_START = frozenset("、。，．：；？！）」』】〉》〕…‥ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ,.!?:;)]}»”’%")
NO_LINE_END = frozenset("（「『【〈《〔([{«“‘")


def first_word(char: str) -> str:
    """Return the first word of a character's Unicode name, which names its script; empty where it has no name."""
    return unicodedata.name(char, "").partition(" ")[0].partition("-")[0]


def script_of(char: str) -> str:
    """Name a letter's script as people call it: ``Chinese``, ``Arabic``, ``Thai``; empty for signs of any script."""
    if not unicodedata.category(char).startswith(("L", "M", "N")):
        return ""
    word = first_word(char)
    return NAMES.get(word, word.capitalize())


def hint(script: str) -> str:
    """Return the font to install for a script."""
    return PACKAGES.get(script, f"Noto Sans {script}")


def language(text: str) -> str:
    """Return whose shapes Chinese characters should have in this text: ``Chinese``, ``Japanese`` or ``Korean``."""
    scripts = {NAMES.get(first_word(char), "") for char in text if ord(char) > 0x2E80}  # noqa: PLR2004 - CJK starts
    return next((name for name in ("Japanese", "Korean") if name in scripts), "Chinese")


def is_sign(char: str) -> bool:
    """Tell pictures and signs, which can be said in words, from letters and punctuation."""
    return unicodedata.category(char) in {"So", "Sm", "Sk", "Sc", "No"} or ord(char) in SKIN_TONES


def in_words(char: str) -> str:
    """Say what a sign is: ``[rocket]``; a sign without a name is ``[sign]``."""
    return f"[{unicodedata.name(char, 'sign').lower()}]"


def unspaced(char: str) -> bool:
    """Tell whether a line may break beside this character without a space."""
    return ord(char) > 0x0E00 and first_word(char) in UNSPACED  # noqa: PLR2004 - Thai is the first such script


def right_to_left(char: str) -> bool:
    """Tell whether a character belongs to a script written from right to left."""
    return unicodedata.bidirectional(char) in {"R", "AL"}


def opens_right(text: str) -> bool:
    """Tell whether a text's first letter, and so its paragraph, runs from right to left."""
    for char in text:
        match unicodedata.bidirectional(char):
            case "L":
                return False
            case "R" | "AL":
                return True
    return False


def cleaned(text: str) -> str:
    """Return the text as visible characters and single spaces: composed, no controls, no variation selectors.

    Flags become ``[flag FR]``; skin tones, joiners and the points of Hebrew and Arabic, which every reader can do
    without, go. The non-joiner stays for Persian; it is dropped after shaping.
    """
    kept: list[str] = []
    flag = ""
    for char in unicodedata.normalize("NFC", text):
        if ord(char) in REGIONAL:
            flag += chr(ord(char) - REGIONAL.start + ord("A"))
            if len(flag) == 2:  # noqa: PLR2004 - a country has two letters
                kept.append(f"[flag {flag}]")
                flag = ""
            continue
        flag = ""
        kept.append(visible(char))
    return " ".join("".join(kept).split())


def visible(char: str) -> str:
    """Return what is left of one character: itself, a space, or nothing."""
    category = unicodedata.category(char)
    if category in {"Cc", "Zl", "Zp", "Zs"}:
        return " "
    if category in {"Cf", "Cs", "Cn", "Co"} or ord(char) in SKIN_TONES:
        return NON_JOINER if char == NON_JOINER else ""
    if category in {"Mn", "Me"}:
        word = first_word(char)
        foreign = word not in {"COMBINING", "VARIATION"}
        return char if (foreign and word not in SHAPED) or (word == "COMBINING" and category == "Mn") else ""
    return char
