"""The transport under the SDK: proxies, time limits, no second try of its own, and a token that stays where it is."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import itertools
import logging
import subprocess
import sys
import threading
import traceback
from collections.abc import Iterator

import httpx
import pytest
import requests

from novaclips.plugin import (
    ConfigError,
    MissingKey,
    NovaclipsError,
    OutcomeUnknown,
    PluginError,
    ProviderUnavailable,
    Settings,
)
from novaclips_provider_replicate.client import ReplicateImages
from novaclips_provider_replicate.errors import NoAnswer
from novaclips_provider_replicate.wire import Wire

TOKEN = "r8_0123456789abcdefghijklmnopqrstuvwxyz"
HEAD_OF_GZIP = gzip.compress(b"")[:3] + b"\x08" + bytes(6)  # and then a file name, for as long as it takes


class CountingProxy(http.server.BaseHTTPRequestHandler):
    """Forwards what it is asked for, and counts."""

    seen: list[str]

    def forward(self) -> None:
        self.seen.append(f"{self.command} {self.path}")
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "connection")}
        with requests.Session() as session:
            session.trust_env = False
            answer = session.request(self.command, self.path, data=body, headers=headers, timeout=5)
        self.send_response(answer.status_code)
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    do_GET = do_POST = forward  # noqa: N815 - the names that http.server calls

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def proxy() -> Iterator[tuple[str, list[str]]]:
    """A proxy on this machine: its URL, and what went through it."""
    seen: list[str] = []
    handler = type("Handler", (CountingProxy,), {"seen": seen})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", seen
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("scheme", ["http://", ""], ids=["url", "host-and-port"])
@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_the_proxy_of_the_environment_is_used(make, request_for, proxy, monkeypatch, variable, scheme):  # noqa: PLR0917
    url, seen = proxy
    monkeypatch.setenv(variable, url if scheme else url.removeprefix("http://"))
    make().submit(request_for())

    assert [line.rpartition("/v1/")[2] for line in seen] == ["models/black-forest-labs/flux-schnell/predictions"]


def test_a_host_that_needs_no_proxy_gets_none(make, request_for, proxy, monkeypatch):
    url, seen = proxy
    monkeypatch.setenv("HTTP_PROXY", url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    make().submit(request_for())

    assert seen == []


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        (
            "HTTP_PROXY",
            "gopher://127.0.0.1:70",
            r"\(HTTPS_PROXY, ALL_PROXY\) cannot be used: .*; write http://HOST:PORT",
        ),
        ("HTTP_PROXY", "socks5://127.0.0.1:1080", r"is a SOCKS proxy, .*; run: pip install socksio"),
        ("SSL_CERT_FILE", "/no/such/ca.pem", r"\(SSL_CERT_FILE=/no/such/ca\.pem\) cannot be read: No such file"),
    ],
)
def test_what_the_environment_says_of_the_network_is_a_matter_of_configuration(make, monkeypatch, name, value, says):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigError, match=says):
        make()


def test_a_service_that_is_not_there_is_unavailable_and_was_sent_nothing(make, request_for):
    provider = make(env={"REPLICATE_BASE_URL": "http://127.0.0.1:1"})
    with pytest.raises(ProviderUnavailable, match=r"Replicate cannot be reached \(ConnectError"):
        provider.submit(request_for())


def test_creating_a_prediction_has_a_time_limit(make, request_for, fault_server):
    fault_server.fault("hang")
    with pytest.raises(OutcomeUnknown, match="ReadTimeout"):
        make(request_seconds=0.1).submit(request_for())


def drip(first: bytes, piece: bytes):
    """Answer over a real socket with a beginning, and then with pieces for as long as the client reads."""

    class Dripping(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with contextlib.suppress(OSError):
                self.wfile.write(first)
                while piece:
                    self.wfile.write(piece)

        def log_message(self, *args: object) -> None:
            pass

    return Dripping


OK = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "a body": (OK + b"\r\n", b" "),
    "a head": (OK + b"X: ", b"x"),
    "interim answers": (b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"),
    "nothing to unpack": (OK + b"Content-Encoding: gzip\r\n\r\n" + HEAD_OF_GZIP, b"x"),
}


@pytest.mark.parametrize(("first", "piece"), DRIPS.values(), ids=DRIPS)
def test_an_answer_without_end_is_given_up_whatever_of_it_has_no_end(first, piece):
    clock = itertools.count(step=0.01)
    with http.server.HTTPServer(("127.0.0.1", 0), drip(first, piece)) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        wire = Wire(f"http://127.0.0.1:{server.server_port}", seconds=1, monotonic=lambda: next(clock))
        with (
            pytest.raises(NoAnswer, match=r"ReadTimeout: the answer did not end in time|Error: "),
            httpx.Client(transport=wire) as client,
        ):
            client.get(f"http://127.0.0.1:{server.server_port}/")
        thread.join()


def test_an_answer_that_unpacks_to_gigabytes_is_not_unpacked():
    packed = gzip.compress(bytes(64 * 2**20))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(packed)
    with http.server.HTTPServer(("127.0.0.1", 0), drip(head + packed, b"")) as server:
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        wire = Wire(f"http://127.0.0.1:{server.server_port}", seconds=5)
        with (
            pytest.raises(NoAnswer, match=r"ReadError: the answer has more than 16,777,216 bytes"),
            httpx.Client(transport=wire) as client,
        ):
            client.get(f"http://127.0.0.1:{server.server_port}/")


@pytest.mark.parametrize("fault", ["poll_unavailable", "poll_rate_limit"])
def test_the_sdk_does_not_ask_again_by_itself(make, request_for, fault_server, clock, fault):
    fault_server.fault(fault, times=1)
    provider = make()
    job = provider.submit(request_for())
    provider.collect(job)
    polls = [record for record in fault_server.requests if record.path == f"/v1/predictions/{job}"]

    assert len(polls) == len(clock.pauses) + 1


@pytest.mark.parametrize(
    ("host", "gets"),
    [
        ("api.replicate.com", True),
        ("replicate.delivery", True),
        ("pbxt.replicate.delivery", True),
        ("replicate.com.example.org", False),
        ("notreplicate.com", False),
        ("127.0.0.1", False),
        ("storage.googleapis.com", False),
        ("", False),
    ],
)
def test_the_token_goes_to_replicates_own_hosts_only(host, gets):
    provider = ReplicateImages(Settings(env={"REPLICATE_API_TOKEN": TOKEN}))

    assert bool(provider._headers_for(host)) is gets  # noqa: SLF001 - no test can own these hosts


def test_a_foreign_host_does_not_see_the_token(provider, request_for, fault_server):
    fault_server.fault("file_redirect_foreign", times=1)
    with contextlib.suppress(NovaclipsError):
        provider.collect(provider.submit(request_for()))
    files = [record for record in fault_server.requests if record.path.startswith("/files")]

    assert files
    assert not any("authorization" in map(str.lower, record.headers) for record in files)


@pytest.mark.parametrize("fault", ["replicate_bad_token", "replicate_bad_gateway", "hang", "prediction_failed", None])
def test_the_token_is_in_no_error_repr_traceback_or_log(make, request_for, fault_server, caplog, fault):
    caplog.set_level(logging.DEBUG)
    if fault:
        fault_server.fault(fault)
    provider = make(env={"REPLICATE_API_TOKEN": TOKEN}, request_seconds=0.2 if fault == "hang" else 5)
    shown = [repr(provider), repr(vars(provider))]
    try:
        shown.append(repr(provider.collect(provider.submit(request_for()))))
    except NovaclipsError as error:
        shown += ["".join(traceback.format_exception(error)), repr(error.__cause__), repr(vars(error))]

    assert TOKEN not in "".join([*shown, caplog.text])


def test_a_gateway_that_quotes_the_request_does_not_quote_the_token(make, request_for):
    class Quoting(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_error(502, explain=self.headers["Authorization"])

        def log_message(self, *args: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Quoting) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        provider = make(
            env={"REPLICATE_API_TOKEN": TOKEN, "REPLICATE_BASE_URL": f"http://127.0.0.1:{server.server_port}"}
        )
        with pytest.raises(ProviderUnavailable) as caught:
            provider.submit(request_for())
        thread.join()

    assert TOKEN not in "".join(traceback.format_exception(caught.value))


def test_a_provider_that_was_not_opened_says_so(fault_server, request_for):
    with pytest.raises(PluginError, match="was asked for a picture before it was opened; call open"):
        ReplicateImages(Settings(env=fault_server.env)).submit(request_for())


def test_without_a_token_nothing_is_sent_and_the_page_that_hands_them_out_is_named(fault_server):
    env = {**fault_server.env, "REPLICATE_API_TOKEN": " "}
    with pytest.raises(MissingKey, match=r"REPLICATE_API_TOKEN.*https://replicate.com/account/api-tokens"):
        ReplicateImages(Settings(env=env)).open()

    assert fault_server.requests == []


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({"REPLICATE_POLL_INTERVAL": "often"}, "REPLICATE_POLL_INTERVAL is 'often'; write seconds"),
        ({"REPLICATE_POLL_INTERVAL": "-1"}, "REPLICATE_POLL_INTERVAL is '-1'; write seconds"),
        (
            {"REPLICATE_BASE_URL": "api.replicate.com"},
            "REPLICATE_BASE_URL='api.replicate.com' is not an address; write it like https://api.replicate.com",
        ),
    ],
    ids=["words", "negative", "no-url"],
)
def test_a_wrong_variable_is_named(env, says):
    with pytest.raises(ConfigError, match=says):
        ReplicateImages(Settings(env=env))


@pytest.mark.parametrize("value", ["soon", -1, None, float("inf")], ids=repr)
def test_a_wrong_deadline_is_named(value):
    with pytest.raises(ConfigError, match=r"option deadline is .*; write seconds, as in 30"):
        ReplicateImages(Settings(options={"deadline": value}))


def test_a_base_url_of_the_other_line_of_the_sdk_works_too(make, request_for, fault_server):
    make(env={"REPLICATE_BASE_URL": f"{fault_server.url}/v1/"}).submit(request_for())

    assert fault_server.counts.requests == 1


PLAN = """
from novaclips.plugin import ImageRequest, Settings
from novaclips_provider_replicate.plugin import create
provider = create(Settings())
request = ImageRequest(1, "a river")
provider.identity(request), provider.estimate(request), provider.notices(request), provider.close()
"""


@pytest.mark.parametrize("code", ["import novaclips_provider_replicate.plugin", PLAN], ids=["plugin", "plan"])
def test_plugin_and_plan_need_neither_sdk_nor_token(code):
    check = "import sys; sys.exit(', '.join({'replicate', 'httpx', 'pydantic'} & sys.modules.keys()) or None)"
    done = subprocess.run([sys.executable, "-c", f"{code}\n{check}"], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
