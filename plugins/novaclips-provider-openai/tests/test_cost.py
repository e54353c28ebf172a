"""Prices before a picture is bought, and its cost afterwards."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PIL import Image

from novaclips.plugin import Cost, ImageRequest
from novaclips_provider_openai.cost import load_prices, output_tokens

# Tokens of gpt-image-2 at low, medium and high; the last two rows are the numbers that OpenAI has published.
TOKENS = {
    (1280, 720): (106, 947, 3787),
    (1536, 864): (120, 1078, 4312),
    (1920, 1088): (148, 1325, 5300),
    (2560, 1440): (205, 1843, 7370),
    (3840, 2160): (371, 3336, 13342),
    (1536, 1024): (158, 1372, 5488),
    (1024, 1024): (196, 1756, 7024),
}
PROMPT = "a river at night"
WORDS = Decimal(5) * (len(PROMPT) + 6) / 1_000_000
PRICES = load_prices()


def asked(resolution: str = "1920x1080", prompt: str = PROMPT, **options: object) -> ImageRequest:
    return ImageRequest(1, prompt, resolution=resolution, options=options)


@pytest.mark.parametrize("size", TOKENS, ids=str)
def test_output_tokens_are_those_that_openai_publishes(size):
    assert tuple(output_tokens(quality, size) for quality in ("low", "medium", "high")) == TOKENS[size]


@pytest.mark.parametrize("size", TOKENS, ids=str)
def test_a_portrait_costs_what_its_landscape_costs(size):
    assert output_tokens("medium", size[::-1]) == output_tokens("medium", size)


def test_an_estimate_is_the_pictures_price_and_its_words(make):
    cost = make().estimate(asked())

    assert cost == Cost(Decimal("0.03975") + WORDS, upper_bound=True, as_of="2026-11-23")


@pytest.mark.parametrize(
    "prompt", ["a", "река" * 50, "🌊" * 500, "x" * 32_000], ids=["short", "cyrillic", "emoji", "long"]
)
def test_words_are_priced_at_one_token_a_byte_at_most(make, prompt):
    words = make().estimate(asked(prompt=prompt)).usd - Decimal("0.03975")

    assert words == Decimal(5) * (len(prompt.encode()) + 6) / 1_000_000


@pytest.mark.parametrize(
    ("size", "tokens"), [((64, 64), 1024), ((1024, 1024), 1024), ((1920, 1080), 2025), (None, 1024)], ids=str
)
def test_each_reference_image_is_priced_by_its_pixels(make, tmp_path, size, tokens):
    path = tmp_path / "hero.png"
    if size:
        Image.new("RGB", size).save(path)
    plain, referring = (make().estimate(ImageRequest(1, PROMPT, references=some)) for some in ((), (path, path)))

    assert referring.usd - plain.usd == 2 * Decimal(8) * tokens / 1_000_000


@pytest.mark.parametrize(
    ("options", "usd"),
    [
        ({"quality": "low"}, "0.00444"),
        ({"quality": "high"}, "0.159"),
        ({"quality": "auto"}, "0.159"),
        ({"size": "3840x2160", "quality": "high"}, "0.40026"),
        ({"model": "gpt-image-2.5-flare"}, "0.03975"),
        ({"model": "gpt-image-2.5-flare", "quality": "max"}, "0.159"),
        ({"model": "gpt-image-2.5-flare", "quality": "auto"}, "0.159"),
        ({"model": "gpt-image-2.6-sunburst", "quality": "low"}, "0.01776"),
        ({"model": "gpt-image-2.6-sunburst", "quality": "medium"}, "0.159"),
        ({"model": "gpt-image-2.6-sunburst", "quality": "xhigh"}, "0.159"),
        ({"model": "gpt-image-1.5", "quality": "low"}, "0.013"),
        ({"model": "gpt-image-1.5", "quality": "auto"}, "0.2"),
    ],
    ids=str,
)
def test_every_gpt_image_model_has_an_upper_bound(make, options, usd):
    cost = make().estimate(asked(**options))

    assert cost.upper_bound
    assert cost.usd - Decimal(5) * (len(PROMPT) + 6) / 1_000_000 == Decimal(usd)


@pytest.mark.parametrize(
    ("options", "usd"),
    [
        ({"model": "dall-e-3"}, "0.08"),
        ({"model": "dall-e-3", "quality": "hd"}, "0.12"),
        ({"model": "dall-e-3", "quality": "hd", "size": "1024x1024"}, "0.08"),
        ({"model": "dall-e-2"}, "0.02"),
        ({"model": "dall-e-2", "size": "256x256"}, "0.016"),
    ],
    ids=str,
)
def test_a_price_by_the_picture_is_exact(make, options, usd):
    assert make().estimate(asked(**options)) == Cost(Decimal(usd), as_of="2026-11-23")


@pytest.mark.parametrize("model", ["somebodys-own", "chatgpt-image-latest"])
def test_an_unknown_price_is_none_and_not_nothing(make, model):
    assert make().estimate(asked(model=model)) is None


def test_the_cost_afterwards_is_that_of_the_tokens():
    usage = {"output_tokens": 1325, "input_tokens_details": {"text_tokens": 40, "image_tokens": 1000}}

    cost = PRICES["gpt-image-2"].actual(usage)

    assert cost == Cost(Decimal("0.03975") + Decimal("0.0002") + Decimal("0.008"), as_of="2026-11-23")


ASKED = {"text_tokens": 40, "image_tokens": 0}


@pytest.mark.parametrize(
    "usage",
    [
        None,
        {},
        [],
        "1325",
        {"output_tokens": 1325},
        {"output_tokens": "many"},
        {"output_tokens": 0, "input_tokens_details": {"text_tokens": 0, "image_tokens": 0}},
        {"output_tokens": 0, "input_tokens_details": ASKED},
        {"output_tokens": -5, "input_tokens_details": ASKED},
        {"output_tokens": 1325, "input_tokens_details": {"text_tokens": -7}},
        {"output_tokens": 1325, "input_tokens_details": {"text_tokens": 1, "image_tokens": -(10**9)}},
        {"output_tokens": 10**12, "input_tokens_details": ASKED},
        {"output_tokens": True, "input_tokens_details": ASKED},
        {"output_tokens": 1325.5, "input_tokens_details": ASKED},
        {"output_tokens": float("nan"), "input_tokens_details": ASKED},
        {"output_tokens": 1325, "input_tokens_details": {"text_tokens": None}},
    ],
    ids=str,
)
def test_a_usage_that_says_too_little_is_no_cost(usage):
    assert PRICES["gpt-image-2"].actual(usage) is None


def test_a_model_without_rates_has_no_cost_by_tokens():
    assert PRICES["dall-e-3"].actual({"output_tokens": 1, "input_tokens_details": {"text_tokens": 1}}) is None
