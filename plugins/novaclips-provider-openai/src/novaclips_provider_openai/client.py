"""The provider: OpenAI's Images API through OpenAI's SDK."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from novaclips.plugin import (
    JSON,
    Address,
    BadAddress,
    BaseImageProvider,
    ConfigError,
    Cost,
    GeneratedImage,
    ImageRequest,
    InvalidRequest,
    Settings,
    bound_client,
    download,
    may_follow,
    network_settings,
)

from .answer import Answer
from .call import TIMEOUT, Call
from .cost import load_prices
from .errors import KEYS_PAGE, error_table, vendor_errors
from .models import load_models, written

if TYPE_CHECKING:
    import httpx2
    import openai

OPENAI_URL = "https://api.openai.com/v1"
OPENAI_HOST = "api.openai.com"
KEY_ENV = ("OPENAI_API_KEY",)
ASK_FOR_BYTES = "set the option response_format to b64_json"
CONNECT_SECONDS = 10.0
# The service looks at the content type of a reference, and Python 3.11 does not know .webp.
CONTENT_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".webp": "image/webp"}


def _today() -> date:
    return datetime.now(UTC).date()


class OpenAIImages(BaseImageProvider):
    """Draws with OpenAI's image models, or with those of the server that OPENAI_BASE_URL names.

    ``today`` decides whether a model is still there; ``now`` counts seconds since the epoch, ``monotonic`` those that
    an answer takes.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        today: Callable[[], date] = _today,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._today = today
        self._now = now
        self._monotonic = monotonic
        self._models = load_models()
        self._prices = load_prices()
        self._base = settings.address("OPENAI_BASE_URL", OPENAI_URL, key_env=KEY_ENV)
        self._is_openai = self._base.host == OPENAI_HOST or self._base.host.endswith(f".{OPENAI_HOST}")
        self._table = error_table(self._base.netloc, is_openai=self._is_openai)
        self._calls: dict[tuple[str, str, tuple[Path, ...]], Call] = {}
        self._client: openai.OpenAI | None = None

    @property
    def host(self) -> str:
        """OpenAI's host, or that of OPENAI_BASE_URL."""
        return self._base.netloc

    @property
    def host_is_own(self) -> bool:
        """Whether it is OpenAI's."""
        return self._is_openai

    def open(self) -> None:
        """Read the key and make the SDK's client; MissingKey when there is none."""
        key = self._settings.key("openai", *KEY_ENV, where=KEYS_PAGE)
        organization, project = (
            self._settings.beside_key(name, key_env=KEY_ENV) or None for name in ("OPENAI_ORG_ID", "OPENAI_PROJECT_ID")
        )
        import openai

        with network_settings():
            line = openai.DefaultHttpx2Client(event_hooks={"response": [stay]})
        bound_client(line, monotonic=self._monotonic)
        self._client = openai.OpenAI(
            api_key=key,
            base_url=str(self._base),
            organization=organization,
            project=project,
            max_retries=0,  # core retries: the SDK would send a request again that may have been billed
            timeout=openai.Timeout(TIMEOUT, connect=CONNECT_SECONDS),
            http_client=line,
        )

    def close(self) -> None:
        """Close the connections."""
        if self._client is not None:
            self._client.close()

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return model, native size, quality and the options that shape the picture.

        The server counts when it is not OpenAI's: another server's picture is another picture.
        """
        identity = self._call(request).identity
        return identity if self._is_openai else {**identity, "host": self._base.server("/v1")}

    def estimate(self, request: ImageRequest) -> Cost | None:
        """Return the worst case by OpenAI's prices, or None for a model without a known price."""
        call = self._call(request)
        if (price := self._prices.get(call.model.name)) is None:
            return None
        return price.estimate(size=call.size, quality=call.quality, prompt=request.prompt, references=call.references)

    def notices(self, request: ImageRequest) -> Sequence[str]:
        """Say what of the options is ignored, and which model is strange or about to end.

        ConfigError for a model that OpenAI has switched off: not from ``identity``, because frames that are there
        stay good.
        """
        call = self._call(request)
        self._refuse_if_gone(call)
        model, notices = call.model, list(call.ignored)
        if not model.known:
            notices.append(
                f"model {model.name!r} is unknown here: its price is unknown, its options are passed on unchecked"
                f"{self._models.suggestion(model.name)}"
            )
        elif not self._is_openai and not self._base.is_loopback:
            notices.append(f"prices are OpenAI's own; {self._base.host} may charge others")
        if self._is_openai and model.goes_soon(self._today()):
            notices.append(f"{model.name} is switched off on {model.shutdown}; use {model.replacement}")
        return notices

    def generate(self, request: ImageRequest) -> GeneratedImage:
        """Ask for one picture, once."""
        call = self._call(request)
        self._refuse_if_gone(call)
        with vendor_errors(self._table, self._now, call.timeout, request.prompt):
            body, request_id = self._send(call, request.prompt)
        answer = Answer.read(body, self._table, request.prompt)
        data = answer.data
        if data is None:
            data = download(answer.url, base_url=str(self._base), remedy=ASK_FOR_BYTES)
        price = self._prices.get(call.model.name)
        return GeneratedImage(
            data=data,
            model=call.model.name,
            cost=(price and price.actual(answer.said.get("usage"))) or self.estimate(request),
            warnings=call.unheeded(answer.said),
            metadata={**answer.said, **({"request_id": request_id} if request_id else {})},
        )

    def _call(self, request: ImageRequest) -> Call:
        """Make the call for a request, or remember it: the scenes of a project differ in little but their words."""
        told = (repr(request.options), request.resolution, request.references)
        if told not in self._calls:
            self._calls[told] = Call.of(request, self._models, is_openai=self._is_openai)
        return self._calls[told]

    def _send(self, call: Call, prompt: str) -> tuple[bytes, str | None]:
        """Return the answer's body and the request's id."""
        import openai

        assert self._client is not None  # noqa: S101 - core opens a provider before it draws
        images = self._client.images.with_raw_response
        model, size, options = call.model.name, written(call.size), dict(call.parameters)
        timeout = openai.Timeout(call.timeout, connect=min(CONNECT_SECONDS, call.timeout))
        # extra_body: options may be newer than the SDK, and edit() has no argument for moderation.
        if not call.references:
            answer = images.generate(model=model, prompt=prompt, n=1, size=size, extra_body=options, timeout=timeout)
        else:
            with ExitStack() as stack:
                files = [
                    (path.name, stack.enter_context(_opened(path)), CONTENT_TYPES.get(path.suffix.lower()))
                    for path in call.references
                ]
                answer = images.edit(
                    image=files, model=model, prompt=prompt, n=1, size=size, extra_body=options, timeout=timeout
                )
        return answer.http_response.content, answer.request_id

    def _refuse_if_gone(self, call: Call) -> None:
        if self._is_openai and call.model.is_gone(self._today()):
            raise ConfigError(
                f"{call.model.name} was switched off on {call.model.shutdown};"
                f" write the option model={call.model.replacement}"
            )


def stay(response: httpx2.Response) -> None:
    """Refuse a redirect that would take prompt, references and key elsewhere; a hook of the HTTP client."""
    if not response.has_redirect_location:
        return
    request, location = response.request, response.headers["Location"]
    here = Address.parse(str(request.url))
    try:
        there = here.join(location)
    except BadAddress as exc:
        raise InvalidRequest(f"{here.netloc} redirects to what is no address ({exc}); check OPENAI_BASE_URL") from exc
    if not may_follow(request.method, response.status_code, here, there):
        raise InvalidRequest(
            f"{here.netloc} redirects to {there.scheme}://{there.netloc}; nothing is sent on to there. If it may have"
            " the prompts and the key, set OPENAI_BASE_URL to it"
        )


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as exc:
        raise InvalidRequest(f"the reference image {path.name} cannot be read: {exc.strerror}") from exc
