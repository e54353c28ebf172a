"""Which fault hits which request."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from novaclips.errors import ConfigError
from novaclips.testing.fault import Fault, ProtocolName, Target
from novaclips.testing.faults import find_fault


@dataclass(slots=True)
class Rule:
    """A fault, whom it hits, and how many more times; None: always."""

    fault: Fault
    prompt: str | None
    call: int | None
    times: int | None

    def matches(self, target: Target, protocol: ProtocolName, prompt: str, call: int) -> bool:
        """Say whether this rule speaks of such a request."""
        return (
            self.times != 0
            and self.fault.hits == target
            and self.fault.protocol in {protocol, "any"}
            and (self.prompt is None or self.prompt in prompt)
            and self.call in {None, call}
        )


class Script:
    """The rules of a server, in the order in which they were given: the first that matches is followed."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def add(self, name: str, *, prompt: str | None, call: int | None, times: int | None) -> Fault:
        """Take a rule in and return its fault; ConfigError for a fault that there is not."""
        fault = find_fault(name)
        if fault.hits == "model" and (prompt is not None or call is not None):
            raise ConfigError(f"fault {name!r} hits a question after a model, which has no prompt and no call number")
        for what, number in (("call", call), ("times", times)):
            if number is not None and number < 1:
                raise ConfigError(f"fault {name!r}: {what} is {number}; write 1 or more")
        with self._lock:
            self._rules.append(Rule(fault, prompt, call, times))
        return fault

    def take(self, target: Target, protocol: ProtocolName, prompt: str = "", call: int = 0) -> Fault | None:
        """Return the fault that hits this request, and use it up by one."""
        with self._lock:
            for rule in self._rules:
                if rule.matches(target, protocol, prompt, call):
                    if rule.times is not None:
                        rule.times -= 1
                    return rule.fault
        return None

    def reset(self) -> None:
        """Forget all rules."""
        with self._lock:
            self._rules.clear()
