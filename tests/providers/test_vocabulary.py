"""How services say no, in the words of many: each answer, and the error that it means to every provider."""

from __future__ import annotations

import json
from typing import Any

import pytest

from novaclips.errors import ExitCode
from novaclips.plugin import (
    AccountBlocked,
    Answered,
    AuthenticationFailed,
    BadImage,
    Billed,
    ContentRefused,
    ErrorTable,
    InvalidRequest,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    RefusedAt,
    Retry,
    Said,
    Scope,
)

TABLE = ErrorTable(
    "Acme",
    key="ACME_API_KEY",
    address="ACME_URL",
    keys="https://acme.example/keys",
    billing="https://acme.example/billing",
)
PROMPT, PICTURE, REFERENCE, UNKNOWN = RefusedAt.PROMPT, RefusedAt.PICTURE, RefusedAt.REFERENCE, RefusedAt.UNKNOWN


def meaning(status: int, body: Any = b"", headers: dict[str, str] | None = None, prompt: str = "") -> ProviderError:
    data = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return TABLE.error(Answered(status=status, body=data, headers=headers or {}), prompt=prompt, now=0.0)


AZURE_BLOCK = (
    "Your resource has been temporarily blocked because we detected behavior that may violate our content policy. For"
    " more details on Azure OpenAI service content policy, please visit https://aka.ms/aoaicodeofconduct"
)
REFUSALS: dict[str, tuple[int, Any, RefusedAt]] = {
    "openai, prompt": (
        400,
        {
            "error": {
                "code": "moderation_blocked",
                "message": "rejected",
                "moderation_details": {"moderation_stage": "input", "categories": ["sexual"]},
            }
        },
        PROMPT,
    ),
    "openai, picture": (
        400,
        {"error": {"code": "moderation_blocked", "moderation_details": {"moderation_stage": "output"}}},
        PICTURE,
    ),
    "dall-e": (400, {"error": {"code": "content_policy_violation", "message": "no"}}, UNKNOWN),
    "azure": (
        400,
        {
            "error": {
                "code": "content_filter",
                "message": "The response was filtered due to the prompt triggering Azure OpenAI's content management"
                " policy. Please modify your prompt and retry.",
                "innererror": {
                    "code": "ResponsibleAIPolicyViolation",
                    "content_filter_result": {"hate": {"filtered": True, "severity": "high"}},
                },
            }
        },
        PROMPT,
    ),
    "azure, picture": (
        400,
        {"error": {"code": "contentFilter", "message": "Generated image was filtered by our safety system."}},
        PICTURE,
    ),
    "azure in a flat body": (400, {"code": "ResponsibleAIPolicyViolation"}, UNKNOWN),
    "dashscope": (
        400,
        {"code": "DataInspectionFailed", "message": "Input data may contain inappropriate content.", "request_id": "x"},
        PROMPT,
    ),
    "dashscope, compatible": (400, {"error": {"code": "data_inspection_failed", "message": "no"}}, UNKNOWN),
    "dashscope, picture": (
        400,
        {"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content."},
        PICTURE,
    ),
    "ark": (400, {"error": {"code": "InputTextSensitiveContentDetected", "message": "no"}}, UNKNOWN),
    "gemini, prompt": (200, {"promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}, PROMPT),
    "gemini, other": (200, {"prompt_feedback": {"block_reason": "OTHER"}}, PROMPT),
    "gemini, picture": (200, {"candidates": [{"finishReason": "IMAGE_SAFETY", "content": {}}]}, PICTURE),
    "gemini, recitation": (200, {"candidates": [{"finish_reason": "IMAGE_RECITATION"}]}, PICTURE),
    "gemini through a gateway": (400, {"error": {"message": "finish_reason: IMAGE_SAFETY"}}, PICTURE),
    "litellm": (
        400,
        {
            "error": {
                "message": "litellm.ContentPolicyViolationError: litellm.BadRequestError: OpenAIException - no",
                "type": None,
                "param": None,
                "code": "400",
            }
        },
        UNKNOWN,
    ),
    "litellm, nested": (
        400,
        {"error": {"message": 'OpenAIException - {"error": {"code": "moderation_blocked", "message": "no"}}'}},
        UNKNOWN,
    ),
    "fal, prompt": (
        422,
        {
            "detail": [
                {
                    "loc": ["body", "prompt"],
                    "msg": "The content could not be processed because it was flagged by a content checker.",
                    "type": "content_policy_violation",
                }
            ]
        },
        PROMPT,
    ),
    "fal, reference": (
        422,
        {"detail": [{"loc": ["body", "image_url"], "msg": "flagged by a content checker", "type": "value_error"}]},
        REFERENCE,
    ),
    "bfl, prompt": (200, {"status": "Request Moderated", "result": None}, PROMPT),
    "bfl, picture": (200, {"id": "1", "status": "Content Moderated", "result": None}, PICTURE),
    "stability": (403, {"name": "content_moderation", "errors": ["Your request was flagged by our system"]}, UNKNOWN),
    "stability, blurred": (200, {"artifacts": [{"base64": "iVBORw0K", "finishReason": "CONTENT_FILTERED"}]}, PICTURE),
    "ideogram": (200, {"data": [{"url": None, "is_image_safe": False}]}, UNKNOWN),
    "ideogram, prompt": (422, {"error": "Prompt failed the check due to prohibited content."}, PROMPT),
    "xai": (200, {"data": [{"url": None, "respect_moderation": False}]}, UNKNOWN),
    "google flow": (400, {"error": {"details": [{"reason": "PUBLIC_ERROR_UNSAFE_GENERATION_FACE"}]}}, UNKNOWN),
    "usage policy": (400, {"detail": "The request violates the acceptable use policy."}, UNKNOWN),
    "a gateway's words": (502, {"error": {"message": "upstream: the image was judged unsafe"}}, UNKNOWN),
    "chinese": (400, {"error": {"message": "提示词包含敏感词"}}, UNKNOWN),
    "for legal reasons": (451, "no", UNKNOWN),
    "an error in a 200": (200, {"error": {"code": "content_filter", "message": "no"}}, UNKNOWN),
    "a chat refuses": (
        200,
        {"choices": [{"message": {"refusal": "no", "content": "I'm sorry, I can't create that image."}}]},
        UNKNOWN,
    ),
    "a chat says why": (
        200,
        {"output": [{"type": "message", "content": [{"type": "output_text", "text": "This was judged unsafe."}]}]},
        UNKNOWN,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_a_refusal_whoever_puts_it_into_words(name):
    status, body, stage = REFUSALS[name]

    error = meaning(status, body)

    assert type(error) is ContentRefused
    assert isinstance(error, ContentRefused)
    assert (error.stage, error.exit_code, error.scope) == (stage, ExitCode.REFUSED, Scope.SCENE)
    assert error.billed is (Billed.PERHAPS if stage is PICTURE or "a chat refuses" in name else Billed.NO)


def test_a_refusal_carries_categories_and_the_services_own_words():
    error = meaning(*REFUSALS["openai, prompt"][:2])

    assert isinstance(error, ContentRefused)
    assert (error.categories, error.said) == (("sexual",), "rejected")
    assert str(error) == (
        "Acme refused this; reword the scene's prompt, or take another reference picture; the service says: rejected"
        " (HTTP 400, the prompt was refused: sexual)"
    )
    assert meaning(*REFUSALS["azure"][:2]).categories == ("hate",)  # type: ignore[attr-defined]


def test_a_chat_that_refuses_says_that_it_used_words():
    assert "answered with words instead of a picture; reword the scene's prompt" in str(
        meaning(*REFUSALS["a chat refuses"][:2])
    )


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, {"error": {"code": "Forbidden", "message": AZURE_BLOCK}}),
        (422, {"error": {"code": "content_policy_violation", "message": f'no ({{"error": "{AZURE_BLOCK}"}})'}}),
        (400, {"error": {"message": "Your account was suspended for violating our usage policies"}}),
        (200, {"candidates": [{"finishReason": "PUP_LIMITED_DISABLED"}]}),
        (401, {"error": {"code": "account_deactivated", "message": "no"}}),
    ],
    ids=["azure", "azure behind a gateway", "suspended", "gemini", "deactivated"],
)  # fmt: skip
def test_a_blocked_account_stops_the_run_and_is_no_refusal_of_the_scene(status, body):
    error = meaning(status, body)

    assert type(error) is AccountBlocked
    assert isinstance(error, AccountBlocked)
    assert (error.stage, error.scope, error.exit_code) == (RefusedAt.ACCOUNT, Scope.LANE, ExitCode.ACCOUNT)
    assert error.ends_as == "failed"
    assert "Acme has blocked the account, whatever the prompt; ask its support" in str(error)


@pytest.mark.parametrize("reason", ["NO_IMAGE", "IMAGE_OTHER", "OTHER", "MALFORMED_RESPONSE"])
def test_no_picture_this_time_is_no_refusal_and_asked_for_once_more(reason):
    error = meaning(200, {"candidates": [{"finishReason": reason, "content": None}]})

    assert type(error) is BadImage
    assert (error.retry, error.billed) == (Retry.LAST, Billed.PERHAPS)
    assert "drew no picture this time, and refused nothing; run the command again" in str(error)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (402, ""),
        (429, {"error": {"code": "insufficient_quota", "type": "requests", "message": "wait"}}),
        (429, {"error": {"message": "You exceeded your current quota, please check your plan and billing details."}}),
        (403, {"error": {"code": "insufficient_user_quota", "message": "用户额度不足", "type": "new_api_error"}}),
        (400, {"code": "Arrearage", "message": "Access denied, please make sure your account is in good standing."}),
        (400, {"error": {"message": "Billing hard limit has been reached"}}),
        (400, {"error": {"message": "Your credit balance is too low to access this model."}}),
        (429, {"error": {"message": "Your account balance is insufficient, please recharge."}}),
        (403, {"error": {"message": "The balance of your account is 0"}}),
        (200, {"error": {"code": 402, "message": "Insufficient credits. Add more using https://x.example"}}),
        (400, {"error": {"type": "budget_exceeded", "message": "Budget has been exceeded! Max budget: 1"}}),
        (429, {"error": {"message": "Monthly limit reached, upgrade your plan"}}),
        (500, {"error": {"message": "pre_consume_token_quota_failed"}}),
        (200, {"error": {"message": "余额不足"}}),
        (
            429,
            {
                "error": {
                    "message": "litellm.RateLimitError: RateLimitError: OpenAIException - You exceeded your current"
                    " quota, please check your plan and billing details. No fallback was attempted",
                    "type": "throttling_error",
                    "code": "429",
                }
            },
        ),
        (403, {"detail": "User is locked. Reason: Exhausted balance. Top up your balance: the balance is exhausted."}),
    ],
    ids=str,
)
def test_no_money_stops_the_run_in_all_its_words(status, body):
    error = meaning(status, body)

    assert type(error) is QuotaExhausted
    assert "has no money or no quota left; top it up or raise its limit: https://acme.example/billing" in str(error)


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"error": {"message": "Rate limit reached for images per min: Limit 5. Please try again in 12s."}}, {}, 12),
        (
            {
                "detail": "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per"
                " minute while you have less than $5.0 in credit. Your rate limit resets in ~9s."
            },
            {},
            9,
        ),
        (
            {
                "error": {
                    "code": 429,
                    "status": "RESOURCE_EXHAUSTED",
                    "message": "You exceeded your current quota, please check your plan and billing details.",
                    "details": [
                        {"violations": [{"quotaId": "GenerateRequestsPerMinutePerProjectPerModel"}]},
                        {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "17s"},
                    ],
                }
            },
            {},
            17,
        ),
        (
            {"error": {"message": "Rate limit exceeded. Add a payment method to raise your limit: /account/billing"}},
            {"Retry-After": "20"},
            20,
        ),
        ({"code": "Throttling.RateQuota", "message": "Requests rate limit exceeded"}, {}, None),
        ({"error": {"message": "slow down", "retry_after": 4}}, {}, 4),
        ("", {"Retry-After": "3"}, 3),
    ],
    ids=["openai", "replicate", "gemini", "payment method", "dashscope", "in the body", "nothing"],
)
def test_a_429_that_speaks_of_a_pace_is_patience(body, headers, seconds):
    error = meaning(429, body, headers)

    assert type(error) is RateLimited
    assert error.retry_after == seconds


@pytest.mark.parametrize(
    ("prompt", "message", "error"),
    [
        (
            "a man whose balance is insufficient to cross the rope",
            "Invalid size for prompt 'a man whose balance is insufficient to cross the rope'",
            InvalidRequest,
        ),
        (
            "a debate moderated by a teacher where the content was flagged as wrong",
            "Bad request: a debate moderated by a teacher where the content was flagged as wrong",
            InvalidRequest,
        ),
        ("nsfw", "Bad value 'nsfw'", InvalidRequest),
        ("a river", "Your request was flagged as sensitive: a river", ContentRefused),
        ("a sign that says out of credits", "prompt: A sign that says OUT OF CREDITS. Too wide", InvalidRequest),
        ("", "Request Moderated", ContentRefused),
    ],
    ids=["balance", "moderated", "one word", "refused", "another case", "no prompt"],
)
def test_words_that_an_answer_repeats_of_the_prompt_decide_nothing(prompt, message, error):
    assert type(meaning(400, {"error": {"message": message}}, prompt=prompt)) is error


def test_a_code_goes_before_words_and_before_the_status():
    body = {"error": {"code": "invalid_api_key", "message": "rejected by the safety system, please top up"}}

    assert type(meaning(400, body)) is AuthenticationFailed


@pytest.mark.parametrize(
    ("status", "body", "headers", "error", "says"),
    [
        (
            400,
            {
                "error": {
                    "message": "{'error': '/images/generations: Invalid model name passed in model=x. See the list'}",
                    "code": "400",
                }
            },
            {},
            ModelUnavailable,
            "Acme has no such model for this key; choose another with the option model",
        ),
        (404, {"detail": "Model not found: x"}, {}, ModelUnavailable, "Acme has no such model for this key; choose an"),
        (
            400,
            {"error": {"message": "No connected db.", "type": "no_db_connection", "code": "400"}},
            {},
            AuthenticationFailed,
            "the gateway Acme has no database to look this key up in; put its master key into ACME_API_KEY",
        ),
        (
            500,
            "height and width have to be divisible by 8 but are 65 and 65",
            {},
            InvalidRequest,
            "Acme cannot draw this; change the option that it names",
        ),
        (
            500,
            {"error": "OutOfMemoryError", "errors": "CUDA out of memory"},
            {},
            InvalidRequest,
            "Acme has too little memory for this picture; ask for a smaller one with the option size",
        ),
        (
            403,
            "<!DOCTYPE html><html><head><title>Just a moment...</title></head>",
            {"cf-mitigated": "challenge"},
            ProviderUnavailable,
            "a bot check stands between here and Acme and lets no program through; the key is not to blame",
        ),
        (403, "error code: 1020", {}, ProviderUnavailable, "a bot check stands between here and Acme"),
        (
            403,
            "<html><title>Forbidden by policy of the company</title>",
            {},
            AuthenticationFailed,
            "Acme, or a proxy before it, says that this is not allowed; see https://acme.example/keys, or check",
        ),
        (
            200,
            "<html><head><title>Welcome to Hotel WiFi</title></head>",
            {},
            BadImage,
            "Acme answered with a web page instead of a picture; sign in to this network, or check ACME_URL",
        ),
        (200, {"data": []}, {}, BadImage, "the answer of Acme holds no picture"),
        (302, "", {}, InvalidRequest, "Acme sends elsewhere (HTTP 302); check ACME_URL"),
        (
            401,
            "",
            {},
            AuthenticationFailed,
            "Acme does not accept the key in ACME_API_KEY; copy it anew from https://acme.example/keys",
        ),
        (
            403,
            "",
            {},
            AuthenticationFailed,
            "the key in ACME_API_KEY may not do this at Acme; see https://acme.example/keys",
        ),
        (
            404,
            "",
            {},
            ModelUnavailable,
            "there is nothing at this address of Acme; check ACME_URL and the option model",
        ),
        (
            407,
            "",
            {},
            ProviderUnavailable,
            "the proxy between here and Acme wants a login; write it into HTTPS_PROXY",
        ),
        (413, "", {}, InvalidRequest, "Acme finds the request too large; use fewer or smaller reference images"),
        (
            400,
            {"error": {"message": "Unknown parameter: 'safety_filter'"}},
            {},
            InvalidRequest,
            "Acme does not know a parameter of the request; leave that option out",
        ),
        (422, "bad", {}, InvalidRequest, "Acme does not take this request; change the option that it names"),
        (429, "", {}, RateLimited, "Acme asks for patience; run with fewer --workers, or raise the account's limit"),
        (
            504,
            "",
            {},
            OutcomeUnknown,
            "a gateway gave up waiting for Acme; perhaps the picture was drawn and billed",
        ),
        (511, "", {}, ProviderUnavailable, "this network wants you to sign in before Acme can be reached"),
        (418, "teapot", {}, InvalidRequest, "Acme does not take this request; see what it says; the service says: te"),
    ],
    ids=[
        "no model", "model not found", "no database", "size", "memory", "challenge", "1020", "page", "portal",
        "no picture", "moved", "key", "forbidden", "nothing there", "proxy", "large", "parameter", "form", "patience",
        "lost", "network", "other",
    ],
)  # fmt: skip
def test_an_answer_is_named_for_what_it_is(status, body, headers, error, says):
    raised = meaning(status, body, headers)

    assert type(raised) is error
    assert str(raised).startswith(says)


@pytest.mark.parametrize(
    ("status", "error", "billed"),
    [
        (500, ProviderUnavailable, Billed.PERHAPS),
        (502, ProviderUnavailable, Billed.PERHAPS),
        (522, ProviderUnavailable, Billed.PERHAPS),
        (503, ProviderUnavailable, Billed.NO),
        (529, ProviderUnavailable, Billed.NO),
        (521, ProviderUnavailable, Billed.NO),
        (525, ProviderUnavailable, Billed.NO),
        (504, OutcomeUnknown, Billed.PERHAPS),
        (520, OutcomeUnknown, Billed.PERHAPS),
        (524, OutcomeUnknown, Billed.PERHAPS),
        (429, RateLimited, Billed.NO),
        (408, ProviderUnavailable, Billed.NO),
    ],
)
def test_what_may_have_been_taken_is_perhaps_billed(status, error, billed):
    raised = meaning(status)

    assert (type(raised), raised.billed) == (error, billed)


def test_trouble_says_whether_the_request_was_taken():
    assert str(meaning(500)).startswith("Acme is in trouble; perhaps it had taken the request already; run again later")
    assert str(meaning(503)).startswith("Acme is in trouble and did not take the request; run again later")


@pytest.mark.parametrize("status", [429, 500, 502, 503, 529])
def test_every_answer_that_says_how_long_to_wait_carries_it(status):
    assert meaning(status, "", {"Retry-After": "7"}).retry_after == 7


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("NSFW content detected. Try running it again, or try a different prompt.", ContentRefused),
        ("The input or output was flagged as sensitive. Please try again. (E005)", ContentRefused),
        ("Prompt was moderated", ContentRefused),
        ("This violates the acceptable use policy", ContentRefused),
        ("CUDA out of memory", InvalidRequest),
        ("KeyError: 'width'", InvalidRequest),
    ],
)  # fmt: skip
def test_what_a_job_says_of_its_end_is_read_with_the_same_words(words, error):
    assert type(TABLE.error(Said.of(words))) is error
