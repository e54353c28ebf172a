"""``python -m benchmarks.profiled FILE WORDS...``: run novaclips and write down what its threads were doing.

Every 50 ms the stack of each thread is looked at, and the innermost place that the table knows names what it does:
time on the clock, waiting included, unlike a profiler that counts CPU.
"""

from __future__ import annotations

import json
import sys
import threading
from collections import Counter, defaultdict
from pathlib import Path
from types import FrameType

from novaclips.cli import main

PERIOD = 0.05
POOLS = {"novaclips-call": "call", "novaclips-fit": "fit"}
OTHER = "other"
# End of the file's path, function (empty: any), what a thread does there. The innermost frame that is known counts.
PLACES = (
    ("engine/limiter.py", "", "waits for a turn of the limiter"),
    ("engine/ledger.py", "", "writes the ledger"),
    ("engine/originals.py", "", "keeps the original"),
    ("frame/picture.py", "", "decodes"),
    ("frame/fitting.py", "", "fits"),
    ("frame/remarks.py", "", "decodes"),
    ("builtin/png_writer.py", "", "encodes"),
    ("image_generator/writers.py", "write", "writes the frame to the disk"),
    ("engine/finish.py", "", "hashes the frame"),
    ("client.py", "generate", "calls the service"),
    ("concurrent/futures/thread.py", "_worker", "has nothing to do"),
)


def doing(frame: FrameType | None) -> str:
    """Say what a thread does, from the innermost frame of its stack outward."""
    while frame:
        code = frame.f_code
        for path, function, what in PLACES:
            if function in {"", code.co_name} and code.co_filename.endswith(path):
                return what
        frame = frame.f_back
    return OTHER


class Sampler:
    """Looks at all threads until it is stopped."""

    def __init__(self) -> None:
        self.seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more."""
        self._stop.set()
        self._thread.join()

    def shares(self) -> dict[str, dict[str, float]]:
        """Return for each pool of threads the share of its time that went into each thing, the largest first."""
        return {
            pool: {what: number / seen.total() for what, number in seen.most_common()}
            for pool, seen in self.seen.items()
        }

    def _watch(self) -> None:
        while not self._stop.wait(PERIOD):
            frames = sys._current_frames()  # noqa: SLF001 - the documented way to see other threads' stacks
            for thread in threading.enumerate():
                pool = POOLS.get(thread.name.rpartition("_")[0])
                if pool and thread.ident in frames:
                    self.seen[pool][doing(frames[thread.ident])] += 1


if __name__ == "__main__":
    target = Path(sys.argv.pop(1))
    sampler = Sampler()
    sampler.start()
    try:
        main()
    finally:
        sampler.stop()
        target.write_text(json.dumps(sampler.shares()))
