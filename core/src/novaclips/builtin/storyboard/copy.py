"""The words of a card, ready for setting."""

from __future__ import annotations

import math
from dataclasses import dataclass

from novaclips.plugin import ImageRequest

from .fonts import BOLD, REGULAR, SEMIBOLD, Fonts
from .scripts import cleaned, unspaced
from .text import Words

TAG_LENGTH = 40
WORDS_A_MINUTE = 150  # of an unhurried narrator
SIGNS_A_MINUTE = 260  # of scripts that set no blanks between words
SHORTEST_IN_MINUTES = 100  # seconds


@dataclass(frozen=True, slots=True)
class Copy:
    """What a card says. ``reading`` estimates the narration's time; ``tags`` are visual type, style and take."""

    number: str
    title: Words
    prompt: Words
    narration: Words
    reading: Words
    tags: tuple[Words, ...]

    @classmethod
    def of(cls, request: ImageRequest, fonts: Fonts) -> Copy:
        """Prepare the words of a request."""
        style = request.style.strip()
        kind = request.visual_type.strip().replace("_", " ")
        names = [name[:TAG_LENGTH] for name in (kind[:1].upper() + kind[1:], style[:1].upper() + style[1:]) if name]
        if request.take:
            names.append(f"TAKE {request.take}")
        return cls(
            f"{request.scene_id:03d}",
            Words.prepare(request.title, BOLD, fonts),
            Words.prepare(request.scene_prompt.strip() or request.prompt, REGULAR, fonts),
            Words.prepare(request.narration, SEMIBOLD, fonts),
            Words.prepare(reading_time(request.narration), REGULAR, fonts),
            tuple(Words.prepare(name, SEMIBOLD, fonts) for name in names),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to install, each sentence once."""
        parts = (self.title, self.prompt, self.narration, self.reading, *self.tags)
        return tuple(dict.fromkeys(warning for part in parts for warning in part.warnings))


def reading_time(narration: str) -> str:
    """Return an estimate of how long a narration takes to read aloud: ``~6 s to read``; empty for none."""
    text = cleaned(narration)
    signs = sum(map(unspaced, text))
    words = sum(any(char.isalnum() and not unspaced(char) for char in word) for word in text.split())
    seconds = math.ceil((words / WORDS_A_MINUTE + signs / SIGNS_A_MINUTE) * 60)
    if not seconds:
        return ""
    return f"~{seconds} s to read" if seconds < SHORTEST_IN_MINUTES else f"~{round(seconds / 60)} min to read"
