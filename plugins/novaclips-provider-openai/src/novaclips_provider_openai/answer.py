"""What the service answers: the picture, or where it is, and what was said about it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pybase64

from novaclips.plugin import JSON, Answered, BadImage, ErrorTable, find_picture

SAID: Final = ("size", "quality", "output_format", "usage", "model")
LONGEST: Final = 100  # characters of a size, a quality or a model's name
# The standard library takes 8 ms for 3 MB, during which no other thread runs; this takes 1 ms.
decode = functools.partial(pybase64.b64decode, validate=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One picture: ``data`` holds its bytes; where that is None, ``url`` says where they are.

    ``said`` is what else the answer tells: size, quality, model, usage, the prompt as the service revised it.
    """

    data: bytes | None = field(default=None, repr=False)
    url: str = ""
    said: Mapping[str, JSON]

    @classmethod
    def read(cls, body: bytes, table: ErrorTable, prompt: str = "") -> Answer:
        """Read the body of an answer of status 200; what it means when there is no picture in it.

        The content type is not asked: a picture that is paid for is not lost over a header. What stands beside the
        picture may be of any type.
        """
        found = find_picture(body, decode=decode)
        if found.data is None and not found.url:
            if found.undecodable:
                raise BadImage("the picture in the answer is not base64")
            raise table.error(Answered(status=200, body=body), prompt=prompt)
        said = {name: value for name in SAID if (value := _plain(name, found.answer.get(name)))}
        if revised := found.entry.get("revised_prompt"):
            said["revised_prompt"] = revised
        return cls(data=found.data, url=found.url, said=said)


def _plain(name: str, value: JSON) -> JSON:
    """Return what may be said beside a picture, None for what has no business there."""
    if name == "usage":
        return value if isinstance(value, Mapping) else None
    return value if isinstance(value, str) and len(value) <= LONGEST else None
