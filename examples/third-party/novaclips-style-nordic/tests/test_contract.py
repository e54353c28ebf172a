"""The styles keep every rule of the style-pack contract."""

import pytest

from novaclips.testing import StylePackCase, StylePackContract


class TestNordic(StylePackContract):
    @pytest.fixture
    def case(self) -> StylePackCase:
        return StylePackCase("nordic")
