"""How image services say no: the rows that every table falls back to, from all services that were looked at.

A refusal is a refusal whoever puts it into words; so is an empty account. Codes decide before words, and words before
the status: a 429 may mean "wait" and may mean "no money".

What a status alone says about money: 500, 502, 522 and 527 may have come after the service had begun, so the attempt is
perhaps billed; 504, 520 and 524 say that a gateway gave up waiting for a request that the service has; with 503, 529
and the rest of Cloudflare's 52x it was not taken.
"""

from __future__ import annotations

from typing import Final

from novaclips.errors import (
    AccountBlocked,
    AuthenticationFailed,
    BadImage,
    Billed,
    ContentRefused,
    InvalidRequest,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    RefusedAt,
    Retry,
    Scope,
)
from novaclips.visuals.image_generator.providers.error_table import Row

BLOCKED = "{service} has blocked the account, whatever the prompt; ask its support"
REFUSED = "{service} refused this; reword the scene's prompt, or take another reference picture"
NO_MONEY = "the account at {service} has no money or no quota left; top it up or raise its limit: {billing}"
WRONG_KEY = "{service} does not accept the key in {key}; copy it anew from {keys}"
NO_MODEL = "{service} has no such model for this key; choose another with the option model"
PATIENCE = "{service} asks for patience; run with fewer --workers, or raise the account's limit"
DOWN = "{service} is in trouble and did not take the request; run again later"
PERHAPS = "{service} is in trouble; perhaps it had taken the request already; run again later"
LOST = "a gateway gave up waiting for {service}; perhaps the picture was drawn and billed"
BETWEEN = (
    "a bot check stands between here and {service} and lets no program through; the key is not to blame: try another"
    " network, or name an address without that check in {address}"
)
MEMORY = "{service} has too little memory for this picture; ask for a smaller one with the option size"

# These quote policies, and are about the account: they go before any code.
ACCOUNT: Final = (
    Row(
        error=AccountBlocked,
        stage=RefusedAt.ACCOUNT,
        text=BLOCKED,
        words=(
            r"\b(?:resource|account|organi[sz]ation|deployment|subscription|workspace)\b"
            r"(?: \S{1,30}){0,4}? (?:has been|have been|is|was|are)(?: \S{1,20}){0,2}?"
            r" (?:blocked|suspended|disabled|deactivated|banned|terminated)\b"
        ),
    ),
    Row(
        error=AccountBlocked,
        stage=RefusedAt.ACCOUNT,
        text=BLOCKED,
        code=("finish_reason=ESCALATION", "finish_reason=PUP_LIMITED_DISABLED"),
    ),
    Row(
        error=AccountBlocked,
        stage=RefusedAt.ACCOUNT,
        text=BLOCKED,
        code=("account_deactivated", "account_suspended", "account_blocked"),
    ),
)

_CODES = (
    Row(
        error=ContentRefused,
        text=REFUSED,
        code=(
            # OpenAI, and gateways to it
            "moderation_blocked", "content_policy_violation", "content_policy_violation_error", "content_moderation",
            "ContentPolicyViolationError", "safety_violation", "moderation_error",
            # Azure
            "content_filter", "content_filter_error", "ResponsibleAIPolicyViolation", "filtered=true",
            # DashScope, Ark, Hunyuan
            "data_inspection_failed", "DataInspectionFailed", "InputTextSensitiveContentDetected",
            "SensitiveContentDetected", "RiskyContent",
            # Stability, Ideogram, fal, Google Flow, xAI
            "CONTENT_FILTERED", "content_filtered", "finish_reason=CONTENT_FILTERED", "finish_reason=content_filter",
            "content_checker", "is_image_safe=false", "respect_moderation=false", "PUBLIC_ERROR_UNSAFE_GENERATION",
            "PUBLIC_ERROR_UNSAFE_GENERATION_CONTENT", "PUBLIC_ERROR_UNSAFE_GENERATION_FACE",
            "PUBLIC_ERROR_UNSAFE_GENERATION_IDENTITY",
        ),
    ),
    Row(error=ContentRefused, text=REFUSED, stage=RefusedAt.PROMPT,
        code=("RequestModerated", "InputImageSensitiveContentDetected")),
    Row(error=ContentRefused, text=REFUSED, stage=RefusedAt.PICTURE,
        code=("ContentModerated", "OutputImageSensitiveContentDetected")),
    # Gemini
    Row(
        error=ContentRefused,
        text=REFUSED,
        stage=RefusedAt.PROMPT,
        code=tuple(
            f"block_reason={reason}"
            for reason in ("SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT", "IMAGE_SAFETY", "MODEL_ARMOR")
        ),
    ),
    Row(
        error=ContentRefused,
        text=REFUSED,
        stage=RefusedAt.PICTURE,
        code=(
            *(
                f"finish_reason={reason}"
                for reason in (
                    "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT",
                    "IMAGE_RECITATION", "RECITATION",
                )
            ),
            "IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "PROHIBITED_CONTENT",
        ),
    ),
    Row(
        error=BadImage,
        text="{service} drew no picture this time, and refused nothing; run the command again",
        retry=Retry.LAST,
        code=(
            "finish_reason=NO_IMAGE", "finish_reason=IMAGE_OTHER", "finish_reason=OTHER",
            "finish_reason=MALFORMED_RESPONSE", "NO_IMAGE", "IMAGE_OTHER", "MALFORMED_RESPONSE",
        ),
    ),
    Row(error=RateLimited, text=PATIENCE, code=("per_minute",)),
    Row(
        error=QuotaExhausted,
        text=NO_MONEY,
        code=(
            "insufficient_quota", "insufficient_user_quota", "insufficient_balance", "insufficient_credits",
            "insufficient_credit", "insufficient_funds", "InsufficientBalance", "credit_balance_exhausted",
            "credit_balance_too_low", "credits_exhausted", "organization_spend_limit_exceeded",
            "organization_usage_limit_exceeded", "project_spend_limit_exceeded", "billing_hard_limit_reached",
            "billing_not_active", "billing_error", "quota_exhausted", "Arrearage", "AccountOverdueError",
            "payment_required", "budget_exceeded", "ExceededBudget", "BudgetExceededError",
            "pre_consume_token_quota_failed",
        ),
    ),
    Row(
        error=AuthenticationFailed,
        text="the gateway {service} has no database to look this key up in; put its master key into {key}",
        code=("no_db_connection",),
        silent=True,
    ),
    Row(
        error=AuthenticationFailed,
        text=WRONG_KEY,
        code=(
            "invalid_api_key", "InvalidApiKey", "API_KEY_INVALID", "incorrect_api_key", "invalid_token", "expired_key",
            "token_not_found_in_db", "UNAUTHENTICATED", "api_key_expired", "missing_api_key", "AccessTokenExpired",
        ),
        silent=True,
    ),
    Row(
        error=ProviderUnavailable,
        text=BETWEEN,
        code=("cf-mitigated=challenge",),
        retry=Retry.NO,
        scope=Scope.LANE,
    ),
    Row(
        error=ModelUnavailable,
        text=NO_MODEL,
        code=("model_not_found", "model_not_available", "invalid_model", "ModelNotFound", "model_not_supported"),
    ),
    Row(
        error=RateLimited,
        text=PATIENCE,
        code=("rate_limit_exceeded", "slow_down", "too_many_requests", "Throttling", "ThrottlingException",
              "Throttling.RateQuota", "RESOURCE_EXHAUSTED", "throttled"),
        status=(429, 200, 400, 403, 500, 503),
    ),
    Row(error=ProviderUnavailable, text=DOWN, code=("server_is_overloaded", "overloaded_error", "engine_overloaded")),
)  # fmt: skip

_TYPES = (
    Row(error=ContentRefused, text=REFUSED, type=("content_policy_violation", "content_filter", "moderation_error")),
    Row(error=QuotaExhausted, text=NO_MONEY, type=("insufficient_quota", "budget_exceeded", "billing_error")),
    Row(error=AuthenticationFailed, text=WRONG_KEY, type=("authentication_error", "auth_error"), status=(401, 403),
        silent=True),
    Row(error=RateLimited, text=PATIENCE, type=("requests", "tokens", "input-images", "rate_limit_error")),
    Row(error=ProviderUnavailable, text=DOWN, type=("overloaded_error",)),
)  # fmt: skip


def _any(*words: str) -> str:
    return "|".join(words)


_POLICY = _any("content", "usage", "acceptable[ -]use", "responsible ai", "safety", "community", "prohibited use",
               "content management", "moderation")  # fmt: skip
_LIMIT = r"(?:usage|quota|billing|monthly|daily|plan) limit"
_WORDS = (
    Row(
        error=InvalidRequest,
        text="{service} does not know a parameter of the request; leave that option out",
        words=_any(
            r"\b(?:unknown|unsupported|unrecogni[sz]ed|unexpected) (?:request )?"
            r"(?:parameter|argument|field|option|property|keyword)",
            r"\bextra (?:inputs|fields) (?:are )?not permitted",
        ),
        status=(400, 422, 500, 200),
    ),
    Row(
        error=ProviderUnavailable,
        text=BETWEEN,
        words=_any(
            r"\bjust a moment\b",
            r"attention required!? \| cloudflare",
            r"checking (?:if the site connection|your browser)",
            r"enable javascript and cookies",
            r"\berror code: 10(?:06|07|08|09|10|15|20)\b",
        ),
        status=(403, 429, 503, 200),
        retry=Retry.NO,
        scope=Scope.LANE,
    ),
    # Of an account that may send only so much a minute some services say that its quota is exceeded.
    Row(error=RateLimited, text=PATIENCE, words=r"PerMinute|\bper[ -]minute\b.{0,80}\bretry in\b", status=(429,)),
    Row(
        error=QuotaExhausted,
        text=NO_MONEY,
        words=_any(
            r"\binsufficient[ _](?:account |user |api )?(?:balance|credits?|funds?|quota)\b",
            r"\b(?:balance|credits?|funds?|quota)(?: \S{1,20}){0,3}? (?:is|are|has been|have been|was|were)"
            r"(?: currently| now)? (?:insufficient|not enough|exhausted|depleted|used up|too low|negative|0\b)",
            r"\b(?:not enough|ran out of|run out of|out of|no more) (?:account )?(?:balance|credits?|funds?)\b",
            r"\bno (?:credits?|funds?|balance) (?:left|remaining|available)\b",
            r"\bexceeded your current quota\b",
            r"\bbilling hard limit\b",
            r"\barrearage\b",
            r"\bin arrears\b",
            r"\boverdue (?:payment|bill)",
            r"\bpayment (?:is )?required\b",
            r"\bbudget has been exceeded\b",
            r"\bspend(?:ing)? limit (?:\S{1,20} ){0,3}?(?:reached|exceeded)\b",
            r"余额不足|额度不足|额度已用尽|配额不足|欠费",
        ),
    ),
    Row(
        error=RateLimited,
        text=PATIENCE,
        words=_any(
            r"\brate[- ]?limit",
            r"\bthrottl",
            r"\btoo many (?:concurrent )?requests\b",
            r"\bper[ -]?(?:second|minute|min)\b",
            r"限流|请求过于频繁",
        ),
        status=(429, 200, 503),
    ),
    Row(
        error=QuotaExhausted,
        text=NO_MONEY,
        words=_any(
            rf"\b{_LIMIT}\b.{{0,40}}\b(?:reached|exceeded|hit)\b",
            rf"\b(?:reached|exceeded|hit)\b.{{0,30}}\b{_LIMIT}\b",
            r"\b(?:please|to) (?:top[ -]?up|recharge)\b",
            r"\b(?:purchase|buy|add) (?:more )?credits?\b",
        ),
        status=(400, 402, 403, 429, 200),
    ),
    Row(
        error=ContentRefused,
        text=REFUSED,
        words=_any(
            r"\bsafety (?:system|filters?|checker|violations?)\b",
            r"\bcontent (?:filter|checker|moderation)\b",
            rf"\b(?:{_POLICY}) (?:policy|policies|guidelines)\b",
            r"\bviolat\w{1,5} (?:\S{1,20} ){0,4}?(?:policy|policies|guidelines|terms)\b",
            r"\bnsfw\b",
            r"\bE005\b",
            r"\b(?:was|were|been|is|are|as|and) flagged\b",
            r"\bflagged (?:as|by|for)\b",
            r"\b(?:request|content|prompt|images?|output|input) (?:was |were |has been |is )?moderated\b",
            r"\b(?:inappropriate|prohibited|disallowed|unsafe|sensitive|harmful|explicit|sexual)"
            r" (?:content|material|words?|images?|prompts?)\b",
            r"\b(?:judged|deemed|considered|classified as|found) (?:to be )?unsafe\b",
            r"\b(?:blocked|rejected|refused|stopped) by (?:\S{1,20} ){0,3}?(?:safety|moderation|filter)",
            r"\bdata inspection\b",
            r"敏感词|敏感内容|违规|内容安全|不合规",
        ),
        status=(0, 200, 400, 403, 406, 409, 412, 422, 451, 500, 502, 503),
    ),
    # A model that talks instead of drawing.
    Row(
        error=ContentRefused,
        text="{service} answered with words instead of a picture; reword the scene's prompt",
        words=(
            r"\b(?:can(?:no|['\u2019])?t|can not|won['\u2019]?t|unable to|not able to|must decline to|not allowed to)"
            r"(?: \S{1,20})?"
            r" (?:create|generate|draw|produce|make|fulfil?l?|comply|assist|help|depict|continue)\b"
        ),
        status=(200,),
        billed=Billed.PERHAPS,
    ),
    Row(
        error=ModelUnavailable,
        text=NO_MODEL,
        words=_any(
            r"\bmodel\b[^.]{0,80} (?:does not exist|not found|is not supported|is not available|not exist)\b",
            r"\b(?:invalid model|unknown model|no such model)\b",
            r"\bno (?:healthy )?deployments? (?:available|found)\b",
        ),
        status=(400, 404, 422, 500, 200),
    ),
    Row(
        error=AuthenticationFailed,
        text="the gateway {service} has no database to look this key up in; put its master key into {key}",
        words=r"\bno connected db\b",
        silent=True,
    ),
    Row(
        error=AuthenticationFailed,
        text=WRONG_KEY,
        words=_any(
            r"\b(?:invalid|incorrect|wrong|expired|missing) (?:api[ -]?key|access token|credentials)\b",
            r"\bapi[ -]?key (?:is )?(?:not valid|invalid|expired|missing)\b",
        ),
        status=(400, 401, 403, 200),
        silent=True,
    ),
    Row(error=InvalidRequest, text=MEMORY, words=r"\bout ?of ?memory\b", status=(0, 200, 400, 500, 503)),
    # Local servers answer 500 to a size or a number that they cannot take.
    Row(
        error=InvalidRequest,
        text="{service} cannot draw this; change the option that it names",
        words=_any(
            r"\b(?:height|width|size|dimensions?)\b[^.]{0,60}"
            r"\b(?:divisible|multiples?|invalid|must|too (?:large|small|big))\b",
            r"\binvalid (?:size|width|height|resolution|value)\b",
            r"\bsizes of tensors must match\b",
            r"\bvalidation error\b",
        ),
        status=(500,),
    ),
)

_STATUS = (
    Row(
        error=BadImage,
        text="{service} answered with a web page instead of a picture; sign in to this network, or check {address}",
        status=range(200, 300),
        page=True,
    ),
    Row(
        error=AuthenticationFailed,
        text="{service}, or a proxy before it, says that this is not allowed; see {keys}, or check {address}",
        status=(403,),
        page=True,
    ),
    Row(error=BadImage, text="the answer of {service} holds no picture", status=range(200, 300), billed=Billed.PERHAPS),
    Row(error=InvalidRequest, text="{service} sends elsewhere (HTTP {status}); check {address}", status=range(300, 400),
        scope=Scope.LANE),
    Row(error=AuthenticationFailed, text=WRONG_KEY, status=(401,), silent=True),
    Row(error=QuotaExhausted, text=NO_MONEY, status=(402,)),
    Row(error=AuthenticationFailed, text="the key in {key} may not do this at {service}; see {keys}", status=(403,)),
    Row(error=ModelUnavailable, text="there is nothing at this address of {service}; check {address} and the option"
        " model", status=(404, 410)),
    Row(error=ProviderUnavailable, text="the proxy between here and {service} wants a login; write it into HTTPS_PROXY",
        status=(407,), retry=Retry.NO, scope=Scope.LANE),
    Row(error=ProviderUnavailable, text=DOWN, status=(408, 409, 425)),
    Row(error=InvalidRequest, text="{service} finds the request too large; use fewer or smaller reference images",
        status=(413,)),
    Row(error=InvalidRequest, text="{service} does not take this request; change the option that it names",
        status=(422,)),
    Row(error=RateLimited, text=PATIENCE, status=(429,)),
    Row(error=ContentRefused, text=REFUSED, status=(451,)),
    Row(error=ProviderUnavailable, text="this network wants you to sign in before {service} can be reached",
        status=(511,), retry=Retry.NO, scope=Scope.LANE),
    Row(error=OutcomeUnknown, text=LOST, status=(504, 520, 524, 598, 599)),
    Row(error=ProviderUnavailable, text=PERHAPS, status=(500, 502, 522, 527), billed=Billed.PERHAPS),
    Row(error=ProviderUnavailable, text=DOWN, status=range(500, 600)),
    Row(error=InvalidRequest, text="{service} does not take this request; see what it says"),
)  # fmt: skip

SHARED: Final = (*_CODES, *_TYPES, *_WORDS, *_STATUS)
