"""What a model is sent for a request; no network."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.plugin import ImageRequest
from novaclips_provider_replicate.inputs import build_input, ignored, shaping_identity, shaping_input, size_input
from novaclips_provider_replicate.models import Model, known_models, short_names

KNOWN = list(known_models().values())
frames = st.tuples(st.integers(64, 8192), st.integers(64, 8192))


def ask(model: str, prompt: str = "a river", resolution: str = "1920x1080", **given: object) -> ImageRequest:
    fields = {name: given.pop(name) for name in ("seed", "negative_prompt", "references") if name in given}
    return ImageRequest(1, prompt, resolution=resolution, options={"model": model, **given}, **fields)


def model(name: str) -> Model:
    return short_names()[name]


def made(**inputs: dict) -> Model:
    return Model(name="some-one/some-model", inputs=inputs)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("flux-schnell", {"aspect_ratio": "16:9"}),
        ("flux-dev", {"aspect_ratio": "16:9"}),
        ("sd-3.5", {"aspect_ratio": "16:9"}),
        ("ideogram-v3-turbo", {"aspect_ratio": "16:9"}),
        ("flux-1.1-pro", {"aspect_ratio": "custom", "width": 1440, "height": 800}),
        ("flux-2-pro", {"aspect_ratio": "custom", "width": 1920, "height": 1088}),
        ("sdxl", {"width": 1344, "height": 768}),
        ("recraft-v3", {"size": "1820x1024"}),
        ("nano-banana-2", {"aspect_ratio": "16:9", "resolution": "2K"}),
        ("seedream-4", {"aspect_ratio": "16:9", "size": "2K"}),
    ],
)
def test_a_full_hd_frame_is_asked_for_in_each_models_own_words(name, size):
    assert size_input(model(name), (1920, 1080)) == size


@pytest.mark.parametrize(
    ("frame", "resolution"),
    [((1280, 720), "1K"), ((1920, 1080), "2K"), ((3840, 2160), "4K"), ((8192, 8192), "4K")],
    ids=str,
)
def test_the_resolution_is_the_smallest_with_enough_pixels(frame, resolution):
    assert size_input(model("nano-banana-2"), frame)["resolution"] == resolution


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: known.title)
@given(frame=frames)
def test_every_size_that_is_asked_for_is_legal(known: Model, frame):
    for name, value in size_input(known, frame).items():
        schema = known.inputs[name]
        if "enum" in schema:
            assert str(value) in known.values(name)
        if "multipleOf" in schema:
            assert value % schema["multipleOf"] == 0
        if "minimum" in schema:
            assert schema["minimum"] <= value <= schema["maximum"]


@given(frame=frames)
def test_sdxl_is_asked_for_about_the_pixels_that_it_was_trained_on(frame):
    size = size_input(model("sdxl"), frame)

    assert 0.75 <= size["width"] * size["height"] / (1024 * 1024) <= 1


@pytest.mark.parametrize(
    ("inputs", "size"),
    [
        ({"width": {}, "height": {}}, {"width": 1920, "height": 1088}),
        ({"width": {"default": 768}, "height": {"default": 768}}, {"width": 1024, "height": 576}),
        (
            {"width": {"enum": [256, 512, 1024], "default": 512}, "height": {"enum": [256, 512, 768], "default": 512}},
            {"width": 512, "height": 256},
        ),
        ({"width": {"maximum": 1024}, "height": {"maximum": 1024}}, {"width": 1024, "height": 576}),
        ({"aspect_ratio": {"enum": ["1:1", "match_input_image"]}}, {"aspect_ratio": "1:1"}),
        ({"aspect_ratio": {"enum": ["16:9"]}, "resolution": {"enum": ["1 MP", "4 MP"]}},
         {"aspect_ratio": "16:9", "resolution": "4 MP"}),
        ({"aspect_ratio": {"enum": ["16:9"]}, "resolution": {"enum": ["None", "1024x768"]}}, {"aspect_ratio": "16:9"}),
        ({"size": {"enum": ["auto"]}}, {}),
        ({}, {}),
    ],
    ids=["pixels", "trained", "steps", "bounded", "one-shape", "megapixels", "other-words", "no-size", "nothing"],
)  # fmt: skip
def test_a_model_that_is_not_known_is_asked_by_its_schema(inputs, size):
    assert size_input(made(**inputs), (1920, 1080)) == size


@pytest.mark.parametrize("name", ["flux-schnell", "flux-2-pro", "sd-3.5", "nano-banana-2"])
def test_a_model_that_can_is_asked_for_png(name):
    assert shaping_input(model(name), ask(name))["output_format"] == "png"


@pytest.mark.parametrize("name", ["sdxl", "flux-schnell"])
def test_one_picture_is_asked_for(name):
    assert shaping_input(model(name), ask(name, num_outputs=4))["num_outputs"] == 1


def test_options_that_the_model_has_go_into_its_input_and_over_what_was_chosen():
    request = ask("flux-schnell", go_fast=False, output_format="webp", aspect_ratio="1:1", qualty="high")

    assert shaping_input(model("flux-schnell"), request) == {
        "aspect_ratio": "1:1",
        "output_format": "webp",
        "num_outputs": 1,
        "go_fast": False,
    }


@pytest.mark.parametrize(("given", "sent"), [(0.25, "0.25"), (1, "1"), ("1", "1"), (2, 2), ([1], [1])], ids=repr)
def test_a_number_is_sent_as_text_where_the_model_knows_it_as_text(given, sent):
    values = shaping_input(model("flux-schnell"), ask("flux-schnell", megapixels=given))

    assert values["megapixels"] == sent
    assert type(values["megapixels"]) is type(sent)


def test_a_number_stays_one_where_the_model_knows_it_as_a_number():
    values = shaping_input(made(width={"enum": [256, 512]}), ask("some-one/some-model", width=512))

    assert values == {"width": 512}


def test_a_number_and_its_text_are_one_purchase():
    number, text = (shaping_input(model("flux-dev"), ask("flux-dev", megapixels=value)) for value in (0.25, "0.25"))

    assert shaping_identity(number) == shaping_identity(text)


def test_a_shape_of_the_users_own_takes_the_place_of_pixels():
    values = shaping_input(model("flux-2-pro"), ask("flux-2-pro", aspect_ratio="1:1"))

    assert values == {"aspect_ratio": "1:1", "output_format": "png"}


@pytest.mark.parametrize(
    ("name", "identity"),
    [
        ("flux-2-pro", {"size": "1920x1088", "options": {"output_format": "png"}}),
        ("sd-3.5", {"aspect": "16:9", "options": {"output_format": "png"}}),
        ("seedream-4", {"aspect": "16:9", "size": "2K", "options": {}}),
        ("recraft-v3", {"size": "1820x1024", "options": {}}),
        ("sdxl", {"size": "1344x768", "options": {"num_outputs": 1}}),
    ],
)
def test_size_and_shape_are_told_apart_from_the_rest_of_what_shapes_a_picture(name, identity):
    assert shaping_identity(shaping_input(model(name), ask(name))) == identity


def test_own_options_are_not_sent():
    assert shaping_input(made(model={}, deadline={}), ask("some-one/some-model", deadline=9)) == {}


def test_the_words_and_the_seed_come_from_the_scene_and_not_from_the_options():
    request = ask("sdxl", seed=7, negative_prompt="text", prompt="a river")
    request.options.update(seed=1)
    values = build_input(model("sdxl"), request)

    assert (values["prompt"], values["negative_prompt"], values["seed"]) == ("a river", "text", 7)


def test_a_model_gets_neither_a_negative_prompt_nor_a_seed_that_it_does_not_have():
    values = build_input(model("recraft-v3"), ask("recraft-v3", seed=7, negative_prompt="text"))

    assert values == {"prompt": "a river", "size": "1820x1024"}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("flux-2-pro", {"input_images": ["url-0", "url-1", "url-2"]}),
        ("nano-banana-2", {"image_input": ["url-0", "url-1", "url-2"]}),
        ("sdxl", {"image": "url-0"}),
        ("flux-schnell", {}),
    ],
)
def test_reference_images_go_into_the_input_that_takes_them(name, expected):
    values = build_input(model(name), ask(name), [f"url-{number}" for number in range(3)])

    assert {key: value for key, value in values.items() if "image" in key} == expected


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (ask("flux-schnell", negative_prompt="text"), "flux-schnell has no negative prompt; it is ignored"),
        (ask("recraft-v3", seed=1), "recraft-v3 has no seed; it is ignored"),
        (
            ask("flux-dev", seed=1),
            "flux-dev with go_fast may draw another picture for the same seed; set option go_fast to false",
        ),
        (
            ask("flux-schnell", references=(Path("a.png"),)),
            "flux-schnell takes no reference images; they are ignored",
        ),
        (
            ask("sdxl", references=(Path("a.png"), Path("b.png"))),
            "sdxl takes 1 of the 2 reference images; the others are ignored",
        ),
        (
            ask("sdxl", guidance_scal=3),
            "option 'guidance_scal' is unknown and ignored; did you mean 'guidance_scale'?",
        ),
    ],
    ids=["negative-prompt", "seed", "go-fast", "no-references", "too-many-references", "option"],
)
def test_what_a_model_ignores_is_said(request_: ImageRequest, sentence):
    assert ignored(model(str(request_.options["model"])), request_) == (sentence,)


def test_nothing_is_said_where_nothing_is_ignored():
    request = ask("sdxl", seed=1, negative_prompt="text", references=(Path("a.png"),), scheduler="DDIM", deadline=60)

    assert ignored(model("sdxl"), request) == ()


def test_a_seed_without_go_fast_is_kept_to():
    assert ignored(model("flux-schnell"), ask("flux-schnell", seed=1, go_fast=False)) == ()
