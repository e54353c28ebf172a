"""What a plugin's ``create`` gives, and what is answered when it gives nothing of use."""

from __future__ import annotations

import pytest

from novaclips.errors import MissingKey, PluginError
from novaclips.plugin import Settings
from plugin_answers import PAINT, said

CREATE = """
    from novaclips.plugin import *

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="paint", summary="Paints", create=create, key_env=("PAINT_KEY",))

    def create(settings):
"""
CREATES = {
    "raises": ("raise OSError('no paint')", "OSError: no paint"),
    "ends the process": ("raise SystemExit", "SystemExit"),
    "returns nothing": ("return None", "its create() should return a BaseImageProvider, not NoneType"),
    "returns a class": ("return BaseImageProvider", "its create() should return a BaseImageProvider, not ABCMeta"),
}


@pytest.mark.parametrize(("code", "cause"), CREATES.values(), ids=CREATES)
def test_create_that_fails_is_answered_in_one_line(install, plugins, code, cause):
    install("provider-paint", source=f"{CREATE}        {code}\n")

    with pytest.raises(PluginError) as raised:
        plugins.make_provider("paint", Settings())

    assert said(raised) == f"{PAINT}: {cause}"


def test_missing_key_comes_out_of_create_as_it_is(install, plugins):
    install("provider-paint", source=f"{CREATE}        return settings.key('paint', 'PAINT_KEY', 'PAINTER_KEY')\n")

    with pytest.raises(MissingKey) as raised:
        plugins.make_provider("paint", Settings())

    assert said(raised) == (
        "provider 'paint' needs PAINT_KEY or PAINTER_KEY; set it in the environment or in the project's .env, or try"
        " --provider storyboard (no key)"
    )


def test_style_whose_create_returns_nothing_is_answered(install, plugins):
    source = """
        from novaclips.plugin import PromptEnhancerSpec, hookimpl

        @hookimpl
        def novaclips_prompt_enhancers():
            yield PromptEnhancerSpec(name="noir", summary="Looks noir", create=lambda settings: None)
    """
    install("style-moods", source=source)

    with pytest.raises(PluginError) as raised:
        plugins.enhancer("moods/noir")

    assert said(raised) == (
        "style 'moods' is broken: style-moods from novaclips-style-moods 1.0: its create() should return a"
        " BasePromptEnhancer, not NoneType"
    )
