"""Where the chosen take of each scene is kept: scenes that ask for the same are told apart."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence

from novaclips.visuals.image_generator.engine.records import Place


def find_places(asked: Sequence[str], picks: Collection[Place], shows: Callable[[int, Place], bool]) -> list[Place]:
    """Return the place of each scene: the one whose take its frame shows, for the rest the next free one in order.

    ``asked`` is what the scenes ask for, in their order; ``picks`` are the places where a take is kept;
    ``shows(index, place)`` says whether the frame of the scene at that index shows the take at a place.
    """
    kept: dict[str, list[Place]] = defaultdict(list)
    for place in sorted(picks):
        kept[place[0]].append(place)
    shown: dict[int, Place] = {}
    taken: set[Place] = set()
    for index, name in enumerate(asked):
        own = next((place for place in kept.get(name, ()) if place not in taken and shows(index, place)), None)
        if own is not None:
            shown[index] = own
            taken.add(own)
    numbers: dict[str, Iterator[int]] = defaultdict(itertools.count)

    def next_free(name: str) -> Place:
        return next(place for number in numbers[name] if (place := (name, number)) not in taken)

    return [shown.get(index) or next_free(name) for index, name in enumerate(asked)]
