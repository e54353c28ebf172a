"""Stable Diffusion, FLUX and every other image model on Replicate, for novaclips."""

from collections.abc import Iterator

from novaclips.plugin import Capabilities, ImageProviderSpec, JobImageProvider, Settings, hookimpl


@hookimpl
def novaclips_image_providers() -> Iterator[ImageProviderSpec]:
    """Offer Replicate; what a single model ignores of the capabilities is said before anything is sent."""
    yield ImageProviderSpec(
        name="replicate",
        summary="Stable Diffusion, FLUX and every other image model on Replicate",
        create=create,
        key_env=("REPLICATE_API_TOKEN",),
        # 600 a minute: https://replicate.com/docs/topics/predictions/rate-limits
        capabilities=Capabilities(seed=True, negative_prompt=True, references=14, in_flight=4, per_minute=600),
    )


def create(settings: Settings) -> JobImageProvider:
    """Make the provider; the SDK is imported when it is opened."""
    from .client import ReplicateImages

    return ReplicateImages(settings)
