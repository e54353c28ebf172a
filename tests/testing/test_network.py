"""The guard over sockets lets this machine be called, and fails a test that calls another one."""

from __future__ import annotations

import socket

import pytest
import requests

from novaclips.testing import StandIn
from novaclips.testing.network import no_network

Failed = pytest.fail.Exception


@pytest.mark.usefixtures("only_loopback")
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_this_machine_may_be_called(stand_in: StandIn, host: str) -> None:
    assert requests.get(stand_in.url.replace("127.0.0.1", host), timeout=5).status_code == 404


@pytest.mark.usefixtures("only_loopback")
def test_another_machine_fails_the_test_by_name() -> None:
    with pytest.raises(Failed, match=r"^something connects to images\.example$"):
        requests.get("http://images.example/", timeout=5)


@pytest.mark.usefixtures("only_loopback")
@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("2001:db8::1", 80)], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("call", ["connect", "connect_ex"])
def test_another_address_fails_the_test(address: tuple[str, int], call: str) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as sock, pytest.raises(Failed, match=address[0]):
        getattr(sock, call)(address)


@pytest.mark.usefixtures("only_loopback")
def test_a_provider_that_catches_everything_cannot_hide_it() -> None:
    def generate() -> bytes:
        try:
            return requests.get("http://images.example/", timeout=5).content
        except Exception as exc:
            raise RuntimeError from exc

    with pytest.raises(Failed):
        generate()


def test_without_a_network_not_even_this_machine_may_be_called(stand_in: StandIn) -> None:
    with no_network(), pytest.raises(Failed, match=r"connects to 127\.0\.0\.1"):
        requests.get(stand_in.url, timeout=5)
    assert requests.get(stand_in.url, timeout=5).status_code == 404
