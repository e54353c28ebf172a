"""A service with jobs: a POST starts one, a GET brings its picture as often as it is asked for."""

from __future__ import annotations

import itertools
from dataclasses import replace

from novaclips.testing import Recorded, Reply
from novaclips.testing.stand_in import draw_picture


class JobDesk:
    """Answers as ``reply`` of a StandIn."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)
        self._orders: dict[str, Recorded] = {}

    def __call__(self, request: Recorded) -> Reply:
        job = request.path.rpartition("/")[2]
        if request.method == "POST":
            job = str(next(self._numbers))
            self._orders[job] = request
            return Reply(201, job.encode())
        if job not in self._orders:
            return Reply(404)
        return Reply(204) if request.method == "DELETE" else draw_picture(replace(self._orders[job]))
