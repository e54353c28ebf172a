"""The storyboard provider keeps the contract of providers."""

from __future__ import annotations

import pytest

from novaclips.testing import ImageProviderContract, ProviderCase


class TestStoryboard(ImageProviderContract):
    @pytest.fixture
    def case(self) -> ProviderCase:
        return ProviderCase("storyboard", draws_scene=True)
