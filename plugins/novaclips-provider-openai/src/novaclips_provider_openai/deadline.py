"""An end to every answer: the HTTP client limits the wait for each piece of it, and never that for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import httpx2


def deadline(monotonic: Callable[[], float]) -> Callable[[httpx2.Response], None]:
    """Return a response hook for the HTTP client: a body that comes for longer than the read timeout is a ReadTimeout.

    A hook, because the SDK reads some bodies by itself: those of errors and of redirects. The time begins with the
    head of the answer, so that a slow upload loses no picture. The clock is looked at as each piece comes: an answer
    that first drips and then falls silent is borne for up to twice the read timeout. ``monotonic`` counts seconds.
    """

    def limit(response: httpx2.Response) -> None:
        stream = cast("httpx2.SyncByteStream", response.stream)  # a client without async has no other
        end = monotonic() + response.request.extensions["timeout"]["read"]
        response.stream = _Limited(stream, lambda: monotonic() > end)

    return limit


class _Limited(httpx2.SyncByteStream):
    def __init__(self, stream: httpx2.SyncByteStream, is_over: Callable[[], bool]) -> None:
        self._stream = stream
        self._is_over = is_over

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._stream:
            if self._is_over():
                raise httpx2.ReadTimeout("the answer did not end in time")
            yield piece

    def close(self) -> None:
        self._stream.close()
