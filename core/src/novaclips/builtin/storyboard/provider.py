"""The provider of storyboard cards."""

from __future__ import annotations

import io
import os
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from novaclips.plugin import JSON, BaseImageProvider, Cost, GeneratedImage, ImageRequest, unknown_options

from .card import draw_card
from .fonts import Fonts
from .system_fonts import usual_folders

DESIGN = 2  # raise it when cards come to look otherwise: then they are drawn anew
COMPRESSION = 2  # of 9: for flat colours the rest is time without gain


class StoryboardProvider(BaseImageProvider):
    """Draws a production card for a scene: the same request gives the same bytes.

    ``font_folders`` are searched for scripts that the bundled font lacks; None means the machine's usual ones.
    """

    host = ""

    def __init__(self, font_folders: Sequence[Path] | None = None) -> None:
        self._fonts = Fonts(usual_folders(os.environ) if font_folders is None else font_folders)

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Draw the card as a PNG of exactly the request's size."""
        image, warnings = draw_card(request, self._fonts)
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=COMPRESSION)
        return GeneratedImage(
            data=file.getvalue(),
            model=f"storyboard card {DESIGN}",
            seed=request.seed,
            cost=Cost(Decimal(0)),
            warnings=warnings,
        )

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return all that decides the drawing beside prompt, negative prompt and seed."""
        return {
            "design": DESIGN,
            "resolution": request.resolution,
            "scene_id": request.scene_id,
            "title": request.title,
            "narration": request.narration,
            "visual_type": request.visual_type,
            "style": request.style,
            "palette": list(request.palette),
            "scene_prompt": request.scene_prompt,
            "take": request.take,
        }

    def estimate(self, request: ImageRequest) -> Cost:  # noqa: ARG002 - every card costs the same
        """Return nothing to pay."""
        return Cost(Decimal(0))

    def notices(self, request: ImageRequest) -> Sequence[str]:
        """Say of each option that it counts for nothing: a card has none."""
        return unknown_options(request.options, known=())
