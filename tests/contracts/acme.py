"""Acme's plugin, which keeps the contract, and how it is made ill in one place."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path

from contracts import nested
from site_builder import Site

PLUGIN = """
from novaclips.plugin import Capabilities, ImageProviderSpec, hookimpl


@hookimpl
def novaclips_image_providers():
    yield ImageProviderSpec(
        name="acme",
        summary="Pictures by Acme",
        create=create,
        key_env=("ACME_KEY",),
        capabilities=Capabilities(seed=True),
    )


def create(settings):
    from .client import Provider

    return Provider(settings)
"""
KEYLESS = PLUGIN.replace('("ACME_KEY",)', "()")
CONTRACT = """
import pytest
from contracts.job_desk import JobDesk
from novaclips.plugin import OutcomeUnknown
from novaclips.testing import ImageProviderContract, JobProviderContract, ProviderCase, StandIn


@pytest.fixture(scope="module")
def service():
    with StandIn() as service:
        yield service


class TestAcme(ImageProviderContract):
    @pytest.fixture
    def case(self, service):
        return ProviderCase(
            "acme",
            env={"ACME_KEY": "never-shown", "ACME_URL": service.url},
            requests=lambda: sum(request.method == "POST" for request in service.requests),
            faults=service.faults,
            shaping={"model": "acme-2"},
        )
"""
JOB_CONTRACT = CONTRACT.replace("StandIn()", "StandIn(JobDesk())").replace("(Image", "(Job")
CLIENT = (Path(__file__).parent / "acme_client.py").read_text(encoding="utf-8")
IMPORTS = """

import os
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from novaclips.plugin import ConfigError, ProviderError

PNG = bytes([137]) + b'PNG'
"""


@dataclass(frozen=True)
class Wrong:
    """A provider that breaks one rule: the number of the rule, what it does instead, and what it is told, in part."""

    rule: str
    body: str
    contract: str = CONTRACT
    plugin: str = PLUGIN
    told: str = ""


def install(site: Site, wrong: Wrong) -> None:
    """Install the plugin whose provider does this instead."""
    base = "AcmeJobs" if wrong.contract is JOB_CONTRACT else "Acme"
    body = textwrap.indent(textwrap.dedent(wrong.body).strip() or "pass", "    ")
    client = f"{CLIENT}{IMPORTS}\n\nclass Provider({base}):\n{body}\n"
    package = "novaclips_provider_acme"
    modules = {"__init__.py": "", "plugin.py": wrong.plugin, "client.py": client, "py.typed": ""}
    named = {f"{package}/{name}": source for name, source in modules.items()}
    nested.install(site, "provider", "acme", wrong.plugin, modules=named)


def broken_rules(site: Site, wrong: Wrong) -> list[str]:
    """Install a wrong provider, run its contract, and number the rules whose tests do not pass."""
    install(site, wrong)
    # Each is packed as the healthy ones are, whose test has the packaging's rules in it.
    return [test.split("_")[1] for test in nested.failures(site, wrong.contract, "-k not test_n")]
