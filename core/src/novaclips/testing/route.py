"""What answers a kind of request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from novaclips.testing.messages import Answer
from novaclips.testing.service import Dialect


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path whose groups are handed on, and what answers.

    ``dialect`` says no to those who bring no key; None: everybody may come. ``charged``: an order that costs money.
    """

    method: str
    path: re.Pattern[str]
    answer: Callable[..., Answer]
    dialect: Dialect | None
    charged: bool
