"""The storyboard provider draws a card for any scene on any machine."""

import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from PIL import Image

from novaclips.builtin import storyboard
from novaclips.builtin.storyboard.compositions import COMPOSITIONS
from novaclips.builtin.storyboard.kinds import kind_of
from novaclips.builtin.storyboard.pictograms import SIGNS
from novaclips.builtin.storyboard.provider import StoryboardProvider
from novaclips.plugin import Cost, ImageRequest, Settings

SIZES = ["64x64", "256x64", "64x512", "65x8192", "179x181", "181x179", "300x200", "640x360", "720x1280", "1001x999"]
RIVER = ImageRequest(
    3,
    "Digital illustration, a river turning into a cloud above a city",
    visual_type="metaphor",
    resolution="480x270",
    scene_prompt="A river turning into a cloud above a city",
    title="Where the water goes",
    narration="Every drop of rain has been here before.",
    style="illustration",
    negative_prompt="text, watermark",
    seed=42,
)


@pytest.fixture(scope="module")
def provider():
    return StoryboardProvider(font_folders=())


def opened(image):
    picture = Image.open(io.BytesIO(image.data))
    picture.load()
    return picture


@pytest.mark.parametrize("resolution", SIZES)
def test_a_card_has_exactly_the_size_asked_for(provider, resolution):
    picture = opened(provider.generate(replace(RIVER, resolution=resolution)))
    assert picture.format == "PNG"
    assert picture.mode == "RGB"
    assert f"{picture.width}x{picture.height}" == resolution


@pytest.mark.parametrize("kind", COMPOSITIONS)
@pytest.mark.parametrize("prompt", ["a city by the sea at night", "лес зимой", "a room at sunset", "an idea"])
def test_every_visual_type_draws_its_own_picture(provider, kind, prompt):
    request = ImageRequest(1, prompt, visual_type=kind, resolution="320x180")
    card = provider.generate(request).data
    other = "diagram" if kind != "diagram" else "image"
    assert card != provider.generate(replace(request, visual_type=other)).data


def test_every_kind_has_a_sign():
    assert set(SIGNS) == set(COMPOSITIONS)


@pytest.mark.parametrize(
    ("visual_type", "kind"),
    [
        ("Diagram", "diagram"),
        ("close up", "close-up"),
        ("before/after", "comparison"),
        ("bar_chart", "chart"),
        ("establishing shot", "landscape"),
        ("схема", "diagram"),
        ("something new", "image"),
        ("", "image"),
    ],
)
def test_a_visual_type_is_understood_by_its_words(visual_type, kind):
    assert kind_of(visual_type) == kind


def test_an_unknown_visual_type_draws(provider):
    assert opened(provider.generate(replace(RIVER, visual_type="hologram"))).size == RIVER.size


def test_the_same_request_gives_the_same_bytes_in_another_process():
    code = (
        "import sys, hashlib; from novaclips.builtin.storyboard.provider import StoryboardProvider;"
        "from novaclips.plugin import ImageRequest;"
        "data = StoryboardProvider(()).generate(ImageRequest(1, 'a sea at night', seed=7, resolution='320x180')).data;"
        "print(hashlib.sha256(data).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 43},
        {"take": 1},
        {"prompt": "Digital illustration, a lake"},
        {"scene_prompt": "A lake turning into a cloud"},
        {"scene_id": 4},
        {"title": "Elsewhere"},
        {"narration": "Nothing of the kind."},
        {"style": "noir"},
        {"negative_prompt": "river"},
        {"palette": ("#aa3355", "#113355")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_what_is_asked_otherwise_is_drawn_otherwise(provider, change):
    wide = replace(RIVER, resolution="1280x720")
    assert provider.generate(wide).data != provider.generate(replace(wide, **change)).data


def test_ten_cards_of_one_type_are_ten_drawings(provider):
    arts = {
        opened(provider.generate(ImageRequest(1, f"idea {n}", "diagram", "320x180"))).crop((0, 0, 190, 180)).tobytes()
        for n in range(10)
    }
    assert len(arts) == 10


def test_identity_holds_all_that_is_drawn_beside_prompt_and_seed(provider):
    assert provider.identity(RIVER) == {
        "design": 2,
        "resolution": "480x270",
        "scene_id": 3,
        "title": "Where the water goes",
        "narration": "Every drop of rain has been here before.",
        "visual_type": "metaphor",
        "style": "illustration",
        "palette": [],
        "scene_prompt": "A river turning into a cloud above a city",
        "take": 0,
    }


def test_a_card_is_free(provider):
    assert provider.estimate(RIVER) == Cost(Decimal(0))
    image = provider.generate(RIVER)
    assert image.cost == Cost(Decimal(0))
    assert image.model == "storyboard card 2"
    assert image.warnings == ()


def test_title_narration_style_and_type_may_be_empty(provider):
    bare = ImageRequest(0, "x", visual_type="", resolution="640x360")
    assert opened(provider.generate(bare)).size == (640, 360)


@pytest.mark.parametrize("resolution", ["64x64", "200x200", "640x360", "360x640"])
@pytest.mark.parametrize("words", ["word " * 20_000, "x" * 50_000, "\n\t"], ids=["words", "one word", "blank"])
def test_texts_of_any_length_draw(provider, resolution, words):
    request = ImageRequest(12345678, "a " + words, words, resolution, title=words, narration=words, style=words)
    assert opened(provider.generate(request)).size == request.size


def test_threads_draw_what_one_thread_draws(provider):
    requests = [replace(RIVER, seed=seed) for seed in range(8)]
    alone = [provider.generate(request).data for request in requests]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda request: provider.generate(request).data, requests))
    assert together == alone


def test_the_plugin_module_imports_no_drawing_library():
    code = (
        "import sys, novaclips.builtin.storyboard as plugin; list(plugin.novaclips_image_providers());"
        "print([name for name in ('PIL', 'fontTools', 'bidi', 'arabic_reshaper') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_hook_offers_the_provider_and_create_makes_it():
    (spec,) = storyboard.novaclips_image_providers()
    assert (spec.name, spec.key_env) == ("storyboard", ())
    assert (spec.capabilities.seed, spec.capabilities.negative_prompt, spec.capabilities.in_flight) == (True, True, 2)
    assert isinstance(spec.create(Settings()), StoryboardProvider)
