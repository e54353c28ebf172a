"""A story that is edited: its scenes, and the order that each of them is about."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

STYLES = {
    "none": "{}",
    "minimalist": "Clean minimalist design, solid colors, simple shapes, {}, high quality, detailed",
}
MOST_SCENES = 6


@dataclass(frozen=True)
class Scene:
    """A scene as scenes.yaml has it."""

    id: int
    prompt: str
    seed: int | None = None


@dataclass(frozen=True)
class Take:
    """What was chosen for a scene in place of what scenes.yaml says; ``instead`` is the seed that it had there."""

    number: int = 0
    prompt: str | None = None
    seed: int | None = None
    instead: int | None = None

    def of_now(self, scene: Scene) -> Take:
        """Return what counts of it for a scene that may have got another seed since."""
        return self if self.instead == scene.seed else Take(0, self.prompt, None, scene.seed)


@dataclass(frozen=True)
class Wanted:
    """What a scene's frame has to show.

    ``size`` is the one that the service is asked for. ``base`` is what the choice of a take hangs on: the scene's own
    words, and a number among the scenes that have them.
    """

    scene: Scene
    style: str
    size: str
    take: Take = Take()
    base: tuple[str, int] = ("", 0)

    @property
    def asked(self) -> str:
        """What is asked for, whatever the size."""
        seed = self.take.seed
        if seed is None and self.scene.seed is not None:
            seed = self.scene.seed + self.take.number
        return f"{STYLES[self.style].format(self.take.prompt or self.scene.prompt)}|{seed}|{self.take.number}"

    @property
    def order(self) -> str:
        """Name the order by all that makes its picture."""
        return f"{self.asked}|{self.size}"


@dataclass
class Story:
    """The scenes in the order of the file, and the takes that were chosen for them."""

    path: Path
    scenes: list[Scene]
    takes: dict[tuple[str, int], Take] = field(default_factory=dict)

    def save(self) -> None:
        """Write scenes.yaml."""
        self.path.parent.mkdir(exist_ok=True)
        scenes = [{"id": scene.id, "visual": {"prompt": scene.prompt, "seed": scene.seed}} for scene in self.scenes]
        self.path.write_text(json.dumps(scenes), encoding="utf-8")

    def at(self, place: int) -> Scene:
        """Return the scene at a place; there is one at every place."""
        return self.scenes[place % len(self.scenes)]

    def wanted(
        self, style: str, size: str, shown: Mapping[int, tuple[str, int]], is_there: Callable[[Wanted], bool]
    ) -> list[Wanted]:
        """Say what each scene's frame has to show in a style, drawn in a size.

        Of the scenes with equal words, one whose frame shows a chosen take has that, the others go by their order.
        ``shown`` is the place of the take that the frames that are there show. Where a take was not drawn with these
        settings and one before it was, that one is shown; ``is_there`` says what was drawn.
        """
        found: dict[int, tuple[str, int]] = {}
        for scene in self.scenes:
            own = shown.get(scene.id)
            if own in self.takes and own not in found.values() and own[0] == scene.prompt:
                found[scene.id] = own
        for scene in self.scenes:
            taken = {*found.values()}
            base = next((scene.prompt, number) for number in itertools.count() if (scene.prompt, number) not in taken)
            found.setdefault(scene.id, base)
        wanted = []
        for scene in self.scenes:
            take = self.takes.get(found[scene.id], Take(instead=scene.seed)).of_now(scene)
            asked = [replace(take, number=number) for number in range(take.number, -1, -1)]
            able = [Wanted(scene, style, size, one, found[scene.id]) for one in asked]
            wanted.append(next(filter(is_there, able), able[0]))
        return wanted

    def insert(self, place: int, prompt: str, seed: int | None) -> None:
        """Write a new scene, where there is room."""
        if len(self.scenes) < MOST_SCENES:
            self.scenes.insert(place % len(self.scenes), Scene(self._new_id(), prompt, seed))

    def copy(self, place: int, *_: object) -> None:
        """Write a scene that asks for the same as another, where there is room."""
        self.insert(place + 1, self.at(place).prompt, self.at(place).seed)

    def delete(self, place: int, *_: object) -> None:
        """Take a scene out, but the last one."""
        if len(self.scenes) > 1:
            self.scenes.remove(self.at(place))

    def move(self, place: int, *_: object) -> None:
        """Move a scene to the end of the file."""
        scene = self.at(place)
        self.scenes.remove(scene)
        self.scenes.append(scene)

    def renumber(self, place: int, *_: object) -> None:
        """Give a scene a number that no scene has."""
        self._replace(self.at(place), id=self._new_id())

    def swap_numbers(self, place: int, *_: object) -> None:
        """Let a scene and the one after it change their numbers."""
        one, two = self.at(place), self.at(place + 1)
        if one != two:
            self._replace(one, id=0)
            self._replace(two, id=one.id)
            self._replace(replace(one, id=0), id=two.id)

    def reword(self, place: int, prompt: str, _: int | None) -> None:
        """Give a scene another prompt."""
        self._replace(self.at(place), prompt=prompt)

    def reseed(self, place: int, _: str, seed: int | None) -> None:
        """Give a scene another seed, or none."""
        self._replace(self.at(place), seed=seed)

    def _replace(self, scene: Scene, **changes: int | str | None) -> None:
        changed = replace(scene, **changes)  # type: ignore[arg-type]  # by the name of a field
        self.scenes[self.scenes.index(scene)] = changed

    def _new_id(self) -> int:
        taken = {scene.id for scene in self.scenes}
        return next(number for number in itertools.count(1) if number not in taken)


EDITS: Mapping[str, Callable[[Story, int, str, int | None], None]] = {
    edit.__name__: edit
    for edit in (
        Story.insert, Story.copy, Story.delete, Story.move, Story.renumber, Story.swap_numbers, Story.reword,
        Story.reseed,
    )
}  # fmt: skip
