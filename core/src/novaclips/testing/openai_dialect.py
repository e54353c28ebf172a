"""How an OpenAI service says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from novaclips.testing import fault
from novaclips.testing.messages import NO_HEADERS, Answer, json_answer


def error(
    status: int,
    message: str,
    type: str,  # noqa: A002 - the protocol's word
    code: str | None = None,
    param: str | None = None,
    *,
    headers: Mapping[str, str] = NO_HEADERS,
    **more: object,
) -> Answer:
    """Return an error in OpenAI's envelope."""
    body = {"error": {"message": message, "type": type, "param": param, "code": code, **more}}
    return json_answer(body, status, headers)


class OpenAIDialect:
    """The answers that have nothing to do with what was ordered."""

    name: fault.ProtocolName = "openai"

    def unauthorized(self) -> Answer:
        """Answer a request without a key."""
        return error(
            401,
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer"
            " auth (i.e. Authorization: Bearer YOUR_KEY).",
            "invalid_request_error",
        )

    def throttled(self, seconds: int) -> Answer:
        """Answer a request that comes too early."""
        message = f"Rate limit reached for images per min. Please try again in {seconds}s."
        return error(429, message, "requests", "rate_limit_exceeded", headers={"Retry-After": str(seconds)})


DIALECT: Final = OpenAIDialect()
