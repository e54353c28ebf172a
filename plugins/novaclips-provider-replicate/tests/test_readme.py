"""The readme's table of models says what models.yaml says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from novaclips_provider_replicate.inputs import reference_input, size_input
from novaclips_provider_replicate.models import Model, known_models, short_names

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in README.splitlines() if line.startswith("| `")]
MODELS = {row[1]: row for row in ROWS if row[1] in known_models()}


def size_in_words(model: Model) -> str:
    size = size_input(model, (1920, 1080))
    if "width" in size:
        return f"{size['width']}x{size['height']}"
    if "aspect_ratio" not in size:
        return size["size"]
    amount = size.get("resolution", size.get("size"))
    return f"shape {size['aspect_ratio']}" + (f", {amount}" if amount else "")


def test_every_known_model_has_its_row_under_all_its_names():
    named = {name: full for full, row in MODELS.items() for name in re.findall(r"`([^`]+)`", row[0])}

    assert named == {name: model.name for name, model in short_names().items()}


@pytest.mark.parametrize("model", known_models().values(), ids=lambda model: model.title)
def test_a_row_tells_size_price_seed_negative_prompt_and_references(model: Model):
    price = "unknown"
    if model.price:
        usd = f"${model.price.usd}" + (" for each megapixel begun" if model.price.per_megapixel else "")
        price = f"at most {usd}" if model.price.upper_bound else usd
    seed = "no"
    if "seed" in model.inputs:
        seed = "with `go_fast: false`" if "go_fast" in model.inputs else "yes"

    assert MODELS[model.name][2:] == [
        size_in_words(model),
        price,
        seed,
        "yes" if "negative_prompt" in model.inputs else "no",
        str(reference_input(model)[1]),
    ]


def test_the_dates_of_the_prices_are_those_of_the_table():
    dates = {model.price.as_of for model in known_models().values() if model.price}

    assert set(re.findall(r"20\d\d-\d\d-\d\d", README)) == dates
