"""Answers that come for ever, a byte now and then: every call has an end."""

from __future__ import annotations

import gzip
import itertools
from collections.abc import Iterator

import httpx2
import openai
import pytest

from novaclips.plugin import ImageRequest, OutcomeUnknown, Settings
from novaclips.testing import FaultServer
from novaclips_provider_openai.client import OpenAIImages
from novaclips_provider_openai.deadline import deadline
from novaclips_provider_openai.errors import vendor_errors

HEAD_OF_GZIP = gzip.compress(b"")[:3] + b"\x08" + bytes(6)  # and then a file name, for as long as it takes


class Drip(httpx2.SyncByteStream):
    """A letter every five seconds, after what stands at the beginning."""

    def __init__(self, beginning: bytes = b"") -> None:
        self._beginning = beginning
        self.now = 0.0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        yield self._beginning
        while True:
            self.now += 5
            yield b"x"

    def close(self) -> None:
        self.closed = True


def ask(handler, monotonic) -> str | None:
    """Order a picture with the SDK, and return the request's id."""
    hooks = {"response": [deadline(monotonic)]}
    line = openai.DefaultHttpx2Client(transport=httpx2.MockTransport(handler), event_hooks=hooks)
    with (
        openai.OpenAI(api_key="x", base_url="http://acme.example", http_client=line, max_retries=0) as client,
        vendor_errors(lambda: 0.0, 600),
    ):
        return client.images.with_raw_response.generate(prompt="a river", model="gpt-image-2", timeout=600).request_id


@pytest.mark.parametrize(
    ("status", "headers", "beginning"),
    [
        (200, {}, b""),
        (503, {}, b""),
        (307, {"Location": "http://acme.example/elsewhere"}, b""),
        (200, {"Content-Encoding": "gzip"}, HEAD_OF_GZIP),
    ],
    ids=["picture", "error", "redirect", "nothing to unpack"],
)
def test_an_answer_that_drips_ends_after_the_seconds_of_the_timeout(status, headers, beginning):
    drip = Drip(beginning)

    with pytest.raises(OutcomeUnknown, match=r"acme\.example gave no whole answer within 600 s"):
        ask(lambda _: httpx2.Response(status, headers=headers, stream=drip), lambda: drip.now)

    assert (drip.now, drip.closed) == (605, True)


def test_the_time_of_a_slow_upload_is_not_the_answers():
    now = [0.0]

    def handler(_: httpx2.Request) -> httpx2.Response:
        now[0] += 3600
        return httpx2.Response(200, headers={"x-request-id": "req_7"}, json={"data": []})

    assert ask(handler, lambda: now[0]) == "req_7"


def test_a_dripping_service_is_given_up_by_the_providers_clock():
    clock = itertools.count(step=200.0)
    with FaultServer(slowness=0.001) as server:
        server.fault("dripping_body")
        provider = OpenAIImages(Settings(env=server.env), monotonic=lambda: next(clock))
        provider.open()
        with pytest.raises(OutcomeUnknown, match=r"127\.0\.0\.1 gave no whole answer within 600 s"):
            provider.generate(ImageRequest(1, "a river"))
        provider.close()

    assert next(clock) == 1000
