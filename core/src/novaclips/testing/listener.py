"""A socket that is listened on, and the threads of its clients."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from http.server import ThreadingHTTPServer
from typing import Any, Final

from novaclips.testing.handler import Handler
from novaclips.testing.messages import Recorded
from novaclips.testing.service import Service

WAKE_SECONDS: Final = 0.02  # how often the listening thread looks whether it should stop


class Listener(ThreadingHTTPServer):
    """Listens on 127.0.0.1 from the moment it is made; ``stop`` ends every thread of it.

    ``http.server`` keeps no list of daemon threads, and a keep-alive connection blocks its thread for as long as the
    client likes; so this one knows its threads and connections.
    """

    request_queue_size = 256
    daemon_threads = True

    def __init__(self, port: int, service: Service, requests: list[Recorded]) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.service = service
        self.requests = requests
        self._lock = threading.Lock()
        self._clients: dict[threading.Thread, socket.socket] = {}
        self._thread = threading.Thread(
            target=self.serve_forever, args=(WAKE_SECONDS,), name="novaclips-fault-server", daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        """The address, without a slash at its end."""
        return f"http://127.0.0.1:{self.server_port}"

    def stop(self) -> None:
        """Close the socket and all connections, and wait for the threads to end."""
        self.shutdown()
        self.server_close()
        with self._lock:
            clients = dict(self._clients)
        for thread, connection in clients.items():
            with contextlib.suppress(OSError):  # it is closed already
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self._thread.join()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a client on a thread of its own."""
        thread = threading.Thread(
            target=self._serve, args=(request, client_address), name="novaclips-fault-client", daemon=True
        )
        with self._lock:
            self._clients[thread] = request
        thread.start()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away; anything else is a bug of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._clients[threading.current_thread()]
