"""A provider that keeps the contract: the healthy one, which the gallery makes ill in one place at a time.

Its source is installed as the client of a plugin; a wrong provider is a subclass, appended to it.
"""

from __future__ import annotations

import time
from decimal import Decimal
from typing import Any

import requests

from novaclips.plugin import (
    AuthenticationFailed,
    BadImage,
    BaseImageProvider,
    Cost,
    GeneratedImage,
    InvalidRequest,
    JobImageProvider,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    retry_after,
    unknown_options,
)

ERRORS = {401: AuthenticationFailed, 402: QuotaExhausted, 503: ProviderUnavailable}
PRICE = Cost(Decimal("0.02"))


class Acme(BaseImageProvider):
    def __init__(self, settings):
        self.settings = settings

    def open(self):
        self.key = self.settings.key("acme", "ACME_KEY")

    def identity(self, request):
        return {"model": request.options.get("model", "acme-1"), "size": request.resolution}

    def estimate(self, _request):
        return PRICE

    def notices(self, request):
        return unknown_options(request.options, known=["model"])

    def generate(self, request):
        return GeneratedImage(data=self.ask("POST", "/draw", request).content, seed=request.seed, cost=PRICE)

    def ask(self, method, path, request=None):
        order: dict[str, Any] = {}
        if request:
            width, height = request.size
            order = {"prompt": request.prompt, "width": width, "height": height}
        url = self.settings.env["ACME_URL"] + path
        try:
            answer = requests.request(method, url, json=order, headers={"X-Key": self.key}, timeout=5)
        except requests.ConnectionError as exc:
            raise OutcomeUnknown("acme got the order, and no answer came") from exc
        if answer.status_code == 429:
            raise RateLimited("acme asks for patience", retry_after=retry_after(answer.headers, now=time.time()))
        if not answer.ok:
            raise ERRORS.get(answer.status_code, InvalidRequest)(f"acme answers {answer.status_code}")
        return answer


class AcmeJobs(Acme, JobImageProvider):
    generate = JobImageProvider.generate

    def submit(self, request):
        job = self.ask("POST", "/jobs", request).text
        if not job.isdigit():
            raise BadImage("acme's answer names no job")
        return job

    def collect(self, job_id):
        return GeneratedImage(data=self.ask("GET", f"/jobs/{job_id}").content)

    def cancel(self, job_id):
        self.ask("DELETE", f"/jobs/{job_id}")
