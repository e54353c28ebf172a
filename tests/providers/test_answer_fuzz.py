"""Good answers of both services, spoilt at random: a picture or a ProviderError comes out, and no picture is lost.

NOVACLIPS_FUZZ_SECONDS says how long (15 without it, shared by both), NOVACLIPS_FUZZ_SEED where chance begins.
"""

from __future__ import annotations

import base64
import io
import json
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PIL import Image

from novaclips.plugin import BaseImageProvider, GeneratedImage, ImageRequest, ProviderError, Settings
from novaclips.testing import Recorded, Reply, StandIn
from novaclips_provider_openai.client import OpenAIImages
from novaclips_provider_replicate.client import ReplicateImages

SECONDS = float(os.environ.get("NOVACLIPS_FUZZ_SECONDS", "15")) / 2
Replies = list[tuple[int, bytes]]
Holds = Callable[[Replies], bool]
SEED = int(os.environ.get("NOVACLIPS_FUZZ_SEED", "11"))


def _drawn() -> bytes:
    data = io.BytesIO()
    Image.effect_noise((16, 16), 90).save(data, "PNG")
    return data.getvalue()


PNG = _drawn()
TEXT = base64.b64encode(PNG).decode()
OPENAI = {
    "created": 1_790_000_000,
    "background": "opaque",
    "output_format": "png",
    "quality": "medium",
    "size": "1280x720",
    "data": [{"b64_json": TEXT, "revised_prompt": "a river, wide"}],
    "usage": {
        "input_tokens": 10,
        "input_tokens_details": {"text_tokens": 10, "image_tokens": 0},
        "output_tokens": 947,
        "total_tokens": 957,
    },
}
PREDICTION = {
    "id": "abc",
    "model": "black-forest-labs/flux-schnell",
    "version": "hidden",
    "input": {"prompt": "a river", "seed": 5},
    "logs": "Using seed: 5\n",
    "output": [f"data:image/png;base64,{TEXT}"],
    "data_removed": False,
    "error": None,
    "status": "succeeded",
    "created_at": "2026-11-24T12:00:00Z",
    "metrics": {"predict_time": 1.5},
    "urls": {"get": "x", "cancel": "x"},
}
CREATED = json.dumps({**PREDICTION, "status": "starting", "output": None}).encode()
ERRORS: tuple[Any, ...] = (
    {"error": {"message": "no", "type": "invalid_request_error", "param": None, "code": "invalid_value"}},
    {"detail": [{"loc": ["body", "prompt"], "msg": "flagged by a content checker", "type": "x"}]},
    {"title": "Bad", "detail": "input.width: no", "status": 422},
    {"candidates": [{"finishReason": "NO_IMAGE", "content": {"parts": []}}], "promptFeedback": None},
)
WORDS = (
    "",
    "x",
    "\ud83e",
    "\0",
    "\u202e",
    "{",
    "succeeded",
    "a" * 5000,
    "safety",
    "Using seed: " + "9" * 30,
    TEXT[:40],
)
NAMES = ("data", "error", "message", "code", "usage", "size", "status", "output", "choices", "finish_reason", "x", "")


class Mutator:
    """Spoils JSON at random; what holds the picture is never hidden among words that repeat a request."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice

    def junk(self, depth: int = 3) -> Any:
        """Return a value of any type."""
        dice = self.dice
        choices: list[Callable[[], Any]] = [
            lambda: None,
            lambda: dice.random() < 0.5,
            lambda: dice.choice((0, -1, 2**63, 10**400, 429)),
            lambda: dice.choice((0.5, float("nan"), float("inf"), -1e308)),
            lambda: dice.choice(WORDS),
        ]
        if depth:
            choices += [
                lambda: [self.junk(depth - 1) for _ in range(dice.randrange(4))],
                lambda: {dice.choice(NAMES): self.junk(depth - 1) for _ in range(dice.randrange(4))},
            ]
        return dice.choice(choices)()

    def spoilt(self, value: Any, chance: float) -> Any:
        """Return a value in which each part was changed with this chance."""
        dice = self.dice
        if dice.random() < chance:
            return dice.choice((self.junk, lambda: [value], lambda: {"x": value}, lambda: [self.junk(), value]))()
        if isinstance(value, dict):
            kept = {name: self.spoilt(item, chance) for name, item in value.items() if dice.random() > chance / 2}
            extra = {dice.choice(NAMES): self.junk() for _ in range(dice.random() < chance)}
            return {**extra, **kept}
        if isinstance(value, list):
            return [self.spoilt(item, chance) for item in value for _ in range(1 + (dice.random() < chance))]
        return value

    def body(self, value: Any) -> bytes:
        """Return the body of an answer; sometimes its bytes are spoilt as well."""
        dice = self.dice
        body = json.dumps(self.spoilt(value, dice.choice((0.0, 0.02, 0.1, 0.3))), ensure_ascii=dice.random() < 0.9)
        data = body.encode("utf-8", "surrogatepass")
        match dice.randrange(12):
            case 0:
                return data[: dice.randrange(len(data) + 1)]
            case 1:
                at = dice.randrange(len(data) + 1)
                return data[:at] + bytes(dice.randrange(256) for _ in range(dice.randrange(8))) + data[at:]
            case 2:
                return b"[" * 100_000 + data
            case 3:
                return data + data
        return data


def is_whole(given: Replies) -> bool:
    """Return whether the whole picture, and no damaged one, is in a body that is JSON."""
    (_, answer) = given[-1]
    return _parsed(answer) is not None and _has_picture(answer)


def has_output(given: Replies) -> bool:
    """Return whether a job began, and the picture is in the output of its prediction; elsewhere it has none."""
    (_, created), (_, answer) = given[0], given[-1]
    prediction = _parsed(answer)
    if created != CREATED:
        return False
    return isinstance(prediction, dict) and _has_picture(json.dumps(prediction.get("output")).encode())


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _has_picture(body: bytes) -> bool:
    written = (f'"{TEXT}"', f'"data:image/png;base64,{TEXT}"')
    return any(text.encode() in body for text in written) and body.count(TEXT[:60].encode()) == body.count(
        TEXT.encode()
    )


@pytest.fixture
def replies() -> Replies:
    """What is answered to the next requests; the last one to all others."""
    return []


@pytest.fixture
def service(replies: Replies) -> Iterator[StandIn]:
    def answer(_: Recorded) -> Reply:
        status, body = replies.pop(0) if len(replies) > 1 else replies[0]
        return Reply(status, body, headers={"Content-Type": "application/json"})

    with StandIn(answer) as service:
        yield service


def run(provider: BaseImageProvider, replies: Replies, bodies: Callable[[], Replies], holds: Holds) -> int:
    """Draw for so many seconds; the answers of each call are what ``bodies`` returns; ``holds`` sees a picture."""
    provider.open()
    try:
        return draw(provider, replies, bodies, holds)
    finally:
        provider.close()


def draw(provider: BaseImageProvider, replies: Replies, bodies: Callable[[], Replies], holds: Holds) -> int:
    request = ImageRequest(1, "a river", resolution="1280x720")
    end, calls = time.monotonic() + SECONDS, 0
    while time.monotonic() < end:
        replies[:] = given = bodies()
        try:
            drawn = provider.generate(request)
        except ProviderError as error:
            str(error).encode()
            assert not (given[-1][0] == 200 and all_good(given) and holds(given)), given
        except BaseException as error:
            raise AssertionError(f"seed {SEED}, call {calls}: {given!r}") from error
        else:
            assert isinstance(drawn, GeneratedImage)
            assert drawn.data == PNG or not holds(given)
        calls += 1
    return calls


def all_good(given: Replies) -> bool:
    return all(status < 300 for status, _ in given)


def test_no_answer_of_openais_breaks_the_provider_or_loses_a_picture(service, replies) -> None:
    dice = random.Random(SEED)
    mutator = Mutator(dice)

    def bodies() -> Replies:
        if dice.random() < 0.2:
            return [(dice.choice((400, 403, 429, 500, 200)), mutator.body(dice.choice(ERRORS)))]
        return [(200, mutator.body(OPENAI))]

    provider = OpenAIImages(Settings(env={"OPENAI_API_KEY": "x", "OPENAI_BASE_URL": f"{service.url}/v1"}))

    assert run(provider, replies, bodies, is_whole) > 20


def test_no_answer_of_replicates_breaks_the_provider_or_loses_a_picture(service, replies) -> None:
    dice = random.Random(SEED)
    mutator = Mutator(dice)
    ticks = iter(range(10**9))

    def bodies() -> Replies:
        if dice.random() < 0.2:
            return [(dice.choice((400, 403, 422, 429, 500, 200)), mutator.body(dice.choice(ERRORS)))]
        if dice.random() < 0.2:
            return [(201, mutator.body(PREDICTION)), (200, json.dumps(PREDICTION).encode())]
        return [(201, CREATED), (200, mutator.body(PREDICTION))]

    provider = ReplicateImages(
        Settings(env={"REPLICATE_API_TOKEN": "x", "REPLICATE_BASE_URL": service.url}),
        sleep=lambda _: None,
        monotonic=lambda: next(ticks),
    )

    assert run(provider, replies, bodies, has_output) > 20
