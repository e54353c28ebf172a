"""What plugins are tested with: contracts that say what a plugin keeps, and services on this machine to keep it with.

``contracts`` has the rules, a class for each kind of plugin. ``stand_in`` is any HTTP image service; the fault server
is OpenAI's and Replicate's: it speaks their protocols, counts what they would charge, and misbehaves when told to.

``fault_server`` starts and stops it, ``listener`` has the socket and ``handler`` a connection. ``routes`` leads each
request to ``openai_images``, ``replicate_predictions``, ``replicate_files`` or ``downloads``. They share a ``service``:
the books (``counts``), the script of ``faults``, and the ``gallery`` of pictures that were ordered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from novaclips.late_names import late_names

if TYPE_CHECKING:
    from novaclips.testing.contracts.enhancer import EnhancerCase, PromptEnhancerContract
    from novaclips.testing.contracts.job import JobProviderContract
    from novaclips.testing.contracts.provider import ImageProviderContract
    from novaclips.testing.contracts.provider_case import ProviderCase
    from novaclips.testing.contracts.style_pack import StylePackCase, StylePackContract
    from novaclips.testing.contracts.writer import OutputWriterContract, WriterCase
    from novaclips.testing.counts import Counts
    from novaclips.testing.fault_server import FaultServer
    from novaclips.testing.faults import FAULTS, Fault
    from novaclips.testing.limit import Limit
    from novaclips.testing.messages import Recorded
    from novaclips.testing.pictures import fingerprint, read_fingerprint
    from novaclips.testing.stand_in import Reply, StandIn
else:  # late: pytest loads this package in projects that never start a server
    __getattr__, __dir__ = late_names(
        __name__,
        {
            "FAULTS": "faults",
            "Counts": "counts",
            "EnhancerCase": "contracts.enhancer",
            "Fault": "faults",
            "FaultServer": "fault_server",
            "ImageProviderContract": "contracts.provider",
            "JobProviderContract": "contracts.job",
            "Limit": "limit",
            "OutputWriterContract": "contracts.writer",
            "PromptEnhancerContract": "contracts.enhancer",
            "ProviderCase": "contracts.provider_case",
            "Recorded": "messages",
            "Reply": "stand_in",
            "StandIn": "stand_in",
            "StylePackCase": "contracts.style_pack",
            "StylePackContract": "contracts.style_pack",
            "WriterCase": "contracts.writer",
            "fingerprint": "pictures",
            "read_fingerprint": "pictures",
        },
    )

__all__ = [
    "FAULTS",
    "Counts",
    "EnhancerCase",
    "Fault",
    "FaultServer",
    "ImageProviderContract",
    "JobProviderContract",
    "Limit",
    "OutputWriterContract",
    "PromptEnhancerContract",
    "ProviderCase",
    "Recorded",
    "Reply",
    "StandIn",
    "StylePackCase",
    "StylePackContract",
    "WriterCase",
    "fingerprint",
    "read_fingerprint",
]
