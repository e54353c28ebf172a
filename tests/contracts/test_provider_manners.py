"""The gallery of wrong providers, where each fails in the test of its rule alone: wishes, costs, secrets, traces."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import ImageFile

from contracts.acme import Wrong, broken_rules
from contracts.wrong_providers import MANNERS
from site_builder import Site


@pytest.fixture(autouse=True)
def _process_is_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Undo after each test what a wrong provider changed for the whole process."""
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", False)
    monkeypatch.chdir(Path.cwd())


@pytest.mark.parametrize("wrong", MANNERS.values(), ids=MANNERS)
def test_a_wrong_provider_fails_in_the_test_of_its_rule(
    site: Site, wrong: Wrong, capsys: pytest.CaptureFixture[str]
) -> None:
    assert broken_rules(site, wrong) == [wrong.rule]
    assert wrong.told in capsys.readouterr().out
