"""What the service answers: the picture, or where it is, and what was said about it."""

from __future__ import annotations

import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pybase64

from novaclips.plugin import JSON, BadImage

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One picture: ``data`` holds its bytes; where that is None, ``url`` says where they are.

    ``said`` is what else the answer tells: size, quality, usage, the prompt as the service revised it.
    """

    data: bytes | None = field(default=None, repr=False)
    url: str = ""
    said: Mapping[str, JSON]

    @classmethod
    def read(cls, body: bytes) -> Answer:
        """Read the body of a good answer; BadImage when there is no picture in it.

        The content type is not asked: a picture that is paid for is not lost over a header.
        """
        try:
            answer = json.loads(body)
        except ValueError as exc:
            raise BadImage(
                f"the answer is no JSON, it starts with {body[:40]!r}; check that OPENAI_BASE_URL ends as the server"
                " wants it, usually with /v1"
            ) from exc
        picture = _first(answer)
        text, url = picture.get("b64_json"), picture.get("url")
        if not text and isinstance(url, str) and url.startswith("data:"):
            text, url = url, ""
        said = {name: answer.get(name) for name in ("size", "quality", "output_format", "usage")}
        said["revised_prompt"] = picture.get("revised_prompt")
        said = {name: value for name, value in said.items() if value}
        if text:
            return cls(data=_decoded(text), said=said)
        if isinstance(url, str) and url:
            return cls(url=url, said=said)
        raise BadImage("the answer holds no picture: neither b64_json nor url is in it")


def _first(answer: JSON) -> Mapping[str, JSON]:
    """Return the entry of the one picture that was asked for."""
    pictures = answer.get("data") if isinstance(answer, Mapping) else None
    if isinstance(pictures, list) and pictures and isinstance(pictures[0], Mapping):
        return pictures[0]
    error = answer.get("error") if isinstance(answer, Mapping) else None  # gateways send errors with status 200
    words = error.get("message") if isinstance(error, Mapping) else error
    raise BadImage(f"the answer holds no picture{f': {str(words)[:SHOWN]}' if words else ''}")


def _decoded(text: JSON) -> bytes:
    try:
        # Some servers put data:image/png;base64, before it. The standard library takes 8 ms for 3 MB, during which no
        # other thread runs; this takes 1 ms.
        return pybase64.b64decode(text.rpartition(",")[2])
    except (AttributeError, binascii.Error, ValueError) as exc:
        raise BadImage("the picture in the answer is not base64") from exc
