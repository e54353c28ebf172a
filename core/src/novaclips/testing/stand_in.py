"""A stand-in for any HTTP image service: draws what it is asked for, and goes wrong once when told to."""

from __future__ import annotations

import functools
import json
import re
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from novaclips.errors import (
    AuthenticationFailed,
    BadImage,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.testing import pictures
from novaclips.testing.listener import Listener
from novaclips.testing.messages import NO_HEADERS, Answer, Recorded
from novaclips.testing.route import Route
from novaclips.testing.service import Service

EDGE: Final = 1024  # pixels, of a picture whose order names no width or height
ANY_PATH: Final = re.compile(".*", re.DOTALL)
UNREADABLE: Final = (
    "write a JSON object with prompt, and with width and height in pixels; or give StandIn a reply of your own, for a"
    " service that is asked otherwise"
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a service answers: status, body, headers; the content type is one of the headers."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)

    @classmethod
    def of_json(cls, value: object, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Self:
        """Make the reply whose body is this value as JSON."""
        return cls(status, json.dumps(value).encode(), {"Content-Type": "application/json", **headers})


def draw_picture(request: Recorded) -> Reply:
    """Draw the PNG that a POST asks for with ``prompt``, ``width`` and ``height`` in its JSON body.

    Equal orders get equal pictures. Anything else is answered with 404 or 400.
    """
    if request.method != "POST":
        return Reply.of_json({"error": f"there is nothing at {request.path}"}, 404)
    order = request.body if isinstance(request.body, dict) else {}
    match order.get("prompt"), order.get("width", EDGE), order.get("height", EDGE):
        case str(prompt), int(width), int(height):
            return Reply(200, pictures.draw(prompt, (width, height)), {"Content-Type": "image/png"})
    return Reply.of_json({"error": UNREADABLE}, 400)


class StandIn:
    """A service on a free port of 127.0.0.1, over real HTTP; use it as a context manager.

    ``reply`` answers each request, from several threads at once; without one, every POST gets the picture that
    ``draw_picture`` draws for it.
    """

    def __init__(self, reply: Callable[[Recorded], Reply] = draw_picture) -> None:
        self._reply = reply
        self._next: deque[Answer] = deque()
        self._requests: list[Recorded] = []
        self._service = Service(find_route=self._route, elsewhere=lambda: self.url)
        self._listener: Listener | None = None

    def __enter__(self) -> Self:
        self._listener = Listener(0, self._service, self._requests)
        self._service.url = self._listener.url
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._service.stopping.set()
        if self._listener:
            self._listener.stop()

    @property
    def url(self) -> str:
        """The service's address: ``http://127.0.0.1:PORT``."""
        return self._service.url

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far, as it came."""
        return list(self._requests)

    def answer_next(self, status: int, body: bytes = b"", headers: Mapping[str, str] = NO_HEADERS) -> None:
        """Answer the next request with this instead; called twice, the second is for the request after it."""
        self._next.append(_answer_of(Reply(status, body, headers)))

    def drop_next(self) -> None:
        """Read the next request and close its connection without an answer."""
        self._next.append(Answer(delivery="dropped"))

    @property
    def faults(self) -> Mapping[type[ProviderError], Callable[[], None]]:
        """What makes the next request go wrong, by the error that it means to a provider."""
        return {
            AuthenticationFailed: functools.partial(self.answer_next, 401, b"the key is wrong"),
            QuotaExhausted: functools.partial(self.answer_next, 402, b"no credit is left"),
            RateLimited: functools.partial(self.answer_next, 429, b"too many requests", {"Retry-After": "7"}),
            ProviderUnavailable: functools.partial(self.answer_next, 503, b"the service is overloaded"),
            OutcomeUnknown: self.drop_next,
            BadImage: functools.partial(self.answer_next, 200, b"<!doctype html>", {"Content-Type": "text/html"}),
        }

    def _route(self, method: str, _path: str) -> tuple[Route, tuple[str, ...]]:
        return Route(method, ANY_PATH, self._answer, dialect=None, charged=method == "POST"), ()

    def _answer(self, _service: Service, request: Recorded) -> Answer:
        try:
            return self._next.popleft()
        except IndexError:
            return _answer_of(self._reply(request))


def _answer_of(reply: Reply) -> Answer:
    """Put a reply into the words of the fault server, which knows the content type apart."""
    headers = {name.lower(): value for name, value in reply.headers.items()}
    content_type = headers.pop("content-type", "application/octet-stream")
    return Answer(status=reply.status, body=reply.body, content_type=content_type, headers=headers)
