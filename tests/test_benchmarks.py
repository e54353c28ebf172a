"""Each benchmark runs, in a tiny size: what it measures is for `make bench` to say."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], object]:
    """Import a module of the benchmarks, which are no part of any distribution."""
    monkeypatch.syspath_prepend(ROOT)
    return lambda name: importlib.import_module(f"benchmarks.{name}")


@pytest.fixture
def bench(benchmarks, tmp_path) -> object:
    """A bench whose one peer is the SDK that the tests have."""
    python = Path(sys.executable)
    peers = [peer for peer in benchmarks("peer").find_peers(python) if peer.dist == "openai" and peer.retries is None]
    return benchmarks("bench").Bench(tmp_path, peers, python, lambda _: None)


def rows(text: str) -> dict[str, list[str]]:
    """The rows of all tables of a text, by their first cell."""
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return {line[0]: line[1:] for line in lines}


def test_fault_run_counts_what_each_tool_bought_and_lost(benchmarks, bench):
    fault_run = benchmarks("fault_run")
    text = fault_run.measure(bench, fault_run.Size(scenes=8, limits=((30, 1),), latency=0.1, workers=8))

    frames, billed, twice, *_ = rows(text)["novaclips"]
    assert (frames, billed, twice) == ("7 of 8", "8", "1")
    assert rows(text)["requests of the second run"] == ["0", "at most 0", "yes"]
    assert rows(text)[bench.peers[0].label][0] == "7 of 8"


def test_ideal_of_the_fault_run_is_when_the_window_of_the_last_order_opens(benchmarks):
    fault_run = benchmarks("fault_run")
    size = fault_run.Size(scenes=50, latency=1)

    assert [fault_run.ideal_seconds(size, limit) for limit in ((10, 5), (5, 20), (53, 60))] == [26, 201, 1]


def test_throughput_says_where_the_time_goes(benchmarks, bench):
    throughput = benchmarks("throughput")
    load = throughput.Load(latency=0.1, workers=2, promised=1.05)
    text = throughput.measure(bench, throughput.Size(scenes=2, picture=(96, 64), loads=(load,)))

    assert rows(text)["novaclips"][0] == "2"
    assert rows(text)[bench.peers[0].label][0] == "2"
    assert "a call thread of novaclips" in rows(text)
    assert "encodes" in rows(text)


def test_resume_decides_only_fresh_scenes(benchmarks, bench):
    resume = benchmarks("resume")
    text = resume.measure(bench, resume.Size(scenes=(3,), rounds=1))

    assert "3 scenes decided, in seconds" in rows(text)


def test_start_up_compares_with_a_bare_python(benchmarks, bench):
    start_up = benchmarks("start_up")
    text = start_up.measure(bench, start_up.Size(scenes=1, rounds=1))

    assert rows(text)["`python -c pass`"][-1] == "1.0"
    assert "`novaclips visuals status`, 1 fresh scenes" in rows(text)


def test_memory_compares_few_scenes_with_many(benchmarks, bench):
    memory = benchmarks("memory")
    text = memory.measure(bench, memory.Size(scenes=(1, 2), picture=(96, 64), latency=0, workers=1))

    assert "peak of 2 scenes / peak of 1" in rows(text)
    assert not list(bench.folder.glob("memory-*"))


def test_frame_stages_stand_beside_pillows_own(benchmarks, bench):
    stages = benchmarks("frame_stages")
    text = stages.measure(bench, stages.Size(native=(96, 64), frame=(192, 108), rounds=1))

    assert [cell.rpartition(" ")[2] for cell in rows(text)["encode"]] == ["ms", "ms"]


def test_page_keeps_the_parts_that_were_not_measured_now(benchmarks, tmp_path):
    page = benchmarks("page")
    path = tmp_path / "benchmarks.md"
    page.write_page(path, {"memory": "| old |\n", "resume": "| kept |\n"})
    page.write_page(path, {"memory": "| new |\n"})

    text = path.read_text(encoding="utf-8")
    assert "| new |" in text
    assert "| kept |" in text
    assert "| old |" not in text
    assert page.parts(text)["fault-run"] == page.NOT_MEASURED


def test_page_has_a_part_for_each_benchmark(benchmarks):
    named = re.findall(r"<!-- begin: ([\w-]+) -->", benchmarks("page").TEMPLATE.read_text(encoding="utf-8"))

    assert named == list(benchmarks("__main__").BENCHMARKS)


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ({"most": 1.10}, True),
        ({"most": 1.09}, False),
        ({"least": 1.10}, True),
        ({"least": 1.11}, False),
        ({"least": 1.1, "most": 1.1}, True),
    ],
    ids=["not above", "above", "not below", "below", "exactly"],
)
def test_promise_is_kept_within_its_bounds(benchmarks, bounds, kept):
    promise = benchmarks("table").Promise("wall / ideal", 1.104, **bounds)

    assert promise.kept is kept
    assert ("**missed**" not in benchmarks("table").promises([promise])) is kept
