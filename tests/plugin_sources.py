"""Plugin modules that several tests install."""

from textwrap import dedent

HOOK = "from novaclips.plugin import ImageProviderSpec, hookimpl\n@hookimpl\n"  # the function follows
HEALTHY = dedent("""
    from novaclips.plugin import BaseImageProvider, ImageProviderSpec, hookimpl

    class Painter(BaseImageProvider):
        def generate(self, request):
            return b"painted"

    @hookimpl
    def novaclips_image_providers():
        yield ImageProviderSpec(name="paint", summary="Paints paint", create=lambda settings: Painter())
""")
NEEDS_A_KEY = HEALTHY.replace("create=", 'key_env=("PAINT_KEY", "PAINTER_KEY"), create=')
