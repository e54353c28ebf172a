"""One picture per scene: ``from novaclips.visuals.image_generator import ImageGenerator``."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from novaclips.visuals.image_generator.engine.listener import Listener
    from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport
    from novaclips.visuals.image_generator.generator import ImageGenerator
    from novaclips.visuals.image_generator.models import ImageRequest, Scene
    from novaclips.visuals.image_generator.prompt_enhancer import PromptEnhancer
    from novaclips.visuals.image_generator.providers.base import BaseImageProvider

__all__ = [
    "BaseImageProvider",
    "ImageGenerator",
    "ImageRequest",
    "ImageResult",
    "Listener",
    "Outcome",
    "PromptEnhancer",
    "RunReport",
    "Scene",
]

_HOMES = {
    "BaseImageProvider": "providers.base",
    "ImageGenerator": "generator",
    "ImageRequest": "models",
    "ImageResult": "engine.report",
    "Listener": "engine.listener",
    "Outcome": "engine.report",
    "PromptEnhancer": "prompt_enhancer",
    "RunReport": "engine.report",
    "Scene": "models",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: a plugin that needs a base class should not load the engine."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
