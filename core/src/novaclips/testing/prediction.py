"""A prediction on its way: starting, processing, and how it ended."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from novaclips.testing.fault import Course
from novaclips.testing.replicate_models import Model


def _new_id() -> str:
    return secrets.token_hex(13)


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


@dataclass(slots=True, kw_only=True)
class Prediction:
    """One order at Replicate; asked from many threads at once.

    It ends when it was asked for ``polls`` times and ``latency`` seconds have passed since ``created``.
    """

    api: str
    call: int
    key: str
    model: Model
    version: str
    input: dict[str, Any]
    prompt: str
    seed: int
    urls: list[str]
    course: Course
    polls: int
    latency: float
    created: float
    id: str = field(default_factory=_new_id)
    created_at: str = field(default_factory=_now)
    _polled: int = 0
    _stopped: str = ""
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    @property
    def get_url(self) -> str:
        """Where to ask for it."""
        return f"{self.api}/v1/predictions/{self.id}"

    def wait_out(self) -> None:
        """Note that the client waited with its order: no polls but a slow prediction's own are needed any more."""
        with self._lock:
            self.polls = self.course.more_polls

    def poll(self, now: float) -> dict[str, Any]:
        """Return the prediction to somebody who asks for it."""
        with self._lock:
            self._polled += 1
        return self.show(now)

    def cancel(self, now: float) -> bool:
        """Stop it unless it is over; True when that saves its charge."""
        with self._lock:
            if self._stopped or self._ended(now):
                return False
            self._stopped = "canceled" if self._polled else "aborted"
            return self.course.bills

    def show(self, now: float, *, started: bool = False) -> dict[str, Any]:
        """Return the prediction as it stands, as JSON."""
        with self._lock:
            status = self._status(now, started=started)
        over = status not in {"starting", "processing"}
        course = self.course if over and not self._stopped else Course()
        shown = {
            "id": self.id,
            "model": self.course.model or self.model.name,
            "version": self.version,
            "input": {} if course.data_removed else self.input,
            "output": self._output(status),
            "logs": "" if status == "starting" or course.data_removed else f"Using seed: {self.seed}\n{course.logs}",
            "error": course.error,
            "data_removed": course.data_removed,
            "status": status,
            "created_at": self.created_at,
            "started_at": None if status == "starting" else self.created_at,
            "completed_at": _now() if over else None,
            "metrics": {"predict_time": 1.25, "total_time": 1.5} if status == "succeeded" else {},
            "urls": {
                "get": self.get_url,
                "cancel": f"{self.get_url}/cancel",
                "web": f"https://replicate.com/p/{self.id}",
            },
        }
        if not self.course.identified:
            del shown["model"], shown["version"]
        return shown

    def _ended(self, now: float) -> bool:
        return self.course.ends and self._polled >= self.polls and now - self.created >= self.latency

    def _status(self, now: float, *, started: bool) -> str:
        if self._stopped:
            return self._stopped
        if self._ended(now):
            return self.course.status
        return "processing" if started or self._polled else "starting"

    def _output(self, status: str) -> list[str] | str | None:
        """Return the URLs that can be seen now: a list, one, or nothing, as the model has it."""
        listed = self.model.output == "list"
        if status == "processing" and self.course.partial and listed:
            return self.urls[: len(self.urls) * self._polled // self.polls]
        if status != "succeeded" or self.course.output == "none":
            return None
        urls = {"empty": [], "short": self.urls[1:]}.get(self.course.output, self.urls)
        return urls if listed else next(iter(urls), None)
