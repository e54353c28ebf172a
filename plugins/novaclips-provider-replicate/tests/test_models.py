"""The models that are known by name, and the ways to write one."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from novaclips.plugin import ConfigError, Cost, ImageRequest, Settings
from novaclips_provider_replicate.client import ReplicateImages
from novaclips_provider_replicate.models import DEFAULT, VERSION, Model, Reference, known_models, short_names

SDXL = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc"
SHORT = list(short_names())


def cost(resolution: str = "1920x1080", references: tuple = (), **options: object) -> Cost | None:
    request = ImageRequest(1, "a river", resolution=resolution, references=references, options=options)
    return ReplicateImages(Settings()).estimate(request)


@pytest.mark.parametrize(
    ("text", "name", "version"),
    [
        ("flux-schnell", "black-forest-labs/flux-schnell", ""),
        ("stable-diffusion", "stability-ai/sdxl", ""),
        ("sdxl", "stability-ai/sdxl", ""),
        ("sd-3.5", "stability-ai/stable-diffusion-3.5-large", ""),
        ("some-one/some_model.2", "some-one/some_model.2", ""),
        (f"stability-ai/sdxl:{SDXL}", "stability-ai/sdxl", SDXL),
        (f"sdxl:{SDXL}", "stability-ai/sdxl", SDXL),
    ],
    ids=["short", "stable-diffusion", "sdxl", "dotted", "full", "pinned", "short-and-pinned"],
)
def test_a_model_is_chosen_by_a_short_name_or_in_full_with_or_without_a_version(text, name, version):
    assert Reference.parse(text) == Reference(name, version)


def test_the_default_is_flux_schnell_and_comes_first():
    assert SHORT[0] == DEFAULT == "flux-schnell"


@pytest.mark.parametrize("text", ["flux-schnel", "SDXL ", "flux_dev"], ids=repr)
def test_a_misspelt_short_name_is_answered_with_the_one_that_was_meant(text):
    with pytest.raises(ConfigError, match=r"unknown Replicate model .*did you mean '(flux-schnell|sdxl|flux-dev)'\?"):
        Reference.parse(text.lower().strip() + ("x" if text == "SDXL " else ""))


@pytest.mark.parametrize(
    "text", ["", "nothing-like-it", "a/b/c", "a b/c", "https://replicate.com/a/b", None, 7], ids=repr
)
def test_what_is_no_name_of_a_model_is_refused_with_the_names_that_are(text):
    with pytest.raises(
        ConfigError, match=r"unknown Replicate model .*write owner/name, or one of flux-schnell, flux-dev"
    ):
        Reference.parse(text)


@pytest.mark.parametrize("version", ["", "latest", SDXL[:32], SDXL.upper(), SDXL + "0"], ids=repr)
def test_a_version_that_is_not_64_hexadecimal_digits_is_refused_with_the_page_to_copy_one_from(version):
    with pytest.raises(
        ConfigError, match=r"not 64 hexadecimal digits.*https://replicate.com/stability-ai/sdxl/versions"
    ):
        Reference.parse(f"stability-ai/sdxl:{version}")


def test_a_wrong_model_is_found_when_the_provider_is_made():
    with pytest.raises(ConfigError, match="did you mean 'flux-dev'"):
        ReplicateImages(Settings(options={"model": "flux-dve"}))


def test_the_version_of_sdxl_to_fall_back_on_is_a_whole_one():
    assert known_models()["stability-ai/sdxl"].version == SDXL


@pytest.mark.parametrize("model", known_models().values(), ids=lambda model: model.title)
def test_a_known_model_has_a_price_with_a_date_and_a_source_or_none(model: Model):
    if model.price:
        assert model.price.usd > 0
        assert model.price.source
        assert date.fromisoformat(model.price.as_of) <= date(2026, 11, 24)


@pytest.mark.parametrize("model", known_models().values(), ids=lambda model: model.title)
def test_a_known_model_is_official_or_has_a_version(model: Model):
    assert model.official == (not model.version)
    assert model.official or VERSION.fullmatch(model.version)


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("flux-schnell", Cost(Decimal("0.003"), as_of="2026-10-07")),
        ("sdxl", Cost(Decimal("0.006"), upper_bound=True, as_of="2026-11-23")),
        ("ideogram-v3-turbo", None),
        ("some-one/some-model", None),
    ],
    ids=["published", "seen", "known-without-price", "unknown"],
)
def test_an_estimate_is_the_price_of_the_table_with_its_date(model, expected):
    assert cost(model=model) == expected


@pytest.mark.parametrize(
    ("resolution", "usd"),
    [("1024x576", "0.03"), ("1920x1080", "0.09"), ("1280x720", "0.03")],
)
def test_a_price_by_the_megapixel_counts_each_megapixel_begun(resolution, usd):
    assert cost(resolution, model="flux-2-pro") == Cost(Decimal(usd), upper_bound=True, as_of="2026-11-23")


@pytest.mark.parametrize(
    "given",
    [
        {"references": ("hero.png",)},
        {"aspect_ratio": "16:9", "resolution": "1920x1080"},
        {"width": "many"},
    ],
    ids=["references", "own-shape", "no-number"],
)
def test_a_price_by_the_megapixel_is_unknown_where_the_megapixels_are(given):
    assert cost(model="flux-2-pro", **given) is None


def test_the_inputs_of_a_model_are_read_from_its_schema_with_the_enums_that_it_refers_to():
    schemas = {
        "aspect_ratio": {"type": "string", "enum": ["1:1", "16:9"]},
        "Input": {
            "properties": {
                "prompt": {"type": "string"},
                "aspect_ratio": {"allOf": [{"$ref": "#/components/schemas/aspect_ratio"}], "default": "1:1"},
            }
        },
    }
    model = Model.from_schema("some-one/some-model", schemas, official=True)

    assert model.values("aspect_ratio") == ("1:1", "16:9")
    assert model.inputs["aspect_ratio"]["default"] == "1:1"
    assert model.official


def test_a_model_without_a_schema_has_no_inputs():
    assert Model.from_schema("some-one/some-model", {}, official=False).inputs == {}


def identity(**options: object) -> dict:
    return dict(ReplicateImages(Settings()).identity(ImageRequest(1, "a river", options=options)))


def test_the_identity_holds_a_version_only_where_the_user_pinned_one():
    assert identity(model="sdxl")["model"] == "stability-ai/sdxl"
    assert identity(model=f"sdxl:{SDXL}")["model"] == f"stability-ai/sdxl:{SDXL}"


def test_a_deadline_makes_no_other_picture():
    assert identity(deadline=5) == identity()
    assert identity(model="a/b", deadline=5) == identity(model="a/b")


def test_of_a_model_that_is_not_known_the_frame_and_the_options_make_the_identity():
    assert identity(model="a/b", steps=4) == {"model": "a/b", "resolution": "1920x1080", "options": {"steps": 4}}


def test_a_picture_of_a_rehearsal_is_not_the_real_one(fault_server):
    rehearsal = ReplicateImages(Settings(env=fault_server.env)).identity(ImageRequest(1, "a river"))

    assert rehearsal == identity() | {"host": fault_server.url.removeprefix("http://")}
