"""Fetching by URL: each hop of a redirect checked, by name before a socket is opened, and by address after."""

from __future__ import annotations

import io
import ipaddress
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import SplitResult, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from novaclips.errors import BadImage, OutcomeUnknown
from novaclips.visuals.image_generator.download import is_loopback

SOCKET_SECONDS = 30.0
REDIRECTS = 5
CHUNK = 2**16
GONE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})


@dataclass(frozen=True, slots=True)
class Fetching:
    """One picture to fetch: which headers a host may get, how much is taken, and until when, by ``monotonic``."""

    base_url: str
    headers_for: Callable[[str], Mapping[str, str]]
    max_bytes: int
    deadline: float
    monotonic: Callable[[], float]

    def fetch(self, url: str) -> bytes:
        """Follow redirects by hand, so that each hop is checked and gets only the headers meant for its host."""
        with requests.Session() as session:
            session.mount("https://", _PublicAdapter())
            try:
                for _ in range(REDIRECTS + 1):
                    place = self._checked(url)
                    with session.get(
                        url,
                        headers=dict(self.headers_for(place.hostname or "")),
                        auth=lambda request: request,  # a netrc of the user's is nobody's business here
                        stream=True,
                        allow_redirects=False,
                        timeout=max(0.1, min(SOCKET_SECONDS, self.deadline - self.monotonic())),
                        # A proxy of the environment has no business with a server on this machine.
                        proxies={"no_proxy": place.hostname or ""} if place.scheme == "http" else None,
                    ) as response:
                        if not response.is_redirect:
                            return self._body(response, place)
                        url = urljoin(url, response.headers["Location"])
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as exc:
                raise OutcomeUnknown(f"the picture could not be downloaded: {type(exc).__name__}") from exc
        raise BadImage(f"the picture's URL redirects more than {REDIRECTS} times")

    def _checked(self, url: str) -> SplitResult:
        place = urlsplit(url)
        host = place.hostname or ""
        if place.scheme == "http" and is_loopback(host) and _is_loopback_http(self.base_url):
            return place
        if place.scheme != "https":
            raise BadImage(f"the picture's URL is not opened: {place.scheme}://{host} is not https")
        if not _may_be_public(host):
            raise BadImage(f"the picture's URL is not opened: {host} is an address of a private network")
        return place

    def _body(self, response: requests.Response, place: SplitResult) -> bytes:
        status = response.status_code
        if status in GONE:
            raise BadImage(
                f"the picture is gone: {place.hostname} answers {status}; services delete pictures, often after an hour"
            )
        if status != HTTPStatus.OK:
            raise OutcomeUnknown(f"the picture could not be downloaded: {place.hostname} answers {status}")
        body = bytearray()
        # read1 hands on what has come; read would wait for a full chunk, and unpacking on the way for a byte that is
        # left of it: a dripping server would beat the clock.
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            self._refuse_if_large(body)
            if self.monotonic() > self.deadline:
                raise OutcomeUnknown(f"the download from {place.hostname} took too long")
        return self._unpacked(bytes(body), response.headers.get("Content-Encoding", ""))

    def _unpacked(self, body: bytes, encoding: str) -> bytes:
        if not encoding:
            return body
        packed = urllib3.HTTPResponse(
            io.BytesIO(body), headers={"Content-Encoding": encoding}, preload_content=False, decode_content=True
        )
        unpacked = packed.read(self.max_bytes + 1)
        self._refuse_if_large(unpacked)
        return unpacked

    def _refuse_if_large(self, data: bytes | bytearray) -> None:
        if len(data) > self.max_bytes:
            raise BadImage(f"the picture's file has more than {self.max_bytes:,} bytes; not taken")


def _is_loopback_http(url: str) -> bool:
    place = urlsplit(url)
    return place.scheme == "http" and is_loopback(place.hostname or "")


def _may_be_public(host: str) -> bool:
    """Refuse what is not public by its name alone; what a name stands for shows when the socket is open."""
    try:
        return _is_public(host)
    except ValueError:
        return "." in host and not host.endswith((".local", ".internal", ".localhost"))


def _is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; ValueError for anything but an address."""
    ip = ipaddress.ip_address(address)
    return (getattr(ip, "ipv4_mapped", None) or ip).is_global


class _PublicConnection(urllib3.connection.HTTPSConnection):
    """A connection that is given up, before a byte goes out, when its other end is in a private network.

    The address is that of the open socket: a name that is looked up twice may answer differently the second time. Of
    a proxy that the user configured the address says nothing.
    """

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        address = sock.getpeername()[0]
        if self.proxy is None and not _is_public(address):
            sock.close()
            raise BadImage(f"the picture's URL is not opened: {self.host} is {address}, in a private network")
        return sock


class _PublicPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _PublicAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}
