"""The examples in docstrings run."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

import novaclips


def with_examples() -> list[str]:
    """Name the modules of novaclips whose source holds an example."""
    found = pkgutil.walk_packages(novaclips.__path__, "novaclips.")
    sources = ((one.name, one.module_finder.find_spec(one.name)) for one in found)
    return [name for name, spec in sources if spec and spec.loader and ">>> " in (spec.loader.get_source(name) or "")]


@pytest.mark.parametrize("name", with_examples())
def test_the_examples_of_a_module_run(name: str) -> None:
    module = importlib.import_module(name)
    results = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert results.attempted
    assert not results.failed
