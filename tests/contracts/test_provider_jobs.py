"""The gallery of wrong providers, where each fails in the test of its rule alone: jobs."""

from __future__ import annotations

import pytest

from contracts.acme import Wrong, broken_rules
from contracts.wrong_providers import JOBS
from site_builder import Site


@pytest.mark.parametrize("wrong", JOBS.values(), ids=JOBS)
def test_a_wrong_provider_fails_in_the_test_of_its_rule(
    site: Site, wrong: Wrong, capsys: pytest.CaptureFixture[str]
) -> None:
    assert broken_rules(site, wrong) == [wrong.rule]
    assert wrong.told in capsys.readouterr().out
