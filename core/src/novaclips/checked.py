"""How values check themselves when they are made: a wrong type is a PluginError that names the field.

What comes back with a picture is another matter: the picture is paid for by then. So while core waits for an answer,
side information that makes no sense is left out, and said, where it would be an error at any other time.
"""

from __future__ import annotations

import contextlib
import decimal
from collections.abc import Iterator, Sequence
from contextvars import ContextVar
from decimal import Decimal

from novaclips.errors import PluginError

MOST_USD = Decimal(10**6)  # no picture costs that
_MONEY = decimal.Context(prec=28, traps=[decimal.InvalidOperation])
_answered: ContextVar[bool] = ContextVar("novaclips_answered", default=False)


class WrongValue(PluginError):
    """A value of a plugin that cannot be; the text names its field, and who called the plugin adds its name."""


@contextlib.contextmanager
def being_answered() -> Iterator[None]:
    """Be lenient with values that are made in this block, on this thread: what they belong to is paid for."""
    token = _answered.set(True)
    try:
        yield
    finally:
        _answered.reset(token)


def is_lenient() -> bool:
    """Say whether what makes no sense is left out at this moment."""
    return _answered.get()


def demand(true: bool, what: str, wanted: str, value: object) -> None:  # noqa: FBT001 - the condition
    """Raise WrongValue unless ``true``: ``what`` should be ``wanted``, not ``value``."""
    if not true:
        raise WrongValue(f"{what} should be {wanted}, not {shown(value)}", remedy=f"write {wanted}")


def texts(value: object, what: str, wanted: str) -> tuple[str, ...]:
    """Return a tuple or list of texts as a tuple; PluginError for anything else, a single text too."""
    demand(is_texts(value), what, wanted, value)
    return tuple(value)  # type: ignore[arg-type]  # just looked at


def amount(value: object) -> Decimal | None:
    """Read US dollars: a Decimal, whole number, float or text of at most a million; None for anything else.

    A float counts as it is written, 0.04 as 0.04 and not as the binary number behind it.
    """
    if isinstance(value, bool) or not isinstance(value, Decimal | int | float | str):
        return None
    try:
        usd = _MONEY.create_decimal(value if isinstance(value, Decimal) else str(value).strip())
    except (decimal.DecimalException, ValueError):
        return None
    return usd if usd.is_finite() and abs(usd) <= MOST_USD else None


def is_text(value: object) -> bool:
    """Say whether a value is a text."""
    return isinstance(value, str)


def is_texts(value: object) -> bool:
    """Say whether a value is a tuple or list of texts."""
    return isinstance(value, tuple | list) and all(map(is_text, value))


def is_whole(value: object, least: int) -> bool:
    """Say whether a value is a whole number, and not a smaller one."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def is_pace(value: object) -> bool:
    """Say whether a value is a number of requests a minute: more than none, perhaps without end."""
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0


def shown(value: object) -> str:
    """Write a value for an error text, short, whatever its ``repr`` does."""
    try:
        text = repr(value)
    except Exception:  # noqa: BLE001 - a plugin's own class
        text = f"a {type(value).__name__}"
    return text if len(text) <= 80 else f"{text[:77]}..."  # noqa: PLR2004 - a line


def first(names: Sequence[str], most: int = 5) -> str:
    """Join names for a sentence: the first few, and how many more there are."""
    some = ", ".join(names[:most])
    return some if len(names) <= most else f"{some} and {len(names) - most} more"
