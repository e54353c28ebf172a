"""Keys that must not show: taken out of everything a plugin says before anybody reads it or writes it down.

What comes from a plugin passes here once, where core takes it: errors, warnings, metadata, job ids, identities. So
whatever is made of it later, the ledger, a note, the manifest, ``--json``, a log, holds no key either.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from collections.abc import Collection, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote, urlsplit

from novaclips.untrusted.text import storable
from novaclips.visuals.image_generator.models import JSON

HIDDEN = "***"
SHORTEST = 6  # what is shorter is a stand-in for a key, and a part of many words
LONG = 16  # so long is what a variable holds that nobody named as a key's, and that is one by its name
LIKE_A_KEY = re.compile(r"(?:^|_)(?:APIKEY|KEY|TOKEN|SECRET|PASSWORD|AUTH)(?:_|$)", re.IGNORECASE)
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
SCHEMES = ("bearer", "basic", "apikey")
NOTHING = re.compile(r"(?!)")


class HiddenError(Exception):
    """Stands for an error of somebody else's whose text showed a key."""


class Secrets:
    """Values that must not show, in any of the spellings in which services and libraries repeat them.

    As they are, without the space around them, percent-encoded, escaped as in JSON or in ``repr``, in hexadecimal, and
    in base64 wherever in the encoded text they stand, as in a Basic login.
    """

    def __init__(self, values: Collection[str] = ()) -> None:
        spellings = {spelling for value in values for spelling in _spellings(value)}
        longest_first = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if spellings else NOTHING

    @classmethod
    def of(cls, env: Mapping[str, str], names: Collection[str] = ()) -> Secrets:
        """Hide the values of these variables, of those that hold a key by their name, and the logins of proxies."""
        values = [env.get(name, "") for name in names]
        for name in env:
            value = env[name]
            if LIKE_A_KEY.search(name) and _is_key(value):
                values.append(value)
            elif name.upper() in PROXIES:
                with contextlib.suppress(ValueError):
                    values += [unquote(word) for word in (urlsplit(value).password,) if word]
        return cls(values)

    def hide(self, text: str) -> str:
        """Return a text without the secrets in it."""
        return self._pattern.sub(HIDDEN, text)

    def hide_all(self, value: JSON) -> JSON:
        """Return a JSON value without the secrets in its texts; what is no JSON stays as it is."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, Mapping):
            return {self.hide_all(name): self.hide_all(item) for name, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.hide_all(item) for item in value]
        return value

    def scrub(self, error: BaseException) -> None:
        """Take the secrets out of the text of an error and of every error behind it, in place.

        Services repeat a wrong key in their answer, and SDKs quote the answer: it would be in the traceback, the ledger
        and the report.
        """
        self._scrub(error, set())

    def _scrub(self, error: BaseException, seen: set[int]) -> None:
        if id(error) in seen:
            return
        seen.add(id(error))
        error.args = tuple(self._shown(arg) for arg in error.args)
        for name, value in list(vars(error).items()):  # what a service said, notes
            if isinstance(value, str | list | tuple | Mapping) and (safe := self.hide_all(value)) != value:
                with contextlib.suppress(AttributeError, TypeError):
                    setattr(error, name, type(value)(safe) if isinstance(value, tuple) else safe)
        for inner in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
            self._scrub(inner, seen)
        for link in ("__cause__", "__context__"):
            behind: BaseException | None = getattr(error, link)
            if behind is not None:
                self._scrub(behind, seen)
                text = f"{type(behind).__name__}: {_text(behind)}"
                if (safe_text := self.hide(text)) != text:  # its text is not made of its arguments
                    setattr(error, link, HiddenError(safe_text))

    def _shown(self, value: object) -> object:
        """Return a text, or the text of anything else that shows a secret, without it."""
        if isinstance(value, str):
            return self.hide(storable(value))  # it goes into the ledger and the manifest
        try:
            text = repr(value)
        except Exception:  # noqa: BLE001 - somebody else's object
            return value
        return value if (safe := self.hide(text)) == text else safe


def scrub(error: BaseException, secrets: Collection[str] | Secrets) -> None:
    """Take secrets out of an error and all errors behind it, in place."""
    (secrets if isinstance(secrets, Secrets) else Secrets(secrets)).scrub(error)


def _is_key(value: str) -> bool:
    """Say whether a value may be a key: long, one word, and no path."""
    word = value.strip()
    return len(word) >= LONG and not re.search(r"\s", word) and not word.startswith(("/", ".", "~"))


def _spellings(value: str) -> Iterator[str]:
    """Yield the spellings of a secret, and of the password of a login."""
    for word in {value.strip(), *value.split(), value.partition(":")[2].strip()}:
        if len(word) < SHORTEST or word.lower() in SCHEMES:
            continue
        yield from {
            word,
            quote(word, safe=""),
            quote_plus(word),
            quote(word, safe="").lower(),
            json.dumps(word)[1:-1],
            repr(word)[1:-1],
            word.encode("utf-8", "replace").hex(),
        }
        yield from _in_base64(word.encode("utf-8", "replace"))


def _in_base64(word: bytes) -> Iterator[str]:
    """Yield what of a word shows in base64, behind none, one or two other bytes, whatever stands around it."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + word).rstrip(b"=").decode()
        whole = (before + len(word)) * 8 // 6  # characters that hold no bit of what follows
        core = encoded[-(-before * 8 // 6) : whole]
        if len(core) >= SHORTEST:
            yield core
            yield core.replace("+", "-").replace("/", "_")


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # noqa: BLE001 - a plugin's code, too
        return ""
