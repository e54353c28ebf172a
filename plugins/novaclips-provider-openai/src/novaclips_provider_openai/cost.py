"""What a picture costs: at most, before it is bought, and really, once the service has told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeGuard

from novaclips.plugin import JSON, Cost

from .models import Size, load, written

MILLION = 1_000_000
# The shorter edge is cut into fewer parts than the longer one, which has so many; the picture costs tokens by parts.
PARTS = {"low": 16, "medium": 48, "high": 96}
# A reference of 1024x1024 is reported at about $0.008: a token for each 1,024 pixels.
PIXELS_PER_TOKEN, MIN_REFERENCE_TOKENS = 1_024, 1_024
FRAMING_TOKENS = 6
ABSURD = 10_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """US dollars for a million tokens of text, of reference images and of the picture itself."""

    text: Decimal
    image: Decimal
    output: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What one model costs.

    ``tokens`` says for each quality which quality of gpt-image-2 takes as many output tokens, and how many times as
    many; ``pictures`` holds published prices by quality and size. A model has the one or the other, or neither.
    """

    as_of: str
    rates: Rates | None
    tokens: Mapping[str, tuple[str, int]]
    pictures: Mapping[str, Mapping[str, Decimal]]

    def estimate(self, *, size: Size, quality: str, prompt: str, references: Sequence[Path] = ()) -> Cost | None:
        """Return the worst case for one picture, or None where nobody can say.

        The picture's own part is exact for gpt-image-2; the words are counted as one token for each byte, more than
        any text has, and are some tenths of a cent. References are counted by their pixels.
        """
        picture = self._picture(size, quality)
        if picture is None:
            return None
        if self.rates is None:
            return Cost(picture, as_of=self.as_of)
        words = len(prompt.encode()) + FRAMING_TOKENS
        asked = self.rates.text * words + self.rates.image * sum(map(reference_tokens, references))
        return Cost(picture + asked / MILLION, upper_bound=True, as_of=self.as_of)

    def actual(self, usage: JSON) -> Cost | None:
        """Return what a picture has cost by the ``usage`` of its answer, or None where that says too little.

        Output tokens are all counted at the rate of images: the service often does not part them from text.
        """
        if self.rates is None or not isinstance(usage, Mapping):
            return None
        details = usage.get("input_tokens_details")
        details = details if isinstance(details, Mapping) else {}
        output, text, image = (usage.get("output_tokens"), details.get("text_tokens"), details.get("image_tokens", 0))
        if not (_is_count(output) and output and _is_count(text) and _is_count(image)):
            return None  # gateways write zeros where they do not know
        usd = (self.rates.output * output + self.rates.text * text + self.rates.image * image) / MILLION
        return Cost(usd, as_of=self.as_of)

    def _picture(self, size: Size, quality: str) -> Decimal | None:
        prices = {name: by_size.get(written(size)) for name, by_size in self.pictures.items()}
        if self.rates is not None:
            rate = self.rates.output / MILLION
            prices |= {name: rate * times * output_tokens(like, size) for name, (like, times) in self.tokens.items()}
        if quality == "auto":  # the service chooses, and may choose the dearest
            return max((price for price in prices.values() if price is not None), default=None)
        return prices.get(quality)


def output_tokens(quality: str, size: Size) -> int:
    """Return the output tokens of a picture by gpt-image-2 at quality low, medium or high.

    The formula is from https://community.openai.com/t/1382699; it gives every number that OpenAI has published.
    """
    width, height = size
    longer, shorter = max(size), min(size)
    across = PARTS[quality]
    down = (2 * across * shorter + longer) // (2 * longer)
    return -(-across * down * (2_000_000 + width * height) // 4_000_000)


def reference_tokens(path: Path) -> int:
    """Return the input tokens that a reference image is counted for."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            pixels = image.width * image.height
    except (OSError, Image.DecompressionBombError):  # the service will not take it either
        pixels = 0
    return max(MIN_REFERENCE_TOKENS, -(-pixels // PIXELS_PER_TOKEN))


def _is_count(value: JSON) -> TypeGuard[int]:
    """Say whether a number of tokens may be true: nothing that is drawn by the picture has ten million."""
    return type(value) is int and 0 <= value < ABSURD


def load_prices() -> Mapping[str, Price]:
    """Read prices.yaml; a model that is not in it has no known price."""
    data = load("prices.yaml")
    return {name: _price(str(data["as_of"]), **entry) for name, entry in data["models"].items()}


def _price(as_of: str, *, tokens: Any = None, pictures: Any = None, **rates: float) -> Price:
    return Price(
        as_of=as_of,
        rates=Rates(**{name: Decimal(str(rate)) for name, rate in rates.items()}) if rates else None,
        tokens={quality: tuple(like) for quality, like in (tokens or {}).items()},
        pictures={
            quality: {size: Decimal(str(usd)) for size, usd in by_size.items()}
            for quality, by_size in (pictures or {}).items()
        },
    )
