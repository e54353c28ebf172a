"""What OpenAI's image service was seen to answer instead of a picture."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from novaclips.testing.fault import Fault
from novaclips.testing.messages import DATE_AHEAD, NO_HEADERS, Answer
from novaclips.testing.openai_dialect import error

USER, REQUEST = "image_generation_user_error", "invalid_request_error"
QUOTA: Final = (
    "You exceeded your current quota, please check your plan and billing details. For more information on this error,"
    " read the docs: https://platform.openai.com/docs/guides/error-codes/api-errors."
)
SAFETY: Final = (
    "Your request was rejected by the safety system. If you believe this is an error, contact us at help.openai.com"
    " and include the request ID req_0123456789abcdef0123456789abcdef. safety_violations=[sexual]."
)
VERIFY: Final = (
    "Your organization must be verified to use the model `gpt-image-2`. Please go to:"
    " https://platform.openai.com/settings/organization/general and click on Verify Organization. If you just verified,"
    " it can take up to 15 minutes for access to propagate."
)
RATE: Final = (
    "Rate limit reached for gpt-image-2 in organization org-pretended on input-images per min: Limit 5, Used 5"
)
NOT_HEARD: Final = "That model is currently overloaded with other requests. You can retry your request."
GATEWAY: Final = (
    "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>"
)


def _faults() -> Iterator[Fault]:
    yield from _refusals()
    yield from _account()
    yield from _throttling()
    yield from _trouble()


def _refusals() -> Iterator[Fault]:
    blocked = error(400, SAFETY, USER, "moderation_blocked", moderation_details=_moderation("input"))
    late = error(400, SAFETY, USER, "moderation_blocked", moderation_details=_moderation("output"))
    yield _fault("moderation_blocked", "400: the safety system refuses the prompt", blocked)
    yield _changed(
        "moderation_blocked_output", "400: the safety system refuses the picture, billed", lambda _good: late
    )
    yield _fault(
        "content_policy_violation",
        "400: a refusal the way DALL-E and gateways put it",
        error(400, "Your request was rejected as a result of our safety system.", USER, "content_policy_violation"),
    )
    size = "Invalid size '1920x1080'. Width and height must both be divisible by 16."
    yield _fault(
        "bad_size", "400: the size is not one that the model draws", error(400, size, USER, "invalid_value", "size")
    )
    yield _fault(
        "invalid_image_file",
        "400: a reference picture cannot be read",
        error(400, "Invalid image file or mode for image 1, please check your image file.", USER, "invalid_image_file"),
    )
    yield _fault(
        "unknown_parameter",
        "400: the model does not know a parameter",
        error(400, "Unknown parameter: 'response_format'.", REQUEST, "unknown_parameter", "response_format"),
    )


def _account() -> Iterator[Fault]:
    yield _fault(
        "dead_model", "400: a model that was switched off", error(400, "The model 'dall-e-3' does not exist.", USER)
    )
    yield _fault(
        "model_not_found",
        "404: a model that there is not, the way other endpoints put it",
        error(
            404, "The model `gpt-image-9` does not exist or you do not have access to it.", REQUEST, "model_not_found"
        ),
    )
    yield _fault("org_not_verified", "403: the organization must be verified", error(403, VERIFY, REQUEST))
    key = (
        "Incorrect API key provided: rehe***rsal. You can find your API key at"
        " https://platform.openai.com/account/api-keys."
    )
    yield _fault("bad_key", "401: the key is wrong", error(401, key, REQUEST, "invalid_api_key"))
    region = "Country, region, or territory not supported"
    yield _fault(
        "region_not_supported",
        "403: not sold where the request came from",
        error(403, region, "request_forbidden", "unsupported_country_region_territory"),
    )
    address = "Your IP address is not authorized to access this project. Check the project's IP allowlist."
    yield _fault(
        "ip_not_authorized",
        "401: the address is not on the allowlist",
        error(401, address, REQUEST, "ip_not_authorized"),
    )
    for name, code, what in (
        ("no_credit", "credit_balance_exhausted", "the credit is used up"),
        ("org_spend_limit", "organization_spend_limit_exceeded", "the organization's spend limit is reached"),
        ("project_spend_limit", "project_spend_limit_exceeded", "the project's spend limit is reached"),
        ("org_usage_limit", "organization_usage_limit_exceeded", "the organization's usage limit is reached"),
        ("insufficient_quota", "insufficient_quota", "no money, in the older words"),
    ):
        yield _fault(name, f"429: {what}", error(429, QUOTA, "insufficient_quota", code))
    limit = error(400, "Billing hard limit has been reached", REQUEST, "billing_hard_limit_reached")
    yield _fault("billing_hard_limit", "400: the hard limit of the account is reached", limit)


def _throttling() -> Iterator[Fault]:
    for name, how, headers, hint in (
        ("rate_limit_seconds", "Retry-After: 3", {"Retry-After": "3"}, ""),
        ("rate_limit_date", "Retry-After as a date 5 s ahead", {"Retry-After": DATE_AHEAD}, ""),
        ("rate_limit_ms", "retry-after-ms: 350", {"retry-after-ms": "350"}, ""),
        ("rate_limit_long", "Retry-After: 121", {"Retry-After": "121"}, ""),
        ("rate_limit_text", "12 s, in the text only", NO_HEADERS, " Please try again in 12s."),
        ("rate_limit_text_ms", "350 ms, in the text only", NO_HEADERS, " Please try again in 350ms."),
        ("rate_limit_silent", "no word on when to come back", NO_HEADERS, ""),
    ):
        message = f"{RATE}, Requested 1.{hint}"
        limited = error(429, message, "input-images", "rate_limit_exceeded", headers=headers)
        yield _fault(name, f"429: too many requests, {how}", limited)
    slow = error(429, "Please slow down and ramp up gradually.", "rate_limit_error", "slow_down")
    yield _fault("slow_down", "429: the load grew too fast", slow)


def _trouble() -> Iterator[Fault]:
    server = "The server had an error while processing your request. Sorry about that!"
    yield _fault("server_error", "500: an error of the service", error(500, server, "server_error"))
    yield _fault("bad_gateway", "502: HTML from a gateway", html(502, "502 Bad Gateway"))
    overloaded = error(503, NOT_HEARD, "service_unavailable_error", "server_is_overloaded")
    yield _fault("overloaded", "503: the service is overloaded", overloaded)
    yield _fault("gateway_timeout", "504: HTML from a gateway that did not wait", html(504, "504 Gateway Time-out"))
    for name, answer, what in (
        ("server_error_billed", error(500, server, "server_error"), "500: an error of the service, billed"),
        ("bad_gateway_billed", html(502, "502 Bad Gateway"), "502: HTML from a gateway, billed"),
    ):
        yield _changed(name, what, _instead(answer))
    yield _changed("no_data", "200 without data, billed", lambda good: _with_data(good, None))
    yield _changed("empty_data", "200 with an empty list of data, billed", lambda good: _with_data(good, []))


def html(status: int, title: str) -> Answer:
    """Return the error page of a gateway."""
    return Answer(status=status, body=GATEWAY.format(title).encode(), content_type="text/html")


def _fault(name: str, summary: str, answer: Answer) -> Fault:
    return Fault(name=name, protocol="openai", hits="create", summary=summary, instead=answer)


def _changed(name: str, summary: str, change: Callable[[Answer], Answer]) -> Fault:
    return Fault(name=name, protocol="openai", hits="create", summary=summary, change=change)


def _moderation(stage: str) -> Mapping[str, object]:
    return {"moderation_stage": stage, "categories": ["sexual"]}


def _with_data(good: Answer, data: list[object] | None) -> Answer:
    body = json.loads(good.body)
    del body["data"]
    return replace(good, body=json.dumps(body if data is None else {**body, "data": data}).encode())


def _instead(answer: Answer) -> Callable[[Answer], Answer]:
    return lambda _good: answer


FAULTS: Final = tuple(_faults())
