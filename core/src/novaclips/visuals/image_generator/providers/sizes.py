"""A service's nearest legal size for a frame; core fits the answer to the frame afterwards."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence

from novaclips.errors import ConfigError

Size = tuple[int, int]

# So much of a picture may be cropped away before a better shape is worth more pixels: 1920x1088 loses 0.7% in a
# 1920x1080 frame, and 2048x1152, which loses nothing, costs 13% more.
TOLERATED_LOSS = 0.02


def nearest_size(target: Size, sizes: Sequence[Size]) -> Size:
    """Return the one of a service's fixed sizes that serves ``target`` best.

    Sizes are width and height in pixels, at least one. The nearest shape counts first, then the smallest size that
    need not be enlarged, then the largest.

    Examples:
        >>> nearest_size((1920, 1080), [(1024, 1024), (1536, 1024), (1024, 1536)])
        (1536, 1024)
    """

    def rank(size: Size) -> tuple[float, bool, int]:
        covering = covers(size, target)
        return round(loss(size, target), 2), not covering, size[0] * size[1] * (1 if covering else -1)

    return min(sizes, key=rank)


def nearest_aspect(target: Size, aspects: Sequence[str]) -> str:
    """Return the one of these shapes, written ``16:9``, that is nearest to the target's.

    ``target`` is width and height in pixels; at least one shape must be there.

    Examples:
        >>> nearest_aspect((1920, 1080), ["1:1", "16:9", "9:16"])
        '16:9'
    """

    def difference(aspect: str) -> float:
        width, _, height = aspect.partition(":")
        return loss((int(width), int(height)), target)

    return min(aspects, key=difference)


@functools.cache
def legal_size(
    target: Size,
    *,
    step: int,
    min_edge: int = 1,
    max_edge: int = 8192,
    min_pixels: int = 1,
    max_pixels: int | None = None,
    max_ratio: float = math.inf,
) -> Size:
    """Return the smallest legal size of the target's shape that covers it, else the largest of that shape.

    Both edges of a legal size are multiples of ``step`` from ``min_edge`` to ``max_edge``; width times height lies
    between ``min_pixels`` and ``max_pixels``; the longer edge is at most ``max_ratio`` times the shorter one. A shape
    that is not legal becomes the nearest one. The shape counts before the pixels: a larger size of another shape is not
    taken. ConfigError when the limits leave no size at all.

    Examples:
        >>> legal_size((1920, 1080), step=16)
        (1920, 1088)
        >>> legal_size((1920, 1080), step=64, max_edge=1536)
        (1472, 832)
    """
    most = max_pixels or max_edge * max_edge
    edges = range(math.ceil(min_edge / step) * step, max_edge + 1, step)
    found = [
        (width, height)
        for width in edges
        for height in _heights(width, target, edges, max_ratio)
        if min_pixels <= width * height <= most and max(width, height) <= max_ratio * min(width, height)
    ]
    if not found:
        raise ConfigError(f"the service has no size for {target[0]}x{target[1]}; choose another resolution")

    def rank(size: Size) -> tuple[float, bool, int, float]:
        lost, covering = loss(size, target), covers(size, target)
        shape = 0 if lost <= TOLERATED_LOSS else round(lost, 3)
        return shape, not covering, size[0] * size[1] * (1 if covering else -1), lost

    return min(found, key=rank)


def _heights(width: int, target: Size, edges: range, max_ratio: float) -> Iterator[int]:
    """Yield the heights worth a look: on both sides of the target's shape, and of the flattest and tallest."""
    for exact in (width * target[1] / target[0], width / max_ratio, width * max_ratio):
        height = min(max(exact, edges[0]), edges[-1])
        yield from {math.floor(height / edges.step) * edges.step, math.ceil(height / edges.step) * edges.step}


def covers(size: Size, target: Size) -> bool:
    """Say whether a picture of this size fills the target without being enlarged."""
    return size[0] >= target[0] and size[1] >= target[1]


def loss(size: Size, target: Size) -> float:
    """Return what part of a picture is cropped away when it fills the target, from 0 to 1."""
    across, down = size[0] * target[1], size[1] * target[0]
    return 1 - min(across, down) / max(across, down)
