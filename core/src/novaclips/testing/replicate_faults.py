"""What Replicate was seen to answer, and how its predictions were seen to end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from novaclips.testing.fault import Course, Fault, Target
from novaclips.testing.gateway_faults import PORTAL
from novaclips.testing.messages import EPOCH_AHEAD, Answer, json_answer
from novaclips.testing.openai_faults import html
from novaclips.testing.replicate_dialect import NOT_FOUND, problem

NSFW: Final = "NSFW content detected. Try running it again, or try a different prompt."
SENSITIVE: Final = (
    "The input or output was flagged as sensitive. Please try again with different inputs. (E005) (a1B2c3D4e5)"
)
THROTTLED: Final = "Request was throttled. Your rate limit resets in ~30s."
TOO_MANY: Final = "Too Many Requests"
UNAVAILABLE: Final = problem(503, "Service Unavailable", "The service is temporarily unavailable.")
SERVER_ERROR: Final = problem(500, "Internal Server Error", "An internal error occurred.")


def _faults() -> Iterator[Fault]:
    yield from _orders()
    yield from _courses()
    yield from _questions()


def _orders() -> Iterator[Fault]:
    token = problem(401, "Unauthenticated", "You did not pass a valid authentication token")
    credit = (
        "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to"
        " purchase credit."
    )
    invalid = problem(
        422,
        "Input validation failed",
        "- input.aspect_ratio: aspect_ratio must be one of the following: '1:1', '16:9'\n",
        invalid_fields=[{"type": "enum", "field": "input.aspect_ratio"}],
    )
    yield _create("replicate_bad_token", "401: the token is wrong", token)
    yield _create("replicate_no_credit", "402: no money", problem(402, "Insufficient credit", credit))
    yield _create("replicate_model_not_found", "404: there is no such model", NOT_FOUND)
    yield _create("replicate_invalid_input", "422: the model does not take this input", invalid)
    yield _create("replicate_rate_limit", "429: 30 s, in the text only", problem(429, TOO_MANY, THROTTLED))
    for name, header, value in (
        ("replicate_rate_limit_header", "ratelimit-reset", "7"),
        ("replicate_rate_limit_seconds", "Retry-After", "3"),
    ):
        limited = problem(429, TOO_MANY, "Request was throttled.", headers={header: value})
        yield _create(name, f"429: {header}: {value}", limited)
    yield _create("replicate_server_error", "500: an error of the service", SERVER_ERROR)
    yield _create("replicate_bad_gateway", "502: HTML from a gateway", html(502, "502 Bad Gateway"))
    yield _create("replicate_unavailable", "503: the service is down", UNAVAILABLE)
    blocked = "Your account has been temporarily suspended for violating our acceptable use policy."
    yield _create("replicate_account_block", "403: the account is blocked", problem(403, "Forbidden", blocked))
    epoch = problem(429, TOO_MANY, "Request was throttled.", headers={"Retry-After": EPOCH_AHEAD})
    yield _create("replicate_rate_limit_epoch", "429: Retry-After: a point in time, 5 s ahead", epoch)
    busy = problem(503, "Service Unavailable", "Overloaded.", headers={"Retry-After": "3"})
    yield _create("replicate_unavailable_wait", "503: the service is down, Retry-After: 3", busy)
    portal = Answer(body=PORTAL, content_type="text/html")
    yield _create("replicate_portal", "200: the sign-in page of a network", portal)
    refused = problem(422, "Unprocessable", "Prompt violates the acceptable use policy.")
    yield _create("replicate_policy", "422: the prompt is refused", refused)
    yield _create("error_list", "400: the JSON body is a list", json_answer(["The request is not valid."], 400))


def _courses() -> Iterator[Fault]:
    flagged = "NSFW content detected in image 0\n"
    for name, summary, course in (
        ("failed", "the model fails: CUDA out of memory", Course(status="failed", error="CUDA out of memory")),
        ("nsfw", "the filter of the model drops every picture", Course(status="failed", error=NSFW, logs=flagged)),
        ("sensitive", "the vendor behind the model refuses (E005)", Course(status="failed", error=SENSITIVE)),
        (
            "nsfw_by_seed",
            "the filter drops the picture of an even seed and not that of an odd one",
            Course(status="failed", error=NSFW, passes_odd_seeds=True),
        ),
        ("moderated", "the prompt is refused: moderated", Course(status="failed", error="Prompt was moderated.")),
        (
            "reference",
            "the reference picture is refused",
            Course(status="failed", error="The input image was flagged as sensitive. (E005)"),
        ),
        ("inline", "a success with the picture itself as a data URL, billed", Course(output="inline")),
        ("other_model", "a success that names another model, billed", Course(model="acme/other")),
        ("canceled", "the prediction was canceled", Course(status="canceled")),
        ("aborted", "the prediction was aborted before it began", Course(status="aborted")),
        ("null", "a success without output, billed", Course(output="none")),
        ("empty", "a success with an empty list, billed", Course(output="empty")),
        ("short", "the filter drops the first picture from the list, billed", Course(output="short", logs=flagged)),
        ("expired", "the output was removed after an hour, billed", Course(output="none", data_removed=True)),
        ("endless", "the prediction never ends", Course(ends=False)),
        ("slow", "three more polls, the list grows meanwhile, billed", Course(more_polls=3, partial=True)),
        (
            "processing",
            "the order is answered without output though the client would wait, billed",
            Course(blocks=False),
        ),
        ("no_version", "the answers lack the keys model and version, billed", Course(identified=False)),
    ):
        yield Fault(name=f"prediction_{name}", protocol="replicate", hits="prediction", summary=summary, course=course)


def _questions() -> Iterator[Fault]:
    later = problem(429, TOO_MANY, "Request was throttled.", headers={"Retry-After": "3600"})
    yield _question("poll_server_error", "poll", "500 to a poll", SERVER_ERROR)
    yield _question("poll_bad_gateway", "poll", "502 with HTML to a poll", html(502, "502 Bad Gateway"))
    yield _question("poll_rate_limit", "poll", "429 to a poll, Retry-After: 3600", later)
    yield _question("poll_unavailable", "poll", "503 to a poll", UNAVAILABLE)
    yield _question("poll_dropped", "poll", "no answer to a poll", Answer(delivery="dropped"))
    drip = Answer(delivery="dripping")
    yield _question("poll_dripping", "poll", "a head to a poll, and then a blank now and then, without end", drip)
    yield _question("poll_not_found", "poll", "404 to a poll", NOT_FOUND)
    yield _question("model_missing", "model", "404 to a question after a model", NOT_FOUND)
    yield _question("model_unavailable", "model", "503 to a question after a model", UNAVAILABLE)


def _create(name: str, summary: str, answer: Answer) -> Fault:
    return _question(name, "create", summary, answer)


def _question(name: str, hits: Target, summary: str, answer: Answer) -> Fault:
    return Fault(name=name, protocol="replicate", hits=hits, summary=summary, instead=answer)


FAULTS: Final = tuple(_faults())
