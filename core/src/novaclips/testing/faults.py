"""The catalogue of faults: what image services, and the lines to them, were seen to do wrong."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from types import MappingProxyType
from typing import Final

from novaclips.errors import ConfigError
from novaclips.testing import gateway_faults, openai_faults, replicate_faults, wire_faults
from novaclips.testing.fault import Course, Fault

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {
        fault.name: fault
        for faults in (openai_faults, gateway_faults, replicate_faults, wire_faults)
        for fault in faults.FAULTS
    }
)


def find_fault(name: str) -> Fault:
    """Return the fault of this name; ConfigError suggests the one that may be meant."""
    if name in FAULTS:
        return FAULTS[name]
    hint = "".join(f"did you mean {match!r}? " for match in get_close_matches(name, FAULTS, 1))
    raise ConfigError(f"unknown fault {name!r}; {hint}python -m novaclips.testing.server --list-faults shows all")


__all__ = ["FAULTS", "Course", "Fault", "find_fault"]
