"""Text from outside, made fit to be stored and to be printed."""

from __future__ import annotations

import re

MAX_TEXT = 32_768  # characters: the longest prompt that any service takes, and so the longest it can revise

_SURROGATES = re.compile("[\ud800-\udfff]")
# What moves a cursor, starts an escape sequence (C0, DEL, C1) or shows text in another order than it is stored.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def storable(text: str, limit: int = MAX_TEXT) -> str:
    """Return a text that UTF-8, JSON and SQLite take: no lone surrogate, no NUL, at most ``limit`` characters.

    What cannot be stored becomes U+FFFD; a text that was cut ends with three dots.
    """
    if len(text) > limit:
        text = f"{text[: limit - 3]}..."
    return _SURROGATES.sub("\ufffd", text).replace("\0", "\ufffd")


def printable(text: str) -> str:
    r"""Return a text that a terminal shows and does not obey: control characters are written out, as in ``\x1b``.

    Line feeds and tabs stay, and so do the marks that right-to-left scripts and emoji need.
    """
    return _UNPRINTABLE.sub(lambda match: repr(match[0])[1:-1], text)


def printable_json(text: str) -> str:
    """Return a JSON text of the same value without a character that a terminal obeys."""
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
