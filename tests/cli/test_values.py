"""Option values that click has no type for."""

import pytest

from novaclips.cli.values import Scenes, ranges


@pytest.mark.parametrize(
    ("ids", "text"),
    [([1], "1"), ([1, 2], "1-2"), ([1, 4, 5, 6, 7], "1,4-7"), ([9, 3, 1, 2], "1-3,9"), ([], "")],
    ids=str,
)
def test_scene_ids_are_written_as_they_are_read(ids: list[int], text: str) -> None:
    assert ranges(ids) == text
    if ids:
        assert Scenes().convert(text, None, None) == sorted(ids)
