"""Stable Diffusion web UI for novaclips."""

import math
from collections.abc import Iterator

from novaclips.plugin import BaseImageProvider, Capabilities, ImageProviderSpec, Settings, hookimpl


@hookimpl
def novaclips_image_providers() -> Iterator[ImageProviderSpec]:
    """Offer the models of a Stable Diffusion web UI, on this machine or another one."""
    yield ImageProviderSpec(
        name="sdwebui",
        summary="Stable Diffusion web UI (AUTOMATIC1111 and its forks)",
        create=create,
        # The web UI draws one picture after the other, whoever asks; and nobody counts requests.
        capabilities=Capabilities(seed=True, negative_prompt=True, in_flight=1, per_minute=math.inf),
    )


def create(settings: Settings) -> BaseImageProvider:
    """Make the provider; requests is imported only now."""
    from .client import StableDiffusionWebUI

    return StableDiffusionWebUI(settings)
