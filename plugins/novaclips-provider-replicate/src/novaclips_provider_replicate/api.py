"""Replicate's HTTP interface through its SDK: one request a call, plain JSON back, every error a ProviderError."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path

from pydantic.v1 import ValidationError
from replicate.client import Client
from replicate.version import Versions

from novaclips.plugin import JSON, ProviderUnavailable

from .errors import Call, HTTPAnswer, NoAnswer, vendor_errors
from .wire import Wire


class Api:
    """The calls that the provider makes.

    Why not ``replicate.run``: of a prediction that takes longer than a minute, or is canceled, it returns None.
    """

    def __init__(self, token: str, base_url: str, wire: Wire) -> None:
        self._wire = wire
        self._client = Client(api_token=token, base_url=base_url, transport=wire)

    def create(self, model: str, version: str, values: Mapping[str, JSON]) -> str:
        """Start a prediction and return its id; without a version, the newest of an official model."""
        subject = f"model {model!r}"
        if version:
            body = self._ask(
                Call.CREATE, subject, lambda: self._client.predictions.create(version=version, input=dict(values))
            )
        else:
            body = self._ask(
                Call.CREATE, subject, lambda: self._client.models.predictions.create(model=model, input=dict(values))
            )
        with vendor_errors(Call.CREATE, subject):
            if isinstance(job := body.get("id"), str) and job:
                return job
            if body.get("error") or body.get("detail"):  # an error, whatever its status
                raise HTTPAnswer(HTTPStatus.OK, json.dumps(body), {}, time.time())
            raise NoAnswer("the answer names no prediction")

    def prediction(self, job: str) -> Mapping[str, JSON]:
        """Return how a prediction stands."""
        return self._ask(Call.POLL, f"prediction {job!r}", lambda: self._client.predictions.get(job))

    def cancel(self, job: str) -> None:
        """Stop a prediction."""
        self._ask(Call.OTHER, f"prediction {job!r}", lambda: self._client.predictions.cancel(job))

    def model(self, name: str) -> Mapping[str, JSON]:
        """Return what Replicate says about a model: its newest version, its schema, whether it is official."""
        return self._ask(Call.OTHER, f"model {name!r}", lambda: self._client.models.get(name))

    def version(self, name: str, version: str) -> Mapping[str, JSON]:
        """Return what Replicate says about one version of a model: its schema."""
        subject = f"version {version!r} of model {name!r}"
        return self._ask(Call.OTHER, subject, lambda: Versions(self._client, name).get(version))

    def upload(self, path: Path) -> str:
        """Upload a file for predictions to read and return its URL; Replicate deletes it after a day."""
        subject = f"the upload of {path.name!r}"
        body = self._ask(Call.OTHER, subject, lambda: self._client.files.create(path))
        if isinstance(urls := body.get("urls"), Mapping) and isinstance(url := urls.get("get"), str):
            return url
        raise ProviderUnavailable(f"Replicate took {subject} and did not say where it is")

    def close(self) -> None:
        """Let go of the connections."""
        self._wire.close()

    def _ask(self, call: Call, subject: str, send: Callable[[], object]) -> Mapping[str, JSON]:
        # The SDK's models are too narrow for some answers that are in order; the answer is taken from the wire.
        # Of some it cannot read the JSON at all.
        unreadable = (ValidationError, ValueError, TypeError, AttributeError, KeyError, RecursionError)
        with vendor_errors(call, subject), contextlib.suppress(*unreadable):
            send()
        return self._wire.answer()
