"""The budget of a run: the worst case of a request is set aside before it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

from novaclips.errors import BudgetReached

NOTHING = Decimal(0)


class Budget:
    """So much money and no more; shared by all the workers of a run. ``limit`` is in US dollars, None has no end."""

    def __init__(self, limit: Decimal | None) -> None:
        self.limit = limit
        self._spent = NOTHING
        self._reserved = NOTHING
        self._changed = threading.Condition()

    def reserve(self, usd: Decimal, stopped: Callable[[], bool]) -> None:
        """Set the worst case of a request aside.

        When that does not fit, it waits for requests in flight, which may cost less than was set aside for them.
        BudgetReached when it does not fit for good. Returns without having set anything aside after a stop.
        """
        with self._changed:
            while self.limit is not None and self._spent + self._reserved + usd > self.limit and not stopped():
                if not self._reserved:
                    raise BudgetReached(
                        f"the budget of ${self.limit} is reached: ${self._spent:.4f} is spent, and the next picture"
                        f" may cost ${usd:.4f}"
                    )
                self._changed.wait()
            self._reserved += usd

    def settle(self, reserved: Decimal, spent: Decimal) -> None:
        """Book what a request really cost, and let go of what was set aside for it."""
        with self._changed:
            self._reserved -= reserved
            self._spent += spent
            self._changed.notify_all()
