"""Which path is answered by what."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from novaclips.testing import (
    downloads,
    openai_dialect,
    openai_images,
    replicate_dialect,
    replicate_files,
    replicate_predictions,
)
from novaclips.testing.messages import Answer
from novaclips.testing.route import Route
from novaclips.testing.service import Dialect

OPENAI: Final = openai_dialect.DIALECT
REPLICATE: Final = replicate_dialect.DIALECT


def _route(line: str, answer: Callable[..., Answer], dialect: Dialect | None = None, *, charged: bool = False) -> Route:
    method, _, path = line.partition(" ")
    pattern = path.replace("{model}", r"([\w.-]+/[\w.-]+)").replace("{id}", r"([\w.-]+)")
    return Route(method, re.compile(pattern), answer, dialect, charged)


ROUTES: Final = (
    _route("POST /v1/images/generations", openai_images.generate, OPENAI, charged=True),
    _route("POST /v1/images/edits", openai_images.edit, OPENAI, charged=True),
    _route("GET /v1/models", openai_images.list_models, OPENAI),
    _route("GET /v1/models/{id}", openai_images.get_model, OPENAI),
    _route("POST /v1/predictions", replicate_predictions.create, REPLICATE, charged=True),
    _route("POST /v1/models/{model}/predictions", replicate_predictions.create_official, REPLICATE, charged=True),
    _route("GET /v1/predictions/{id}", replicate_predictions.get, REPLICATE),
    _route("POST /v1/predictions/{id}/cancel", replicate_predictions.cancel, REPLICATE),
    _route("GET /v1/models/{model}", replicate_predictions.get_model, REPLICATE),
    _route("GET /v1/models/{model}/versions/{id}", replicate_predictions.get_version, REPLICATE),
    _route("POST /v1/files", replicate_files.upload, REPLICATE),
    _route("GET /v1/files/{id}", replicate_files.get, REPLICATE),
    _route("GET (/files/.+)", downloads.send_file),
)


def find_route(method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """Return the route of a request and the groups of its path; None when there is nothing."""
    for route in ROUTES:
        if route.method == method and (match := route.path.fullmatch(path)):
            return route, match.groups()
    return None
