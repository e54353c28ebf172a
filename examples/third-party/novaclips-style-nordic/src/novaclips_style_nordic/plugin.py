"""The styles of styles.yaml, for novaclips."""

from collections.abc import Iterator

from novaclips.plugin import PromptEnhancerSpec, hookimpl, style_pack


@hookimpl
def novaclips_prompt_enhancers() -> Iterator[PromptEnhancerSpec]:
    """Offer every style of the pack."""
    return style_pack(__package__)
