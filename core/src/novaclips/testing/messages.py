"""What comes over the wire and what goes back."""

from __future__ import annotations

import email
import email.policy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, Literal

from requests.structures import CaseInsensitiveDict

# How an answer travels: whole; not at all; half of it; in pieces with pauses; never; without end; as single bytes with
# pauses, and without end.
Delivery = Literal["whole", "dropped", "truncated", "slow", "hang", "endless", "dripping"]

# Values of headers that are known only when they are sent.
DATE_AHEAD: Final = "{date}"
EPOCH_AHEAD: Final = "{epoch}"
SAME_PATH_ELSEWHERE: Final = "{elsewhere}"

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A request as it came.

    ``headers`` is asked by name in any case. ``body`` is parsed JSON; for multipart a mapping of field names to text,
    and to a list of bytes for files; the bytes for anything else; None without a body. ``call`` numbers the requests
    that a service would charge for, from 1; it is 0 for all others. ``query`` is what stands behind ``?``.
    """

    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: Any = None
    call: int = 0
    query: str = ""

    @property
    def token(self) -> str:
        """The key that the request came with; empty without one."""
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""

    @property
    def content_key(self) -> str:
        """The hash of the body's content: equal for equal orders, however they were written down."""
        text = json.dumps(self.body, sort_keys=True, default=lambda data: hashlib.sha256(data).hexdigest())
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What goes back, and how it travels."""

    status: int = 200
    body: bytes = field(default=b"", repr=False)
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=lambda: NO_HEADERS)
    delivery: Delivery = "whole"


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """Return an answer whose body is this value as JSON."""
    return Answer(status=status, body=json.dumps(value).encode(), headers=headers)


def record(method: str, path: str, headers: Mapping[str, str], data: bytes, *, call: int, query: str) -> Recorded:
    """Return the record of a request: its headers by name in any case, its body parsed."""
    kept = CaseInsensitiveDict(headers)
    body = _parse(kept.get("Content-Type", ""), data)
    return Recorded(method=method, path=path, headers=kept, body=body, call=call, query=query)


def _parse(content_type: str, data: bytes) -> Any:
    if not data:
        return None
    if content_type.startswith("multipart/form-data"):
        return _parse_form(content_type, data)
    try:
        return json.loads(data)
    except ValueError:  # not JSON, or not even text
        return data


def _parse_form(content_type: str, data: bytes) -> dict[str, Any]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode()
    form: dict[str, Any] = {}
    for part in email.message_from_bytes(head + data, policy=email.policy.HTTP).walk():
        name = part.get_param("name", header="content-disposition")
        if not isinstance(name, str):
            continue  # the form itself
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else b""
        if part.get_filename() is None:
            form[name] = content.decode("utf-8", "replace")
        else:
            form.setdefault(name, []).append(content)
    return form
