"""The provider keeps the contract of providers with jobs, against a server that speaks Replicate's protocol."""

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
from novaclips.testing import FaultServer, JobProviderContract, ProviderCase

FAULTS = {
    AuthenticationFailed: "replicate_bad_token",
    QuotaExhausted: "replicate_no_credit",
    ContentRefused: "prediction_nsfw",
    InvalidRequest: "replicate_invalid_input",
    RateLimited: "replicate_rate_limit",
    ProviderUnavailable: "replicate_unavailable",
    OutcomeUnknown: "dropped_after",
    BadImage: "prediction_expired",
}


class TestReplicate(JobProviderContract):
    @pytest.fixture
    def case(self, fault_server: FaultServer) -> ProviderCase:
        return ProviderCase(
            "replicate",
            env={**fault_server.env, "REPLICATE_API_TOKEN": "r8-never-shown", "REPLICATE_POLL_INTERVAL": "0"},
            options={"model": "black-forest-labs/flux-schnell"},
            requests=lambda: fault_server.counts.requests,
            faults={error: functools.partial(fault_server.fault, name, times=1) for error, name in FAULTS.items()},
            shaping={"model": "black-forest-labs/flux-dev", "num_inference_steps": 2},
        )
