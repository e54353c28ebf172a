"""What plugins are tested with: a server that speaks the image services' protocols and can be told to misbehave.

``fault_server`` starts and stops it, ``listener`` has the socket and ``handler`` a connection. ``routes`` leads each
request to ``openai_images``, ``replicate_predictions``, ``replicate_files`` or ``downloads``. They share a ``service``:
the books (``counts``), the script of ``faults``, and the ``gallery`` of pictures that were ordered.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from novaclips.testing.counts import Counts
    from novaclips.testing.fault_server import FaultServer
    from novaclips.testing.faults import FAULTS, Fault
    from novaclips.testing.limit import Limit
    from novaclips.testing.messages import Recorded
    from novaclips.testing.pictures import fingerprint, read_fingerprint

__all__ = [
    "FAULTS",
    "Counts",
    "Fault",
    "FaultServer",
    "Limit",
    "Recorded",
    "fingerprint",
    "read_fingerprint",
]

_HOMES = {
    "FAULTS": "faults",
    "Counts": "counts",
    "Fault": "faults",
    "FaultServer": "fault_server",
    "Limit": "limit",
    "Recorded": "messages",
    "fingerprint": "pictures",
    "read_fingerprint": "pictures",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: pytest loads this package in projects that never start a server."""
    if name in _HOMES:
        return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
