"""What a prediction that is over came to: a picture's URL, or the error that says why there is none."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from novaclips.plugin import JSON, BadImage, ContentRefused, InvalidRequest

from .errors import failure

OVER: Final = frozenset({"succeeded", "failed", "canceled", "aborted"})
FLAGGED: Final = re.compile("NSFW", re.IGNORECASE)
SEED_IN_LOGS: Final = re.compile(r"Using seed: (\d+)")


def picture_url(prediction: Mapping[str, JSON]) -> str:
    """Return the URL of the picture of a prediction that is over; a ProviderError where there is none."""
    status = prediction.get("status")
    if status == "failed":
        raise failure(str(prediction.get("error") or ""))
    if status != "succeeded":
        when = "before it began" if status == "aborted" else "while it was drawing"
        raise InvalidRequest(
            f"the prediction was stopped {when} ({status}), on Replicate's pages or by another program;"
            " the same command draws it anew"
        )
    if prediction.get("data_removed"):
        raise BadImage(
            "the picture was deleted by Replicate, an hour after it was drawn; the same command draws it anew"
        )
    output = prediction.get("output")
    first = output[0] if isinstance(output, list) and output else output
    if isinstance(first, str) and first:
        return first
    # SDXL leaves flagged pictures out of its list and says so in its logs.
    if output == [] or FLAGGED.search(str(prediction.get("logs") or "")):
        raise ContentRefused("the model's safety filter kept the picture back; another seed or other words often pass")
    raise BadImage("the prediction succeeded without a picture; choose a model that draws pictures")


def seed_of(prediction: Mapping[str, JSON]) -> int | None:
    """Return the seed that was used: the one that was sent, else the one that the model chose and logged."""
    sent = (prediction.get("input") or {}).get("seed")
    if isinstance(sent, int):
        return sent
    match = SEED_IN_LOGS.search(str(prediction.get("logs") or ""))
    return int(match[1]) if match else None
