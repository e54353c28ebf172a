"""The gallery of wrong providers, where each fails in the test of its rule alone: before anything is ordered."""

from __future__ import annotations

import pytest

from contracts import nested
from contracts.acme import CONTRACT, JOB_CONTRACT, Wrong, broken_rules, install
from contracts.wrong_providers import BEFORE, JOBS, MANNERS, ORDERS
from novaclips.testing import ImageProviderContract, JobProviderContract
from site_builder import Site


@pytest.mark.parametrize("contract", [CONTRACT, JOB_CONTRACT], ids=["provider", "job provider"])
def test_a_healthy_provider_passes(site: Site, contract: str) -> None:
    install(site, Wrong("", "", contract))
    outcomes = nested.run(site, contract)
    assert set(outcomes.values()) == {"passed"}
    expected = JobProviderContract if contract is JOB_CONTRACT else ImageProviderContract
    assert nested.rules_of(expected) <= set(outcomes)


@pytest.mark.parametrize("wrong", BEFORE.values(), ids=BEFORE)
def test_a_wrong_provider_fails_in_the_test_of_its_rule(
    site: Site, wrong: Wrong, capsys: pytest.CaptureFixture[str]
) -> None:
    assert broken_rules(site, wrong) == [wrong.rule]
    assert wrong.told in capsys.readouterr().out


def test_every_rule_has_a_wrong_provider() -> None:
    rules = {test.split("_")[1] for test in nested.rules_of(JobProviderContract)}
    assert rules == {wrong.rule for gallery in (BEFORE, ORDERS, MANNERS, JOBS) for wrong in gallery.values()}
