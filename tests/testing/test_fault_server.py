"""The server starts on a free port, and leaves nothing behind when it stops."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

import pytest
import requests

from novaclips.errors import ConfigError
from novaclips.testing import FaultServer
from testing.customer import Customer

QUICK = 20  # seconds, where not stopping takes 60 and more: a watchdog, no measurement


def server_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("novaclips-fault")]


def test_the_variables_lead_to_the_server(server: FaultServer) -> None:
    assert server.env == {
        "OPENAI_API_KEY": "rehearsal",
        "OPENAI_BASE_URL": f"{server.url}/v1",
        "REPLICATE_API_TOKEN": "rehearsal",
        "REPLICATE_BASE_URL": server.url,
        "NOVACLIPS_REHEARSAL": "1",
    }


def test_it_stops_with_a_connection_kept_alive() -> None:
    with FaultServer() as server, requests.Session() as session:
        session.get(server.url, timeout=5)
        assert len(server_threads()) == 2
        server.stop()
        assert server_threads() == []


@pytest.mark.parametrize("fault", ["hang", "slow_body", "dripping_body"])
def test_it_stops_at_once_with_an_order_under_way(fault: str) -> None:
    with ThreadPoolExecutor(8) as pool, FaultServer(slowness=60) as server:
        server.fault(fault)
        customer = Customer(server.url)
        orders = [pool.submit(customer.generate, str(number)) for number in range(8)]
        _until(lambda: server.counts.billed == 8)
        began = monotonic()
        server.stop()
        assert monotonic() - began < QUICK
        assert server_threads() == []
        assert {type(order.exception()) for order in orders} <= {
            requests.ConnectionError,
            requests.exceptions.ChunkedEncodingError,
        }


def test_orders_that_hang_are_in_flight() -> None:
    with ThreadPoolExecutor(8) as pool, FaultServer() as server:
        server.fault("hang")
        for number in range(8):
            pool.submit(Customer(server.url).generate, str(number))
        _until(lambda: server.counts.billed == 8)
        assert server.counts.most_in_flight == 8
        server.stop()


def test_it_stops_at_once_while_pictures_take_their_time() -> None:
    with ThreadPoolExecutor(1) as pool, FaultServer(latency=60) as server:
        order = pool.submit(Customer(server.url).generate)
        _until(lambda: server.requests)
        began = monotonic()
        server.stop()
        assert monotonic() - began < QUICK
        assert isinstance(order.exception(), requests.ConnectionError)


def test_it_stops_at_once_under_an_endless_download() -> None:
    with FaultServer() as server:
        server.fault("file_endless")
        with Customer(server.url).download(stream=True) as answer:
            answer.raw.read(100)
            server.stop()
            assert server_threads() == []


def test_it_stops_twice_and_starts_again() -> None:
    server = FaultServer()
    server.stop()
    for _ in range(2):
        with server:
            assert Customer(server.url).get("/v1/models").ok
        server.stop()


@pytest.mark.parametrize(
    "path",
    ["/v1/images/generations", "/v1/predictions", "/v1/models/black-forest-labs/flux-schnell/predictions"],
    ids=["OpenAI", "Replicate", "official model"],
)
@pytest.mark.parametrize("body", [b"", b"{"], ids=["no body", "half a body"])
def test_an_order_that_is_cut_off_is_none_and_leaves_no_traceback(
    server: FaultServer, capfd: pytest.CaptureFixture[str], path: str, body: bytes
) -> None:
    head = f"POST {path} HTTP/1.1\r\nAuthorization: Bearer key\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(("127.0.0.1", int(server.url.rpartition(":")[2]))) as line:
        line.sendall(head.encode() + body)
        line.shutdown(socket.SHUT_WR)
        assert line.recv(1) == b""  # closed without a word
    server.stop()
    assert capfd.readouterr() == ("", "")
    assert (server.counts.requests, server.requests) == (0, [])


def test_a_port_that_is_taken_is_named(server: FaultServer) -> None:
    port = int(server.url.rpartition(":")[2])
    with pytest.raises(ConfigError, match=f"cannot listen on port {port} of 127.0.0.1: Address already in use"):
        FaultServer(port=port).start()


def test_importing_the_package_starts_with_nothing_heavy() -> None:
    program = "import sys, novaclips.testing.pytest_plugin as _; print(*{'PIL', 'requests', 'yaml'} & set(sys.modules))"
    answer = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert answer.stdout == "\n"


def _until(true) -> None:
    """Look again and again, for at most five seconds."""
    began = monotonic()
    while not true():
        assert monotonic() - began < 5
        threading.Event().wait(0.005)
