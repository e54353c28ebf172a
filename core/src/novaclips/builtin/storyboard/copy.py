"""The words of a card, ready for setting."""

from __future__ import annotations

from dataclasses import dataclass

from novaclips.plugin import ImageRequest

from .fonts import BOLD, REGULAR, SEMIBOLD, Fonts
from .text import Words

TAG_LENGTH = 40


@dataclass(frozen=True, slots=True)
class Copy:
    """What a card says. ``avoid`` is the negative prompt; ``tags`` are visual type, style and take."""

    number: str
    title: Words
    prompt: Words
    narration: Words
    avoid: Words
    tags: tuple[Words, ...]

    @classmethod
    def of(cls, request: ImageRequest, fonts: Fonts) -> Copy:
        """Prepare the words of a request."""
        negative, style = request.negative_prompt.strip(), request.style.strip()
        kind = request.visual_type.strip().replace("_", " ")
        names = [name[:TAG_LENGTH] for name in (kind[:1].upper() + kind[1:], style[:1].upper() + style[1:]) if name]
        if request.take:
            names.append(f"TAKE {request.take}")
        return cls(
            f"{request.scene_id:03d}",
            Words.prepare(request.title, BOLD, fonts),
            Words.prepare(request.scene_prompt.strip() or request.prompt, REGULAR, fonts),
            Words.prepare(request.narration, SEMIBOLD, fonts),
            Words.prepare(f"Avoid: {negative}" if negative else "", REGULAR, fonts),
            tuple(Words.prepare(name, SEMIBOLD, fonts) for name in names),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What to install, each sentence once."""
        parts = (self.title, self.prompt, self.narration, self.avoid, *self.tags)
        return tuple(dict.fromkeys(warning for part in parts for warning in part.warnings))
