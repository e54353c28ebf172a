"""The Replicate predictions protocol."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from typing import Any, Final

from novaclips.testing.fault import Course
from novaclips.testing.gallery import Picture
from novaclips.testing.messages import Answer, Recorded, json_answer
from novaclips.testing.prediction import Prediction
from novaclips.testing.replicate_dialect import DIALECT, NOT_FOUND, problem
from novaclips.testing.replicate_models import Model, models
from novaclips.testing.service import Service

PREFER: Final = re.compile(r"wait(?:=([1-9]|[1-5][0-9]|60))?")
LONGEST_WAIT: Final = 60
VERSION: Final = re.compile(r"(?:[\w.-]+/[\w.-]+:)?([0-9a-f]{64})")
FIELDS: Final = frozenset({"input", "stream", "webhook", "webhook_events_filter"})
BAD_VERSION: Final = problem(
    422,
    "Invalid version or not permitted",
    "The specified version does not exist (or perhaps you don't have permission to use it?)",
)


def create(service: Service, request: Recorded) -> Answer:
    """Answer ``POST /v1/predictions``."""
    version = request.body.get("version") if isinstance(request.body, dict) else None
    model = _model_of(str(version)) if version else BAD_VERSION
    return _order(service, request, model, FIELDS | {"version"})


def create_official(service: Service, request: Recorded, name: str) -> Answer:
    """Answer ``POST /v1/models/{owner}/{name}/predictions``: for official models only."""
    model = models().get(name)
    return _order(service, request, model if model and model.official else NOT_FOUND, FIELDS)


def get(service: Service, _request: Recorded, number: str) -> Answer:
    """Answer ``GET /v1/predictions/{id}``."""
    prediction: Prediction | None = service.predictions.get(number)
    if prediction is None:
        return NOT_FOUND
    hit = service.script.take("poll", "replicate", prediction.prompt, prediction.call)
    if hit and hit.instead:
        return service.fill(hit.instead)
    return json_answer(prediction.poll(service.clock()))


def cancel(service: Service, _request: Recorded, number: str) -> Answer:
    """Answer ``POST /v1/predictions/{id}/cancel``."""
    prediction: Prediction | None = service.predictions.get(number)
    if prediction is None:
        return NOT_FOUND
    if prediction.cancel(service.clock()):
        service.meter.refund(prediction.key)
    return json_answer(prediction.show(service.clock()))


def get_model(service: Service, _request: Recorded, name: str) -> Answer:
    """Answer ``GET /v1/models/{owner}/{name}``."""
    hit = service.script.take("model", "replicate")
    if hit and hit.instead:
        return service.fill(hit.instead)
    model = models().get(name)
    if model is None:
        return NOT_FOUND
    owner, _, short = name.partition("/")
    details = {
        "url": f"https://replicate.com/{name}",
        "owner": owner,
        "name": short,
        "description": model.description,
        "visibility": "public",
        "is_official": model.official,
        "github_url": None,
        "paper_url": None,
        "license_url": None,
        "cover_image_url": None,
        "run_count": 1_000_000,
        "default_example": None,
        "latest_version": _version(model, model.latest),
    }
    return json_answer(details)


def get_version(_service: Service, _request: Recorded, name: str, version: str) -> Answer:
    """Answer ``GET /v1/models/{owner}/{name}/versions/{id}``."""
    model = models().get(name)
    if model is None or version not in {*model.versions, model.latest}:
        return NOT_FOUND
    return json_answer(_version(model, version))


def _order(service: Service, request: Recorded, model: Model | Answer, fields: frozenset[str]) -> Answer:
    body = request.body if isinstance(request.body, dict) else {}
    given = body.get("input")
    prompt = str(given.get("prompt", "")) if isinstance(given, dict) else ""

    def work() -> Answer:
        if isinstance(model, Answer):
            return model
        return _check(request, model, fields) or _start(service, request, model)

    return service.take_order(request, DIALECT, prompt, work)


def _check(request: Recorded, model: Model, fields: frozenset[str]) -> Answer | None:
    """Return the refusal of an order that cannot be taken."""
    prefer = request.headers.get("Prefer")
    if prefer is not None and not PREFER.fullmatch(prefer):
        return problem(422, "Invalid Prefer header", f"Prefer header {prefer!r} is not wait or wait=1 to wait=60")
    body = request.body if isinstance(request.body, dict) else {}
    given = body.get("input")
    extra = sorted(set(body) - fields)
    complaints = [f"(root): Additional property {name} is not allowed" for name in extra]
    complaints += model.complaints(given) if isinstance(given, dict) else ["(root): input is required"]
    if not complaints:
        return None
    detail = "".join(f"- {complaint}\n" for complaint in complaints)
    invalid = [{"type": "invalid", "field": complaint.partition(":")[0]} for complaint in complaints]
    return problem(422, "Input validation failed", detail, invalid_fields=invalid)


def _start(service: Service, request: Recorded, model: Model) -> Answer:
    given: dict[str, Any] = request.body["input"]
    prompt = str(given.get("prompt") or model.input["prompt"].get("default", ""))
    hit = service.script.take("prediction", "replicate", prompt, request.call)
    spoilt = service.script.take("picture", "replicate", prompt, request.call)
    course = _course(hit.course if hit and hit.course else Course(), given.get("seed"))
    # Charged for as it starts: the service finishes it, and wants its money, whether anybody asks again or not.
    earlier = service.meter.bill(request.content_key) if course.bills else 0
    seed = given.get("seed")
    if seed is None:
        seed = _chosen_seed(prompt, earlier)
    picture = Picture(
        prompt=prompt,
        size=model.size(given),
        seed=seed,
        format=model.format(given),
        spoil=spoilt.spoil if spoilt else None,
        protocol="replicate",
        call=request.call,
    )
    count = given.get("num_outputs", 1)
    prediction = Prediction(
        api=service.url,
        call=request.call,
        key=request.content_key,
        model=model,
        version="hidden" if model.official else _version_of(request.body["version"]),
        input=given,
        prompt=prompt,
        seed=seed,
        urls=[_place(service, replace(picture, seed=seed + index), course) for index in range(count)],
        course=course,
        polls=(0 if service.latency else service.polls) + course.more_polls,
        latency=service.latency,
        created=service.clock(),
    )
    service.predictions[prediction.id] = prediction
    prefer = request.headers.get("Prefer")
    if prefer and course.blocks and _wait(service, prediction, prefer):
        return Answer(delivery="dropped")
    shown = prediction.show(service.clock(), started=bool(prefer))
    return json_answer(shown, 201, {"Location": prediction.get_url})


def _course(course: Course, seed: object) -> Course:
    """Return how a prediction of this seed goes."""
    return Course() if course.passes_odd_seeds and isinstance(seed, int) and seed % 2 else course


def _place(service: Service, picture: Picture, course: Course) -> str:
    """Return the URL of a picture, or the picture itself as one."""
    if course.output == "inline":
        return f"data:image/{picture.format.lower()};base64,{base64.b64encode(picture.draw()).decode()}"
    return service.publish(picture)


def _wait(service: Service, prediction: Prediction, prefer: str) -> bool:
    """Keep the client waiting for as long as it prefers to; True when the server stops meanwhile."""
    _, _, seconds = prefer.partition("=")
    prediction.wait_out()
    return service.pause(min(int(seconds or LONGEST_WAIT), prediction.latency))


def _chosen_seed(prompt: str, earlier: int) -> int:
    """Return the seed that the service picks: 16 bits, another one each time the same is bought."""
    return int.from_bytes(hashlib.sha256(f"{prompt}|{earlier}".encode()).digest()[:2])


def _model_of(version: str) -> Model | Answer:
    """Return the model of a version: 64 hex digits, ``owner/name:`` and those, or an official ``owner/name``."""
    if match := VERSION.fullmatch(version):
        known = (model for model in models().values() if match[1] in {*model.versions, model.latest})
        return next(known, BAD_VERSION)
    model = models().get(version)
    if model is None:
        return NOT_FOUND if "/" in version else BAD_VERSION
    return model if model.official else BAD_VERSION


def _version_of(version: str) -> str:
    return version.rpartition(":")[2]


def _version(model: Model, version: str) -> dict[str, Any]:
    return {
        "id": version,
        "created_at": "2026-01-15T12:00:00.000000Z",
        "cog_version": "0.16.9",
        "openapi_schema": model.schema(),
    }
