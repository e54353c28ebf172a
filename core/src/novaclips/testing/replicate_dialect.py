"""How Replicate says no."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from novaclips.testing import fault
from novaclips.testing.messages import NO_HEADERS, Answer, json_answer


def problem(status: int, title: str, detail: str, *, headers: Mapping[str, str] = NO_HEADERS, **more: object) -> Answer:
    """Return an error as RFC 7807 has it."""
    return json_answer({"title": title, "detail": detail, "status": status, **more}, status, headers)


class ReplicateDialect:
    """The answers that have nothing to do with what was ordered."""

    name: fault.ProtocolName = "replicate"

    def unauthorized(self) -> Answer:
        """Answer a request without a token."""
        return problem(401, "Unauthenticated", "You did not pass an authentication token")

    def throttled(self, seconds: int) -> Answer:
        """Answer a request that comes too early."""
        detail = f"Request was throttled. Your rate limit resets in ~{seconds}s."
        return problem(429, "Too Many Requests", detail, headers={"Retry-After": str(seconds)})


DIALECT: Final = ReplicateDialect()
NOT_FOUND: Final = problem(404, "Not found", "The requested resource could not be found.")
