"""Which image models an OpenAI service knows, and what each of them allows (as of 2026-11-24)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

STEP: Final = 16
MAX_EDGE, MAX_RATIO = 3840, 3
MIN_PIXELS, MAX_PIXELS = 655_360, 8_294_400

GPT_FIELDS: Final = frozenset(
    {
        "background", "model", "moderation", "n", "output_compression", "output_format", "prompt", "quality",
        "safety_identifier", "size", "user",
    }
)  # fmt: skip
DALL_E_FIELDS: Final = frozenset({"model", "n", "prompt", "quality", "response_format", "size", "user"})
EFFORT: Final = MappingProxyType({"low": 16, "medium": 48, "high": 96})
FINER_EFFORT: Final = MappingProxyType({"low": 16, "medium": 32, "high": 48, "xhigh": 72, "max": 96})


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """What models of one kind have in common.

    ``sizes`` is empty where any size by the rule of pixels goes. ``effort`` gives the cells that a quality draws
    along the longer edge; the price of a picture follows from it.
    """

    qualities: tuple[str, ...]
    sizes: tuple[str, ...] = ()
    fields: frozenset[str] = GPT_FIELDS
    edit_fields: frozenset[str] = frozenset()  # beyond the fields; empty: no edits
    prompt_limit: int = 32_000
    most_pictures: int = 10
    formats: tuple[str, ...] = ("png", "jpeg", "webp")
    transparent: bool = True
    dall_e: bool = False
    effort: Mapping[str, int] = field(default_factory=lambda: EFFORT)


EDIT: Final = frozenset({"image", "mask"})
ENUM_SIZES: Final = ("1024x1024", "1024x1536", "1536x1024", "auto")
FIRST = Family(qualities=("low", "medium", "high", "auto"), sizes=ENUM_SIZES, edit_fields=EDIT | {"input_fidelity"})
SECOND = Family(qualities=("low", "medium", "high", "auto"), edit_fields=EDIT, transparent=False)
FINER = Family(
    qualities=("low", "medium", "high", "xhigh", "max", "auto"), edit_fields=EDIT | {"markup"}, effort=FINER_EFFORT
)
FINEST = Family(
    qualities=FINER.qualities, edit_fields=EDIT | {"markup"}, fields=GPT_FIELDS | {"complexity"}, effort=FINER_EFFORT
)
DALL_E_3 = Family(
    qualities=("standard", "hd"),
    sizes=("1024x1024", "1792x1024", "1024x1792"),
    fields=DALL_E_FIELDS | {"style"},
    prompt_limit=4_000,
    most_pictures=1,
    dall_e=True,
)
DALL_E_2 = Family(
    qualities=("standard",),
    sizes=("256x256", "512x512", "1024x1024"),
    fields=DALL_E_FIELDS,
    edit_fields=EDIT,
    prompt_limit=1_000,
    dall_e=True,
)

FAMILIES: Final[Mapping[str, Family]] = MappingProxyType(
    {
        "gpt-image-1-mini": FIRST,
        "gpt-image-1.5": FIRST,
        "gpt-image-1.5-2025-12-16": FIRST,
        "chatgpt-image-latest": FIRST,
        "gpt-image-2": SECOND,
        "gpt-image-2-2026-04-21": SECOND,
        "gpt-image-2.5-sunburst": FINER,
        "gpt-image-2.5-sunburst-2026-09-08": FINER,
        "gpt-image-2.5-flare": FINER,
        "gpt-image-2.5-flare-2026-09-08": FINER,
        "gpt-image-2.6-sunburst": FINEST,
        "gpt-image-2.6-flare": FINEST,
        # OpenAI itself serves these no more; compatible servers do.
        "dall-e-3": DALL_E_3,
        "dall-e-2": DALL_E_2,
    }
)
SHUTDOWNS: Final = MappingProxyType(
    dict.fromkeys((name for name, family in FAMILIES.items() if family is FIRST), "2026-12-01")
)
# The published token counts of the first family, by quality, for a square and for an oblong picture.
FIRST_TOKENS: Final = MappingProxyType({"low": (272, 404), "medium": (1056, 1576), "high": (4160, 6224)})


def size_complaint(family: Family, size: str) -> str | None:
    """Say what is wrong with a size, in the service's words; None when it can be drawn."""
    if family.sizes:
        if size in family.sizes:
            return None
        *names, last = family.sizes
        return f"Invalid size '{size}'. Supported sizes are {', '.join(names)}, and {last}."
    if size == "auto":
        return None
    parts = size.split("x")
    if len(parts) != 2 or not all(part.isascii() and part.isdigit() and int(part) for part in parts):  # noqa: PLR2004
        return f"Invalid size '{size}'. Expected 'auto' or a size in the form WIDTHxHEIGHT."
    width, height = map(int, parts)
    longer, shorter = max(width, height), min(width, height)
    problems = {
        "Width and height must both be divisible by 16.": width % STEP or height % STEP,
        "The longest edge must be less than or equal to 3840.": longer > MAX_EDGE,
        "The ratio of the longest edge to the shortest edge must be at most 3:1.": longer > MAX_RATIO * shorter,
        "Requested resolution is below the current minimum pixel budget.": width * height < MIN_PIXELS,
        "Requested resolution is above the current maximum pixel budget.": width * height > MAX_PIXELS,
    }
    return next((f"Invalid size '{size}'. {problem}" for problem, true in problems.items() if true), None)


def output_tokens(family: Family, size: tuple[int, int], quality: str) -> int:
    """Return what a picture costs, in tokens.

    Exact for gpt-image-2 (community.openai.com/t/1382699) and near the published numbers for the first family; for the
    others nothing is published, and the same formula stands in.
    """
    width, height = size
    if family is FIRST:
        return FIRST_TOKENS[quality][width != height]
    longer, shorter = max(size), min(size)
    along = family.effort[quality]
    across = (2 * along * shorter + longer) // (2 * longer)
    return math.ceil(along * across * (2_000_000 + width * height) / 4_000_000)
