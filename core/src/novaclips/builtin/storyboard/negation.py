"""Words that a text denies: "no boats", "without cars or people", "ни птиц, ни лодок"."""

from __future__ import annotations

import re
from collections.abc import Sequence


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


DENIED = _words(
    "no not without never nor neither none nobody cannot minus except lacks lacking avoid exclude excluding"
    " без нет ни не никаких никакого никакой вместо кроме ниоткуда"
)
# several words that deny as one
PHRASES = re.compile(
    r"\b(?:free (?:of|from)|devoid of|empty of|void of|bare of|clear of|instead of|rather than|absence of|absent of"
    r"|none of|anything but|far from being|в отсутствие|за исключением)\b"
)
# after these the denial is none: "not only a boat", "not far from the sea"
MILD = _words("only just merely far doubt matter wonder unlike только лишь просто далеко")
# where a denial ends: what follows says where or how, and names again
ENDS = _words(
    "but yet only with in on at near by over under above below beside behind across through while as is are and-then"
    " before against inside outside along around from into onto toward towards"
    " а но только лишь зато на в во у под над перед за по вдоль около возле среди через"
)
FULL = _words("not never не")  # only these deny a place: "not in the city"
PLACING = _words("in on at near by over under with from into на в во у под над с со")
LISTING = _words("or nor and или либо ни и")  # before the last item of a list
ARTICLES = _words("a an the")
AFTER = _words("видно видать виден видна видны осталось было")
GONE = _words("absent gone nowhere отсутствует отсутствуют")
BEING = _words("is are was were have has all")
MOST_ITEMS, LONGEST_ITEM, BEFORE = 12, 4, 3
TOKEN = re.compile(r"[\w'-]+|[^\w\s]")


def affirmed(text: str) -> str:
    """Return a text in small letters with a comma in place of each stretch that it denies."""
    words = TOKEN.findall(PHRASES.sub("without", text))
    kept: list[str] = []
    at = 0
    while at < len(words):
        if words[at] in GONE:
            drop_before(kept)
        if not denies(words, at):
            kept.append(words[at])
            at += 1
            continue
        if words[at] == "нет" or (words[at] == "не" and following(words, at) in AFTER):
            drop_before(kept)
        at = end_of_denial(words, at)
        kept.append(",")
    return " ".join(kept)


def following(words: Sequence[str], at: int) -> str:
    """Return the word after a place, empty at the end."""
    return words[at + 1] if at + 1 < len(words) else ""


def denies(words: Sequence[str], at: int) -> bool:
    """Tell whether the word at a place denies those after it."""
    word = words[at]
    return (word in DENIED or word.endswith("n't")) and following(words, at) not in MILD


def is_word(word: str) -> bool:
    """Tell a word from punctuation."""
    return word[:1].isalnum()


def drop_before(kept: list[str]) -> None:
    """Take the words off the end that a denial after them means: "людей нет", "the boats are gone"."""
    while kept and kept[-1] in BEING:
        kept.pop()
    for _ in range(BEFORE):
        if not kept or not is_word(kept[-1]) or kept[-1] in ENDS:
            return
        kept.pop()


def end_of_item(words: Sequence[str], start: int, most: int) -> int:
    """Return where the words end that stand together from a place on."""
    at = start
    while at < min(len(words), start + most) and is_word(words[at]) and words[at] not in ENDS:
        at += 1
    return at


def end_of_denial(words: Sequence[str], denial: int) -> int:
    """Return the place after all that a denial covers: its words, and the list up to "or" or "and" that they begin."""
    start = denial + 1
    first = start + 1 if words[denial] in FULL and start < len(words) and words[start] in PLACING else start
    end = at = end_of_item(words, first, len(words))
    for _ in range(MOST_ITEMS):
        if at + 1 >= len(words) or words[at] != "," or denies(words, at + 1) or words[at + 1] in ARTICLES:
            return end
        begin = at + 1
        at = end_of_item(words, begin, LONGEST_ITEM)
        if any(word in LISTING for word in words[begin:at]):
            return end_of_item(words, begin, len(words))
    return end
