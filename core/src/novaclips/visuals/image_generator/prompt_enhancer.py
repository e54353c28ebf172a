"""Prompts made better: the chain of enhancers, and style presets as plain data."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from novaclips.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from novaclips.discovery import Plugins


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


class PromptEnhancer:
    """Enhances prompts by the name of a style, as installed style packs define them."""

    def __init__(self, plugins: Plugins | None = None) -> None:
        self._plugins = plugins

    def enhance(self, prompt: str, style: str = "photorealistic", visual_type: str = "image") -> str:
        """Return the prompt in the words of a style.

        ``style`` is a style's or enhancer's name, or ``none``; ConfigError names the installed ones for any other.
        """
        return self.chain([style]).enhance(Prompt(prompt, visual_type=visual_type)).text

    def chain(self, names: Iterable[str]) -> Chain:
        """Load the enhancers of these names, in order; ``none`` and empty names stand for nothing."""
        wanted = [name for name in names if name and name != "none"]
        if wanted and self._plugins is None:
            from novaclips.discovery import Plugins

            self._plugins = Plugins()
        return Chain(tuple(self._plugins.enhancer(name) for name in wanted) if self._plugins else ())


@dataclass(frozen=True, slots=True)
class Chain(BasePromptEnhancer):
    """Several enhancers, each working on what the one before it made."""

    enhancers: tuple[BasePromptEnhancer, ...] = ()

    def enhance(self, prompt: Prompt) -> Prompt:
        """Run the prompt through every enhancer; ConfigError when one leaves no words."""
        for enhancer in self.enhancers:
            prompt = enhancer.enhance(prompt)
            if not prompt.text.strip():
                raise ConfigError(f"enhancer {type(enhancer).__name__!r} left nothing of the prompt")
        return prompt
