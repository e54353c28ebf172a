"""A guard over the sockets of this process: who may be called, and a test failure for everything else."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from novaclips.untrusted.addresses import is_loopback


@contextmanager
def loopback_only() -> Iterator[None]:
    """Let this machine be called and nobody else, not even a name server."""
    with _guarded(lambda host: not is_here(host)):
        yield


@contextmanager
def no_network() -> Iterator[None]:
    """Let nobody be called, not even this machine."""
    with _guarded(lambda _host: True):
        yield


def is_here(host: str) -> bool:
    """Say whether a host name or an address is this machine's own; no name at all is one too."""
    return not host or is_loopback(host)


@contextmanager
def _guarded(forbidden: Callable[[str], bool]) -> Iterator[None]:
    def check(host: object) -> None:
        name = host.decode() if isinstance(host, bytes) else str(host or "")
        if forbidden(name):
            # Not an Exception: a provider that makes an error of its own of every exception would swallow it.
            pytest.fail(f"something connects to {name or 'this machine'}")

    def connecting(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                check(address[0])
            return original(self, address)

        return connect

    def looking_up(original: Callable[..., Any]) -> Callable[..., Any]:
        def getaddrinfo(host: Any, *args: Any, **options: Any) -> Any:
            check(host)
            return original(host, *args, **options)

        return getaddrinfo

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connecting(socket.socket.connect))
        patch.setattr(socket.socket, "connect_ex", connecting(socket.socket.connect_ex))
        patch.setattr(socket, "getaddrinfo", looking_up(socket.getaddrinfo))
        yield
