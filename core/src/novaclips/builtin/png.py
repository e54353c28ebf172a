"""The PNG writer: frames that every editor reads, with their story in the file's text."""

from novaclips.plugin import OutputWriterSpec, Settings, hookimpl
from novaclips.visuals.image_generator.writers import BaseOutputWriter


@hookimpl
def novaclips_output_writers():  # type: ignore[no-untyped-def]  # as a plugin author would write it
    """Offer the PNG writer."""
    yield OutputWriterSpec(name="png", summary="PNG files with prompt, provider, model and seed inside", create=create)


def create(settings: Settings) -> BaseOutputWriter:  # noqa: ARG001 - the writer has no options
    """Make the writer."""
    from novaclips.builtin.png_writer import PngWriter

    return PngWriter()
