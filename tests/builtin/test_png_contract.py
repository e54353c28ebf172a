"""The PNG writer keeps the rules of writers."""

from __future__ import annotations

import pytest

from novaclips.testing import OutputWriterContract, WriterCase


class TestPng(OutputWriterContract):
    @pytest.fixture
    def case(self) -> WriterCase:
        return WriterCase("png")
