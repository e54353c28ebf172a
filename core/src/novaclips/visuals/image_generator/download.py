"""The one safe way to fetch a picture by the URL that a service names."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from novaclips.errors import OutcomeUnknown

MAX_BYTES = 64 * 2**20  # a 3840x2160 PNG of pure noise has 25 MB
SECONDS = 120.0
TRIES = 3


def download(
    url: str,
    *,
    base_url: str,
    headers_for: Callable[[str], Mapping[str, str]] = lambda host: {},  # noqa: ARG005 - the default sends nothing
    remedy: str = "",
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> bytes:
    """Fetch the bytes behind a URL; what they are is for ``verify`` to say, the content type is not asked.

    ``base_url`` is the address of the service as the user wrote it. A URL may be relative to it, or lie at its origin
    (scheme, host and port), whatever that is; a server on this machine may name http URLs on this machine. Everything
    else is https and no host of a private network, after each redirect anew. Where a server calls itself ``0.0.0.0``
    or ``localhost``, its host is that of ``base_url``.

    ``headers_for`` says which headers a host may get, a token for the service's own hosts alone. It is asked for the
    host that is connected to, on https or at the service's own origin; once a redirect has led to a host that gets
    none, none are sent any more. ``remedy`` is what the user can do about a URL that is not opened, as ``set the
    option response_format to b64_json``.

    At most ``max_bytes`` are taken, ``seconds`` is the longest it all may take. Trouble that may pass is tried again,
    three times in all, because the picture is paid for. Raises OutcomeUnknown when the picture may still be there,
    and BadImage when it is gone (services delete them after an hour), too large, or behind a URL that is not opened.
    """
    # requests and urllib3 take longer to import than all of novaclips.plugin, and most runs download nothing.
    import tenacity

    from novaclips.untrusted.addresses import Address
    from novaclips.visuals.image_generator.fetching import Fetching

    fetching = Fetching(
        base=Address.parse(base_url),
        headers_for=headers_for,
        remedy=f"; {remedy}" if remedy else "",
        max_bytes=max_bytes,
        deadline=monotonic() + seconds,
        monotonic=monotonic,
    )
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(OutcomeUnknown),
        stop=lambda state: state.attempt_number >= TRIES or monotonic() >= fetching.deadline,
        wait=tenacity.wait_exponential(multiplier=0.5, max=5),
        sleep=sleep,
        reraise=True,
    )
    return retrying(fetching.fetch, url)
