"""A service's nearest legal size for a frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.errors import ConfigError
from novaclips.plugin import legal_size, nearest_aspect, nearest_size

EDGES = st.integers(64, 8192)
GPT_IMAGE = {"step": 16, "max_edge": 3840, "min_pixels": 655_360, "max_pixels": 8_294_400, "max_ratio": 3}


@pytest.mark.parametrize(
    ("target", "size"),
    [
        ((1920, 1080), (1920, 1088)),
        ((1280, 720), (1280, 720)),
        ((1080, 1920), (1088, 1920)),
        ((1024, 1024), (1024, 1024)),
        ((3840, 2160), (3840, 2160)),
        ((7680, 4320), (3840, 2160)),
        ((640, 360), (1088, 608)),
        ((4000, 1000), (3840, 1280)),
    ],
    ids=str,
)
def test_the_smallest_size_of_the_shape_that_covers_the_frame_is_asked_for(target, size) -> None:
    assert legal_size(target, **GPT_IMAGE) == size


@given(EDGES, EDGES)
def test_every_size_is_within_the_limits(width, height) -> None:
    size = legal_size((width, height), **GPT_IMAGE)
    assert size[0] % 16 == size[1] % 16 == 0
    assert max(size) <= 3840
    assert max(size) <= 3 * min(size)
    assert 655_360 <= size[0] * size[1] <= 8_294_400


@given(EDGES, EDGES, st.sampled_from([1, 8, 32, 64]))
def test_a_size_is_found_for_every_frame_where_no_shape_is_forbidden(width, height, step) -> None:
    size = legal_size((width, height), step=step, min_edge=256, max_edge=2048)
    assert size[0] % step == size[1] % step == 0
    assert 256 <= min(size) <= max(size) <= 2048


def test_a_megapixel_of_wide_screen_is_the_size_that_models_were_trained_on() -> None:
    assert legal_size((1920, 1080), step=64, max_pixels=1024 * 1024) == (1344, 768)


def test_limits_that_leave_no_size_are_a_mistake() -> None:
    with pytest.raises(ConfigError, match="the service has no size for 64x64; choose another resolution"):
        legal_size((64, 64), step=16, max_edge=64, min_pixels=10_000)


@pytest.mark.parametrize(
    ("target", "size"),
    [((1920, 1080), (1536, 1024)), ((1080, 1920), (1024, 1536)), ((500, 500), (1024, 1024))],
    ids=str,
)
def test_of_fixed_sizes_the_nearest_shape_is_taken(target, size) -> None:
    assert nearest_size(target, [(1024, 1024), (1536, 1024), (1024, 1536)]) == size


def test_of_sizes_of_one_shape_the_smallest_that_covers_the_frame_is_taken() -> None:
    assert nearest_size((500, 500), [(256, 256), (1024, 1024), (512, 512)]) == (512, 512)
    assert nearest_size((2000, 2000), [(256, 256), (1024, 1024), (512, 512)]) == (1024, 1024)


def test_of_aspects_the_nearest_is_taken() -> None:
    aspects = ["1:1", "16:9", "21:9", "3:2", "9:16"]
    assert [nearest_aspect(size, aspects) for size in [(1920, 1080), (1000, 1000), (1080, 1920), (2560, 1080)]] == [
        "16:9",
        "1:1",
        "9:16",
        "21:9",
    ]
