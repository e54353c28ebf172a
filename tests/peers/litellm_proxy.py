"""The real LiteLLM proxy between novaclips and the fault server: budget, refusals, throttling, usage.

``make gateway`` installs the proxy into an environment of its own and runs this. It is no part of ``make test``: the
proxy is large and takes a while to start. Prints a line for each check, and exits with 1 when one of them fails.
"""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import requests

from novaclips.errors import ExitCode
from novaclips.testing import FaultServer
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.report import RunReport

MASTER_KEY = "sk-rehearsal-master"
START_SECONDS = 180.0
MODEL = "gpt-image-2"
RESOLUTION = "1280x720"
BUDGET = Decimal("0.10")
OWN_TRIES = 3  # the proxy asks so often after a 429 or a 5xx, whatever its configuration says of retries
REFUSALS = ("moderation_blocked", "content_policy_violation", "azure_content_filter", "data_inspection_failed")
ACCOUNT = ("insufficient_quota", "billing_hard_limit", "balance_insufficient", "azure_account_block", "bad_key")
# Prices come with the package; without this the proxy asks a server on the internet for them.
OFFLINE = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_TELEMETRY": "False", "DO_NOT_TRACK": "1"}


def config(upstream: str) -> str:
    """Return the proxy's configuration: one model, which it asks for at the fault server, and no retries of its own."""
    return json.dumps(
        {
            "model_list": [
                {
                    "model_name": MODEL,
                    "litellm_params": {
                        "model": f"openai/{MODEL}",
                        "api_base": f"{upstream}/v1",
                        "api_key": "rehearsal",
                        "max_retries": 0,
                    },
                }
            ],
            "litellm_settings": {"num_retries": 0, "telemetry": False},
            "router_settings": {"num_retries": 0, "disable_cooldowns": True},
            "general_settings": {"master_key": MASTER_KEY},
        }
    )


@contextlib.contextmanager
def proxy(command: Path, upstream: str, folder: Path) -> Iterator[str]:
    """Run the proxy on a free port and yield its address."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    (folder / "config.yaml").write_text(config(upstream), encoding="utf-8")
    url = f"http://127.0.0.1:{port}"
    arguments = [str(command), "--config", "config.yaml", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "proxy.log").open("wb") as log:
        process = subprocess.Popen(
            arguments, cwd=folder, env={**os.environ, **OFFLINE}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            wait_for(f"{url}/health/liveliness", process)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    """Wait until the proxy answers."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(requests.RequestException):
            if requests.get(url, timeout=2).ok:
                return
        time.sleep(0.5)
    raise SystemExit("the proxy did not start; see proxy.log")


class Checks:
    """Runs films through the proxy, each in a folder of its own, and says what came of them."""

    def __init__(self, server: FaultServer, url: str, folder: Path) -> None:
        self._server = server
        self._url = url
        self._folder = folder
        self.failed = 0

    def film(
        self,
        name: str,
        scenes: int,
        fault: str = "",
        times: int | None = None,
        key: str = MASTER_KEY,
        model: str = MODEL,
        budget: Decimal | None = None,
        workers: int | None = None,
    ) -> RunReport:
        """Draw so many scenes while the service goes wrong in this way."""
        self._server.reset()
        if fault:
            self._server.fault(fault, times=times)
        project = self._folder / name.replace(" ", "-")
        (project / "planning").mkdir(parents=True)
        entries = [{"id": at, "visual": {"prompt": f"{name}, picture {at}"}} for at in range(1, scenes + 1)]
        (project / "planning" / "scenes.yaml").write_text(json.dumps({"scenes": entries}), encoding="utf-8")
        generator = ImageGenerator(
            "openai",
            "none",
            options={"model": model},
            budget=budget,
            workers=workers,
            env={"OPENAI_API_KEY": key, "OPENAI_BASE_URL": f"{self._url}/v1"},
        )
        return generator.run(project / "planning" / "scenes.yaml", project / "frames", RESOLUTION)

    def see(self, what: str, holds: bool, report: RunReport) -> None:
        """Print whether a check holds, with the figures of its run."""
        self.failed += not holds
        counts = self._server.counts
        reason = next((result.reason for result in report.missing if result.reason), "")
        figures = f"{counts.requests} requests, billed {counts.billed} (${counts.usd}), booked {report.cost}"
        sys.stdout.write(f"{'ok    ' if holds else 'FAILED'} {what}: exit {int(report.exit_code)}, {figures}\n")
        if reason:
            sys.stdout.write(f"       {reason}\n")
        sys.stdout.flush()

    def run(self) -> None:
        """Make all checks."""
        for check in (self.good, self.usage, self.money, self.refusals, self.throttled, self.account, self.names):
            check()

    def good(self) -> None:
        """A film is drawn once."""
        report = self.film("good", 5)
        self.see("five scenes", report.exit_code is ExitCode.OK and self._server.counts.billed == 5, report)

    def usage(self) -> None:
        """A usage of zeros is not booked as nothing."""
        report = self.film("zero usage", 2, "zero_usage")
        booked = report.cost_usd or Decimal(0)
        self.see("usage of zeros is no price", report.exit_code is ExitCode.OK and booked > 0, report)

    def money(self) -> None:
        """The budget is kept, whatever the answers say of usage, and whether they come or not."""
        for fault in ("", "zero_usage", "bad_gateway", "no_data"):
            report = self.film(f"budget {fault or 'good'}", 10, fault, budget=BUDGET)
            kept = self._server.counts.usd <= BUDGET
            code = report.exit_code in (ExitCode.BUDGET, ExitCode.SCENES_FAILED, ExitCode.ACCOUNT)
            self.see(f"a budget of ${BUDGET}, {fault or 'good answers'}", kept and code, report)

    def refusals(self) -> None:
        """A refusal inside the proxy's words is a refusal, and is sent once."""
        for fault in REFUSALS:
            report = self.film(f"refusal {fault}", 3, fault)
            holds = report.exit_code is ExitCode.REFUSED and self._server.counts.requests == 3
            self.see(f"refused: {fault}", holds, report)

    def throttled(self) -> None:
        """A 429 is waited out."""
        for fault in ("rate_limit_seconds", "rate_limit_text_ms"):
            report = self.film(f"throttled {fault}", 3, fault, times=2)
            holds = report.exit_code is ExitCode.OK and self._server.counts.billed == 3
            self.see(f"throttled twice: {fault}", holds, report)

    def account(self) -> None:
        """What is about the account stops the run."""
        for fault in ACCOUNT:
            report = self.film(f"account {fault}", 5, fault, workers=1)
            holds = report.exit_code is ExitCode.ACCOUNT and self._server.counts.requests <= OWN_TRIES
            self.see(f"the account: {fault}", holds, report)

    def names(self) -> None:
        """What the proxy itself refuses is named for what it is, and asked for once."""
        cases = (
            ("another key", "sk-another", MODEL, ExitCode.ACCOUNT, "master key"),
            ("another model", MASTER_KEY, "nobody", ExitCode.SCENES_FAILED, "no such model"),
        )
        for what, key, model, code, words in cases:
            report = self.film(f"names {what}", 5, key=key, model=model)
            reasons = " ".join(result.reason for result in report.missing)
            holds = report.exit_code is code and words in reasons and self._server.counts.requests == 0
            self.see(f"the proxy's own: {what}", holds, report)


def main(command: Path) -> int:
    """Run all checks with this command of the proxy."""
    with tempfile.TemporaryDirectory() as name, FaultServer() as server:
        folder = Path(name)
        with proxy(command.absolute(), server.url, folder) as url:
            checks = Checks(server, url, folder)
            checks.run()
        if checks.failed:
            sys.stdout.write((folder / "proxy.log").read_text(encoding="utf-8", errors="replace")[-3000:])
    sys.stdout.write(f"{checks.failed} checks failed\n")
    return 1 if checks.failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
