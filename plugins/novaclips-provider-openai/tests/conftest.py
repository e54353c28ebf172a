"""Fixtures: providers against nothing and against the fault server, with the date held still."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest

from novaclips.plugin import Settings
from novaclips_provider_openai.client import OpenAIImages

Make = Callable[..., OpenAIImages]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the machine's own keys, settings and current folder out of the tests."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "NOVACLIPS_")):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def make() -> Iterator[Make]:
    """Make providers on 2026-11-24; without an address they are OpenAI's own, which no test ever calls."""
    made: list[OpenAIImages] = []

    def make(env: dict[str, str] | None = None, *, today: str = "2026-11-24", now: float = 0.0) -> OpenAIImages:
        provider = OpenAIImages(Settings(env=env or {}), today=lambda: date.fromisoformat(today), now=lambda: now)
        made.append(provider)
        return provider

    yield make
    for provider in made:
        provider.close()


@pytest.fixture
def provider(make: Make, fault_server) -> OpenAIImages:
    """A provider that is ready to send to the fault server."""
    provider = make(fault_server.env)
    provider.open()
    return provider
