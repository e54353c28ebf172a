"""The presets keep the rules of style packs."""

from __future__ import annotations

import pytest

from novaclips.testing import StylePackCase, StylePackContract


class TestPresets(StylePackContract):
    @pytest.fixture
    def case(self) -> StylePackCase:
        return StylePackCase("presets")
