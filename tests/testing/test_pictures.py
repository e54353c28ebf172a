"""The pictures of the fault server: the right size, the weight of photographs, and a fingerprint that lasts."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from novaclips.testing import fingerprint, read_fingerprint
from novaclips.testing.pictures import draw
from novaclips.visuals.image_generator.frame import Fit, fit
from testing.customer import opened

PROMPT = "a river turning into a cloud"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("size", [(256, 256), (1344, 768), (641, 479)], ids=str)
def test_a_picture_has_exactly_its_size_and_format(size: tuple[int, int], kind: str) -> None:
    image = opened(draw(PROMPT, size, format=kind))
    assert (image.size, image.format, image.mode) == (size, kind, "RGB")


def test_equal_orders_give_equal_bytes() -> None:
    once = draw(PROMPT, (640, 360), 7)
    draw.cache_clear()
    assert draw(PROMPT, (640, 360), 7) == once


@pytest.mark.parametrize("other", [("another prompt", 7), (PROMPT, 8)], ids=["prompt", "seed"])
def test_another_prompt_or_seed_gives_another_picture(other: tuple[str, int]) -> None:
    prompt, seed = other
    assert draw(prompt, (640, 360), seed) != draw(PROMPT, (640, 360), 7)


def test_a_picture_weighs_what_a_photograph_weighs() -> None:
    assert 2_000_000 < len(draw(PROMPT, (1536, 1024))) < 3_000_000


@pytest.mark.parametrize("how", ["cover", "contain"])
@pytest.mark.parametrize("frame", [(1920, 1080), (1080, 1920), (1000, 1000), (320, 180)], ids=str)
@pytest.mark.parametrize("size", [(1536, 864), (1024, 1024), (1024, 1536)], ids=str)
def test_a_fingerprint_lasts_through_fitting_and_jpeg(size: tuple[int, int], frame: tuple[int, int], how: Fit) -> None:
    fitted = fit(opened(draw(PROMPT, size)), frame, how)
    file = io.BytesIO()
    fitted.save(file, "JPEG", quality=60)
    assert read_fingerprint(opened(file.getvalue())) == fingerprint(PROMPT)


@pytest.mark.parametrize("number", range(40))
def test_every_prompt_can_be_told_from_its_picture(number: int) -> None:
    prompt = f"picture number {number}"
    assert read_fingerprint(opened(draw(prompt, (1280, 720), number))) == fingerprint(prompt)


def test_a_thousand_prompts_have_a_thousand_fingerprints() -> None:
    assert len({fingerprint(f"prompt {number}") for number in range(1000)}) == 1000


@pytest.mark.parametrize(
    "image",
    [
        Image.new("RGB", (640, 360), "gray"),
        Image.linear_gradient("L").resize((640, 360)),
        Image.effect_noise((640, 360), 90),
        Image.new("L", (3, 2)),
    ],
    ids=["plain", "gradient", "noise", "tiny"],
)
def test_other_pictures_have_no_fingerprint(image: Image.Image) -> None:
    assert read_fingerprint(image) is None
