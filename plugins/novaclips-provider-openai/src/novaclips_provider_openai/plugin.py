"""OpenAI images for novaclips."""

from collections.abc import Iterator

from novaclips.plugin import BaseImageProvider, Capabilities, ImageProviderSpec, Settings, hookimpl


@hookimpl
def novaclips_image_providers() -> Iterator[ImageProviderSpec]:
    """Offer OpenAI's image models, and every server that speaks their protocol."""
    yield ImageProviderSpec(
        name="openai",
        summary="OpenAI image models, and servers that speak their protocol",
        create=create,
        key_env=("OPENAI_API_KEY",),
        # No pace: accounts differ from 5 to 250 pictures a minute, and a refusal costs nothing and says which.
        capabilities=Capabilities(references=16, in_flight=4),
    )


def create(settings: Settings) -> BaseImageProvider:
    """Make the provider; the SDK is imported when the first request is near."""
    from .client import OpenAIImages

    return OpenAIImages(settings)
