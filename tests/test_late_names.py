"""Packages whose names are imported late: what they offer, and what a wrong name is answered."""

from __future__ import annotations

import importlib

import pytest

LATE = ["novaclips.testing", "novaclips.visuals.image_generator"]


@pytest.mark.parametrize("package", LATE)
def test_every_public_name_is_there(package: str) -> None:
    module = importlib.import_module(package)

    assert sorted(dir(module)) == sorted(module.__all__)
    assert all(getattr(module, name) is not None for name in module.__all__)


@pytest.mark.parametrize("package", LATE)
def test_a_name_that_is_not_there_is_answered_as_python_does(package: str) -> None:
    module = importlib.import_module(package)

    with pytest.raises(AttributeError, match=rf"^module '{package}' has no attribute 'Nothing'$"):
        _ = module.Nothing
