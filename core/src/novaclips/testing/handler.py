"""One connection: read a request, find its answer, and deliver it the way it is to be delivered."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Final

from novaclips.testing.messages import Answer, Recorded, record
from novaclips.testing.openai_dialect import error
from novaclips.testing.route import Route

if TYPE_CHECKING:
    from novaclips.testing.listener import Listener

PIECES: Final = 10  # of a body that comes slowly
CHUNK: Final = b"\0" * 65536  # of a body that never ends
DROP: Final = b"1\r\n \r\n"  # a blank, which JSON may begin with, as a chunk: gateways keep a line open with it


class Handler(BaseHTTPRequestHandler):
    """Serves one client until it goes or the server stops."""

    protocol_version = "HTTP/1.1"
    server_version = "novaclips-fault-server"
    disable_nagle_algorithm = True  # a small answer after its head would wait 40 ms for the client's ACK
    server: Listener

    def do_GET(self) -> None:
        """Answer a question."""
        self._serve()

    do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815 - names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's word
        """Say nothing: ``FaultServer.requests`` has it all."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        data = self.rfile.read(length)
        if len(data) < length:  # the client went away, or the server stops: nobody waits for an answer
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        found = self.server.service.find_route(self.command, path)
        charged = found is not None and found[0].charged
        with self.server.service.meter.order() if charged else nullcontext(0) as call:
            request = record(self.command, path, dict(self.headers), data, call=call, query=query)
            self.server.requests.append(request)
            answer = self._answer(request, found)
            if answer.delivery == "hang":
                self.connection.recv(1)  # comes back when the client goes, or the server stops
        # Not within the order: the client may send its next one before this thread runs again.
        self._deliver(answer)

    def _answer(self, request: Recorded, found: tuple[Route, tuple[str, ...]] | None) -> Answer:
        if found is None:
            return error(404, f"Invalid URL ({request.method} {request.path})", "invalid_request_error")
        route, groups = found
        if route.dialect and not request.token:
            return route.dialect.unauthorized()
        return route.answer(self.server.service, request, *groups)

    def _deliver(self, answer: Answer) -> None:
        if answer.delivery != "whole":
            self.close_connection = True
        match answer.delivery:
            case "whole":
                self._send_head(answer, len(answer.body))
                self.wfile.write(answer.body)
            case "truncated":
                self._send_head(answer, len(answer.body))
                self.wfile.write(answer.body[: len(answer.body) // 2])
            case "slow":
                self._send_head(answer, len(answer.body))
                self._send_slowly(answer.body)
            case "endless":
                self._send_head(answer, None)
                self.wfile.write(answer.body)
                while not self.server.service.stopping.is_set():
                    self.wfile.write(CHUNK)
            case "dripping":
                self._send_head(replace(answer, headers={**answer.headers, "Transfer-Encoding": "chunked"}), None)
                self._drip()

    def _send_head(self, answer: Answer, length: int | None) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()

    def _send_slowly(self, body: bytes) -> None:
        service = self.server.service
        size = len(body) // PIECES + 1
        for start in range(0, len(body), size):
            if service.pause(service.slowness):
                return
            self.wfile.write(body[start : start + size])

    def _drip(self) -> None:
        service = self.server.service
        while not service.pause(service.slowness):
            self.wfile.write(DROP)
