"""What OpenAI charges for pictures, in US dollars (as of 2026-11-24)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

MILLION: Final = 1_000_000
# For a million tokens of text, of reference pictures and of the picture itself.
RATES: Final = tuple(map(Decimal, ("5", "8", "30")))
OTHER_RATES: Final[Mapping[str, tuple[Decimal, ...]]] = MappingProxyType(
    {
        "gpt-image-1-mini": tuple(map(Decimal, ("2", "2.5", "8"))),
        "gpt-image-1.5": tuple(map(Decimal, ("5", "8", "32"))),
        "gpt-image-1.5-2025-12-16": tuple(map(Decimal, ("5", "8", "32"))),
        "chatgpt-image-latest": tuple(map(Decimal, ("5", "8", "32"))),
    }
)
# For a picture: by model and quality, of a square and of an oblong shape.
DALL_E: Final[Mapping[tuple[str, str], tuple[Decimal, Decimal]]] = MappingProxyType(
    {
        ("dall-e-3", "standard"): (Decimal("0.04"), Decimal("0.08")),
        ("dall-e-3", "hd"): (Decimal("0.08"), Decimal("0.12")),
        ("dall-e-2", "standard"): (Decimal("0.02"), Decimal("0.02")),
    }
)


def price_of_tokens(model: str, *, text: int, images: int, output: int) -> Decimal:
    """Return what an order of so many tokens costs."""
    rates = OTHER_RATES.get(model, RATES)
    return (
        sum((rate * tokens for rate, tokens in zip(rates, (text, images, output), strict=True)), Decimal(0)) / MILLION
    )


def price_of_dall_e(model: str, quality: str, *, oblong: bool, count: int) -> Decimal:
    """Return what so many pictures of DALL-E cost."""
    return DALL_E[model, quality][oblong] * count
