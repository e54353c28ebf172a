"""The budget: what is left of it, and how the worst case of a request is set aside before it is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from novaclips.errors import BudgetReached
from novaclips.visuals.image_generator.engine.quote import Bill
from novaclips.visuals.image_generator.money import NOTHING, Spent, dollars_in_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The most that a run, and its project in all, may spend, in US dollars; None has no end.

    ``booked`` is what the project has booked before the run: known, at most and perhaps.
    """

    run: Decimal | None = None
    project: Decimal | None = None
    booked: Spent = Spent()  # noqa: RUF009 - frozen

    @property
    def usd(self) -> Decimal | None:
        """The most that the run may spend by both limits; never below zero."""
        limits = [self.run] if self.run is not None else []
        if self.project is not None:
            limits.append(max(NOTHING, self.project - self.booked.most))
        return min(limits, default=None)

    @property
    def by_project(self) -> bool:
        """Whether the project's limit is reached before that of the run."""
        return self.project is not None and self.usd != self.run

    @property
    def words(self) -> str:
        """Which budget it is that ends first: ``the budget of $5.00``."""
        if self.project is not None and self.by_project:
            booked = f", of which {dollars_in_words(self.booked.most)} was booked before," if self.booked.most else ""
            return f"the project's budget of {dollars_in_words(self.project)}{booked}"
        return f"the budget of {dollars_in_words(self.run or NOTHING)}"

    def outlook(self, bill: Bill) -> str:
        """Say what a run that costs so much at worst leaves of the budget; empty where there is no budget."""
        if self.usd is None:
            return ""
        if bill.unknown:
            return f"{self.words} cannot be kept: the price of {bill.unknown} of the pictures is unknown"
        if bill.usd > self.usd:
            missing = dollars_in_words(bill.usd - self.usd, worst=True)
            return f"{self.words} may be reached before the end: {missing} is missing at worst{self._not_counted}"
        return f"of {self.words} at least {dollars_in_words(self.usd - bill.usd)} will be left{self._not_counted}"

    @property
    def _not_counted(self) -> str:
        if self.project is None or not self.booked.unknown:
            return ""
        requests = "1 earlier request" if self.booked.unknown == 1 else f"{self.booked.unknown} earlier requests"
        return f" (not counting {requests}, whose cost nobody knows)"

    def as_dict(self, bill: Bill) -> dict[str, str | None]:
        """Return the limits, and what is left of them after a run that costs so much at worst, as JSON values."""
        left = None if self.usd is None or bill.unknown else str(self.usd - bill.usd)
        return {
            "run_usd": None if self.run is None else str(self.run),
            "project_usd": None if self.project is None else str(self.project),
            "booked_usd": str(self.booked.most),
            "left_usd": left,
        }


class Budget:
    """So much money and no more; shared by all the workers of a run."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._limit = limits.usd
        self._spent = NOTHING
        self._reserved = NOTHING
        self._changed = threading.Condition()

    def reserve(self, usd: Decimal, stopped: Callable[[], bool]) -> None:
        """Set the worst case of a request aside.

        When that does not fit, it waits for requests in flight, which may cost less than was set aside for them.
        BudgetReached when it does not fit for good. After a stop it does not wait.
        """
        with self._changed:
            while self._limit is not None and self._spent + self._reserved + usd > self._limit and not stopped():
                if not self._reserved:
                    spent, more = dollars_in_words(self._spent), dollars_in_words(usd, worst=True)
                    text = f"{self.limits.words} is reached: {spent} is spent, and the next picture may cost {more}"
                    raise BudgetReached(text, of_project=self.limits.by_project)
                self._changed.wait()
            self._reserved += usd

    def settle(self, reserved: Decimal, spent: Decimal) -> None:
        """Book what a request cost, or may have, and let go of what was set aside for it."""
        with self._changed:
            self._reserved -= reserved
            self._spent += spent
            self._changed.notify_all()
