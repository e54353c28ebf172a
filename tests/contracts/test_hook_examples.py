"""The examples of the hooks' docstrings, packed as plugins, keep the rules of their kinds."""

from __future__ import annotations

import doctest

import pytest

from contracts import nested
from novaclips import hookspecs
from novaclips.testing import EnhancerCase, OutputWriterContract, PromptEnhancerContract, WriterCase
from site_builder import Site


class TestNight(PromptEnhancerContract):
    @pytest.fixture
    def case(self, site: Site) -> EnhancerCase:
        source = doctest.script_from_examples(str(hookspecs.novaclips_prompt_enhancers.__doc__))
        nested.install(site, "enhancer", "night", source)
        return EnhancerCase("night")


class TestWebP(OutputWriterContract):
    @pytest.fixture
    def case(self, site: Site) -> WriterCase:
        source = doctest.script_from_examples(str(hookspecs.novaclips_output_writers.__doc__))
        nested.install(site, "writer", "webp", source)
        return WriterCase("webp")
