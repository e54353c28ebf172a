"""Options that a provider does not have."""

from __future__ import annotations

from novaclips.plugin import unknown_options


def test_a_misspelt_option_is_answered_with_the_one_that_was_meant() -> None:
    assert unknown_options({"qualty": "high", "size": 1}, ["quality", "size"]) == (
        "option 'qualty' is unknown and ignored; did you mean 'quality'?",
    )


def test_an_option_like_no_other_is_answered_with_all_there_are() -> None:
    assert unknown_options({"zebra": 1}, ["size", "quality"]) == (
        "option 'zebra' is unknown and ignored; known: quality, size",
    )
    assert unknown_options({"zebra": 1}, []) == ("option 'zebra' is unknown and ignored; known: none",)
