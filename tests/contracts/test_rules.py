"""The contract's page and its tests have the same rules, and each rule one test."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from contracts import nested
from novaclips.testing import JobProviderContract, OutputWriterContract, PromptEnhancerContract, StylePackContract
from novaclips.testing.contracts.packaging import PackagedContract

PAGE = Path(__file__).parents[2] / "docs/reference/provider-contract.md"
CONTRACTS = (PackagedContract, JobProviderContract, PromptEnhancerContract, OutputWriterContract, StylePackContract)


def numbers_on_the_page() -> list[str]:
    return re.findall(r"^\*\*([A-Z]\d+)\*\* \S", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def rules_in_the_kit() -> dict[str, str]:
    """Return the first line of the docstring by the name of the test."""
    named = {name: getattr(contract, name) for contract in CONTRACTS for name in nested.rules_of(contract)}
    return {name: (test.__doc__ or "").partition("\n")[0] for name, test in named.items()}


def test_each_rule_of_the_page_has_one_test() -> None:
    tested = Counter(name.split("_")[1].upper() for name in rules_in_the_kit())
    assert tested == Counter(numbers_on_the_page())


def test_rules_are_numbered_in_turn() -> None:
    numbers = numbers_on_the_page()
    for letter in sorted({number[0] for number in numbers}):
        count = sum(number[0] == letter for number in numbers)
        assert [number for number in numbers if number[0] == letter] == [f"{letter}{n + 1}" for n in range(count)]


def test_each_test_says_its_rule_in_words() -> None:
    for name, rule in rules_in_the_kit().items():
        assert re.fullmatch(r"(?s)[A-Z`].{20,}\.", rule), f"the docstring of {name} is no sentence: {rule!r}"
