"""The fault server in a process of its own, with a count of what it answered."""

from __future__ import annotations

import json
import sys
from collections import Counter
from http.server import BaseHTTPRequestHandler
from typing import Any

from benchmarks.service import answer_questions
from novaclips.testing import FaultServer, Limit
from novaclips.testing.handler import Handler


def main() -> None:
    """Serve as the configuration in the first argument says: limit, latency, faults."""
    config = json.loads(sys.argv[1])
    statuses: Counter[int] = Counter()

    def log_request(_handler: BaseHTTPRequestHandler, code: int | str = "-", _size: int | str = "-") -> None:
        statuses[int(code)] += 1

    # http.server calls this for each answer; the server itself keeps no statuses.
    Handler.log_request = log_request  # type: ignore[assignment,method-assign]
    with FaultServer(latency=config["latency"], limit=Limit(*config["limit"])) as server:
        for fault in config["faults"]:
            server.fault(**fault)

        def report() -> dict[str, Any]:
            counts = server.counts
            return {
                "requests": counts.requests,
                "billed": counts.billed,
                "billed_twice": counts.billed_twice,
                "throttled": statuses[429],
            }

        answer_questions(server.env, report)


if __name__ == "__main__":
    main()
