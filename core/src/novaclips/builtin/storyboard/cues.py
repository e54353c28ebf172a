"""What a prompt names of place, light, weather, subject and camera: whole words of small tables, nothing cleverer."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from . import vocabulary
from .negation import affirmed
from .vocabulary import Table

PEOPLE = frozenset({"person", "pair", "people", "crowd"})
SIZES_OF_GROUPS: tuple[str, ...] = ("crowd", "people", "person")
ENDINGS = (
    "(?:ами|ями|ого|его|ому|ему|ыми|ими|ой|ей|ою|ею|ом|ем|ам|ям|ах|ях|ов|ев|ый|ий|ые|ие|ых|их|ым|им|ую|юю|ая|яя|ое|ее"
    "|ию|ия|ии|ием|иям|иями|иях|а|я|о|е|и|ы|у|ю|ь|й)?"
)
SIDES = re.compile(r"\b(?:on the right|to the right|right side|versus|vs|справа|против)\b")
PAIR = re.compile(r"\b(?:two|both|pair of|couple of|двое|два|две|оба|обе)\s+(?:[\w-]+\s+){0,2}$")
PAIR_REACH = 60  # characters before the people whom it counts
RISING = re.compile(
    r"\b(?:growth|grows?|growing|grew|rise[sn]?|rising|rose|increas(?:e[sd]?|ing)|more (?:[a-z]+ )?than the one before"
    r"|рост|растет|растут|растущ\w*|увелич\w*)\b"
)
FALLING = re.compile(
    r"\b(?:decline[sd]?|declining|decreas(?:e[sd]?|ing)|shrink(?:s|ing)|falling (?:prices|sales|numbers)"
    r"|сниж\w*|падает|падени\w*|уменьш\w*|сокращ\w*)\b"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """What is named in a prompt; empty where it says nothing.

    ``also`` is a second place, ``sides`` are the places named left and right, ``thing`` what a close-up shows,
    ``trend`` is ``rising`` or ``falling``. ``others`` holds what else can be drawn: fittings of a room, water and
    routes of a map, the form of a chart.
    """

    place: str = ""
    also: str = ""
    sides: tuple[str, str] = ("", "")
    light: str = ""
    skies: tuple[str, ...] = ()
    weather: str = ""
    subjects: tuple[str, ...] = ()
    thing: str = ""
    framing: str = ""
    trend: str = ""
    others: tuple[str, ...] = ()

    @classmethod
    def read(cls, prompt: str, *, visual_type: str = "", negative: str = "") -> Cues:
        """Find the words of each table.

        Words under a negation ("no boats") name nothing, and neither do those that the negative prompt lists.
        """
        words = meant(prompt)
        unwanted = [item.strip() for item in spelled(negative).split(",")]

        def named(table: Table, text: str = words) -> list[str]:
            return [name for name in found(table, text) if not any(map(pattern(table[name]).fullmatch, unwanted))]

        places = [*named(vocabulary.PLACES), "", ""]
        subjects = named(vocabulary.SUBJECTS) or named(vocabulary.SUBJECTS, meant(visual_type))
        left, mark, right = SIDES.split(words, 1)[0], SIDES.search(words), SIDES.split(words, 1)[-1]
        sides = [[*named(vocabulary.PLACES, part), ""][0] for part in (left, right)]
        return cls(
            place=places[0],
            also=places[1],
            sides=(sides[0], sides[1]) if mark else (places[0], places[0]),
            light=_first(named(vocabulary.LIGHTS)),
            skies=tuple(named(vocabulary.SKIES)),
            weather=_first(named(vocabulary.WEATHERS)),
            subjects=grouped(subjects, pair=is_pair(words)),
            thing=_first(named(vocabulary.THINGS)),
            framing=_first(named(vocabulary.FRAMINGS)),
            trend="rising" if RISING.search(words) else "falling" if FALLING.search(words) else "",
            others=tuple(
                name
                for table in (vocabulary.FITTINGS, vocabulary.AMOUNTS, vocabulary.WATERS, vocabulary.ROUTES)
                for name in named(table)
            ),
        )

    @property
    def people(self) -> str:
        """``person``, ``pair``, ``people`` or ``crowd``; empty where none are named."""
        return _first([name for name in self.subjects if name in PEOPLE])


def _first(names: list[str]) -> str:
    return names[0] if names else ""


def is_pair(words: str) -> bool:
    """Tell whether the first people named are two."""
    people = pattern(vocabulary.SUBJECTS["people"]).search(words)
    if not people:
        return False
    counted = PAIR.search(words[max(0, people.start() - PAIR_REACH) : people.start()])
    return bool(counted) or people.group().endswith(("couple", "newlyweds", "молодожены", "couple in love"))


def grouped(names: list[str], *, pair: bool) -> tuple[str, ...]:
    """Return the subjects with all words for people as one: the largest group that is named."""
    people = [name for name in SIZES_OF_GROUPS if name in names][:1]
    if people == ["people"] and pair:
        people = ["pair"]
    rest = [name for name in names if name not in PEOPLE]
    return (*people, *rest) if names and names[0] in PEOPLE else (*rest[:1], *people, *rest[1:])


def spelled(text: str) -> str:
    """Return a text in small letters with one spelling of ``ё`` and of apostrophes."""
    return text.lower().replace("ё", "е").replace("’", "'")


def meant(prompt: str) -> str:
    """Return the words of a prompt that name something: without those under a negation or in another sense."""
    return pattern(vocabulary.OTHER_SENSES).sub(" , ", affirmed(spelled(prompt)))


def found(table: Table, words: str) -> list[str]:
    """Return the entries of the table that a text names, in the text's order."""
    hits = [(match.start(), name) for name, row in table.items() if (match := pattern(row).search(words))]
    return [name for _, name in sorted(hits)]


@cache
def pattern(row: str) -> re.Pattern[str]:
    """Turn a row of a table into one pattern of whole words."""
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(map(spelling, row.split()))})(?![\w]|['-][a-z])")


def spelling(entry: str) -> str:
    """Turn one entry of a row into a pattern."""
    word = entry.strip("=~")
    body = re.escape(spelled(word)).replace("_", r"[\s-]+").replace(r"\*", r"\w*").replace(r"\ ", r"\s")
    if entry.startswith("="):
        return body
    if entry.endswith("~"):
        return body + ENDINGS
    return body + "(?:es|s)?" if word[-1].isascii() and word[-1].isalpha() else body
