"""What all requests share: the books, the script, the clock, and how an order is taken."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import TYPE_CHECKING, Any, Final, Protocol

from novaclips.testing import fault
from novaclips.testing.counts import Meter
from novaclips.testing.gallery import Gallery, Picture
from novaclips.testing.limit import Window
from novaclips.testing.messages import DATE_AHEAD, EPOCH_AHEAD, SAME_PATH_ELSEWHERE, Answer, Recorded
from novaclips.testing.script import Script

if TYPE_CHECKING:
    from novaclips.testing.route import Route

SECONDS_AHEAD: Final = 5


class Dialect(Protocol):
    """How one service says no."""

    name: fault.ProtocolName

    def unauthorized(self) -> Answer:
        """Answer a request without a key."""

    def throttled(self, seconds: int) -> Answer:
        """Answer a request that comes too early."""


@dataclass(slots=True, kw_only=True)
class Service:
    """The state of a running server.

    ``find_route`` answers what a method and a path lead to, with the groups of the path; None for nothing.
    """

    find_route: Callable[[str, str], tuple[Route, tuple[str, ...]] | None]
    elsewhere: Callable[[], str]  # the address of the same server under another port
    latency: float = 0.0
    slowness: float = 0.0
    polls: int = 0
    clock: Callable[[], float] = time.monotonic
    window: Window | None = None
    url: str = ""
    meter: Meter = field(default_factory=Meter)
    script: Script = field(default_factory=Script)
    gallery: Gallery = field(default_factory=Gallery)
    predictions: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)

    def take_order(self, request: Recorded, dialect: Dialect, prompt: str, work: Callable[[], Answer]) -> Answer:
        """Answer an order as the script says: refuse it, do the work, or do the work and spoil the answer."""
        if self.window and (seconds := self.window.admit(request.token)):
            return dialect.throttled(int(-(-seconds // 1)))
        hit = self.script.take("create", dialect.name, prompt, request.call)
        if hit and hit.instead:
            return self.fill(hit.instead)
        answer = work()
        return hit.change(answer) if hit and hit.change and answer.status < 400 else answer  # noqa: PLR2004

    def fill(self, answer: Answer, path: str = "") -> Answer:
        """Return the answer with those values in its headers that only this moment knows."""
        headers = dict(answer.headers)
        for name, value in headers.items():
            if value == DATE_AHEAD:
                headers[name] = formatdate(time.time() + SECONDS_AHEAD, usegmt=True)
            elif value == EPOCH_AHEAD:
                headers[name] = str(int(time.time()) + SECONDS_AHEAD)
            elif value == SAME_PATH_ELSEWHERE:
                headers[name] = self.elsewhere() + path
        return replace(answer, headers=headers)

    def pause(self, seconds: float) -> bool:
        """Let time pass; True when the server stops meanwhile."""
        return self.stopping.wait(seconds)

    def publish(self, picture: Picture) -> str:
        """Return the URL under which this picture can be fetched."""
        return self.url + self.gallery.hang(picture)
