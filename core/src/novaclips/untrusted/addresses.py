r"""Web addresses, parsed once: what is checked is what is connected to.

Two parsers read ``https://evil.example\@good.example/`` in two ways, so there is one, and the URL that a connection is
made with is written anew from its parts. What no service writes on purpose is refused instead of guessed at.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self
from urllib.parse import quote, urljoin

PORTS = {"http": 80, "https": 443}
MAX_LENGTH = 16_384
MAX_PORT = 65_535
MAX_HOST, MAX_LABEL = 253, 63

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*(?=:)")
_PARTS = re.compile(r"[A-Za-z]+://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::([0-9]{0,5}))?", re.ASCII)
# Blanks of every script, C0, DEL, C1, the backslash, marks that show text in another order, and lone surrogates.
_FORBIDDEN = re.compile("[\\s\\\\\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_NAME = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*", re.ASCII)
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.ASCII)
_PATH_CHARACTERS = "/%:@!$&'()*+,;=~-._"

# https://www.iana.org/assignments/iana-ipv4-special-registry, as of 2026: private, shared (CGNAT), loopback,
# link-local, documentation, benchmarks, relays, multicast, reserved. Python's own list differs between releases.
_PRIVATE_4 = tuple(
    ipaddress.IPv4Network(text)
    for text in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4",
    )
)  # fmt: skip
# Of IPv6 only 2000::/3 is handed out, and of that not protocols (Teredo among them), documentation and 6to4.
_GLOBAL_6 = ipaddress.IPv6Network("2000::/3")
_PRIVATE_6 = tuple(ipaddress.IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_PRIVATE_NAMES = (".local", ".internal", ".localhost", ".localdomain", ".home.arpa", ".lan")


class BadAddress(ValueError):
    """A text is no address that is opened; the error's text says why, and does not repeat it."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """An http or https address, taken apart.

    ``host`` is a lower-case name or an IP address in its usual form, IPv6 without brackets; ``target`` is path and
    query, percent-encoded, without a fragment. ``str`` writes the address anew from these parts.
    """

    scheme: str
    host: str
    port: int
    target: str = "/"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Take an absolute address apart; BadAddress says what is wrong with it.

        An IPv4 address in one of its other forms (``2130706433``, ``0x7f.1``) becomes the usual one. Refused are
        backslashes, blanks, control characters, user names, hosts that are empty, percent-encoded, not ASCII, end with
        a dot or have a zone, and ports that are none.
        """
        if len(text) > MAX_LENGTH:
            raise BadAddress(f"it has more than {MAX_LENGTH:,} characters")
        if _FORBIDDEN.search(text):
            raise BadAddress("it holds a blank, a control character or a backslash")
        if not (scheme := _SCHEME.match(text)):
            raise BadAddress("it does not begin with https://")
        name = scheme[0].lower()
        if name not in PORTS:
            raise BadAddress(f"{name[:20]}: is not https or http")
        if not (parts := _PARTS.fullmatch(text)):
            raise BadAddress("it is cut off after its scheme")
        host, port = _authority(parts[1])
        path, query = parts[2] or "/", parts[3] or ""
        return cls(
            scheme=name,
            host=host,
            port=port or PORTS[name],
            target=quote(path, safe=_PATH_CHARACTERS) + quote(query, safe=f"{_PATH_CHARACTERS}?"),
        )

    def join(self, text: str) -> Address:
        """Take apart an address that may be relative to this one, as a Location is (RFC 3986, section 5)."""
        if _FORBIDDEN.search(text) or len(text) > MAX_LENGTH:
            return Address.parse(text)  # says what is wrong, before another parser has read it
        return Address.parse(text if _SCHEME.match(text) else urljoin(str(self), text))

    @property
    def folder(self) -> Address:
        """The same address, so that what is relative to it lies below it: with a slash at the end."""
        path = self.target.partition("?")[0]
        return replace(self, target=path if path.endswith("/") else f"{path}/")

    @cached_property
    def netloc(self) -> str:
        """Host and port as an address has them, the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: what a browser calls the origin."""
        return self.scheme, self.host, self.port

    @property
    def is_loopback(self) -> bool:
        """Whether the host means this machine."""
        return is_loopback(self.host)

    def server(self, *usual: str) -> str:
        """Name the server for an identity: host, port and path, as far as they are not the scheme's or the usual ones.

        ``usual`` are paths that say nothing of which server it is, as ``/v1``. All names of this machine are one.
        """
        path = self.target.partition("?")[0].rstrip("/")
        here = replace(self, host="127.0.0.1") if self.is_loopback else self
        return here.netloc if path in ("", *usual) else f"{here.netloc}{path}"

    def __str__(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.target}"


def may_follow(method: str, status: int, here: Address, there: Address) -> bool:
    """Say whether a redirect may be followed with what was sent: a body and a credential stay with their host.

    A request with a body follows only where it arrives whole (307, 308), at the same origin or over https where it
    went over http; one without may change to another path, or https host, and must leave credentials behind.
    """
    is_same = there.origin == here.origin
    is_upgrade = there.host == here.host and (here.scheme, there.scheme) == ("http", "https")
    if method.upper() in ("GET", "HEAD"):
        return is_same or there.scheme == "https"
    return status in (307, 308) and (is_same or is_upgrade)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    try:
        return _inside(ipaddress.ip_address(host.strip("[]"))).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def is_unspecified(host: str) -> bool:
    """Say whether a host is ``0.0.0.0`` or ``::``, which a server that listens everywhere takes for its own."""
    with contextlib.suppress(ValueError):
        return _inside(ipaddress.ip_address(host)).is_unspecified
    return False


def may_be_public(host: str) -> bool:
    """Say whether a host may be one of the public internet; for a name, its address shows when the socket is open."""
    with contextlib.suppress(ValueError):
        return is_public(host) and ipaddress.ip_address(host) not in _NAT64
    return "." in host and not host.endswith(_PRIVATE_NAMES)


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; ValueError for anything but an address.

    Of an IPv4-mapped address and of a NAT64 address, which a network without IPv4 puts in place of a public one, the
    IPv4 address inside decides.
    """
    ip = _inside(ipaddress.ip_address(address.partition("%")[0]))
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in network for network in _PRIVATE_4)
    if ip in _NAT64:
        return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    return ip in _GLOBAL_6 and not any(ip in network for network in _PRIVATE_6)


def _inside(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ip.ipv4_mapped or ip if isinstance(ip, ipaddress.IPv6Address) else ip


def _authority(text: str) -> tuple[str, int | None]:
    """Return host and port; the port is None where none stands there."""
    if "@" in text:
        raise BadAddress("it holds a user name")
    if not (match := _AUTHORITY.fullmatch(text)):
        raise BadAddress("its host or its port is none")
    port = int(match[2]) if match[2] else None
    if port is not None and not 0 < port <= MAX_PORT:
        raise BadAddress(f"port {port} is none")
    return _host(match[1].lower()), port


def _host(text: str) -> str:
    if text.startswith("["):
        try:
            return str(ipaddress.IPv6Address(text[1:-1]))
        except ValueError as exc:
            raise BadAddress("its host is no IPv6 address") from exc
    if not text.isascii():
        raise BadAddress("its host is not ASCII; a name in another script is written as xn--...")
    if not text or len(text) > MAX_HOST or not _NAME.fullmatch(text):
        raise BadAddress("its host is no name")  # an empty label, a dot at the end, a percent sign
    labels = text.split(".")
    if any(len(label) > MAX_LABEL for label in labels):
        raise BadAddress("its host is no name")
    return _ipv4(labels) if _NUMBER.fullmatch(labels[-1]) else text


def _ipv4(labels: list[str]) -> str:
    """Write an IPv4 address as four decimal numbers, whichever of its forms it has (WHATWG URL, section 3.5)."""
    try:
        *first, last = (_number(label) for label in labels)
    except ValueError as exc:
        raise BadAddress("its host is no IPv4 address") from exc
    if len(first) > 3 or last >= 256 ** (4 - len(first)) or any(number > 255 for number in first):  # noqa: PLR2004
        raise BadAddress("its host is no IPv4 address")
    value = sum(number * 256 ** (3 - index) for index, number in enumerate(first)) + last
    return str(ipaddress.IPv4Address(value))


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8 if label.startswith("0") else 10)
