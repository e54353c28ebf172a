"""Contract tests run inside a test: what a plugin's author would see, as outcomes by test name."""

from __future__ import annotations

import contextlib
import io
import itertools
import sys
import textwrap

import pytest

from novaclips.testing.contracts.packaging import PackagedContract
from site_builder import Site

# The least that a contract needs, with warnings as errors. What is left out would meddle with the outer run (its
# faulthandler, its rewritten assertions) or cost time in each of a hundred runs.
OPTIONS = (
    "--disable-plugin-autoload",
    "--import-mode=importlib",
    "--assert=plain",
    "-Werror",
    "-pnovaclips.testing.pytest_plugin",
    *(f"-pno:{name}" for name in ("cacheprovider", "faulthandler", "unraisableexception", "junitxml", "pastebin")),
)

_numbers = itertools.count(1)


class Recorder:
    """A pytest plugin that keeps the outcome of every test."""

    def __init__(self) -> None:
        self.outcomes: dict[str, str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a call's outcome; a fixture that fails before or after it is an ``error``."""
        name = report.nodeid.rpartition("::")[2]
        if report.when == "call":
            self.outcomes[name] = report.outcome
        elif report.outcome != "passed":
            self.outcomes[name] = "error" if report.failed else report.outcome


def run(site: Site, source: str, *options: str) -> dict[str, str]:
    """Run a test file's source beside the plugins installed in ``site``, in this process: outcome by test name.

    An outcome is ``passed``, ``failed``, ``error`` (a fixture failed) or ``skipped``. ``options`` are more of pytest's
    own. What pytest prints is printed, so it stands below the outer test when that fails.
    """
    folder = site.folder / f"nested-{next(_numbers)}"
    folder.mkdir()
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    test = folder / "test_contract.py"
    test.write_text(textwrap.dedent(source), encoding="utf-8")
    recorder = Recorder()
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        code = pytest.main([*OPTIONS, *options, f"-c{folder / 'pytest.ini'}", str(test)], plugins=[recorder])
    sys.stdout.write(output.getvalue())
    assert code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}, output.getvalue()
    return recorder.outcomes


def failures(site: Site, source: str, *options: str) -> list[str]:
    """Run a test file's source and name the tests that did not pass, sorted."""
    return sorted(name for name, outcome in run(site, source, *options).items() if outcome != "passed")


def install(site: Site, kind: str, name: str, source: str, *, dist: str = "", **how: object) -> None:
    """Install a plugin that is named and packed as the rules want it; ``how`` overrides what ``site.install`` gets."""
    dist = dist or f"novaclips-{kind}-{name}"
    package = f"novaclips_{kind}_{name}".replace("-", "_")
    packed = {
        "entry_points": {f"{kind}-{name}": f"{package}.plugin"},
        "modules": {f"{package}/__init__.py": "", f"{package}/plugin.py": source, f"{package}/py.typed": ""},
        "requires": ["novaclips>=0.1,<0.2"],
    }
    site.install(dist, **(packed | how))  # type: ignore[arg-type]


def rules_of(contract: type[PackagedContract]) -> set[str]:
    """Name the tests that a contract adds to those of packaging; for PackagedContract, all."""
    shared = set() if contract is PackagedContract else set(dir(PackagedContract))
    return {name for name in dir(contract) if name.startswith("test_")} - shared
