"""From what a service answers to the error that it means: one table, the most specific row first.

``Row`` is one line of a table, ``ErrorTable`` the lines of one service and, behind them, those of ``vocabulary``, which
has the words of all services.
"""

from __future__ import annotations

import functools
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

from novaclips.errors import (
    BadImage,
    Billed,
    ContentRefused,
    InvalidRequest,
    NovaclipsError,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RefusedAt,
    Retry,
    Scope,
)
from novaclips.untrusted.body import normal
from novaclips.untrusted.said import Said
from novaclips.visuals.image_generator.providers.ending import Answered, Ending, NoAnswer, NotSent
from novaclips.visuals.image_generator.providers.patience import retry_after

OK: Final = 200
NO_REASON: Final = "no reason given"
MANY_THINGS: Final = (InvalidRequest, BadImage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One way in which an answer is an error, and what it means.

    A row matches when each of its traits does: the answer's HTTP ``status`` is among these, one of its codes is a
    ``code`` (in any spelling: ``InvalidApiKey`` is ``invalid_api_key``), its type a ``type``, its words contain the
    regular expression ``words``, it is a ``page`` of HTML, and the request was for one of ``asked``. Rows with codes go
    before those with types, then come codes that are only ``mentioned`` in words (the table adds these rows), then
    words, and a status comes last.

    ``text`` says what happened and what to do, in one line. It is a format: ``{service}``, ``{key}``, ``{keys}``,
    ``{billing}`` and ``{address}`` are the table's, ``{status}``, ``{param}`` and ``{said}`` the answer's, and the
    keywords of ``errors`` can be used too. Without ``{said}`` the service's words are put behind it; ``silent`` leaves
    them out, because they may repeat parts of the key. ``retry``, ``billed``, ``scope`` and ``stage`` replace what the
    error's class says.
    """

    error: type[ProviderError]
    text: str
    status: Collection[int] = ()
    code: tuple[str, ...] = ()
    type: tuple[str, ...] = ()
    words: str = ""
    asked: Collection[object] = ()
    retry: Retry | None = None
    billed: Billed | None = None
    scope: Scope | None = None
    stage: RefusedAt | None = None
    page: bool = False
    silent: bool = False
    mentioned: bool = False

    def matches(self, said: Said, asked: object) -> bool:
        """Return whether an answer is of this kind."""
        return (
            (not self.status or said.status in self.status)
            and (not self.asked or asked in self.asked)
            and (not self.page or said.is_page)
            and (not self.code or not _normal(self.code).isdisjoint(said.mentioned if self.mentioned else said.codes))
            and (not self.type or not _normal(self.type).isdisjoint(said.types))
            and (not self.words or re.search(self.words, said.searched, re.IGNORECASE) is not None)
        )

    @property
    def rank(self) -> int:
        """How specific a row is: the lower, the earlier it is looked at."""
        if self.code:
            return 2 if self.mentioned else 0
        if self.type or self.words:
            return 1 if self.type else 3
        return 5 - self.page if self.status else 6


@functools.cache
def _normal(codes: tuple[str, ...]) -> frozenset[str]:
    return frozenset(map(normal, codes))


class ErrorTable:
    """What the answers of one service mean.

    ``service`` is its name in messages, ``key`` the variable that holds its key, ``address`` the one that holds its
    address, ``keys`` and ``billing`` are the pages where a user mends things. ``rows`` are those that only this service
    has, or has better words for; all others come from ``novaclips``. ``free`` are the values of ``asked`` for requests
    that cost nothing, such as a question after a job: their loss is no loss.
    """

    def __init__(
        self,
        service: str,
        *,
        key: str = "its key",
        address: str = "its address",
        keys: str = "the service's own pages",
        billing: str = "the service's own pages",
        rows: Collection[Row] = (),
        free: Collection[object] = (),
    ) -> None:
        self.service = service
        self.rows = tuple(rows)
        self._names = {"service": service, "key": key, "address": address, "keys": keys, "billing": billing}
        self._free = tuple(free)

    @contextmanager
    def errors(
        self,
        read: Callable[[Exception], Ending | ProviderError | None],
        *,
        asked: object = None,
        prompt: str = "",
        secrets: Collection[str] = (),
        now: Callable[[], float] = time.time,
        **about: str,
    ) -> Iterator[None]:
        """Raise whatever goes wrong inside as the ProviderError that it means, from the client's own error.

        ``read`` tells how the request of a client's error ended, or the error that it is; None for what is no error of
        the client, which passes as it is. ``asked`` is what the request was for, ``prompt`` its words, ``secrets`` must
        show nowhere; ``now`` is in seconds since the epoch; ``about`` are more names for the rows' texts.
        """
        try:
            yield
        except NovaclipsError:
            raise
        except Exception as exc:
            ending = read(exc)
            if ending is None:
                raise
            if isinstance(ending, ProviderError):
                raise ending from exc
            if not isinstance(ending, Answered):
                raise self._lost(ending, exc, asked, about) from exc
            said = Said.of(ending.body, status=ending.status, headers=ending.headers, prompt=prompt, secrets=secrets)
            row = self._row(said, asked)
            # With a silent row the client's error stays out of tracebacks too: its text is the service's.
            raise self._error(row, said, asked, now(), about) from (None if row.silent else exc)

    def error(
        self,
        answer: Answered | Said,
        *,
        asked: object = None,
        prompt: str = "",
        secrets: Collection[str] = (),
        now: float | None = None,
        **about: str,
    ) -> ProviderError:
        """Return the error that an answer means: also one of status 200 that holds no picture, or a job's own words.

        ``Said.of(words)`` reads what a job says of its end; the names are those of ``errors``.
        """
        said = answer
        if isinstance(answer, Answered):
            said = Said.of(answer.body, status=answer.status, headers=answer.headers, prompt=prompt, secrets=secrets)
        assert isinstance(said, Said)  # noqa: S101 - for mypy
        return self._error(self._row(said, asked), said, asked, time.time() if now is None else now, about)

    @functools.cached_property
    def _sorted(self) -> tuple[Row, ...]:
        # Late: most runs meet no error.
        from novaclips.visuals.image_generator.providers.vocabulary import ACCOUNT, SHARED

        rows = [*self.rows, *SHARED]
        rows += [replace(row, mentioned=True) for row in rows if row.code]
        return (*ACCOUNT, *sorted(rows, key=lambda row: row.rank))

    def _row(self, said: Said, asked: object) -> Row:
        """Return the row of an answer; the service's own words for what a shared row has found out."""
        row = next(row for row in self._sorted if row.matches(said, asked))
        if row.error in MANY_THINGS or row.retry or row.billed or row.scope or row.stage:
            return row
        own = (one for one in sorted(self.rows, key=lambda one: one.rank) if one.error is row.error)
        return next((one for one in own if one.matches(said, asked)), row)

    def _error(self, row: Row, said: Said, asked: object, now: float, about: Mapping[str, str]) -> ProviderError:
        stage = row.stage or RefusedAt(said.stage or RefusedAt.UNKNOWN)
        names = {
            **self._names,
            **about,
            "status": str(said.status),
            "param": said.param or "that it names",
            "said": said.message or NO_REASON,
        }
        text = row.text.format_map(_Names(names)) + self._facts(row, said, stage)
        changes: dict[str, Any] = {"retry": row.retry, "billed": row.billed, "scope": row.scope}
        if issubclass(row.error, ContentRefused):
            if stage is RefusedAt.PICTURE and row.billed is None:
                changes["billed"] = Billed.PERHAPS
            return row.error(text, stage=stage, categories=said.categories, said=said.message, **changes)
        error = row.error(text, retry_after=retry_after(said.headers, said.searched, now=now), **changes)
        return self._costless(error, asked)

    def _costless(self, error: ProviderError, asked: object) -> ProviderError:
        if asked is None or asked not in self._free:
            return error
        if isinstance(error, OutcomeUnknown):
            return ProviderUnavailable(*error.args, retry_after=error.retry_after)
        error.billed = Billed.NO
        return error

    def _facts(self, row: Row, said: Said, stage: RefusedAt) -> str:
        """Return the service's own words and what helps its support to find the case."""
        told = "" if row.silent or "{said}" in row.text or not said.message else f"; the service says: {said.message}"
        tells = "{status}" in row.text or "{said}" in row.text
        facts = [f"HTTP {said.status}"] if said.status and not tells else []
        if issubclass(row.error, ContentRefused):
            facts += _refused(stage, said.categories)
        if said.request_id and not row.silent and "{said}" not in row.text:
            facts.append(f"request {said.request_id}")
        return f"{told} ({', '.join(facts)})" if facts else told

    def _lost(
        self, ending: NotSent | NoAnswer, exc: Exception, asked: object, about: Mapping[str, str]
    ) -> ProviderError:
        from novaclips.visuals.image_generator.providers.line import trouble

        subject = about.get("subject", "")
        if isinstance(ending, NotSent):
            return trouble(exc, self.service, ending.reason, self._names["address"])
        if asked is not None and asked in self._free:
            return ProviderUnavailable(
                f"{self.service} did not answer{f' about {subject}' if subject else ''}: {ending.reason}"
            )
        usual = (
            f"{self.service} got the request{f' for {subject}' if subject else ''}, but no answer came: {ending.reason}"
        )
        return OutcomeUnknown(ending.text or usual)


class _Names(dict[str, str]):
    """The names of a text; one that nobody gave stays as it is written: a text is better than none."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def _refused(stage: RefusedAt, categories: Collection[str]) -> list[str]:
    reasons = ", ".join(categories) or "no category named"
    match stage:
        case RefusedAt.PROMPT:
            return [f"the prompt was refused: {reasons}"]
        case RefusedAt.PICTURE:
            return [f"the finished picture was refused, perhaps billed: {reasons}"]
        case RefusedAt.REFERENCE:
            return [f"a reference picture was refused: {reasons}"]
    return [f"refused: {reasons}"] if categories else []
