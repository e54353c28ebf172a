"""What a creator is told of each error that the service answers: what it is, and what to do."""

from __future__ import annotations

import httpx2
import openai
import pytest

from novaclips.plugin import ProviderError
from novaclips_provider_openai.errors import error_table, vendor_errors

SETTINGS = "https://platform.openai.com/settings/organization"
KEYS = "https://platform.openai.com/api-keys"
# The text, and the answer that it is told for.
TEXTS = {
    "the safety system refused this; reword the scene's prompt, or set the option moderation to low and run with"
    " --retry-refused": (400, {"code": "content_policy_violation"}),
    f"the account has no credit left; top it up at {SETTINGS}/billing/overview": (402, {}),
    f"the organisation's spending limit is reached; raise it at {SETTINGS}/limits": (
        400,
        {"code": "billing_hard_limit_reached"},
    ),
    f"the project's spending limit is reached; raise it at {SETTINGS}/projects": (
        429,
        {"code": "project_spend_limit_exceeded"},
    ),
    f"the account's money or quota is used up; see {SETTINGS}/billing/overview": (429, {"type": "insufficient_quota"}),
    f"the service does not accept the key in OPENAI_API_KEY; copy it anew from {KEYS} (HTTP 401)": (
        401,
        {"code": "invalid_api_key"},
    ),
    f"the service does not accept the key in OPENAI_API_KEY; see {KEYS} (HTTP 401)": (401, {}),
    f"the key in OPENAI_API_KEY may not do this; see what it may at {KEYS}": (403, {}),
    "OpenAI does not serve this country or region; run it from one that it serves": (
        403,
        {"code": "unsupported_country_region_territory"},
    ),
    f"this key may not be used from this IP address; allow the address at {SETTINGS}, or take another key": (
        401,
        {"code": "ip_not_authorized"},
    ),
    f"the organisation must be verified for this model; do it at {SETTINGS}/general (it counts after up to 15 minutes),"
    " or choose another with the option model": (403, {"message": "Your organization must be verified"}),
    f"too many requests for this account; run with fewer --workers, or raise the limit at {SETTINGS}/limits": (429, {}),
    f"there is no such model for this key; choose another with the option model ({SETTINGS}/limits lists yours)": (
        404,
        {"code": "model_not_found"},
    ),
    "there is nothing at this address; check OPENAI_BASE_URL and the option model": (404, {}),
    "the model does not know the option style; leave it out": (400, {"code": "unknown_parameter", "param": "style"}),
    "the service does not take this value of size; change the option size": (
        400,
        {"code": "invalid_value", "param": "size"},
    ),
    "a reference image cannot be used; save it anew as an RGB PNG, JPEG or WebP file of less than 50 MB": (
        400,
        {"code": "invalid_image_file"},
    ),
    "the prompt is too long for this model; shorten the scene's prompt": (400, {"code": "string_above_max_length"}),
    "the request is too large; use fewer or smaller reference images": (413, {}),
    "the service does not take this request; see what it says; the service says: no (HTTP 400)": (
        400,
        {"message": "no"},
    ),
    "a gateway gave up waiting for the answer; perhaps the picture was drawn and billed": (504, {}),
    "the service is in trouble and did not take the request; run again later (see https://status.openai.com)": (
        503,
        {},
    ),
    "the service is in trouble, perhaps after it had taken the request; run again later (see"
    " https://status.openai.com)": (500, {}),
}


@pytest.mark.parametrize("text", TEXTS)
def test_an_answer_is_told_with_what_to_do(text):
    status, body = TEXTS[text]
    response = httpx2.Response(status, request=httpx2.Request("POST", "http://acme.example"))

    table = error_table("api.openai.com", is_openai=True)
    with pytest.raises(ProviderError) as caught, vendor_errors(table, lambda: 0.0, 600):
        raise openai.APIStatusError("", response=response, body=body)

    assert str(caught.value).startswith(text)
