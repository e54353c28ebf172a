"""Fetching a picture by URL: what is opened, what is not, and what passing trouble costs."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import itertools
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Self
from urllib.parse import urlsplit

import pytest

from novaclips.errors import BadImage, OutcomeUnknown
from novaclips.plugin import download, is_loopback
from novaclips.visuals.image_generator import fetching

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]
HEAD_OF_GZIP = gzip.compress(b"")[:3] + b"\x08" + bytes(6)  # and then a file name, for as long as it takes


class Files(http.server.ThreadingHTTPServer):
    """A file server on loopback that gives each path the next of its answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[Answer]] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.url = f"http://127.0.0.1:{self.server_port}"


class Handler(http.server.BaseHTTPRequestHandler):
    """Does what the test says."""

    server: Files

    def do_GET(self) -> None:
        self.server.seen.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        answers = self.server.answers[self.path]
        (answers.pop(0) if len(answers) > 1 else answers[0])(self)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def body(data: bytes, status: int = 200, **headers: str) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in ({"Content-Length": str(len(data))} | headers).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with contextlib.suppress(OSError):
            handler.wfile.write(data)

    return answer


@pytest.fixture
def files() -> Iterator[Files]:
    server = Files()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def fetch(url: str, files: Files, **how: object) -> bytes:
    pauses: list[float] = []
    return download(url, base_url=files.url, sleep=pauses.append, **how)  # type: ignore[arg-type]


def test_the_bytes_come_whatever_the_content_type_says(files) -> None:
    files.answers["/a.png"] = [body(b"\x89PNG", Content_Type="text/html")]
    assert fetch(f"{files.url}/a.png", files) == b"\x89PNG"


def test_http_is_not_opened_for_a_service_of_the_internet() -> None:
    with pytest.raises(BadImage, match=r"the picture's URL is not opened: http://files.example is not https"):
        download("http://files.example/a.png", base_url="https://api.example")


def test_http_to_this_machine_is_not_opened_for_a_service_of_the_internet(files) -> None:
    with pytest.raises(BadImage, match=r"http://127.0.0.1 is not https"):
        download(f"{files.url}/a.png", base_url="https://api.example")
    assert files.seen == []


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://files.example/a", "//files.example/a", "data:,a"])
def test_no_other_scheme_is_opened(files, url) -> None:
    with pytest.raises(BadImage, match="is not https"):
        fetch(url, files)


@pytest.mark.parametrize(
    "host",
    ["10.0.0.1", "192.168.1.20", "172.16.0.1", "169.254.169.254", "127.0.0.1", "[::1]", "[fe80::1]", "localhost",
     "[::ffff:10.0.0.1]", "0.0.0.0", "2130706433", "printer.local", "db.internal"],
)  # fmt: skip
def test_no_address_of_a_private_network_is_opened(files, host) -> None:
    with pytest.raises(BadImage, match="is an address of a private network"):
        fetch(f"https://{host}/a.png", files)


def test_a_public_name_for_a_private_address_gets_not_a_byte(files, monkeypatch) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answer)
    with listener:
        with pytest.raises(BadImage, match=r"files.example is 127.0.0.1, in a private network"):
            fetch(f"https://files.example:{port}/a.png", files)
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(1) == b""


def test_a_redirect_to_a_private_address_is_not_followed(files) -> None:
    files.answers["/a.png"] = [body(b"", 302, Location="https://169.254.169.254/latest")]
    with pytest.raises(BadImage, match=r"169.254.169.254 is an address of a private network"):
        fetch(f"{files.url}/a.png", files)


def test_a_redirect_is_followed(files) -> None:
    files.answers["/a.png"] = [body(b"", 302, Location="/b.png")]
    files.answers["/b.png"] = [body(b"picture")]
    assert fetch(f"{files.url}/a.png", files) == b"picture"


def test_redirects_without_end_have_one(files) -> None:
    files.answers["/a.png"] = [body(b"", 302, Location="/a.png")]
    with pytest.raises(BadImage, match="the picture's URL redirects more than 5 times"):
        fetch(f"{files.url}/a.png", files)


def test_a_token_goes_only_to_the_hosts_that_may_have_it(files) -> None:
    port = urlsplit(files.url).port
    files.answers["/a.png"] = [body(b"", 302, Location=f"http://localhost:{port}/b.png")]
    files.answers["/b.png"] = [body(b"picture")]
    fetch(
        f"{files.url}/a.png",
        files,
        headers_for=lambda host: {"Authorization": "Bearer marked"} if host == "127.0.0.1" else {},
    )
    (_, first), (_, second) = files.seen
    assert first["authorization"] == "Bearer marked"
    assert "authorization" not in second


def test_a_netrc_is_not_read(files, tmp_path, monkeypatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    files.answers["/a.png"] = [body(b"picture")]
    fetch(f"{files.url}/a.png", files)
    assert "authorization" not in files.seen[0][1]


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_picture_that_is_gone_is_asked_for_once(files, status) -> None:
    files.answers["/a.png"] = [body(b"", status)]
    with pytest.raises(BadImage, match=f"the picture is gone: 127.0.0.1 answers {status}; services delete pictures"):
        fetch(f"{files.url}/a.png", files)
    assert len(files.seen) == 1


@pytest.mark.parametrize(
    "trouble",
    [body(b"", 500), body(b"", 429), body(b"short", Content_Length="99"), lambda _: None],
    ids=["server error", "throttled", "cut short", "dropped"],
)
def test_passing_trouble_is_tried_again(files, trouble) -> None:
    files.answers["/a.png"] = [trouble, trouble, body(b"picture")]
    assert fetch(f"{files.url}/a.png", files) == b"picture"


def test_trouble_that_stays_leaves_the_outcome_open_after_three_tries(files) -> None:
    files.answers["/a.png"] = [body(b"", 503)]
    pauses: list[float] = []
    with pytest.raises(OutcomeUnknown, match=r"the picture could not be downloaded: 127.0.0.1 answers 503"):
        download(f"{files.url}/a.png", base_url=files.url, sleep=pauses.append)
    assert len(files.seen) == 3
    assert pauses == [0.5, 1.0]


def test_a_file_that_is_too_large_is_not_taken(files) -> None:
    files.answers["/a.png"] = [body(b"x" * 2000)]
    with pytest.raises(BadImage, match="the picture's file has more than 1,000 bytes; not taken"):
        fetch(f"{files.url}/a.png", files, max_bytes=1000)


def test_a_file_that_comes_packed_is_unpacked(files) -> None:
    files.answers["/a.png"] = [body(gzip.compress(b"picture"), Content_Encoding="gzip")]
    assert fetch(f"{files.url}/a.png", files, max_bytes=1000) == b"picture"


def test_a_file_that_is_too_large_when_unpacked_is_not_taken(files) -> None:
    files.answers["/a.png"] = [body(gzip.compress(bytes(2000)), Content_Encoding="gzip")]
    with pytest.raises(BadImage, match="the picture's file has more than 1,000 bytes; not taken"):
        fetch(f"{files.url}/a.png", files, max_bytes=1000)


def test_a_file_that_cannot_be_unpacked_is_asked_for_again(files) -> None:
    files.answers["/a.png"] = [body(b"no gzip", Content_Encoding="gzip"), body(b"picture")]
    assert fetch(f"{files.url}/a.png", files) == b"picture"


@pytest.mark.parametrize(
    "drip",
    [body(b"x" * 300_000), body(HEAD_OF_GZIP + b"x" * 300_000, Content_Encoding="gzip")],
    ids=["plain", "nothing to unpack"],
)
def test_a_file_that_drips_is_given_up_when_the_time_is_over(files, drip) -> None:
    files.answers["/a.png"] = [drip]
    clock = iter(range(0, 10_000, 20))
    with pytest.raises(OutcomeUnknown, match=r"the download from 127.0.0.1 took too long"):
        fetch(f"{files.url}/a.png", files, seconds=100, monotonic=lambda: float(next(clock)))
    assert len(files.seen) == 1


def test_a_proxy_of_the_environment_has_no_business_with_this_machine(files, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    files.answers["/a.png"] = [body(b"picture")]
    assert fetch(f"{files.url}/a.png", files) == b"picture"


def test_a_proxy_of_the_environment_is_used_for_the_internet(files, monkeypatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.getsockname()[1]}")
        heard: list[bytes] = []

        def listen() -> None:
            connection, _ = proxy.accept()
            with connection:
                heard.append(connection.recv(100))

        thread = threading.Thread(target=listen)
        thread.start()
        with pytest.raises(OutcomeUnknown, match=r"the download from files\.example took too long"):
            download("https://files.example/a.png", base_url="https://api.example", seconds=0, sleep=lambda _: None)
        thread.join()
    assert heard[0].startswith(b"CONNECT files.example:443")


@pytest.mark.parametrize(
    ("host", "is_here"),
    [("localhost", True), ("127.0.0.1", True), ("127.8.9.1", True), ("::1", True), ("10.0.0.1", False), ("a.b", False)],
)
def test_a_plugin_can_ask_whether_a_host_is_this_machine(host, is_here) -> None:
    assert is_loopback(host) is is_here


# What a local server calls itself, and what it names.


@pytest.fixture
def lan(files, monkeypatch) -> str:
    """The base URL of the file server under a name of the local network."""
    known = socket.getaddrinfo

    def getaddrinfo(host: str, *args: object, **kwargs: object) -> object:
        return known("127.0.0.1" if host == "gpu.lan" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return f"http://gpu.lan:{urlsplit(files.url).port}/v1"


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("/pic/x.png", "/pic/x.png"),
        ("pic/x.png", "/v1/pic/x.png"),
        ("http://gpu.lan:{port}/pic/x.png", "/pic/x.png"),
        ("http://GPU.LAN:{port}/pic/x.png?y=1", "/pic/x.png?y=1"),
        ("http://0.0.0.0:{port}/pic/x.png", "/pic/x.png"),
        ("http://[::]:{port}/pic/x.png", "/pic/x.png"),
        ("http://localhost:{port}/pic/x.png", "/pic/x.png"),
        ("http://127.0.0.1:{port}/pic/x.png", "/pic/x.png"),
        ("http://[::1]:{port}/pic/x.png", "/pic/x.png"),
        ("//gpu.lan:{port}/pic/x.png", "/pic/x.png"),
    ],
)
def test_a_server_of_the_local_network_may_name_its_own_pictures(files, lan, url, path) -> None:
    files.answers[path] = [body(b"picture")]
    assert download(url.format(port=urlsplit(lan).port), base_url=lan) == b"picture"
    assert files.seen[0][1]["host"] == urlsplit(lan).netloc


@pytest.mark.parametrize(
    "url",
    ["http://gpu.lan:{other}/x.png", "http://localhost:{other}/x.png", "https://gpu.lan:{port}/x.png",
     "http://10.0.0.1:{port}/x.png", "http://nas.lan:{port}/x.png", "https://10.0.0.1/x.png", "file:///pictures/x.png",
     r"C:\pictures\x.png", "http://user:word@gpu.lan:{port}/x.png"],
)  # fmt: skip
def test_a_server_of_the_local_network_may_name_nothing_else_of_it(files, lan, url) -> None:
    port = urlsplit(lan).port
    with pytest.raises(
        BadImage, match=r"the picture's URL is not opened: .*; set the option response_format to b64_json"
    ):
        download(
            url.format(port=port, other=port + 1),
            base_url=lan,
            remedy="set the option response_format to b64_json",
        )
    assert files.seen == []


def test_a_path_on_the_servers_own_disk_is_gone_and_the_remedy_is_named(files) -> None:
    files.answers["/root/x.png"] = [body(b"", 404)]
    with pytest.raises(BadImage, match=r"the picture is gone: 127\.0\.0\.1 answers 404; .*; ask for base64"):
        fetch("/root/x.png", files, remedy="ask for base64")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_this_machine_under_any_of_its_names_is_this_machine(files, host) -> None:
    files.answers["/x.png"] = [body(b"picture")]
    assert fetch(f"http://{host}:{urlsplit(files.url).port}/x.png", files) == b"picture"


def test_a_server_on_ipv6_may_name_its_own_pictures() -> None:
    class Server(http.server.HTTPServer):
        address_family = socket.AF_INET6

    if not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    try:
        server = Server(("::1", 0), http.server.BaseHTTPRequestHandler)
    except OSError:
        pytest.skip("no IPv6 on the loopback device here")
    with server:
        answer = body(b"picture")
        server.RequestHandlerClass = type("Answering", (Handler,), {"do_GET": answer})
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        base = f"http://[::1]:{server.server_port}/v1"
        assert download("/x.png", base_url=base) == b"picture"
        thread.join()


def test_https_in_front_of_a_server_that_believes_itself_on_http_is_https(monkeypatch) -> None:
    asked: list[str] = []

    def get(_: object, url: str, **__: object) -> None:
        asked.append(url)
        raise fetching.requests.ConnectionError

    monkeypatch.setattr(fetching.requests.Session, "get", get)
    with pytest.raises(OutcomeUnknown):
        download("http://gateway.example/x.png", base_url="https://gateway.example/v1", seconds=0)
    assert asked == ["https://gateway.example/x.png"]


# Where a credential goes.


class Hosts:
    """Public names that lead to one server on this machine, over http: which host got a token."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, redirects: dict[str, str]) -> None:
        self.got: list[tuple[str, bool]] = []

        class Answer:
            raw = None

            def __init__(self, location: str) -> None:
                self.is_redirect = bool(location)
                self.status_code = 302 if location else 404
                self.headers = {"Location": location}

            def __enter__(self) -> Self:
                return self

            def __exit__(self, *exc: object) -> None:
                pass

        def get(_: object, url: str, *, headers: dict[str, str], **__: object) -> Answer:
            self.got.append((url, "Authorization" in headers))
            return Answer(redirects.get(url, ""))

        monkeypatch.setattr(fetching.requests.Session, "get", get)

    def download(self, url: str) -> list[tuple[str, bool]]:
        with pytest.raises(BadImage):
            download(
                url,
                base_url="https://api.service.example",
                headers_for=lambda host: {"Authorization": "marked"} if host.endswith("service.example") else {},
            )
        return self.got


def test_a_redirect_to_elsewhere_drops_the_token_and_one_back_does_not_bring_it_again(monkeypatch) -> None:
    hops = ["https://files.service.example/a", "https://evil.example/b", "https://files.service.example/c?said=evil"]
    got = Hosts(monkeypatch, dict(itertools.pairwise(hops))).download(hops[0])
    assert got == [(hops[0], True), (hops[1], False), (hops[2], False)]


def test_a_redirect_within_the_service_keeps_the_token(monkeypatch) -> None:
    hops = ["https://files.service.example/a", "https://eu.service.example/b"]
    got = Hosts(monkeypatch, dict(itertools.pairwise(hops))).download(hops[0])
    assert got == [(hops[0], True), (hops[1], True)]


@pytest.mark.parametrize(
    "url", ["https://files.service.example:8443/a", "https://evil.example/?@service.example", "https://evil.example/"]
)
def test_a_token_goes_to_no_other_port_and_no_other_host(monkeypatch, url) -> None:
    assert Hosts(monkeypatch, {}).download(url) == [(url, False)]


@pytest.mark.parametrize(
    "url",
    [r"https://evil.example\@service.example/a", "https://evil.example@service.example/a",
     "https://service.example\t.evil.example/a", "https://service.example%2f.evil.example/a",
     "https://service.example./a", "https://ｓervice.example/a"],
)  # fmt: skip
def test_an_address_that_two_parsers_read_in_two_ways_is_not_opened(monkeypatch, url) -> None:
    assert Hosts(monkeypatch, {}).download(url) == []


# An end to heads, too.


def drip(*first: bytes, piece: bytes) -> Answer:
    def answer(handler: http.server.BaseHTTPRequestHandler) -> None:
        with contextlib.suppress(OSError):
            handler.wfile.write(b"".join(first))
            while True:
                handler.wfile.write(piece)
                handler.wfile.flush()

    return answer


@pytest.mark.parametrize(
    "answer",
    [
        drip(piece=b"HTTP/1.1 100 Continue\r\n\r\n"),
        drip(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\nX: ", piece=b"x"),
    ],
    ids=["interim answers without end", "a head that drips"],
)
def test_a_head_without_end_is_given_up_when_the_time_is_over(files, answer) -> None:
    files.answers["/a.png"] = [answer]
    clock = iter(range(0, 10_000, 10))
    with pytest.raises(OutcomeUnknown, match=r"the download from 127\.0\.0\.1 took too long"):
        fetch(f"{files.url}/a.png", files, seconds=100, monotonic=lambda: float(next(clock)))


@pytest.mark.parametrize(
    "piece", [b"HTTP/1.1 100 Continue\r\n\r\n" * 1000, b"X-A: b\r\n" * 10], ids=["interim answers", "headers"]
)
def test_a_head_without_end_is_not_read_for_ever(files, piece) -> None:
    files.answers["/a.png"] = [drip(*([b"HTTP/1.1 200 OK\r\n"] if b"X" in piece else []), piece=piece)]
    with pytest.raises((BadImage, OutcomeUnknown)):
        fetch(f"{files.url}/a.png", files, max_bytes=1000)
