"""The one safe way to fetch a picture by the URL that a service names."""

from __future__ import annotations

import ipaddress
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
    max_bytes: int = MAX_BYTES,
    seconds: float = SECONDS,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> bytes:
    """Fetch the bytes behind a URL; what they are is for ``verify`` to say, the content type is not asked.

    Only https, and no host of a private network, after each redirect anew; a provider whose own ``base_url`` is http
    on this machine may name http URLs on this machine. ``headers_for`` says which headers a host may get: a token
    goes to the service's own hosts and nowhere else. At most ``max_bytes`` are taken, ``seconds`` is the longest it
    all may take. Trouble that may pass is tried again, three times in all, because the picture is paid for.

    Raises OutcomeUnknown when the picture may still be there, and BadImage when it is gone (services delete them
    after an hour), too large, or behind a URL that is not opened.
    """
    # requests and urllib3 take longer to import than all of novaclips.plugin, and most runs download nothing.
    import tenacity

    from novaclips.visuals.image_generator.fetching import Fetching

    fetching = Fetching(base_url, headers_for, max_bytes, monotonic() + seconds, monotonic)
    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception_type(OutcomeUnknown),
        stop=lambda state: state.attempt_number >= TRIES or monotonic() >= fetching.deadline,
        wait=tenacity.wait_exponential(multiplier=0.5, max=5),
        sleep=sleep,
        reraise=True,
    )
    return retrying(fetching.fetch, url)


def is_loopback(host: str) -> bool:
    """Say whether a host name or address means this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
