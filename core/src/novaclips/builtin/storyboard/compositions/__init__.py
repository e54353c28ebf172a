"""One composition for each kind of visual: what stands where in the frame, as a thumbnail sketch would say it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from novaclips.builtin.storyboard.stage import Stage

from .closeups import close_up
from .data import chart, comparison, diagram, process, timeline
from .pages import atlas, quote, screen, title
from .scenic import example, image, landscape, metaphor, portrait

COMPOSITIONS: Mapping[str, Callable[[Stage], None]] = MappingProxyType(
    {
        "diagram": diagram,
        "example": example,
        "metaphor": metaphor,
        "chart": chart,
        "comparison": comparison,
        "process": process,
        "timeline": timeline,
        "quote": quote,
        "title": title,
        "map": atlas,
        "portrait": portrait,
        "landscape": landscape,
        "close-up": close_up,
        "screen": screen,
        "image": image,
    }
)

__all__ = ["COMPOSITIONS"]
