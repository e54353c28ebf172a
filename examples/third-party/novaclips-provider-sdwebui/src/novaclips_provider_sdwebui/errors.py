"""From what goes wrong with an order to novaclips' own errors: one table, the most specific first.

The web UI answers a failed picture with status 500 and ``{"error": CLASS, "detail": ..., "errors": TEXT}``, a wrong
sampler with 404, an order of the wrong form with 422 and a list, and a wrong login with 401; without ``--api`` there is
nothing at all at its path. Read in the sources of the web UI and of its forks on 2026-11-24.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

import requests
import urllib3

from novaclips.plugin import (
    JSON,
    AuthenticationFailed,
    InvalidRequest,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    retry_after,
)

SHOWN = 300


@dataclass(frozen=True, slots=True)
class Row:
    """Answers and their meaning: ``says`` is looked for in the answer's own words, ``{words}`` of the text."""

    statuses: Collection[int]
    error: type[ProviderError]
    text: str
    says: str = ""


TABLE = (
    Row(
        (401, 403),
        AuthenticationFailed,
        "{host} does not accept the login: {words}; set SDWEBUI_AUTH to the user:password of the web UI's --api-auth",
    ),
    Row((402,), QuotaExhausted, "{host} wants to be paid first: {words}"),
    Row(
        (404,),
        InvalidRequest,
        "there is no API at {host}; start the web UI with --api, and check SDWEBUI_URL",
        says=r"^not found$|^no reason given$",
    ),
    Row((404,), InvalidRequest, "{host} has no such thing: {words}; check the options sampler_name and model"),
    Row((422,), InvalidRequest, "{host} does not take this order: {words}; change that option"),
    Row((429,), RateLimited, "{host} asks for patience: {words}"),
    Row(
        (500,),
        InvalidRequest,
        "the graphics card of {host} has too little memory: {words}; set the option megapixels lower",
        says="out of memory|OutOfMemoryError",
    ),
    Row(
        (500,),
        InvalidRequest,
        "{host} failed at this picture: {words}; its own window says more; then run the command again",
    ),
    Row((504, 520, 524), OutcomeUnknown, "a gateway gave up waiting for {host} (HTTP {status}): {words}"),
    Row(range(500, 600), ProviderUnavailable, "{host} did not take the order (HTTP {status}): {words}"),
    Row(range(300, 400), InvalidRequest, "{host} sends elsewhere (HTTP {status}); check SDWEBUI_URL"),
    Row(range(1000), InvalidRequest, "{host} does not take this order (HTTP {status}): {words}"),
)


@contextlib.contextmanager
def vendor_errors(host: str, *, timeout: float, now: Callable[[], float], hide: Callable[[str], str]) -> Iterator[None]:
    """Raise every error of requests as the novaclips error that it means.

    ``timeout`` is named when it is over; ``now`` is in seconds since the epoch, for a Retry-After that is a date;
    ``hide`` takes the login out of a text.
    """
    try:
        yield
    except requests.HTTPError as exc:
        raise _answered(exc.response, host, now(), hide) from exc
    except requests.ReadTimeout as exc:
        raise OutcomeUnknown(
            f"{host} sent nothing for {timeout:g} s; the option timeout sets how long to wait"
        ) from exc
    except requests.RequestException as exc:
        if _never_sent(exc):
            raise ProviderUnavailable(
                f"{host} cannot be reached ({type(exc).__name__}); start the web UI with --api, or set SDWEBUI_URL"
            ) from exc
        raise OutcomeUnknown(
            f"the connection to {host} broke before the picture was there ({type(exc).__name__})"
        ) from exc


def _never_sent(exc: requests.RequestException) -> bool:
    """Say whether no connection came about; urllib3 wraps only that in a MaxRetryError, for requests never retries."""
    return isinstance(exc, requests.ConnectTimeout) or (
        isinstance(exc, requests.ConnectionError)
        and bool(exc.args)
        and isinstance(exc.args[0], urllib3.exceptions.MaxRetryError)
    )


def _answered(response: requests.Response, host: str, now: float, hide: Callable[[str], str]) -> ProviderError:
    words = hide(words_of(response.content))
    row = next(
        row for row in TABLE if response.status_code in row.statuses and re.search(row.says, words, re.IGNORECASE)
    )
    text = row.text.format(host=host, status=response.status_code, words=words)
    if row.error is RateLimited:
        return RateLimited(text, retry_after=retry_after(response.headers, words, now=now))
    return row.error(text)


def words_of(body: bytes) -> str:
    """Return what an error's answer says, on one line: JSON as the web UI writes it, a page of HTML, or plain text."""
    text = body.decode("utf-8", "replace")
    with contextlib.suppress(ValueError):
        match json.loads(text):
            case {"detail": [*problems]} if problems:
                text = "; ".join(map(_problem, problems))
            case {"detail": str(detail)} if detail:
                text = detail
            case {"error": str(error), "errors": str(errors)}:
                text = f"{error}: {errors}"
    line = " ".join(re.sub(r"<[^<>]*>", " ", text).split()).rstrip(".") or "no reason given"
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}..."


def _problem(problem: JSON) -> str:
    """Say which field of an order is wrong, and how."""
    match problem:
        case {"loc": [*way], "msg": str(message)}:
            return f"{'.'.join(map(str, way[1:]))}: {message}"
    return str(problem)
