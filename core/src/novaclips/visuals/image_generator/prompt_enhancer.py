"""Prompts made better: the chain of enhancers, found by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from novaclips.discovery import Plugins
from novaclips.errors import ConfigError
from novaclips.guarded import Guarded
from novaclips.visuals.image_generator.enhancers import BasePromptEnhancer, Prompt
from novaclips.visuals.image_generator.models import Settings


class PromptEnhancer:
    """Enhances prompts by the name of a style, as installed style packs define them."""

    def __init__(self, plugins: Plugins | None = None, settings: Settings | None = None) -> None:
        self._plugins = plugins or Plugins()
        self._settings = settings or Settings()
        self._made: dict[str, Link] = {}

    def enhance(self, prompt: str, style: str = "photorealistic", visual_type: str = "image") -> str:
        """Return the prompt in the words of a style.

        ``style`` is a style's or enhancer's name, or ``none``; ConfigError names the installed ones for any other.
        """
        return self.chain([style]).enhance(Prompt(prompt, visual_type=visual_type)).text

    def chain(self, names: Iterable[str]) -> Chain:
        """Load the enhancers of these names, in order and each once; ``none`` stands for nothing."""
        wanted = [name for name in names if name and name != "none"]
        for name in wanted:
            if name not in self._made:
                enhancer = self._plugins.enhancer(name, self._settings)
                self._made[name] = Link(enhancer, Guarded(self._plugins.blame_enhancer(name), "enhance"))
        return Chain(tuple(self._made[name] for name in wanted))


@dataclass(frozen=True, slots=True)
class Link(BasePromptEnhancer):
    """An enhancer of somebody's plugin, which is blamed for what goes wrong in it."""

    enhancer: BasePromptEnhancer
    guarded: Guarded

    def enhance(self, prompt: Prompt) -> Prompt:
        """Ask the enhancer; PluginError when it raises anything, or returns no Prompt."""
        with self.guarded:
            better = self.enhancer.enhance(prompt)
        if not isinstance(better, Prompt):
            raise self.guarded.blame(f"enhance() should return a Prompt, not {type(better).__name__}")
        return better


@dataclass(frozen=True, slots=True)
class Chain(BasePromptEnhancer):
    """Several enhancers, each working on what the one before it made."""

    links: tuple[Link, ...] = ()

    def enhance(self, prompt: Prompt) -> Prompt:
        """Run the prompt through every enhancer; ConfigError when one leaves no words."""
        for link in self.links:
            prompt = link.enhance(prompt)
            if not prompt.text.strip():
                raise ConfigError(f"enhancer {type(link.enhancer).__name__!r} left nothing of the prompt")
        return prompt
