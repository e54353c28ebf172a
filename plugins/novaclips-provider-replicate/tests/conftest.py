"""Fixtures: a provider that talks to the fault server, with a clock that no test has to wait for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from novaclips.plugin import ImageRequest, Settings
from novaclips_provider_replicate.client import ReplicateImages

if TYPE_CHECKING:
    from novaclips.testing import FaultServer

PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@dataclass
class Clock:
    """Seconds that pass only by sleeping."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


Make = Callable[..., ReplicateImages]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    """Keep the machine's own token, proxies and current folder out of the tests."""
    for name in ("REPLICATE_API_TOKEN", "REPLICATE_BASE_URL", "REPLICATE_POLL_INTERVAL"):
        monkeypatch.delenv(name, raising=False)
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def make(fault_server: FaultServer, clock: Clock) -> Iterator[Make]:
    """Make an opened provider: options as keywords, ``env`` over the server's, ``request_seconds`` as a limit.

    ``monotonic`` is another clock than the one that only sleeping moves.
    """
    made: list[ReplicateImages] = []

    def make(
        env: dict[str, str] | None = None,
        request_seconds: float = 5.0,
        monotonic: Callable[[], float] = clock.monotonic,
        **options: Any,
    ) -> ReplicateImages:
        provider = ReplicateImages(
            Settings(options=options, env={**fault_server.env, **(env or {})}),
            sleep=clock.sleep,
            monotonic=monotonic,
            request_seconds=request_seconds,
        )
        made.append(provider)
        provider.open()
        return provider

    yield make
    for provider in made:
        provider.close()


@pytest.fixture
def provider(make: Make) -> ReplicateImages:
    """A provider with the default model."""
    return make()


@pytest.fixture
def request_for() -> Callable[..., ImageRequest]:
    """Make a request: prompt, then any of its fields; other keywords are options."""
    fields = {"resolution", "negative_prompt", "seed", "references"}

    def request_for(prompt: str = "a river at dawn", **given: Any) -> ImageRequest:
        known = {name: value for name, value in given.items() if name in fields}
        options = {name: value for name, value in given.items() if name not in fields}
        return ImageRequest(1, prompt, **known, options=options)

    return request_for
