"""Replicate's files: what a client uploads to give it to a model."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from novaclips.testing.messages import Answer, Recorded, json_answer
from novaclips.testing.replicate_dialect import NOT_FOUND, problem
from novaclips.testing.service import Service


def upload(service: Service, request: Recorded) -> Answer:
    """Answer ``POST /v1/files``."""
    content = request.body.get("content") if isinstance(request.body, dict) else None
    if not isinstance(content, list):
        return problem(422, "Input validation failed", "- content: content is required\n")
    data: bytes = content[0]
    number = hashlib.sha256(data).hexdigest()[:26]
    service.uploads[number] = data
    return json_answer(_describe(service, number, data), 201)


def get(service: Service, _request: Recorded, number: str) -> Answer:
    """Answer ``GET /v1/files/{id}``."""
    data = service.uploads.get(number)
    return NOT_FOUND if data is None else json_answer(_describe(service, number, data))


def _describe(service: Service, number: str, data: bytes) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": number,
        "name": "upload",
        "content_type": "application/octet-stream",
        "size": len(data),
        "etag": number,
        "checksums": {"sha256": hashlib.sha256(data).hexdigest()},
        "metadata": {},
        "created_at": now.isoformat(),
        "expires_at": (now + timedelta(hours=24)).isoformat(),
        "urls": {"get": f"{service.url}/v1/files/{number}"},
    }
