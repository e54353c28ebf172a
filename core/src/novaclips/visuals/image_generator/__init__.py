"""One picture per scene: ``from novaclips.visuals.image_generator import ImageGenerator``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from novaclips.late_names import late_names

if TYPE_CHECKING:
    from novaclips.visuals.image_generator.engine.listener import Listener
    from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport
    from novaclips.visuals.image_generator.generator import ImageGenerator
    from novaclips.visuals.image_generator.models import ImageRequest, Scene
    from novaclips.visuals.image_generator.prompt_enhancer import PromptEnhancer
    from novaclips.visuals.image_generator.providers.base import BaseImageProvider
else:  # late: a plugin that needs a base class should not load the engine
    __getattr__, __dir__ = late_names(
        __name__,
        {
            "BaseImageProvider": "providers.base",
            "ImageGenerator": "generator",
            "ImageRequest": "models",
            "ImageResult": "engine.report",
            "Listener": "engine.listener",
            "Outcome": "engine.report",
            "PromptEnhancer": "prompt_enhancer",
            "RunReport": "engine.report",
            "Scene": "models",
        },
    )

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
