"""The three ways in which a request ends without success; a plugin says which one an error of its client means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """The service answered, and not with what was asked for: ``body`` as it came, ``headers`` by name."""

    status: int
    body: bytes | str = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NotSent:
    """The request certainly did not reach the service."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoAnswer:
    """The request went out, and no whole answer came back; ``text`` is told instead of the usual words."""

    reason: str
    text: str = ""


Ending = Answered | NotSent | NoAnswer
