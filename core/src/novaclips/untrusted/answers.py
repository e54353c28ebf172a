"""An end to every answer: so many seconds and so many bytes for all of it, not for each piece.

HTTP clients limit the wait for each piece of an answer, and nothing else: a head that drips, interim answers without
end, a body without end and a body that unpacks to gigabytes beat them all. ``Bounds`` counts; ``bound_client`` makes a
client of httpx, or of httpx2, keep to it.
"""

from __future__ import annotations

import importlib
import time
import zlib
from collections.abc import Callable, Iterator
from typing import Any

MAX_BYTES = 96 * 2**20  # a picture of 64 MiB in base64, and what stands around it
STEP = 2**20
ACCEPTED = "gzip, deflate"  # what is unpacked here, whatever else the client could unpack
GZIP = b"\x1f\x8b"


class AnswerTooLong(TimeoutError):
    """The answer did not end in time."""


class AnswerTooLarge(OSError):
    """The answer has more bytes than any picture."""


class Bounds:
    """What is left for one answer: seconds by ``monotonic`` up to ``deadline``, and bytes."""

    def __init__(self, *, deadline: float, max_bytes: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.deadline = deadline
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._bytes = 0

    def left(self) -> float:
        """Return the seconds that are left; AnswerTooLong when none are."""
        if (seconds := self.deadline - self._monotonic()) <= 0:
            raise AnswerTooLong("the answer did not end in time")
        return seconds

    def took(self, count: int) -> None:
        """Count bytes that came; AnswerTooLarge beyond the most."""
        self._bytes += count
        if self._bytes > self._max_bytes:
            raise AnswerTooLarge(f"the answer has more than {self._max_bytes:,} bytes")


def unpack(pieces: Iterator[bytes], encoding: str, bounds: Bounds) -> Iterator[bytes]:
    """Yield the pieces of a body unpacked, gzip or deflate; nothing is unpacked beyond the bytes of ``bounds``.

    Raises ValueError for a body that is packed in another way, or not in the way it says.
    """
    if encoding in ("", "identity"):
        for piece in pieces:
            bounds.took(len(piece))
            yield piece
        return
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ValueError(f"the answer is packed with {encoding[:40]!r}, which was not asked for")
    unpacker = _Unpacker(encoding, bounds)
    for piece in pieces:
        yield from unpacker.unpack(piece)
    unpacker.check_end()


class _Unpacker:
    """Unpacks a body piece by piece; gzip may have several members."""

    def __init__(self, encoding: str, bounds: Bounds) -> None:
        self._is_deflate = encoding == "deflate"
        self._bounds = bounds
        self._inflate: Any = None

    def unpack(self, piece: bytes) -> Iterator[bytes]:
        rest, is_full = piece, False
        while rest or is_full:
            if self._inflate is None:
                self._inflate = zlib.decompressobj(self._window(rest))
            try:
                data = self._inflate.decompress(rest, STEP)
            except zlib.error as exc:
                raise ValueError("the answer is not packed in the way it says") from exc
            self._bounds.took(len(data))
            yield data
            rest, is_full = self._inflate.unconsumed_tail, len(data) == STEP
            if self._inflate.eof and not self._is_deflate and self._inflate.unused_data.startswith(GZIP):
                rest, is_full, self._inflate = self._inflate.unused_data, False, None

    def check_end(self) -> None:
        """Raise ValueError when the body ended before what was packed in it."""
        if self._inflate is not None and not self._inflate.eof:
            raise ValueError("the packed answer is cut short")

    def _window(self, first: bytes) -> int:
        """Return zlib's name for a packing; some services call bare deflate what should have a header of zlib's."""
        if self._is_deflate:
            return zlib.MAX_WBITS if first[0] & 0x0F == zlib.DEFLATED else -zlib.MAX_WBITS
        return 16 + zlib.MAX_WBITS


def bound_client(client: Any, *, max_bytes: int = MAX_BYTES, monotonic: Callable[[], float] = time.monotonic) -> None:
    """Make a ``Client`` or an ``HTTPTransport`` of httpx or httpx2 keep to the read timeout of a request as a whole.

    The head of an answer ends within so many seconds after the request is out, the body within as many after the head.
    Of a client the bodies are bounded too; for those of a transport call ``bound_body``, and ask for no other
    ``Accept-Encoding`` than gzip and deflate. What does not keep to it is
    the client's own ReadTimeout, ReadError or DecodingError.
    """
    transports = [client]
    if hasattr(client, "event_hooks"):
        hooks = client.event_hooks
        hooks["response"] = [lambda response: bound_body(response, max_bytes, monotonic), *hooks["response"]]
        client.event_hooks = hooks
        client.headers["Accept-Encoding"] = ACCEPTED
        # Private, as is the network backend of a transport: the clients have no other way to their sockets. Tests over
        # real sockets fail when they change.
        transports = [client._transport, *client._mounts.values()]  # noqa: SLF001
    for transport in transports:
        if (pool := getattr(transport, "_pool", None)) is not None:
            pool._network_backend = _Backend(pool._network_backend, max_bytes, monotonic)  # noqa: SLF001


def bound_body(response: Any, max_bytes: int = MAX_BYTES, monotonic: Callable[[], float] = time.monotonic) -> None:
    """Bound the body of an answer whose head has just come, in seconds and in bytes, packed and unpacked."""
    if isinstance(line := response.extensions.get("network_stream"), _Stream):
        line.head_is_here()
    httpx = importlib.import_module(type(response).__module__.partition(".")[0])
    seconds = response.request.extensions.get("timeout", {}).get("read")
    end = float("inf") if seconds is None else monotonic() + seconds
    bounds = Bounds(deadline=end, max_bytes=max_bytes, monotonic=monotonic)
    encoding = response.headers.pop("Content-Encoding", "").strip().lower()
    inner = response.stream

    class Bounded(httpx.SyncByteStream):  # type: ignore[name-defined,misc]  # the client's own class, known at run time
        def __iter__(self) -> Iterator[bytes]:
            try:
                yield from unpack(_timely(inner, bounds), encoding, bounds)
            except AnswerTooLong as exc:
                raise httpx.ReadTimeout(str(exc)) from exc
            except AnswerTooLarge as exc:
                raise httpx.ReadError(str(exc)) from exc
            except ValueError as exc:
                raise httpx.DecodingError(str(exc)) from exc

        def close(self) -> None:
            inner.close()

    response.stream = Bounded()


def _timely(pieces: Any, bounds: Bounds) -> Iterator[bytes]:
    for piece in pieces:
        bounds.left()
        yield piece


class _Backend:
    """A network backend of httpcore whose streams have an end."""

    def __init__(self, inner: Any, max_bytes: int, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._max_bytes = max_bytes
        self._monotonic = monotonic

    def connect_tcp(self, *args: Any, **kwargs: Any) -> _Stream:
        return self._bounded(self._inner.connect_tcp(*args, **kwargs))

    def connect_unix_socket(self, *args: Any, **kwargs: Any) -> _Stream:
        return self._bounded(self._inner.connect_unix_socket(*args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._inner.sleep(seconds)

    def _bounded(self, stream: Any) -> _Stream:
        core = importlib.import_module(type(self._inner).__module__.partition(".")[0])
        return _Stream(stream, core, self._max_bytes, self._monotonic)


class _Stream:
    """A connection of httpcore; each answer on it, its head and its body, has an end."""

    def __init__(self, inner: Any, core: Any, max_bytes: int, monotonic: Callable[[], float]) -> None:
        self._inner = inner
        self._core = core
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._bounds: Bounds | None = None
        self._seconds: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._bounds is None:
            self._seconds = timeout
            self._bounds = Bounds(deadline=self._end(), max_bytes=self._max_bytes, monotonic=self._monotonic)
        try:
            left = self._bounds.left()
            data: bytes = self._inner.read(max_bytes, timeout if timeout is None else min(timeout, left))
            self._bounds.took(len(data))
        except AnswerTooLong as exc:
            raise self._core.ReadTimeout(str(exc)) from exc
        except AnswerTooLarge as exc:
            raise self._core.ReadError(str(exc)) from exc
        return data

    def head_is_here(self) -> None:
        """Give the body as much time as the head had."""
        if self._bounds is not None:
            self._bounds.deadline = self._end()

    def _end(self) -> float:
        return float("inf") if self._seconds is None else self._monotonic() + self._seconds

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._bounds = None  # the next answer's time begins when it is waited for
        self._inner.write(buffer, timeout)

    def close(self) -> None:
        self._inner.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> _Stream:
        return _Stream(self._inner.start_tls(*args, **kwargs), self._core, self._max_bytes, self._monotonic)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
