"""The storyboard provider: draws a production card for a scene, with no key and no network."""

from __future__ import annotations

import math
from collections.abc import Iterable

from novaclips.plugin import BaseImageProvider, Capabilities, ImageProviderSpec, Settings, hookimpl


@hookimpl
def novaclips_image_providers() -> Iterable[ImageProviderSpec]:
    """Offer the storyboard provider."""
    yield ImageProviderSpec(
        name="storyboard",
        summary="Storyboard cards for an animatic: free, offline, no key",
        create=create,
        key_env=(),
        capabilities=Capabilities(seed=True, negative_prompt=True, in_flight=2, per_minute=math.inf),
    )


def create(settings: Settings) -> BaseImageProvider:  # noqa: ARG001 - it has no key and no options
    """Make the provider."""
    from .provider import StoryboardProvider

    return StoryboardProvider()
