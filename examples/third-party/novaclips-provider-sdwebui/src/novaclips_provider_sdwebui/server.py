"""The web UI's server: where it is, who may use it, and one way to ask it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPBasicAuth

from novaclips.plugin import JSON, ConfigError, is_loopback

from .errors import ending, error_table

URL = "http://127.0.0.1:7860"
CONNECT_SECONDS = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A web UI; ``login`` is ``user:password``, empty where it asks for none.

    ``now`` counts seconds since the epoch.
    """

    url: str
    login: str = field(default="", repr=False)
    now: Callable[[], float] = field(repr=False)

    @classmethod
    def of(cls, env: Mapping[str, str], now: Callable[[], float]) -> Server:
        """Read SDWEBUI_URL and SDWEBUI_AUTH; ConfigError says what to write instead."""
        url = env.get("SDWEBUI_URL", "").strip().rstrip("/") or URL
        if "@" in url:
            raise ConfigError(f"SDWEBUI_URL holds a login; write the address alone, as in {URL}, and set SDWEBUI_AUTH")
        if not _is_address(url):
            raise ConfigError(f"SDWEBUI_URL={url!r} is not an address; write it like {URL}")
        login = env.get("SDWEBUI_AUTH", "").strip()
        if login and ":" not in login:
            raise ConfigError("SDWEBUI_AUTH is not user:password; write both, with a colon between them")
        return cls(url=url, login=login, now=now)

    @property
    def host(self) -> str:
        """The server's name and port, for messages."""
        return urlsplit(self.url).netloc

    def post(self, path: str, body: Mapping[str, JSON], timeout: float) -> bytes:
        """Send one order and return the body of the answer; a ProviderError for anything but success."""
        host = urlsplit(self.url).hostname or ""
        table = error_table(self.host)
        with table.errors(
            lambda exc: ending(exc, timeout), now=self.now, secrets=self._secrets, prompt=str(body.get("prompt", ""))
        ):
            response = requests.post(
                f"{self.url}{path}",
                json=body,
                auth=self._auth,
                timeout=(min(CONNECT_SECONDS, timeout), timeout),
                allow_redirects=False,  # a POST that is redirected becomes a GET
                # A proxy of the environment has no business with a server on this machine.
                proxies={"no_proxy": host} if is_loopback(host) else None,
            )
            if response.status_code != HTTPStatus.OK:
                raise requests.HTTPError(f"HTTP {response.status_code}", response=response)
        return response.content

    def _auth(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Add the login; without one nothing, for requests would look into the user's netrc."""
        if not self.login:
            return request
        user, _, password = self.login.partition(":")
        signed: requests.PreparedRequest = HTTPBasicAuth(user.encode(), password.encode())(request)  # a text is Latin-1
        return signed

    @property
    def _secrets(self) -> tuple[str, ...]:
        """What may show nowhere: a gateway's error page may quote the request."""
        _, _, password = self.login.partition(":")
        return (b64encode(self.login.encode()).decode(), self.login, password) if self.login else ()


def _is_address(url: str) -> bool:
    try:
        place = urlsplit(url)
        return place.scheme in ("http", "https") and bool(place.hostname) and place.port != 0
    except ValueError:  # a port that is no number, a bracket that is not closed
        return False
