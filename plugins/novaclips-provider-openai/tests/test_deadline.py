"""Answers that come for ever, a byte now and then: every call has an end."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import itertools
import threading
from collections.abc import Callable, Iterator

import httpx2
import openai
import pytest

from novaclips.plugin import ImageRequest, OutcomeUnknown, Settings, bound_client
from novaclips.testing import FaultServer
from novaclips_provider_openai.client import OpenAIImages
from novaclips_provider_openai.errors import error_table, vendor_errors

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
    line = openai.DefaultHttpx2Client(transport=httpx2.MockTransport(handler))
    bound_client(line, monotonic=monotonic)
    with (
        openai.OpenAI(api_key="x", base_url="http://acme.example", http_client=line, max_retries=0) as client,
        vendor_errors(error_table("acme.example", is_openai=True), lambda: 0.0, 600),
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

    assert (drip.now, drip.closed) == (600, True)


def test_the_time_of_a_slow_upload_is_not_the_answers():
    now = [0.0]

    def handler(_: httpx2.Request) -> httpx2.Response:
        now[0] += 3600
        return httpx2.Response(200, headers={"x-request-id": "req_7"}, json={"data": []})

    assert ask(handler, lambda: now[0]) == "req_7"


def test_a_dripping_service_is_given_up_by_the_providers_clock():
    clock = itertools.count(step=50.0)
    with FaultServer(slowness=0.001) as server:
        server.fault("dripping_body")
        provider = OpenAIImages(Settings(env=server.env), monotonic=lambda: next(clock))
        provider.open()
        with pytest.raises(OutcomeUnknown, match=r"127\.0\.0\.1 gave no whole answer within 600 s"):
            provider.generate(ImageRequest(1, "a river"))
        provider.close()


OK = b"HTTP/1.1 200 OK\r\n"
ENDLESS = {
    "interim answers": (b"", b"HTTP/1.1 102 Processing\r\n\r\n"),
    "a head": (OK + b"X: ", b"x"),
    "headers": (OK, b"X: x\r\n"),
    "a body": (OK + b"\r\n", b"x"),
    "nothing to unpack": (OK + b"Content-Encoding: gzip\r\n\r\n" + HEAD_OF_GZIP, b"x"),
}


@contextlib.contextmanager
def serving(first: bytes, piece: bytes = b"") -> Iterator[dict[str, str]]:
    """Answer one order with a beginning, and then with pieces for as long as the client reads."""

    class Answering(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            with contextlib.suppress(OSError):
                self.wfile.write(first)
                while piece:
                    self.wfile.write(piece)

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        yield {"OPENAI_BASE_URL": f"http://127.0.0.1:{server.server_port}/v1", "OPENAI_API_KEY": "any-key"}
        thread.join()


def drawn(env: dict[str, str], **how: Callable[[], float]) -> None:
    provider = OpenAIImages(Settings(env=env), **how)
    provider.open()
    try:
        provider.generate(ImageRequest(1, "a river"))
    finally:
        provider.close()


@pytest.mark.parametrize(("first", "piece"), ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_is_given_up_whatever_of_it_has_no_end(first, piece):
    clock = itertools.count(step=100.0)
    with serving(first, piece) as env, pytest.raises(OutcomeUnknown):
        drawn(env, monotonic=lambda: next(clock))


def test_an_answer_without_end_is_not_read_beyond_its_bytes():
    with serving(OK + b"\r\n", bytes(2**20)) as env, pytest.raises(OutcomeUnknown, match="more than 100,663,296 bytes"):
        drawn(env)


def test_an_answer_that_unpacks_to_gigabytes_is_not_unpacked():
    packed = gzip.compress(bytes(2**28))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with serving(head + packed) as env, pytest.raises(OutcomeUnknown, match="more than 100,663,296 bytes"):
        drawn(env)


def test_an_answer_packed_as_nobody_asked_is_no_picture():
    with (
        serving(OK + b"Content-Encoding: br\r\nContent-Length: 3\r\n\r\nabc") as env,
        pytest.raises(OutcomeUnknown, match="packed with 'br', which was not asked for"),
    ):
        drawn(env)
