"""What an enhancer is, and style presets: enhancers that are plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt on its way through the enhancers.

    ``negative`` says what must not be in the picture; ``visual_type`` is the scene's; ``palette`` holds
    ``#rrggbb`` colours that a style suggests.
    """

    text: str
    _: KW_ONLY
    negative: str = ""
    visual_type: str = "image"
    palette: tuple[str, ...] = ()


class BasePromptEnhancer(ABC):
    """Turns a prompt into a better prompt.

    The same prompt must always give the same answer: an answer that varies would buy every picture again.
    """

    @abstractmethod
    def enhance(self, prompt: Prompt) -> Prompt:
        """Return the better prompt; the argument stays as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Style(BasePromptEnhancer):
    """A style preset: an enhancer that is plain data.

    The prompt becomes ``prefix + prompt + suffix``. ``visual_types`` adds, for a scene of that type, words before
    the suffix; ``visual_types_negative`` adds to the negative prompt. ``exact`` keeps the words as they are for
    every visual type.
    """

    name: str
    summary: str
    prefix: str = ""
    suffix: str = ""
    negative_prompt: str = ""
    palette: tuple[str, ...] = ()
    exact: bool = False
    visual_types: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    visual_types_negative: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def enhance(self, prompt: Prompt) -> Prompt:
        """Put the style's words around the prompt."""
        addition = self.visual_types.get(prompt.visual_type, "")
        words = prompt.text if self.exact else joined(prompt.text, addition)
        negative = joined(prompt.negative, self.negative_prompt, self.visual_types_negative.get(prompt.visual_type, ""))
        return replace(
            prompt,
            text=f"{self.prefix}{words}{self.suffix}",
            negative=negative,
            palette=self.palette or prompt.palette,
        )


def joined(*parts: str) -> str:
    """Join the parts that say something with ``, ``, each thing said once, a full stop before a comma dropped."""
    said = [part.strip().rstrip(".,;") for part in parts]
    return ", ".join(dict.fromkeys(part for part in said if part))
