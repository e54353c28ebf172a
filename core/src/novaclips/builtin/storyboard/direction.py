"""Lines with words from right to left, put into the order in which they are seen."""

from __future__ import annotations

OPENING, CLOSING = "([{<«‹（「『【", ")]}>»›）」』】"
MIRRORED = dict(zip(OPENING + CLOSING, CLOSING + OPENING, strict=True))


def visual(line: str, *, from_right: bool) -> str:
    """Return a line from left to right as it is seen, its brackets turned where they stand in reversed words."""
    # it ships no types
    from bidi import get_display  # type: ignore[import-untyped]

    return mirrored(str(get_display(line, base_dir="R" if from_right else "L")), from_right=from_right)


def mirrored(seen: str, *, from_right: bool) -> str:
    """Turn the brackets of reversed words.

    The reordering puts the closing bracket of a pair before the opening one exactly where the pair must be turned;
    a bracket whose partner is on another line turns with the paragraph.
    """
    chars = list(seen)
    waiting: list[int] = []
    turned: set[int] = set()
    for place, char in enumerate(chars):
        if char not in MIRRORED:
            continue
        if waiting and chars[waiting[-1]] == MIRRORED[char]:
            partner = waiting.pop()
            if chars[partner] in CLOSING:
                turned |= {partner, place}
        else:
            waiting.append(place)
    if from_right:
        turned.update(waiting)
    return "".join(MIRRORED[char] if place in turned else char for place, char in enumerate(chars))
