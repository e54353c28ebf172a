"""A running fault server, and a customer of both of its services."""

from __future__ import annotations

import pytest

from novaclips.testing import FaultServer
from testing.customer import Customer


@pytest.fixture
def server(fault_server: FaultServer) -> FaultServer:
    """The fixture that novaclips brings, by a shorter name."""
    return fault_server


@pytest.fixture
def customer(server: FaultServer) -> Customer:
    """Somebody who orders pictures from it."""
    return Customer(server.url)
