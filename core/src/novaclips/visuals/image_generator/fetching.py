"""Fetching by URL: each hop of a redirect checked, by name before a socket is opened, and by address after."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter

from novaclips.errors import BadImage, OutcomeUnknown
from novaclips.untrusted.addresses import Address, BadAddress, is_loopback, is_public, is_unspecified, may_be_public
from novaclips.untrusted.answers import ACCEPTED, AnswerTooLarge, AnswerTooLong, Bounds, unpack

SOCKET_SECONDS = 30.0
REDIRECTS = 5
CHUNK = 2**16
HEADS = 2**20  # bytes that heads and interim answers may have beside the picture
GONE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetching:
    """One picture to fetch.

    ``base`` is the service's address, ``headers_for`` says which headers a host may get, ``remedy`` is added to the
    text of an error about an address that is not opened. At most ``max_bytes`` are taken, until ``deadline`` by
    ``monotonic``.
    """

    base: Address
    headers_for: Callable[[str], Mapping[str, str]]
    remedy: str
    max_bytes: int
    deadline: float
    monotonic: Callable[[], float]

    def fetch(self, url: str) -> bytes:
        """Follow redirects by hand, so that each hop is checked and gets only the headers meant for its host."""
        place, is_own = self._place(self.base.folder, url), True
        for _ in range(REDIRECTS + 1):
            headers = self._headers(place) if is_own else {}
            with self._answer(place, headers) as response:
                if not response.is_redirect:
                    return self._body(response, place)
                location = response.headers["Location"]
            place, is_own = self._place(place, location), bool(headers)
        raise BadImage(f"the picture's URL redirects more than {REDIRECTS} times")

    def _headers(self, place: Address) -> dict[str, str]:
        """Return the headers for a place; other ports of a host, and plain http, are not the host's own."""
        is_service = place.origin == self.base.origin or (place.scheme, place.port) == ("https", 443)
        return dict(self.headers_for(place.host)) if is_service else {}

    def _place(self, here: Address, text: str) -> Address:
        """Say where a URL really leads; BadImage when it is not opened."""
        try:
            place = self._meant(here.join(text))
        except BadAddress as exc:
            raise BadImage(f"the picture's URL is not opened: {exc}{self.remedy}") from exc
        if self._is_trusted(place):
            return place
        if place.scheme != "https":
            raise BadImage(f"the picture's URL is not opened: {place.scheme}://{place.host} is not https{self.remedy}")
        if not may_be_public(place.host):
            raise BadImage(
                f"the picture's URL is not opened: {place.host} is an address of a private network{self.remedy}"
            )
        return place

    def _meant(self, place: Address) -> Address:
        """Put the base URL's host in place of what a server calls itself: a name of its own machine, or 0.0.0.0."""
        base = self.base
        if place.scheme == base.scheme == "http" and (
            is_unspecified(place.host) or (is_loopback(place.host) and not base.is_loopback and place.port == base.port)
        ):
            return replace(place, host=base.host)
        if place.scheme == "http" and base.scheme == "https" and (place.host, place.port) == (base.host, 80):
            return replace(place, scheme=base.scheme, port=base.port)  # TLS ends before the server
        return place

    def _is_trusted(self, place: Address) -> bool:
        """Say whether a place lies with the server that the user named, or on this machine as that server does."""
        if place.origin == self.base.origin:
            return True
        return place.scheme == self.base.scheme == "http" and place.is_loopback and self.base.is_loopback

    @contextlib.contextmanager
    def _answer(self, place: Address, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        bounds = Bounds(deadline=self.deadline, max_bytes=self.max_bytes + HEADS, monotonic=self.monotonic)
        adapter = _Adapter(bounds, public=not self._is_trusted(place))
        try:
            with requests.Session() as session:
                session.mount(f"{place.scheme}://", adapter)
                with session.get(
                    str(place),
                    headers={"Accept-Encoding": ACCEPTED, **headers},
                    auth=lambda request: request,  # a netrc of the user's is nobody's business here
                    stream=True,
                    allow_redirects=False,
                    timeout=max(0.1, min(SOCKET_SECONDS, self.deadline - self.monotonic())),
                    # A proxy of the environment has no business with a server on this machine.
                    proxies={"no_proxy": place.host} if place.is_loopback else None,
                ) as response:
                    yield response
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
            if _stems_from(exc, AnswerTooLarge):
                raise self._too_large() from exc
            if _stems_from(exc, AnswerTooLong):
                raise OutcomeUnknown(f"the download from {place.host} took too long") from exc
            raise OutcomeUnknown(f"the picture could not be downloaded: {type(exc).__name__}") from exc

    def _body(self, response: requests.Response, place: Address) -> bytes:
        status = response.status_code
        if status in GONE:
            remedy = self.remedy if self._is_trusted(place) else ""
            raise BadImage(
                f"the picture is gone: {place.host} answers {status}; services delete pictures, often after an hour"
                f"{remedy}"
            )
        if status != HTTPStatus.OK:
            raise OutcomeUnknown(f"the picture could not be downloaded: {place.host} answers {status}")
        bounds = Bounds(deadline=self.deadline, max_bytes=self.max_bytes, monotonic=self.monotonic)
        encoding = response.headers.get("Content-Encoding", "").strip().lower()
        try:
            return b"".join(unpack(_packed(response), encoding, bounds))
        except AnswerTooLarge as exc:
            raise self._too_large() from exc
        except ValueError as exc:
            raise OutcomeUnknown(f"the picture could not be downloaded: {exc}") from exc

    def _too_large(self) -> BadImage:
        return BadImage(f"the picture's file has more than {self.max_bytes:,} bytes; not taken")


def _stems_from(exc: BaseException | None, kind: type[Exception]) -> bool:
    """Look behind the errors that requests and urllib3 put around one of a socket's."""
    while exc is not None and not isinstance(exc, kind):
        exc = exc.__cause__ or exc.__context__
    return exc is not None


def _packed(response: requests.Response) -> Iterator[bytes]:
    # read1 hands on what has come; read would wait for a full chunk.
    while chunk := response.raw.read1(CHUNK, decode_content=False):
        yield chunk


class _Bounded(io.RawIOBase):
    """What comes over a socket, head and body, as long as the bounds allow it."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, bounds: Bounds) -> None:
        self._sock, self._raw, self._bounds = sock, raw, bounds

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(min(SOCKET_SECONDS, self._bounds.left()))
        count = self._raw.readinto(buffer)
        self._bounds.took(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """An answer with an end."""

    def __init__(self, sock: socket.socket, *args: Any, bounds: Bounds, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Bounded(sock, self.fp.detach(), bounds))


class _PublicConnection(urllib3.connection.HTTPSConnection):
    """A connection that is given up, before a byte goes out, when its other end is in a private network.

    The address is that of the open socket: a name that is looked up twice may answer differently the second time. Of
    a proxy that the user configured the address says nothing.
    """

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        address = sock.getpeername()[0]
        if self.proxy is None and not is_public(address):
            sock.close()
            raise BadImage(f"the picture's URL is not opened: {self.host} is {address}, in a private network")
        return sock


class _Adapter(HTTPAdapter):
    """Connections whose answers keep to the bounds; ``public`` ones end at no address of a private network."""

    def __init__(self, bounds: Bounds, *, public: bool) -> None:
        response_class = staticmethod(partial(_Response, bounds=bounds))
        https = _PublicConnection if public else urllib3.connection.HTTPSConnection
        self._pools = {
            "http": _pool(urllib3.HTTPConnectionPool, urllib3.connection.HTTPConnection, response_class),
            "https": _pool(urllib3.HTTPSConnectionPool, https, response_class),
        }
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = self._pools
        return manager


def _pool(pool: type, connection: type, response_class: Any) -> type:
    return type(
        pool.__name__,
        (pool,),
        {
            "ConnectionCls": type(
                connection.__name__,
                (connection,),
                {
                    "response_class": response_class,
                },
            )
        },
    )
