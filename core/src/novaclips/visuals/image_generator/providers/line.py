"""Why a service cannot be reached, named for what it is: no name, no certificate, no proxy."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from novaclips.errors import ConfigError, ProviderUnavailable, Retry, Scope
from novaclips.visuals.image_generator.providers.ending import Answered, Ending, NoAnswer, NotSent

if TYPE_CHECKING:
    import ssl

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
MOST_CAUSES = 10


def trouble(exc: BaseException, service: str, reason: str, address: str) -> ProviderUnavailable:
    """Return the error for a request that certainly was not sent; ``address`` is the setting that leads there.

    A certificate that is not accepted stops the run: it will not be accepted a second later.
    """
    import socket
    import ssl  # late: both take longer than all of novaclips.plugin

    for cause in _causes(exc):
        if isinstance(cause, ssl.SSLError):
            return ProviderUnavailable(_certificate(cause, service, address), retry=Retry.NO, scope=Scope.LANE)
        if isinstance(cause, socket.gaierror):
            return ProviderUnavailable(
                f"the name of {service} cannot be looked up ({reason}); check the network and {address}"
            )
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        return ProviderUnavailable(_certificate(None, service, address), retry=Retry.NO, scope=Scope.LANE)
    if "proxy" in type(exc).__name__.lower() or any("proxy" in type(c).__name__.lower() for c in _causes(exc)):
        return ProviderUnavailable(
            f"the proxy between here and {service} does not answer as one ({reason}); check HTTPS_PROXY and ALL_PROXY"
        )
    return ProviderUnavailable(f"{service} cannot be reached ({reason}); check the network and {address}")


@contextmanager
def network_settings(env: Mapping[str, str] = os.environ) -> Iterator[None]:
    """Raise what an HTTP client says of the environment's proxies and certificates while it is made as a ConfigError.

    ``env`` is the environment that the client reads.
    """
    try:
        yield
    except ImportError as exc:
        if "socks" not in str(exc).lower():
            raise
        raise ConfigError(
            "the proxy that the environment names (ALL_PROXY, HTTPS_PROXY) is a SOCKS proxy, for which a package is"
            " missing; run: pip install socksio, or name an http:// proxy"
        ) from exc
    except ValueError as exc:
        if "proxy" not in str(exc).lower():
            raise
        raise ConfigError(
            f"the proxy that the environment names (HTTPS_PROXY, ALL_PROXY) cannot be used: {exc}; write http://HOST:PORT"
        ) from exc
    except OSError as exc:  # ssl.SSLError is one
        named = [name for name in CERTIFICATES if env.get(name)]
        if not named:
            raise
        guilty = [name for name in named if not Path(env[name]).exists()] or named
        settings = ", ".join(f"{name}={env[name]}" for name in guilty)
        raise ConfigError(
            f"the certificates that the environment names ({settings}) cannot be read: {exc.strerror or exc}; unset it,"
            " or name a file that is there"
        ) from exc


def requests_ending(exc: Exception) -> Ending | None:
    """Return how a request of the package ``requests`` ended: the ``read`` of ``ErrorTable.errors`` for its users.

    Call ``raise_for_status`` on the answer, and read the answer outside: JSON that cannot be read is no lost answer.
    """
    import requests
    import urllib3

    if not isinstance(exc, requests.RequestException) or isinstance(exc, requests.exceptions.InvalidJSONError):
        return None
    if isinstance(exc, requests.HTTPError) and exc.response is not None:
        return Answered(status=exc.response.status_code, body=exc.response.content, headers=exc.response.headers)
    # urllib3 wraps a connection that did not come about, and only that, in a MaxRetryError: requests never retries.
    never_sent = isinstance(exc, requests.ConnectTimeout | ValueError) or (
        isinstance(exc, requests.ConnectionError)
        and bool(exc.args)
        and isinstance(exc.args[0], urllib3.exceptions.MaxRetryError)
    )
    return NotSent(reason=type(exc).__name__) if never_sent else NoAnswer(reason=type(exc).__name__)


def _certificate(error: ssl.SSLError | None, service: str, address: str) -> str:
    import ssl

    if error is None or isinstance(error, ssl.SSLCertVerificationError):
        why = getattr(error, "verify_message", "") or "it cannot be verified"
        return (
            f"the certificate of {service} is not accepted ({why}); if a proxy of your network stands between, set"
            f" SSL_CERT_FILE to its certificate, else check {address}"
        )
    why = (error.reason or str(error)).replace("_", " ").lower()
    return f"there is no TLS connection to {service} ({why}); check {address}: perhaps it begins with http://"


def _causes(exc: BaseException) -> Iterator[BaseException]:
    """Yield an error and what is behind it: clients wrap what the socket raised, each in its own way."""
    seen: list[BaseException] = []
    waiting: list[BaseException] = [exc]
    while waiting and len(seen) < MOST_CAUSES:
        error = waiting.pop(0)
        if error in seen:
            continue
        seen.append(error)
        yield error
        behind = (error.__cause__, error.__context__, getattr(error, "reason", None), *error.args)
        waiting += [one for one in behind if isinstance(one, BaseException)]
