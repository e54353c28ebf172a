"""Text from outside is fit to be stored and to be printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from novaclips.untrusted.text import printable, storable

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=50)


@given(ANY_TEXT)
def test_whatever_was_said_can_be_stored(text: str) -> None:
    storable(text).encode("utf-8")
    assert "\0" not in storable(text)


def test_a_good_text_is_stored_as_it_is() -> None:
    assert storable("Дождь 🌧️ над городом") == "Дождь 🌧️ над городом"


def test_a_text_that_is_too_long_is_cut_and_shows_it() -> None:
    assert storable("abcdefghij", 8) == "abcde..."


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]52;c;aGk=\x07", r"\x1b]52;c;aGk=\x07"),
        ("\x9b31m", r"\x9b31m"),
        ("a\u202eb", r"a\u202eb"),
        ("half \ud83e", r"half \ud83e"),
        ("bell\x07 back\b over\r", r"bell\x07 back\x08 over\r"),
        ("two\nlines\tof 👩‍🚀 text", "two\nlines\tof 👩‍🚀 text"),
    ],
    ids=["clipboard", "c1", "bidi", "surrogate", "control", "plain"],
)
def test_a_terminal_shows_control_characters_and_does_not_obey_them(text: str, shown: str) -> None:
    assert printable(text) == shown
