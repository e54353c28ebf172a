"""A server that speaks the image services' protocols, counts what they would charge for, and goes wrong when told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Final, Self

from novaclips.environment import REHEARSAL
from novaclips.errors import ConfigError
from novaclips.testing.counts import Counts
from novaclips.testing.limit import Limit, Window
from novaclips.testing.listener import Listener
from novaclips.testing.messages import Recorded
from novaclips.testing.routes import find_route
from novaclips.testing.service import Service

KEY: Final = "rehearsal"  # any key will do; this one is what a rehearsal uses


class FaultServer:
    """OpenAI Images and Replicate predictions on 127.0.0.1, over real HTTP, without a real bill.

    Use it as a context manager, or call ``start`` and ``stop``. ``latency`` is how many seconds a picture takes;
    ``polls`` is how often a Replicate prediction is asked for before it is done, when there is no latency; ``limit``
    throttles each key; ``slowness`` is the pause in seconds before each of the ten pieces of a body that comes slowly,
    and before each byte of one that drips. ``port`` 0 takes a free one. ``clock`` counts seconds, for the limit and
    for predictions.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        latency: float = 0.0,
        polls: int = 1,
        slowness: float = 0.05,
        limit: Limit | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._port = port
        self._service = Service(
            find_route=find_route,
            latency=latency,
            slowness=slowness,
            polls=polls,
            clock=clock,
            window=Window(limit, clock) if limit else None,
            elsewhere=self._elsewhere,
        )
        self._requests: list[Recorded] = []
        self._main: Listener | None = None
        self._foreign: Listener | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Listen from now on; ConfigError when the port is taken."""
        self._service.stopping.clear()
        try:
            self._main = Listener(self._port, self._service, self._requests)
        except OSError as exc:
            raise ConfigError(
                f"cannot listen on port {self._port} of 127.0.0.1: {exc.strerror}; take another, or 0 for a free one"
            ) from exc
        self._service.url = self._main.url

    def stop(self) -> None:
        """Stop at once, whatever is going on; harmless when called again."""
        self._service.stopping.set()
        if self._main:
            self._main.stop()  # first: as long as it has clients, they may need the other
        if self._foreign:
            self._foreign.stop()
        self._main = self._foreign = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The server's address: ``http://127.0.0.1:PORT``."""
        return self._service.url

    @property
    def env(self) -> dict[str, str]:
        """The variables that send the SDKs of both services here, and say that what comes is no real picture."""
        return {
            "OPENAI_API_KEY": KEY,
            "OPENAI_BASE_URL": f"{self.url}/v1",
            "REPLICATE_API_TOKEN": KEY,
            "REPLICATE_BASE_URL": self.url,
            REHEARSAL: "1",
        }

    @property
    def counts(self) -> Counts:
        """What was ordered and what it would have cost, up to this moment."""
        return self._service.meter.counts()

    @property
    def requests(self) -> list[Recorded]:
        """Every request so far, polls and downloads too."""
        return list(self._requests)

    def fault(self, name: str, *, prompt: str | None = None, call: int | None = None, times: int | None = None) -> None:
        """Go wrong from now on in this way, one of ``FAULTS``.

        ``prompt`` says in which orders: those whose prompt contains it. ``call`` says in which one: the number of the
        order, from 1. ``times`` says how often, else always. What is asked after an order, such as a poll or a
        download, counts as part of it. Faults that hit the same request take turns in the order in which they were
        given: the first that is not used up.
        """
        self._service.script.add(name, prompt=prompt, call=call, times=times)

    def reset(self) -> None:
        """Forget all faults, counts and recorded requests; orders are numbered from 1 again."""
        self._service.script.reset()
        self._service.meter.reset()
        self._requests.clear()

    def _elsewhere(self) -> str:
        """Return the address of the same server on another port, opened when it is first needed."""
        with self._lock:
            if self._foreign is None:
                self._foreign = Listener(0, self._service, self._requests)
            return self._foreign.url
