"""A server that answers each order with a photograph that was drawn before: next to no CPU goes into an answer."""

from __future__ import annotations

import base64
import itertools
import json
import struct
import sys
import threading
import time
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.service import answer_questions
from novaclips.testing.pictures import draw

PHOTOGRAPHS = 8
END_CHUNK = 12  # bytes: a PNG ends with an empty IEND
PLACE = "@"
USAGE = {"input_tokens": 16, "output_tokens": 1568, "total_tokens": 1584}
TEMPLATE = json.dumps({"created": 0, "data": [{"b64_json": PLACE}], "usage": USAGE})


class Photograph:
    """A photograph that can be had any number of times, each time as other bytes.

    A number in a text chunk makes the difference, so that a client which keeps pictures by their content keeps each.
    """

    def __init__(self, prompt: str, size: tuple[int, int]) -> None:
        data = draw(prompt, size)
        cut = (len(data) - END_CHUNK) // 3 * 3  # base64 has no seam there
        before, self._after = TEMPLATE.split(PLACE)
        self._head = before.encode() + base64.b64encode(data[:cut])
        self._rest, self._end = data[cut:-END_CHUNK], data[-END_CHUNK:]

    def answer(self, number: int) -> bytes:
        """Return the body of an answer."""
        text = b"tEXtNumber\0%d" % number
        chunk = struct.pack(">I", len(text) - 4) + text + struct.pack(">I", zlib.crc32(text))
        return self._head + base64.b64encode(self._rest + chunk + self._end) + self._after.encode()


class Studio(ThreadingHTTPServer):
    """Sells photographs; ``report`` says how many, and when the first order came and the last answer went."""

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, size: tuple[int, int], latency: float) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.latency = latency
        self._photographs = [Photograph(f"photograph {number}", size) for number in range(PHOTOGRAPHS)]
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._requests = 0
        self._first = self._last = 0.0

    def order(self) -> bytes:
        """Take an order and return its answer when it is due."""
        with self._lock:
            number = next(self._numbers)
            self._first = self._first or time.monotonic()
        body = self._photographs[number % PHOTOGRAPHS].answer(number)
        time.sleep(self.latency)
        return body

    def answered(self) -> None:
        """Note that an answer went out."""
        with self._lock:
            self._requests += 1
            self._last = time.monotonic()

    def report(self) -> dict[str, Any]:
        """Return the figures of this moment."""
        return {"requests": self._requests, "first": self._first, "last": self._last}


class Handler(BaseHTTPRequestHandler):
    """Serves one client."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Studio

    def do_POST(self) -> None:
        """Answer any order."""
        self.rfile.read(int(self.headers["Content-Length"]))
        body = self.server.order()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.server.answered()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's word
        """Say nothing."""


def main() -> None:
    """Serve as the configuration in the first argument says: size, latency."""
    config = json.loads(sys.argv[1])
    with Studio(tuple(config["size"]), config["latency"]) as studio:
        threading.Thread(target=studio.serve_forever, daemon=True).start()
        env = {"OPENAI_API_KEY": "rehearsal", "OPENAI_BASE_URL": f"http://127.0.0.1:{studio.server_port}/v1"}
        answer_questions(env, studio.report)
        studio.shutdown()


if __name__ == "__main__":
    main()
