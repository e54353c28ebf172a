"""What the web UI's answers mean: the rows that only it has; novaclips has those of all services.

The web UI answers a failed picture with status 500 and ``{"error": CLASS, "detail": ..., "errors": TEXT}``, a wrong
sampler with 404, an order of the wrong form with 422 and a list, and a wrong login with 401; without ``--api`` there is
nothing at all at its path. Read in the sources of the web UI and of its forks on 2026-11-24.
"""

from __future__ import annotations

import requests

from novaclips.plugin import (
    Answered,
    AuthenticationFailed,
    ErrorTable,
    InvalidRequest,
    NoAnswer,
    NotSent,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    Row,
    requests_ending,
)

ROWS = (
    Row(
        status=(401, 403),
        error=AuthenticationFailed,
        text="{service} does not accept the login: {said}; set SDWEBUI_AUTH to the user:password of the web UI's"
        " --api-auth",
    ),
    Row(status=(402,), error=QuotaExhausted, text="{service} wants to be paid first: {said}"),
    Row(
        status=(404,),
        words=r"^not found$|^$",
        error=InvalidRequest,
        text="there is no API at {service}; start the web UI with --api, and check SDWEBUI_URL",
    ),
    Row(
        status=(404,),
        error=InvalidRequest,
        text="{service} has no such thing: {said}; check the options sampler_name and model",
    ),
    Row(status=(422,), error=InvalidRequest, text="{service} does not take this order: {said}; change that option"),
    Row(status=(429,), error=RateLimited, text="{service} asks for patience: {said}"),
    Row(
        status=(500,),
        words="out of memory|OutOfMemoryError",
        error=InvalidRequest,
        text="the graphics card of {service} has too little memory: {said}; set the option megapixels lower",
    ),
    Row(
        status=(500,),
        error=InvalidRequest,
        text="{service} failed at this picture: {said}; its own window says more; then run the command again",
    ),
    Row(
        status=(504, 520, 524),
        error=OutcomeUnknown,
        text="a gateway gave up waiting for {service} (HTTP {status}): {said}",
    ),
    Row(
        status=range(500, 600),
        error=ProviderUnavailable,
        text="{service} did not take the order (HTTP {status}): {said}",
    ),
    Row(
        status=range(300, 400),
        error=InvalidRequest,
        text="{service} sends elsewhere (HTTP {status}); check SDWEBUI_URL",
    ),
    Row(
        status=range(400, 500),
        error=InvalidRequest,
        text="{service} does not take this order (HTTP {status}): {said}",
    ),
)


def error_table(host: str) -> ErrorTable:
    """Return what the answers of the web UI at this address mean."""
    return ErrorTable(host, key="SDWEBUI_AUTH", address="SDWEBUI_URL", rows=ROWS)


def ending(exc: Exception, timeout: float) -> Answered | NotSent | NoAnswer | None:
    """Say how a request ended; a long silence names the option that says how long to bear it."""
    if isinstance(exc, requests.ReadTimeout):
        return NoAnswer(reason=f"nothing came for {timeout:g} s; the option timeout sets how long to wait")
    return requests_ending(exc)
