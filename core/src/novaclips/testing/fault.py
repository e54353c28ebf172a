"""What a fault is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from novaclips.testing.messages import Answer

ProtocolName = Literal["openai", "replicate", "any"]
# Which request a fault hits: an order, the course of the prediction that was ordered, the picture that was ordered,
# a question after a prediction, a question after a model, the download of a picture.
Target = Literal["create", "prediction", "picture", "poll", "model", "file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How a prediction goes: when it ends, and how."""

    status: Literal["succeeded", "failed", "canceled", "aborted"] = "succeeded"
    error: str | None = None
    logs: str = ""
    output: Literal["all", "none", "empty", "short", "inline"] = "all"
    more_polls: int = 0  # beyond the server's own number
    partial: bool = False  # shows the pictures one by one while it goes on
    ends: bool = True
    blocks: bool = True  # keeps the order waiting when the client prefers to wait
    data_removed: bool = False
    identified: bool = True  # says which model and version it ran
    model: str = ""  # the one that it says it ran, instead of the one that was asked for
    passes_odd_seeds: bool = False  # it goes well with an odd seed

    @property
    def bills(self) -> bool:
        """Whether the service charges for it: only a success is charged for."""
        return self.ends and self.status == "succeeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One way to go wrong.

    Exactly one of these says how: ``instead`` is answered and nothing is done; ``change`` takes the good answer, after
    the work was done and billed, and returns the one to send; ``course`` is how a prediction goes; ``spoil`` takes the
    file of the good picture and returns the one to hand out.
    """

    name: str
    protocol: ProtocolName
    hits: Target
    summary: str
    instead: Answer | None = None
    change: Callable[[Answer], Answer] | None = None
    course: Course | None = None
    spoil: Callable[[bytes], bytes] | None = None

    @property
    def bills(self) -> bool:
        """Whether an order that meets this fault is charged for."""
        if self.hits == "create":
            return self.change is not None
        return self.course.bills if self.course else True
