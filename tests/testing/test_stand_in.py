"""The stand-in answers as it is told, draws when it is not, and goes wrong once."""

from __future__ import annotations

import json

import pytest
import requests

from novaclips.plugin import (
    AuthenticationFailed,
    BadImage,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.testing import Recorded, Reply, StandIn
from testing.customer import opened

ORDER = {"prompt": "Маяк в тумане 🌕", "width": 320, "height": 180}


def post(service: StandIn, order: object = ORDER, path: str = "/draw") -> requests.Response:
    return requests.post(service.url + path, json=order, timeout=5)


def test_it_draws_what_a_post_asks_for(stand_in: StandIn) -> None:
    answer = post(stand_in)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert opened(answer.content).size == (320, 180)


def test_equal_orders_get_equal_pictures(stand_in: StandIn) -> None:
    assert post(stand_in).content == post(stand_in).content != post(stand_in, {**ORDER, "prompt": "a river"}).content


@pytest.mark.parametrize(
    "order", [["prompt"], {"width": 320}, {**ORDER, "width": "320"}], ids=["list", "no prompt", "words"]
)
def test_an_order_it_cannot_read_is_refused(stand_in: StandIn, order: object) -> None:
    answer = post(stand_in, order)
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "write a JSON object with prompt, and with width and height in pixels; or give StandIn a reply of your"
        " own, for a service that is asked otherwise"
    }


def test_there_is_nothing_to_get(stand_in: StandIn) -> None:
    answer = requests.get(f"{stand_in.url}/jobs/1", timeout=5)
    assert (answer.status_code, answer.json()) == (404, {"error": "there is nothing at /jobs/1"})


def test_it_keeps_every_request_as_it_came(stand_in: StandIn) -> None:
    requests.post(f"{stand_in.url}/draw?style=ink", json=ORDER, headers={"X-Key": "k"}, timeout=5)
    (request,) = stand_in.requests
    assert (request.method, request.path, request.query, request.body) == ("POST", "/draw", "style=ink", ORDER)
    assert request.headers["x-key"] == "k"


def test_a_reply_of_ones_own_answers_instead() -> None:
    def reply(request: Recorded) -> Reply:
        return Reply.of_json({"path": request.path, "order": request.call}, 201, {"X-Request-Id": "7"})

    with StandIn(reply) as service:
        answer = post(service, path="/jobs")
    assert (answer.status_code, answer.json()) == (201, {"path": "/jobs", "order": 1})
    assert (answer.headers["Content-Type"], answer.headers["X-Request-Id"]) == ("application/json", "7")


def test_answers_for_the_next_requests_are_given_in_turn(stand_in: StandIn) -> None:
    stand_in.answer_next(429, b"later", {"Retry-After": "7"})
    stand_in.answer_next(500, json.dumps({"error": "x"}).encode(), {"Content-Type": "application/json"})
    answers = [post(stand_in) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 500, 200]
    assert (answers[0].headers["Retry-After"], answers[0].text, answers[1].json()) == ("7", "later", {"error": "x"})


def test_a_dropped_request_was_read_and_gets_no_answer(stand_in: StandIn) -> None:
    stand_in.drop_next()
    with pytest.raises(requests.ConnectionError):
        post(stand_in)
    assert [request.body for request in stand_in.requests] == [ORDER]
    assert post(stand_in).ok


@pytest.mark.parametrize(
    ("error", "status"),
    [(AuthenticationFailed, 401), (QuotaExhausted, 402), (RateLimited, 429), (ProviderUnavailable, 503)],
    ids=lambda value: getattr(value, "__name__", str(value)),
)
def test_a_fault_is_the_answer_that_means_its_error(stand_in: StandIn, error: type[ProviderError], status: int) -> None:
    stand_in.faults[error]()
    assert [post(stand_in).status_code, post(stand_in).status_code] == [status, 200]


def test_the_fault_of_an_unknown_outcome_is_a_dropped_request(stand_in: StandIn) -> None:
    stand_in.faults[OutcomeUnknown]()
    with pytest.raises(requests.ConnectionError):
        post(stand_in)


def test_the_fault_of_a_bad_image_is_a_web_page_with_status_200(stand_in: StandIn) -> None:
    stand_in.faults[BadImage]()
    answer = post(stand_in)
    assert (answer.status_code, answer.headers["Content-Type"], answer.text) == (200, "text/html", "<!doctype html>")
