"""The provider: submits a prediction, waits for it by its id, fetches the picture."""

from __future__ import annotations

import base64
import contextlib
import mimetypes
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from novaclips.plugin import (
    JSON,
    AuthenticationFailed,
    BadImage,
    ConfigError,
    Cost,
    GeneratedImage,
    ImageRequest,
    InvalidRequest,
    JobImageProvider,
    ModelUnavailable,
    OutcomeUnknown,
    PluginError,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    Settings,
    download,
)

from .errors import TOKEN_PAGE
from .inputs import OWN_OPTIONS, build_input, ignored, reference_input, shaping_identity, shaping_input
from .models import DEFAULT, VERSION, Model, Reference, known_models
from .outcome import is_over, mapping, picture_of, seed_of

if TYPE_CHECKING:
    from .api import Api

BASE_URL: Final = "https://api.replicate.com"
KEY_ENV: Final = ("REPLICATE_API_TOKEN",)
DEADLINE: Final = 600.0
REQUEST_SECONDS: Final = 60.0
POLL_SECONDS, POLL_GROWTH, LONGEST_POLL = 0.5, 1.2, 3.0
DATA_URI_BYTES: Final = 256 * 1024  # https://replicate.com/docs/topics/predictions/input-files


@dataclass(frozen=True, slots=True, kw_only=True)
class Submitted:
    """What this process knows of a prediction that Replicate may not tell."""

    model: str
    version: str
    deadline: float
    warnings: tuple[str, ...]
    cost: Cost | None = None


class ReplicateImages(JobImageProvider):
    """Draws with the model that the option ``model`` names.

    ``sleep`` pauses between looks at a prediction, ``monotonic`` counts seconds; ``request_seconds`` is the longest
    that a single request to Replicate may take.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        monotonic: Callable[[], float] = time.monotonic,
        request_seconds: float = REQUEST_SECONDS,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._monotonic = monotonic
        self._request_seconds = request_seconds
        # The 2.x line of the SDK wants a /v1 at the end, this one adds it.
        self._base = settings.address("REPLICATE_BASE_URL", BASE_URL, key_env=KEY_ENV, own=("replicate.com",))
        self._base_url = str(self._base).rstrip("/").removesuffix("/v1")
        self._poll_seconds = seconds(
            settings.env.get("REPLICATE_POLL_INTERVAL") or POLL_SECONDS, "REPLICATE_POLL_INTERVAL"
        )
        self._deadline = deadline(settings.options)
        Reference.parse(settings.options.get("model", DEFAULT))
        self._api: Api | None = None
        self._lock = threading.Lock()
        self._resolved: dict[Reference, tuple[Model, str]] = {}
        self._uploads: dict[Path, str] = {}
        self._submitted: dict[str, Submitted] = {}

    @property
    def host(self) -> str:
        """Replicate's host, or that of REPLICATE_BASE_URL."""
        return self._base.netloc

    @property
    def host_is_own(self) -> bool:
        """Whether it is Replicate's."""
        return self._base_url == BASE_URL

    def open(self) -> None:
        """Read the token and import the SDK."""
        token = self._settings.key("replicate", *KEY_ENV, where=TOKEN_PAGE)
        from .api import Api
        from .wire import Wire

        wire = Wire(self._base_url, seconds=self._request_seconds, monotonic=self._monotonic)
        self._api = Api(token, self._base_url, wire)

    def close(self) -> None:
        """Let go of the connections."""
        if self._api:
            self._api.close()

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return model, size, shape and options; the version only where the user pinned one.

        The host counts when it is not Replicate's own: a picture of a rehearsal is not the real one.
        """
        reference = chosen(request)
        deadline(request.options)
        host = {} if self._base_url == BASE_URL else {"host": self._base.server("/v1")}
        if model := reference.model:
            return {"model": str(reference), **shaping_identity(shaping_input(model, request)), **host}
        options = {name: value for name, value in request.options.items() if name not in OWN_OPTIONS}
        return {"model": str(reference), "resolution": request.resolution, "options": options, **host}

    def estimate(self, request: ImageRequest) -> Cost | None:
        """Return the price of a picture by the table in models.yaml, None for a model that is not in it."""
        model = chosen(request).model
        if model is None or model.price is None:
            return None
        return model.price.of(shaping_input(model, request), len(request.references))

    def notices(self, request: ImageRequest) -> Sequence[str]:
        """Say what a known model ignores; what another one does is known only when it is asked."""
        model = chosen(request).model
        return ignored(model, request) if model else ()

    def submit(self, request: ImageRequest) -> str:
        """Start a prediction with exactly one POST and return its id."""
        reference = chosen(request)
        model, version = self._resolve(reference)
        _, most = reference_input(model)
        references = [self._address(path) for path in request.references[:most]]
        job = self._opened().create(model.name, version, build_input(model, request, references))
        self._submitted[job] = Submitted(
            model=model.name,
            version=version,
            deadline=deadline(request.options),
            warnings=() if reference.model else ignored(model, request),
            cost=self.estimate(request),
        )
        return job

    def collect(self, job_id: str) -> GeneratedImage:
        """Wait for a prediction, also one of an earlier run, and return its picture.

        Raises OutcomeUnknown when it is not over within the deadline; it can be collected again.
        """
        known = self._submitted.get(job_id) or Submitted(model="", version="", deadline=self._deadline, warnings=())
        answer = self._wait(job_id, known.deadline)
        found = picture_of(answer)
        data = found.data or download(
            found.url,
            base_url=self._base_url,
            headers_for=self._headers_for,
            sleep=self._sleep,
            monotonic=self._monotonic,
        )
        name, warnings = drew(answer, known)
        model = known_models().get(name)
        metadata = {
            "prediction": job_id,
            "version": answer.get("version") or known.version or None,
            "predict_time": mapping(answer.get("metrics")).get("predict_time"),
        }
        return GeneratedImage(
            data=data,
            model=name,
            seed=seed_of(answer),
            cost=known.cost or (model.price.exact if model and model.price else None),
            warnings=warnings,
            metadata={key: value for key, value in metadata.items() if value is not None},
        )

    def cancel(self, job_id: str) -> None:
        """Stop a prediction; one that is over, or gone, is left as it is."""
        with contextlib.suppress(InvalidRequest, BadImage):
            self._opened().cancel(job_id)

    def _opened(self) -> Api:
        if self._api is None:
            raise PluginError("provider 'replicate' was asked for a picture before it was opened; call open() first")
        return self._api

    def _wait(self, job_id: str, patience: float) -> Mapping[str, JSON]:
        """Look at a prediction until it is over. Trouble with looking is waited out: the picture may be paid for."""
        api = self._opened()
        end = self._monotonic() + patience
        interval = self._poll_seconds
        while True:
            pause = interval
            try:
                answer = api.prediction(job_id)
                if is_over(answer):
                    return answer
                state = f"is still {answer.get('status')}"
            except RateLimited as exc:
                state = f"cannot be looked at: {exc}"
                pause = max(interval, exc.retry_after or 0)
            except ProviderUnavailable as exc:
                state = f"cannot be looked at: {exc}"
            left = end - self._monotonic()
            if left <= 0:
                raise OutcomeUnknown(
                    f"prediction {job_id!r} {state} after {patience:.0f} s; the same command collects it"
                )
            self._sleep(min(pause, left))
            interval = max(self._poll_seconds, min(interval * POLL_GROWTH, LONGEST_POLL))

    def _resolve(self, reference: Reference) -> tuple[Model, str]:
        """Return what a model takes and the version to run, asked once a run; no version: the newest official one."""
        known = reference.model
        if known and (known.official or reference.version):
            return known, reference.version
        with self._lock:
            if reference not in self._resolved:
                self._resolved[reference] = (known, self._newest(known)) if known else self._described(reference)
            return self._resolved[reference]

    def _newest(self, model: Model) -> str:
        """Ask for a model's newest version; the one in models.yaml is as good where the question fails."""
        try:
            version = str(latest_version(self._opened().model(model.name)).get("id"))
        except (AuthenticationFailed, QuotaExhausted):
            raise
        except ProviderError:
            return model.version
        return version if VERSION.fullmatch(version) else model.version

    def _described(self, reference: Reference) -> tuple[Model, str]:
        """Ask Replicate for the input schema of a model that models.yaml does not have."""
        api = self._opened()
        answer = api.model(reference.name)
        official = bool(answer.get("is_official"))
        described = latest_version(answer)
        if reference.version:
            described = api.version(reference.name, reference.version)
        schemas = mapping(mapping(mapping(described.get("openapi_schema")).get("components")).get("schemas"))
        try:
            model = Model.from_schema(reference.name, schemas, official=official)
        except (AttributeError, TypeError, ValueError) as exc:
            raise ModelUnavailable(
                f"Replicate describes the inputs of model {reference.name!r} in a way that cannot be read; choose"
                " another model"
            ) from exc
        if official and not reference.version:
            return model, ""
        version = reference.version or str(described.get("id"))
        if not VERSION.fullmatch(version):
            raise ModelUnavailable(f"model {reference.name!r} has no version that can be run; choose another model")
        return model, version

    def _address(self, path: Path) -> str:
        """Return a reference image as a data URI, or the URL of its upload where it is large."""
        if path.stat().st_size <= DATA_URI_BYTES:
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return f"data:{kind};base64,{base64.b64encode(path.read_bytes()).decode('ascii')}"
        with self._lock:
            if path not in self._uploads:
                self._uploads[path] = self._opened().upload(path)
            return self._uploads[path]

    def _headers_for(self, host: str) -> Mapping[str, str]:
        """Return the token for Replicate's own hosts, and nothing for any other."""
        own = ("replicate.com", "replicate.delivery")
        if host in own or host.endswith(tuple(f".{name}" for name in own)):
            token = self._settings.key("replicate", *KEY_ENV, where=TOKEN_PAGE)
            return {"Authorization": f"Bearer {token}"}
        return {}


def chosen(request: ImageRequest) -> Reference:
    """Return the model that a request's options name."""
    return Reference.parse(request.options.get("model", DEFAULT))


def latest_version(answer: Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Return what Replicate says of a model's newest version; empty where it has none."""
    return mapping(answer.get("latest_version"))


def drew(answer: Mapping[str, JSON], known: Submitted) -> tuple[str, tuple[str, ...]]:
    """Return the name of the model that counts, and the warnings about it: what was asked for, where that is known."""
    said = answer.get("model")
    said = said if isinstance(said, str) else ""
    if known.model and said and said != known.model:
        warning = f"Replicate says that {said[:100]!r} drew, not {known.model!r}; what was asked for counts"
        return known.model, (*known.warnings, warning)
    return known.model or said[:200], known.warnings


def deadline(options: Mapping[str, JSON]) -> float:
    """Return the seconds that a prediction may take."""
    return seconds(options.get("deadline", DEADLINE), "option deadline")


def seconds(value: JSON, name: str) -> float:
    """Read a number of seconds; ConfigError names the setting that holds it."""
    with contextlib.suppress(TypeError, ValueError):
        if 0 <= (number := float(value)) < float("inf"):
            return number
    raise ConfigError(f"{name} is {value!r}; write seconds, as in 30")
