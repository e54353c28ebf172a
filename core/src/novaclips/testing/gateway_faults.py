"""What servers that speak OpenAI's protocol, and gateways before them, were seen to answer in words of their own."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final

from novaclips.testing.fault import Fault
from novaclips.testing.messages import EPOCH_AHEAD, Answer, json_answer
from novaclips.testing.openai_dialect import error

AZURE_BLOCK: Final = (
    "Your resource has been temporarily blocked because we detected behavior that may violate our content policy. For"
    " more details on Azure OpenAI service content policy, please visit https://aka.ms/aoaicodeofconduct"
)
AZURE_FILTER: Final = (
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy. Please modify"
    " your prompt and retry."
)
LITELLM: Final = "litellm.{0}: litellm.BadRequestError: OpenAIException - {1}"
PORTAL: Final = (
    b"<!doctype html><html><head><title>Welcome to our WiFi</title></head><body>Please sign in.</body></html>"
)
CHALLENGE: Final = (
    b"<!DOCTYPE html><html><head><title>Just a moment...</title></head><body>Enable JavaScript</body></html>"
)
FLOOD: Final = 200_000  # characters of an error that says nothing
PATIENCE: Final = "Too many requests."

Change = Callable[[dict[str, Any]], Any]


def _faults() -> Iterator[Fault]:
    yield from _refusals()
    yield from _money()
    yield from _waits()
    yield from _gateways()
    yield from _words()
    yield from _places()


def _refusals() -> Iterator[Fault]:
    filtered = {"code": "ResponsibleAIPolicyViolation", "content_filter_result": {"hate": {"filtered": True}}}
    azure = error(400, AZURE_FILTER, "", "content_filter", "prompt", innererror=filtered)
    yield _fault("azure_content_filter", "400: Azure's filter refuses the prompt", azure)
    yield _fault(
        "azure_account_block",
        "403: Azure has blocked the account, whatever the prompt",
        json_answer({"error": {"code": "Forbidden", "message": AZURE_BLOCK}}, 403),
    )
    inspected = {"code": "DataInspectionFailed", "message": "Input data may contain inappropriate content."}
    yield _fault("data_inspection_failed", "400: DashScope refuses the prompt", json_answer(inspected, 400))
    policy = LITELLM.format("ContentPolicyViolationError", "Your request was rejected.")
    litellm = error(400, policy, "None", "400", "None")
    yield _fault("litellm_content_policy", "400: a refusal, inside the words of the LiteLLM proxy", litellm)
    detail = [{"loc": ["body", "image_url"], "msg": "flagged by a content checker", "type": "content_policy_violation"}]
    yield _fault("reference_flagged", "422: the reference picture is refused", json_answer({"detail": detail}, 422))
    yield _fault(
        "refused_in_200",
        "200 with an error that is a refusal",
        json_answer({"error": {"code": "content_policy_violation", "message": "Your request was rejected."}}),
    )
    told = {"role": "assistant", "content": "I'm sorry, but I can't create that image: it was judged unsafe."}
    yield _changed(
        "text_instead", "200 with words instead of a picture, billed", lambda _: {"choices": [{"message": told}]}
    )
    yield _changed(
        "image_safety",
        "200 without a picture: Gemini refuses the one that it drew, billed",
        lambda _: {"candidates": [{"content": {}, "finishReason": "IMAGE_SAFETY"}]},
    )
    yield _changed(
        "no_image",
        "200 without a picture, and no refusal: Gemini drew none, billed",
        lambda _: {"candidates": [{"content": {}, "finishReason": "NO_IMAGE"}]},
    )


def _money() -> Iterator[Fault]:
    yield _fault(
        "payment_required",
        "402: no money",
        json_answer({"error": {"code": 402, "message": "Insufficient credits"}}, 402),
    )
    balance = error(429, "Your account balance is insufficient, please recharge.", "api_error")
    yield _fault("balance_insufficient", "429: no money, in words alone", balance)
    quota = error(403, "user quota is not enough", "new_api_error", "insufficient_user_quota")
    yield _fault("user_quota", "403: no money, the way resellers put it", quota)
    arrears = {"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."}
    yield _fault("arrearage", "400: no money, the way DashScope puts it", json_answer(arrears, 400))
    broke = {"error": {"code": 402, "message": "Insufficient credits"}}
    yield _fault("no_money_in_200", "200 with an error that says: no money", json_answer(broke))


def _waits() -> Iterator[Fault]:
    for name, how, value in (
        ("epoch", "a point in time, 5 s ahead", EPOCH_AHEAD),
        ("zero", "0", "0"),
        ("past", "a date of 1994", "Sun, 06 Nov 1994 08:49:37 GMT"),
        ("far", "a date in the year 9999", "Fri, 31 Dec 9999 23:59:59 GMT"),
        ("digits", "20 digits", "9" * 20),
        ("day", "a day", "86400"),
        ("negative", "-5", "-5"),
    ):
        limited = error(429, PATIENCE, "requests", "rate_limit_exceeded", headers={"Retry-After": value})
        yield _fault(f"rate_limit_{name}", f"429: too many requests, Retry-After: {how}", limited)
    minutes = error(429, f"{PATIENCE} Please try again in 20 minutes.", "requests", "rate_limit_exceeded")
    yield _fault("rate_limit_minutes", "429: too many requests, 20 minutes, in the text only", minutes)
    busy = error(503, "Overloaded.", "service_unavailable_error", headers={"Retry-After": "3"})
    yield _fault("overloaded_wait", "503: the service is overloaded, Retry-After: 3", busy)


def _gateways() -> Iterator[Fault]:
    unknown = "{'error': '/images/generations: Invalid model name passed in model=gpt-image-2.'}"
    yield _fault("invalid_model_name", "400: the LiteLLM proxy has no such model", error(400, unknown, "None", "400"))
    database = error(400, "No connected db.", "no_db_connection", "400")
    yield _fault("no_connected_db", "400: the LiteLLM proxy cannot look the key up", database)
    size = b"height and width have to be divisible by 8 but are 65 and 65."
    yield _fault(
        "bad_size_500", "500: xinference cannot draw the size", Answer(status=500, body=size, content_type="text/plain")
    )
    challenge = Answer(status=403, body=CHALLENGE, content_type="text/html", headers={"cf-mitigated": "challenge"})
    yield _fault("challenge", "403: Cloudflare wants to see a browser", challenge)
    yield _fault("portal", "200: the sign-in page of a network", Answer(body=PORTAL, content_type="text/html"))
    flood = Answer(status=400, body=b"<" * FLOOD, content_type="text/plain")
    yield _fault("error_flood", f"400: an error of {FLOOD:,} characters", flood)


def _words() -> Iterator[Fault]:
    """Yield what may be wrong beside a good picture."""
    zero = {"input_tokens": 0, "input_tokens_details": {"text_tokens": 0, "image_tokens": 0}, "output_tokens": 0}
    yield _changed("zero_usage", "a good picture, usage all zero, billed", lambda good: {**good, "usage": zero})
    minus = {"output_tokens": -1_200_000_000, "input_tokens_details": {"text_tokens": 10}}
    yield _changed("negative_usage", "a good picture, usage below zero, billed", lambda good: {**good, "usage": minus})
    absurd = {"output_tokens": 10**15, "input_tokens_details": {"text_tokens": 10}}
    yield _changed("absurd_usage", "a good picture, usage beyond sense, billed", lambda good: {**good, "usage": absurd})
    yield _changed(
        "other_model", "a good picture, said to be of another model, billed", lambda good: {**good, "model": "sd-turbo"}
    )
    odd = {"usage": {"output_tokens": "many"}, "size": {"x": 1}, "quality": 7, "output_format": ["png"], "model": None}
    yield _changed(
        "odd_words", "a good picture, all that is said of it has other types, billed", lambda good: {**good, **odd}
    )
    yield _raw(
        "nonsense",
        "a good picture beside NaN, 5,000 digits and half a character, billed",
        lambda good: b'{"n":NaN,"m":%s,"revised_prompt":"\\ud83e",' % (b"9" * 5000) + good.body.lstrip(b"{"),
    )


def _places() -> Iterator[Fault]:
    """Yield other places of a good picture, and other ways to write it down."""
    yield _raw("raw_picture", "the picture's bytes as the body, billed", lambda good: base64.b64decode(_text(good)))
    for name, what, write in (
        ("base64_unpadded", "base64 without padding", lambda text: text.rstrip("=")),
        ("base64_urlsafe", "base64 of the URL-safe alphabet", lambda text: text.replace("+", "-").replace("/", "_")),
        (
            "base64_wrapped",
            "base64 in lines",
            lambda text: "\n".join(text[at : at + 76] for at in range(0, len(text), 76)),
        ),
        ("data_url", "a data URL", lambda text: f"data:image/png;charset=utf-8;base64,{text}"),
    ):
        yield _picture(name, what, _as_b64_json(write))
    yield _picture("data_object", "in one object instead of a list", lambda text: {"data": {"b64_json": text}})
    yield _picture("images_list", "in a list of images", lambda text: {"images": [text]})
    yield _picture(
        "artifacts", "among artifacts", lambda text: {"artifacts": [{"base64": text, "finishReason": "SUCCESS"}]}
    )
    yield _picture(
        "chat_images",
        "in the message of a chat",
        lambda text: {"choices": [{"message": {"images": [{"image_url": {"url": f"data:image/png;base64,{text}"}}]}}]},
    )
    yield _raw(
        "event_stream",
        "the picture in the last of some events, billed",
        lambda good: b'data: {"type": "working"}\n\ndata: ' + good.body + b"\n\ndata: [DONE]\n\n",
    )


def _as_b64_json(write: Callable[[str], str]) -> Callable[[str], Any]:
    return lambda text: {"data": [{"b64_json": write(text)}]}


def _fault(name: str, summary: str, answer: Answer) -> Fault:
    return Fault(name=name, protocol="openai", hits="create", summary=summary, instead=answer)


def _raw(name: str, summary: str, change: Callable[[Answer], bytes]) -> Fault:
    return Fault(
        name=name,
        protocol="openai",
        hits="create",
        summary=summary,
        change=lambda good: replace(good, body=change(good)),
    )


def _changed(name: str, summary: str, change: Change) -> Fault:
    return _raw(name, summary, lambda good: json.dumps(change(json.loads(good.body))).encode())


def _picture(name: str, what: str, change: Callable[[str], Any]) -> Fault:
    return _raw(name, f"a good picture, {what}, billed", lambda good: json.dumps(change(_text(good))).encode())


def _text(good: Answer) -> str:
    """Return the picture of a good answer as base64; one that is behind an address has none."""
    return str(json.loads(good.body)["data"][0].get("b64_json", ""))


FAULTS: Final = tuple(_faults())
