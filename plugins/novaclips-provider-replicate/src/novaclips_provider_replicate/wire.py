"""The HTTP transport that makes the SDK safe to use.

replicate 1.0.7 leaves six things open, and all of them pass through here:

- it ignores HTTPS_PROXY and its relatives, because it hands httpx a transport of its own;
- it creates predictions with no timeout at all;
- it sends GETs again on 429, 503 and 504, and sleeps as long as Retry-After says, an hour if need be;
- its errors drop the headers, and with them Retry-After;
- its models refuse answers that are in order: status ``aborted``, no ``model``, no ``version``;
- it lets httpx's own errors out, and an error body that is a list is an AttributeError.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable

import httpx
from requests.utils import get_environ_proxies, select_proxy

from novaclips.plugin import JSON, bound_body, bound_client, network_settings

from .errors import HTTPAnswer, NoAnswer, NotSent

CONNECT_SECONDS = 10.0
MAX_BYTES = 16 * 2**20
MOST_DIGITS = 20
NOTHING_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)


class Wire(httpx.BaseTransport):
    """Sends a request once, within a time limit, through the environment's proxy, and remembers the answer.

    An answer that is no success is raised as HTTPAnswer, before the SDK can try again or lose its headers; an answer
    that is one is kept for ``answer``, by thread. ``seconds`` bounds each step and the reading of the whole body.
    """

    def __init__(
        self,
        base_url: str,
        *,
        seconds: float,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inner = _transport(base_url)
        bound_client(self._inner, max_bytes=MAX_BYTES, monotonic=monotonic)
        self._seconds = seconds
        self._now = now
        self._monotonic = monotonic
        self._timeout = httpx.Timeout(seconds, connect=min(CONNECT_SECONDS, seconds)).as_dict()
        self._thread = threading.local()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send and read to the end; HTTPAnswer, NotSent or NoAnswer is raised for anything but a JSON object."""
        request.extensions["timeout"] = self._timeout
        request.headers["Accept-Encoding"] = "gzip, deflate"
        try:
            with contextlib.closing(self._inner.handle_request(request)) as response:
                body = self._read(request, response)
        except NOTHING_SENT as exc:
            raise NotSent(_words(exc)) from exc
        except httpx.RequestError as exc:  # of the connection, or an answer that cannot be unpacked
            raise NoAnswer(_words(exc)) from exc
        if not response.is_success:
            # A gateway's error page may quote the request.
            secret = request.headers.get("Authorization", "").rpartition(" ")[2]
            words = body.replace(secret.encode(), b"...") if secret else body
            raise HTTPAnswer(response.status_code, words, dict(response.headers), self._now())
        if request.method == "POST" and body.lstrip().startswith(
            b"<"
        ):  # somebody else answered: a proxy, a sign-in page
            raise HTTPAnswer(response.status_code, body, dict(response.headers), self._now())
        self._thread.answer = _json_object(body)
        return httpx.Response(response.status_code, content=body, request=request)

    def answer(self) -> dict[str, JSON]:
        """Return the JSON of the last successful answer that this thread got."""
        answer: dict[str, JSON] = self._thread.answer
        return answer

    def close(self) -> None:
        """Let go of the connections."""
        self._inner.close()

    def _read(self, request: httpx.Request, response: httpx.Response) -> bytes:
        response.request = request
        bound_body(response, MAX_BYTES, self._monotonic)
        return response.read()


def _transport(base_url: str) -> httpx.HTTPTransport:
    """Make the transport that the proxy variables of the environment ask for."""
    proxy = select_proxy(base_url, get_environ_proxies(base_url))
    with network_settings():
        return httpx.HTTPTransport(proxy=proxy if proxy is None or "://" in proxy else f"http://{proxy}")


def _whole(digits: str) -> int | None:
    """Read a whole number; Python refuses those of more than 4,300 digits, and no answer has any of 20."""
    return int(digits) if len(digits) < MOST_DIGITS else None


def _json_object(body: bytes) -> dict[str, JSON]:
    with contextlib.suppress(ValueError, RecursionError):
        if isinstance(parsed := json.loads(body, parse_int=_whole), dict):
            return parsed
    raise NoAnswer(f"what came is not a JSON object; it starts with {body[:40]!r}")


def _words(exc: httpx.RequestError) -> str:
    return f"{type(exc).__name__}: {exc}" if str(exc) else type(exc).__name__
