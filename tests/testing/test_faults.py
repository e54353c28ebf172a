"""Every fault of the catalogue, over a real socket, does what its summary says."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests
from PIL import Image

from novaclips.testing import FAULTS, FaultServer
from testing.customer import Customer, opened, picture_in

QUOTA = "You exceeded your current quota"
OPENAI_REFUSALS: dict[str, tuple[int, str | None, str | None, str]] = {  # status, type, code, a piece of the message
    "moderation_blocked": (400, "image_generation_user_error", "moderation_blocked", "safety_violations=[sexual]"),
    "content_policy_violation": (400, "image_generation_user_error", "content_policy_violation", "safety system"),
    "bad_size": (400, "image_generation_user_error", "invalid_value", "Invalid size '1920x1080'"),
    "invalid_image_file": (400, "image_generation_user_error", "invalid_image_file", "image 1"),
    "unknown_parameter": (400, "invalid_request_error", "unknown_parameter", "'response_format'"),
    "dead_model": (400, "image_generation_user_error", None, "The model 'dall-e-3' does not exist."),
    "model_not_found": (404, "invalid_request_error", "model_not_found", "does not exist"),
    "org_not_verified": (403, "invalid_request_error", None, "must be verified"),
    "bad_key": (401, "invalid_request_error", "invalid_api_key", "Incorrect API key provided: rehe***rsal."),
    "region_not_supported": (403, "request_forbidden", "unsupported_country_region_territory", "not supported"),
    "ip_not_authorized": (401, "invalid_request_error", "ip_not_authorized", "not authorized"),
    "no_credit": (429, "insufficient_quota", "credit_balance_exhausted", QUOTA),
    "org_spend_limit": (429, "insufficient_quota", "organization_spend_limit_exceeded", QUOTA),
    "project_spend_limit": (429, "insufficient_quota", "project_spend_limit_exceeded", QUOTA),
    "org_usage_limit": (429, "insufficient_quota", "organization_usage_limit_exceeded", QUOTA),
    "insufficient_quota": (429, "insufficient_quota", "insufficient_quota", QUOTA),
    "billing_hard_limit": (400, "invalid_request_error", "billing_hard_limit_reached", "hard limit"),
    "rate_limit_text": (429, "input-images", "rate_limit_exceeded", "Please try again in 12s."),
    "rate_limit_text_ms": (429, "input-images", "rate_limit_exceeded", "Please try again in 350ms."),
    "rate_limit_silent": (429, "input-images", "rate_limit_exceeded", "Requested 1."),
    "slow_down": (429, "rate_limit_error", "slow_down", "slow down"),
    "server_error": (500, "server_error", None, "had an error"),
    "overloaded": (503, "service_unavailable_error", "server_is_overloaded", "overloaded"),
}
OPENAI_HEADERS = {
    "rate_limit_seconds": ("Retry-After", "3"),
    "rate_limit_ms": ("retry-after-ms", "350"),
    "rate_limit_long": ("Retry-After", "121"),
}
GATEWAYS = {"bad_gateway": 502, "gateway_timeout": 504, "replicate_bad_gateway": 502}
REPLICATE_REFUSALS = {  # status, a piece of the detail, headers
    "replicate_bad_token": (401, "valid authentication token", {}),
    "replicate_no_credit": (402, "insufficient credit", {}),
    "replicate_model_not_found": (404, "could not be found", {}),
    "replicate_invalid_input": (422, "input.aspect_ratio", {}),
    "replicate_rate_limit": (429, "Your rate limit resets in ~30s.", {}),
    "replicate_rate_limit_header": (429, "throttled", {"ratelimit-reset": "7"}),
    "replicate_rate_limit_seconds": (429, "throttled", {"Retry-After": "3"}),
    "replicate_server_error": (500, "internal error", {}),
    "replicate_unavailable": (503, "unavailable", {}),
}
COURSES: dict[str, dict[str, Any]] = {
    "prediction_failed": {"status": "failed", "error": "CUDA out of memory", "output": None},
    "prediction_canceled": {"status": "canceled", "output": None, "error": None},
    "prediction_aborted": {"status": "aborted", "output": None, "error": None},
    "prediction_null": {"status": "succeeded", "output": None, "data_removed": False},
    "prediction_empty": {"status": "succeeded", "output": []},
    "prediction_short": {"status": "succeeded", "output": []},
    "prediction_expired": {"status": "succeeded", "output": None, "data_removed": True, "input": {}},
    "prediction_endless": {"status": "processing", "output": None},
}
POLLS = {"poll_server_error": 500, "poll_bad_gateway": 502, "poll_unavailable": 503, "poll_not_found": 404}
MODELS = {"model_missing": 404, "model_unavailable": 503}
DROPPED = {"dropped_before": 0, "dropped_after": 1}  # billed
FILES = {"file_expired": 404, "file_forbidden": 403, "file_server_error": 500}
ORDERS = {
    "/v1/images/generations": {"model": "gpt-image-2", "prompt": "a river", "size": "1024x640"},
    "/v1/predictions": {"version": "black-forest-labs/flux-schnell", "input": {"prompt": "a river"}},
}
# Of gateways and compatible servers: status, a piece of the body, the value of Retry-After.
GATEWAY_REFUSALS: dict[str, tuple[int, str, str | None]] = {
    "azure_content_filter": (400, "ResponsibleAIPolicyViolation", None),
    "azure_account_block": (403, "temporarily blocked", None),
    "data_inspection_failed": (400, "DataInspectionFailed", None),
    "litellm_content_policy": (400, "litellm.ContentPolicyViolationError", None),
    "reference_flagged": (422, "image_url", None),
    "refused_in_200": (200, "content_policy_violation", None),
    "payment_required": (402, "Insufficient credits", None),
    "balance_insufficient": (429, "balance is insufficient", None),
    "user_quota": (403, "insufficient_user_quota", None),
    "arrearage": (400, "Arrearage", None),
    "no_money_in_200": (200, "Insufficient credits", None),
    "rate_limit_zero": (429, "", "0"),
    "rate_limit_past": (429, "", "Sun, 06 Nov 1994 08:49:37 GMT"),
    "rate_limit_far": (429, "", "Fri, 31 Dec 9999 23:59:59 GMT"),
    "rate_limit_digits": (429, "", "9" * 20),
    "rate_limit_day": (429, "", "86400"),
    "rate_limit_negative": (429, "", "-5"),
    "rate_limit_minutes": (429, "in 20 minutes", None),
    "overloaded_wait": (503, "Overloaded", "3"),
    "invalid_model_name": (400, "Invalid model name", None),
    "no_connected_db": (400, "No connected db.", None),
    "bad_size_500": (500, "divisible by 8", None),
    "challenge": (403, "Just a moment", None),
    "portal": (200, "WiFi", None),
    "error_flood": (400, "<" * 200_000, None),
}
GATEWAY_ANSWERS = {  # billed; a piece of the body
    "text_instead": "judged unsafe",
    "image_safety": "IMAGE_SAFETY",
    "no_image": "NO_IMAGE",
    "zero_usage": '"output_tokens": 0',
    "negative_usage": '"output_tokens": -1200000000',
    "absurd_usage": '"output_tokens": 1000000000000000',
    "other_model": '"model": "sd-turbo"',
    "odd_words": '"quality": 7',
    "nonsense": "NaN",
    "base64_unpadded": '{"data": [{"b64_json": "iVBOR',
    "base64_urlsafe": '{"data": [{"b64_json": "iVBOR',
    "base64_wrapped": "\\n",
    "data_url": "data:image/png;charset=utf-8;base64,iVBOR",
    "data_object": '{"data": {"b64_json": "iVBOR',
    "images_list": '{"images": ["iVBOR',
    "artifacts": '{"artifacts": [{"base64": "iVBOR',
    "chat_images": '{"choices": [{"message": {"images": [{"image_url": {"url": "data:image/png;base64,iVBOR',
    "event_stream": "data: [DONE]",
}
REPLICATE_WORDS = {  # status, a piece of the body
    "replicate_account_block": (403, "suspended"),
    "replicate_unavailable_wait": (503, "Overloaded"),
    "replicate_portal": (200, "WiFi"),
    "replicate_policy": (422, "acceptable use policy"),
}
ON_THEIR_OWN = {  # each has its own test below
    "moderation_blocked_output", "rate_limit_date", "no_data", "empty_data", "error_list", "prediction_nsfw",
    "prediction_sensitive", "prediction_slow", "prediction_processing", "prediction_no_version", "poll_rate_limit",
    "poll_dropped", "poll_dripping", "truncated_body", "slow_body", "dripping_body", "hang", "wrong_content_type",
    "not_json", "not_a_picture", "raw_picture", "rate_limit_epoch", "replicate_rate_limit_epoch",
    "prediction_nsfw_by_seed", "prediction_moderated", "prediction_reference", "prediction_inline",
    "prediction_other_model",
    "bad_gateway_billed", "server_error_billed",
    "cut_picture", "bomb", "file_dropped", "file_truncated", "file_slow", "file_wrong_type", "file_redirect_private",
    "file_redirect_foreign", "file_not_a_picture", "file_endless", "file_dripping",
}  # fmt: skip


def test_every_fault_has_a_test() -> None:
    tables = (
        OPENAI_REFUSALS, OPENAI_HEADERS, GATEWAYS, REPLICATE_REFUSALS, COURSES, POLLS, MODELS, DROPPED, FILES,
        GATEWAY_REFUSALS, GATEWAY_ANSWERS, REPLICATE_WORDS,
    )  # fmt: skip
    assert {name for table in tables for name in table} | ON_THEIR_OWN == set(FAULTS)


@pytest.mark.parametrize("name", OPENAI_REFUSALS)
def test_openai_refuses_unbilled(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.generate()
    status, kind, code, words = OPENAI_REFUSALS[name]
    error = answer.json()["error"]
    assert (answer.status_code, error["type"], error["code"]) == (status, kind, code)
    assert words in error["message"]
    assert not {"Retry-After", "retry-after-ms"} & set(answer.headers)
    assert server.counts.billed == 0


def test_a_blocked_prompt_says_at_which_stage(server: FaultServer, customer: Customer) -> None:
    server.fault("moderation_blocked")
    details = customer.generate().json()["error"]["moderation_details"]
    assert details == {"moderation_stage": "input", "categories": ["sexual"]}


@pytest.mark.parametrize(("name", "status"), [("bad_gateway_billed", 502), ("server_error_billed", 500)])
def test_an_error_may_come_after_the_bill(server: FaultServer, customer: Customer, name: str, status: int) -> None:
    server.fault(name)
    assert customer.generate().status_code == status
    assert (server.counts.billed, server.counts.usd > 0) == (1, True)


def test_a_blocked_picture_is_billed(server: FaultServer, customer: Customer) -> None:
    server.fault("moderation_blocked_output")
    answer = customer.generate()
    assert answer.json()["error"]["moderation_details"]["moderation_stage"] == "output"
    assert (answer.status_code, server.counts.billed) == (400, 1)


@pytest.mark.parametrize("name", OPENAI_HEADERS)
def test_openai_throttles_with_a_header(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.generate()
    header, value = OPENAI_HEADERS[name]
    assert (answer.status_code, answer.headers[header]) == (429, value)
    assert "try again" not in answer.text


def test_openai_throttles_with_a_date(server: FaultServer, customer: Customer) -> None:
    server.fault("rate_limit_date")
    date = parsedate_to_datetime(customer.generate().headers["Retry-After"])
    assert 0 < date.timestamp() - time.time() <= 5


@pytest.mark.parametrize("name", GATEWAYS)
def test_a_gateway_answers_with_html(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.predict() if name.startswith("replicate") else customer.generate()
    assert (answer.status_code, answer.headers["Content-Type"]) == (GATEWAYS[name], "text/html")
    assert answer.text.startswith("<html>")


@pytest.mark.parametrize(("name", "data"), [("no_data", ...), ("empty_data", [])], ids=["no", "empty"])
def test_a_paid_answer_lacks_its_data(server: FaultServer, customer: Customer, name: str, data: object) -> None:
    server.fault(name)
    answer = customer.generate()
    assert (answer.status_code, answer.json().get("data", ...), server.counts.billed) == (200, data, 1)


@pytest.mark.parametrize("name", GATEWAY_REFUSALS)
def test_a_gateway_refuses_unbilled(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.generate()
    status, words, wait = GATEWAY_REFUSALS[name]
    assert (answer.status_code, answer.headers.get("Retry-After")) == (status, wait)
    assert words in answer.text
    assert server.counts.billed == 0


@pytest.mark.parametrize("name", GATEWAY_ANSWERS)
def test_a_gateway_answers_oddly_and_bills(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.generate()
    assert answer.status_code == 200
    assert GATEWAY_ANSWERS[name] in answer.text
    assert server.counts.billed == 1


def test_a_body_is_the_picture_itself(server: FaultServer, customer: Customer) -> None:
    server.fault("raw_picture")
    answer = customer.generate()
    assert opened(answer.content).size == (1024, 640)


@pytest.mark.parametrize("name", ["rate_limit_epoch", "replicate_rate_limit_epoch"])
def test_a_service_throttles_with_a_point_in_time(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.generate() if name.startswith("rate") else customer.predict()
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) - time.time() <= 5


@pytest.mark.parametrize("name", REPLICATE_WORDS)
def test_replicate_refuses_in_other_words(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.predict()
    status, words = REPLICATE_WORDS[name]
    assert (answer.status_code, server.counts.billed) == (status, 0)
    assert words in answer.text


@pytest.mark.parametrize("name", REPLICATE_REFUSALS)
def test_replicate_refuses_unbilled(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    answer = customer.predict()
    status, words, headers = REPLICATE_REFUSALS[name]
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert words in answer.json()["detail"]
    found = {header: value for header, value in answer.headers.items() if "after" in header.lower() or "rate" in header}
    assert found == headers
    assert server.counts.billed == 0


def test_an_error_may_be_a_list(server: FaultServer, customer: Customer) -> None:
    server.fault("error_list")
    answer = customer.predict()
    assert (answer.status_code, type(answer.json())) == (400, list)


@pytest.mark.parametrize("name", COURSES)
def test_a_prediction_takes_its_course(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    shown = customer.poll(customer.predict()).json()
    assert shown.items() >= COURSES[name].items()
    assert server.counts.billed == (shown["status"] == "succeeded")


@pytest.mark.parametrize(
    ("name", "words"), [("prediction_nsfw", "NSFW content detected."), ("prediction_sensitive", "(E005)")]
)
def test_a_prediction_is_refused_by_failing(server: FaultServer, customer: Customer, name: str, words: str) -> None:
    server.fault(name)
    shown = customer.predict(prefer="wait").json()
    assert (shown["status"], shown["output"]) == ("failed", None)
    assert words in shown["error"]


@pytest.mark.parametrize(
    ("name", "words"), [("prediction_moderated", "moderated"), ("prediction_reference", "input image was flagged")]
)
def test_a_prediction_is_refused_in_other_words(server: FaultServer, customer: Customer, name: str, words: str) -> None:
    server.fault(name)
    shown = customer.predict(prefer="wait").json()
    assert (shown["status"], server.counts.billed) == ("failed", 0)
    assert words in shown["error"]


@pytest.mark.parametrize(("seed", "status"), [(4, "failed"), (5, "succeeded")])
def test_the_filter_drops_pictures_by_their_seed(
    server: FaultServer, customer: Customer, seed: int, status: str
) -> None:
    server.fault("prediction_nsfw_by_seed")
    assert customer.predict(prefer="wait", seed=seed).json()["status"] == status


def test_a_prediction_holds_its_picture_itself(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_inline")
    (url,) = customer.predict(prefer="wait").json()["output"]
    assert url.startswith("data:image/")


def test_a_prediction_names_another_model(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_other_model")
    assert customer.predict(prefer="wait").json()["model"] == "acme/other"


def test_the_filter_drops_the_first_of_four(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_short")
    shown = customer.predict(prefer="wait", num_outputs=4).json()
    assert len(shown["output"]) == 3
    assert "NSFW content detected in image 0" in shown["logs"]


def test_an_endless_prediction_never_ends(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_endless")
    created = customer.predict()
    assert {customer.poll(created).json()["status"] for _ in range(9)} == {"processing"}


def test_a_slow_prediction_shows_its_pictures_one_by_one(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_slow")
    created = customer.predict(num_outputs=4)
    polls = [customer.poll(created).json() for _ in range(4)]
    assert [poll["status"] for poll in polls] == ["processing"] * 3 + ["succeeded"]
    assert [len(poll["output"]) for poll in polls] == [1, 2, 3, 4]


def test_a_prediction_is_still_processing_though_the_client_would_wait(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_processing")
    created = customer.predict(prefer="wait")
    assert (created.status_code, created.json()["status"], created.json()["output"]) == (201, "processing", None)
    assert customer.poll(created).json()["status"] == "succeeded"


def test_a_prediction_may_not_say_what_it_ran(server: FaultServer, customer: Customer) -> None:
    server.fault("prediction_no_version")
    created = customer.predict()
    for shown in (created.json(), customer.poll(created).json()):
        assert not {"model", "version"} & set(shown)


@pytest.mark.parametrize("name", POLLS)
def test_a_poll_fails_and_the_next_one_does_not(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name, times=1)
    created = customer.predict()
    assert [customer.poll(created).status_code for _ in range(2)] == [POLLS[name], 200]


def test_a_poll_is_throttled_for_an_hour(server: FaultServer, customer: Customer) -> None:
    server.fault("poll_rate_limit")
    answer = customer.poll(customer.predict())
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")


def test_a_poll_is_not_answered(server: FaultServer, customer: Customer) -> None:
    server.fault("poll_dropped")
    created = customer.predict()
    with pytest.raises(requests.ConnectionError):
        customer.poll(created)


def test_the_answer_to_a_poll_drips_and_does_not_end() -> None:
    with FaultServer(slowness=0.001) as server:
        server.fault("poll_dripping")
        customer = Customer(server.url)
        with customer.get("/v1/predictions/" + customer.predict().json()["id"], stream=True) as answer:
            assert (answer.status_code, answer.raw.read(20)) == (200, b" " * 20)


@pytest.mark.parametrize("name", MODELS)
def test_a_question_after_a_model_fails(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    assert customer.get("/v1/models/stability-ai/sdxl").status_code == MODELS[name]
    assert customer.predict().status_code == 201


@pytest.fixture(params=["openai", "replicate"])
def buy(request: pytest.FixtureRequest, customer: Customer):
    """Order the same at either service."""
    return customer.generate if request.param == "openai" else customer.predict


@pytest.mark.parametrize("name", DROPPED)
def test_an_order_is_not_answered(server: FaultServer, buy, name: str) -> None:
    server.fault(name)
    with pytest.raises(requests.ConnectionError):
        buy()
    assert (server.counts.requests, server.counts.billed) == (1, DROPPED[name])


def test_half_of_an_answer_comes(server: FaultServer, buy) -> None:
    server.fault("truncated_body")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        buy()
    assert server.counts.billed == 1


def test_an_answer_hangs_until_the_client_goes(server: FaultServer, customer: Customer, buy) -> None:
    server.fault("hang")
    customer.patience = 0.3
    with pytest.raises(requests.ReadTimeout):
        buy()
    assert server.counts.billed == 1


def test_an_answer_comes_in_pieces() -> None:
    with FaultServer(slowness=0.001) as server:
        server.fault("slow_body")
        assert picture_in(Customer(server.url).generate()).size == (1024, 640)


def test_pieces_come_as_slowly_as_the_server_was_told() -> None:
    with FaultServer(slowness=60) as server:
        server.fault("slow_body")
        customer = Customer(server.url)
        customer.patience = 0.3
        with pytest.raises(requests.ConnectionError, match="Read timed out"):
            customer.generate()


@pytest.mark.parametrize("path", ["/v1/images/generations", "/v1/predictions"], ids=["openai", "replicate"])
def test_an_answer_drips_and_does_not_end(path: str) -> None:
    with FaultServer(slowness=0.001) as server:
        server.fault("dripping_body")
        with Customer(server.url).post(path, json=ORDERS[path], stream=True) as answer:
            assert (answer.ok, answer.raw.read(20)) == (True, b" " * 20)
        assert server.counts.billed == 1


def test_an_answer_drips_as_slowly_as_the_server_was_told() -> None:
    with FaultServer(slowness=60) as server:
        server.fault("dripping_body")
        customer = Customer(server.url)
        customer.patience = 0.3
        with pytest.raises(requests.ConnectionError, match="Read timed out"):
            customer.generate()


def test_an_answer_calls_itself_html_and_is_good(server: FaultServer, buy) -> None:
    server.fault("wrong_content_type")
    answer = buy()
    assert (answer.ok, answer.headers["Content-Type"]) == (True, "text/html")
    assert isinstance(answer.json(), dict)


def test_an_answer_is_a_line_of_text(server: FaultServer, buy) -> None:
    server.fault("not_json")
    answer = buy()
    assert (answer.status_code, answer.text, server.counts.billed) == (200, "upstream request timeout", 1)


def test_a_picture_is_a_page_of_html(server: FaultServer, customer: Customer) -> None:
    server.fault("not_a_picture")
    with pytest.raises(OSError, match="cannot identify"):
        picture_in(customer.generate())


def test_a_picture_ends_in_its_middle(server: FaultServer, customer: Customer) -> None:
    server.fault("cut_picture")
    with pytest.raises(OSError, match="truncated"):
        picture_in(customer.generate())


def test_a_picture_is_a_bomb(server: FaultServer, customer: Customer) -> None:
    server.fault("bomb")
    with pytest.raises(Image.DecompressionBombError, match="3600000000 pixels"):
        picture_in(customer.generate())


def test_the_picture_of_a_prediction_is_spoilt_in_its_file(server: FaultServer, customer: Customer) -> None:
    server.fault("not_a_picture")
    answer = customer.download()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.text.startswith("<!doctype html>")


@pytest.mark.parametrize("name", FILES)
def test_a_download_fails(server: FaultServer, customer: Customer, name: str) -> None:
    server.fault(name)
    assert customer.download().status_code == FILES[name]


def test_the_file_of_dall_e_goes_wrong_as_well(server: FaultServer, customer: Customer) -> None:
    server.fault("file_expired")
    url = customer.generate(model="dall-e-2", size="256x256", quality=...).json()["data"][0]["url"]
    assert requests.get(url, timeout=5).status_code == 404


def test_a_download_is_not_answered(server: FaultServer, customer: Customer) -> None:
    server.fault("file_dropped")
    with pytest.raises(requests.ConnectionError):
        customer.download()


def test_half_of_a_download_comes(server: FaultServer, customer: Customer) -> None:
    server.fault("file_truncated")
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        customer.download()


def test_a_download_comes_in_pieces() -> None:
    with FaultServer(slowness=0.001) as server:
        server.fault("file_slow")
        assert opened(Customer(server.url).download().content).size == (512, 512)


def test_a_download_has_the_wrong_type_and_the_right_bytes(server: FaultServer, customer: Customer) -> None:
    server.fault("file_wrong_type")
    answer = customer.download()
    assert answer.headers["Content-Type"] == "text/html"
    assert opened(answer.content).size == (512, 512)


def test_a_download_leads_to_a_private_address(server: FaultServer, customer: Customer) -> None:
    server.fault("file_redirect_private")
    answer = customer.download(allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, "http://169.254.169.254/")


def test_a_download_leads_to_another_port_that_has_the_file(server: FaultServer, customer: Customer) -> None:
    server.fault("file_redirect_foreign")
    answer = customer.download()
    assert opened(answer.content).size == (512, 512)
    assert not answer.url.startswith(server.url)
    assert server.requests[-1].headers["Host"] in answer.url


def test_a_download_is_a_page_of_html(server: FaultServer, customer: Customer) -> None:
    server.fault("file_not_a_picture")
    assert customer.download().text.startswith("<!doctype html>")


def test_a_download_never_ends(server: FaultServer, customer: Customer) -> None:
    server.fault("file_endless")
    with customer.download(stream=True) as answer:
        assert "Content-Length" not in answer.headers
        assert len(answer.raw.read(5_000_000)) == 5_000_000


def test_a_download_drips_and_does_not_end() -> None:
    with FaultServer(slowness=0.001) as server:
        server.fault("file_dripping")
        with Customer(server.url).download(stream=True) as answer:
            assert (answer.status_code, answer.raw.read(20)) == (200, b" " * 20)
