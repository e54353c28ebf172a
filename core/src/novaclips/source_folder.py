"""The folder on this machine that a distribution was installed from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import url2pathname


@dataclass(frozen=True, slots=True)
class SourceFolder:
    """Where a distribution's source lies; ``editable`` when it is imported from there."""

    path: Path
    editable: bool


class Metadata(Protocol):
    """What is read of a distribution."""

    def read_text(self, filename: str, /) -> str | None:
        """Return the text of one of its files of metadata; None when it has no such file."""


def source_folder(dist: Metadata | None) -> SourceFolder | None:
    """Return where a distribution was installed from; None when that was an index or an archive."""
    try:
        origin = json.loads((dist and dist.read_text("direct_url.json")) or "{}")
    except ValueError:  # a damaged file says nothing
        return None
    if "dir_info" not in origin:
        return None
    path = Path(url2pathname(urlsplit(origin["url"]).path))
    return SourceFolder(path, editable=origin["dir_info"].get("editable", False))
