"""Whether a name is another one with a slip of the pen."""

from __future__ import annotations

import functools
import unicodedata

SHORTEST = 4  # of shorter names every letter counts
SHORT = 5  # of names that are shorter, another letter makes another word: 'speed' and 'need' are no 'seed'
LONGEST = 40


def same_letters(name: str) -> str:
    """Return a name with composed letters: systems write an e with an accent as one character or as two."""
    return unicodedata.normalize("NFC", name)


@functools.lru_cache(maxsize=4096)  # the same foreign field stands in each of thousands of scenes
def is_slip(name: str, meant: str) -> bool:
    """Say whether ``name`` is ``meant`` with one letter too many, missing, wrong, or two in the other's place.

    Case does not count, and of names of four letters only a missing letter, a swap and an s at the end.
    """
    name, meant = same_letters(name[:LONGEST]).casefold(), same_letters(meant).casefold()
    if name == meant or len(meant) < SHORTEST:
        return name == meant
    missing = {meant[:at] + meant[at + 1 :] for at in range(len(meant))}
    swapped = {meant[:at] + meant[at + 1] + meant[at] + meant[at + 2 :] for at in range(len(meant) - 1)}
    if name in missing | swapped or name == f"{meant}s":
        return True
    if len(meant) < SHORT:
        return False
    shorter = {name[:at] + name[at + 1 :] for at in range(len(name))}
    wrong = len(name) == len(meant) and sum(a != b for a, b in zip(name, meant, strict=True)) == 1
    return wrong or meant in shorter
