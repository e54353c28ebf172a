"""The provider keeps the contract of providers, against a server that speaks OpenAI's protocol."""

from __future__ import annotations

import functools

import pytest

from novaclips.plugin import (
    AuthenticationFailed,
    BadImage,
    ContentRefused,
    InvalidRequest,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.testing import FaultServer, ImageProviderContract, ProviderCase

FAULTS = {
    AuthenticationFailed: "bad_key",
    QuotaExhausted: "no_credit",
    ContentRefused: "moderation_blocked",
    InvalidRequest: "unknown_parameter",
    RateLimited: "rate_limit_seconds",
    ProviderUnavailable: "overloaded",
    OutcomeUnknown: "dropped_after",
    BadImage: "empty_data",
}


class TestOpenAI(ImageProviderContract):
    @pytest.fixture
    def case(self, fault_server: FaultServer) -> ProviderCase:
        return ProviderCase(
            "openai",
            env={**fault_server.env, "OPENAI_API_KEY": "sk-never-shown"},
            options={"quality": "low"},
            requests=lambda: fault_server.counts.requests,
            faults={error: functools.partial(fault_server.fault, name, times=1) for error, name in FAULTS.items()},
            shaping={"model": "gpt-image-1-mini", "size": "2048x1152", "quality": "high", "output_format": "webp"},
        )
