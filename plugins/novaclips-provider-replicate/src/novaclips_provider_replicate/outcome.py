"""What a prediction that is over came to: a picture, or the error that says why there is none."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Final

from novaclips.plugin import (
    JSON,
    BadImage,
    Billed,
    ContentRefused,
    Found,
    InvalidRequest,
    RefusedAt,
    find_picture,
)

from .errors import failure

OVER: Final = frozenset({"succeeded", "failed", "canceled", "aborted"})
UNDER_WAY: Final = frozenset({"starting", "processing"})
FLAGGED: Final = re.compile("NSFW", re.IGNORECASE)
SEED_IN_LOGS: Final = re.compile(r"Using seed: (\d{1,20})(?!\d)", re.ASCII)


def is_over(prediction: Mapping[str, JSON]) -> bool:
    """Say whether nothing more will come of a prediction; one of unknown status is over when its output is there."""
    status = prediction.get("status")
    if isinstance(status, str) and status in OVER | UNDER_WAY:
        return status in OVER
    return bool(prediction.get("output"))


def picture_of(prediction: Mapping[str, JSON]) -> Found:
    """Return the picture of a prediction that is over, or where it is; a ProviderError where there is none."""
    status = prediction.get("status")
    if status == "failed":
        raise failure(_text(prediction.get("error")), prompt=_text(mapping(prediction.get("input")).get("prompt")))
    if status in ("canceled", "aborted"):
        when = "before it began" if status == "aborted" else "while it was drawing"
        raise InvalidRequest(
            f"the prediction was stopped {when} ({status}), on Replicate's pages or by another program;"
            " the same command draws it anew",
            billed=Billed.NO if status == "aborted" else Billed.PERHAPS,
        )
    output = prediction.get("output")
    found = find_picture(json.dumps({"output": output}).encode())
    if found.data is not None or found.url:
        return found
    if prediction.get("data_removed"):
        raise BadImage(
            "the picture was deleted by Replicate, an hour after it was drawn; the same command draws it anew"
        )
    # SDXL leaves flagged pictures out of its list and says so in its logs.
    if output == [] or FLAGGED.search(_text(prediction.get("logs"))):
        raise ContentRefused(
            "the model's safety filter kept the picture back; another seed or other words often pass",
            stage=RefusedAt.PICTURE,
            billed=Billed.PERHAPS,
        )
    raise BadImage("the prediction succeeded without a picture; choose a model that draws pictures")


def seed_of(prediction: Mapping[str, JSON]) -> int | None:
    """Return the seed that was used: the one that was sent, else the one that the model chose and logged."""
    sent = mapping(prediction.get("input")).get("seed")
    if type(sent) is int:
        return sent
    match = SEED_IN_LOGS.search(_text(prediction.get("logs")))
    return int(match[1]) if match else None


def mapping(value: JSON) -> Mapping[str, JSON]:
    """Return a part of an answer that should be a mapping; empty where it is none."""
    return value if isinstance(value, Mapping) else {}


def _text(value: JSON) -> str:
    return value if isinstance(value, str) else "" if value is None else json.dumps(value)
