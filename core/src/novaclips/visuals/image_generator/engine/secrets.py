"""Keys that must not show: taken out of errors before anybody reads or writes them."""

from __future__ import annotations

from collections.abc import Collection

from novaclips.guarded import cause

HIDDEN = "***"
SHORTEST = 6  # what is shorter is a stand-in for a key, and a part of many words


class HiddenError(Exception):
    """Stands for an error of somebody else's whose text showed a key."""


def scrub(error: BaseException, secrets: Collection[str]) -> None:
    """Take the secrets out of the text of an error and of every error behind it, in place.

    Services repeat a wrong key in their answer, and SDKs quote the answer: it would be in the traceback, the ledger
    and the report.
    """
    telling = [secret for secret in secrets if len(secret) >= SHORTEST]
    error.args = tuple(_hidden(arg, telling) for arg in error.args)
    for link in ("__cause__", "__context__"):
        behind: BaseException | None = getattr(error, link)
        if behind is not None:
            scrub(behind, telling)
            text = cause(behind)
            if (safe := _hidden(text, telling)) != text:  # its text is not made of its arguments
                setattr(error, link, HiddenError(safe))


def _hidden(value: object, secrets: Collection[str]) -> object:
    """Return a text, or the text of anything else that shows a secret, without it."""
    text = value if isinstance(value, str) else repr(value)
    if not any(secret in text for secret in secrets):
        return value
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    return text
