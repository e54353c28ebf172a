"""What was ordered, what was billed, and what was billed twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
import requests

from novaclips.errors import ConfigError
from novaclips.testing import Counts, FaultServer, Limit
from testing.customer import Customer


def test_nothing_is_counted_before_the_first_order(server: FaultServer) -> None:
    assert server.counts == Counts()


def test_an_equal_order_is_billed_twice(server: FaultServer, customer: Customer) -> None:
    for prompt in ("a river", "a lake", "a river", "a river"):
        customer.generate(prompt)
    counts = server.counts
    assert (counts.requests, counts.billed, counts.billed_twice) == (4, 4, 2)
    assert sorted(counts.by_key.values()) == [1, 3]


def test_orders_are_priced_as_the_service_prices_them(server: FaultServer, customer: Customer) -> None:
    usage = customer.generate("a river").json()["usage"]
    text, output = usage["input_tokens_details"]["text_tokens"], usage["output_tokens"]
    once = (5 * Decimal(text) + 30 * Decimal(output)) / 1_000_000
    assert server.counts.usd == once > Decimal("0.001")
    server.fault("no_credit", times=1)
    customer.generate("a river")
    assert server.counts.usd == once
    customer.generate("a river")
    assert server.counts.usd == 2 * once
    server.reset()
    assert server.counts.usd == 0


@pytest.mark.parametrize(
    ("order", "usd"),
    [
        ({"model": "dall-e-3", "size": "1024x1024"}, "0.04"),
        ({"model": "dall-e-3", "size": "1792x1024", "quality": "hd"}, "0.12"),
        ({"model": "dall-e-2", "size": "1024x1024", "n": 2}, "0.04"),
    ],
    ids=["standard", "hd and oblong", "two"],
)
def test_dall_e_is_priced_by_the_picture(server: FaultServer, order: dict[str, object], usd: str) -> None:
    key = {"Authorization": "Bearer rehearsal"}
    body = {"prompt": "a river", **order}
    assert requests.post(f"{server.url}/v1/images/generations", json=body, headers=key, timeout=30).ok
    assert server.counts.usd == Decimal(usd)


def test_an_edit_of_another_picture_is_another_order(server: FaultServer, customer: Customer) -> None:
    one, two = (customer.predict(prefer="wait", seed=seed).json()["output"][0] for seed in (1, 2))
    pictures = [customer.get(url.removeprefix(server.url)).content for url in (one, two, one)]
    server.reset()
    for picture in pictures:
        assert customer.edit(picture).ok
    assert (server.counts.billed, server.counts.billed_twice) == (3, 1)


def test_only_orders_count_as_requests(server: FaultServer, customer: Customer) -> None:
    customer.get("/v1/models")
    customer.poll(customer.predict())
    assert (server.counts.requests, server.counts.billed) == (1, 1)
    assert [(request.method, request.path.rpartition("/")[0], request.call) for request in server.requests] == [
        ("GET", "/v1", 0),
        ("POST", "/v1", 1),
        ("GET", "/v1/predictions", 0),
    ]


def test_a_prediction_is_billed_though_nobody_asks_after_it(server: FaultServer, customer: Customer) -> None:
    customer.predict()
    customer.predict()
    assert (server.counts.billed, server.counts.billed_twice) == (2, 1)


def test_counts_are_right_under_sixteen_threads() -> None:
    with FaultServer(latency=0.01) as server, ThreadPoolExecutor(16) as pool:
        customer = Customer(server.url)
        server.fault("server_error", prompt="bad")
        prompts = [f"{'bad' if number % 4 == 0 else 'good'} {number % 32}" for number in range(64)]
        answers = list(pool.map(customer.generate, prompts))
        counts = server.counts
        requests = server.requests
    assert sum(answer.ok for answer in answers) == counts.billed == 48
    assert (counts.requests, counts.billed_twice, len(counts.by_key)) == (64, 24, 24)
    assert 2 <= counts.most_in_flight <= 16
    assert sorted(request.call for request in requests) == list(range(1, 65))


def test_one_customer_is_never_two_in_flight(server: FaultServer, customer: Customer) -> None:
    for _ in range(20):
        customer.predict()
    assert server.counts.most_in_flight == 1


def test_a_record_holds_headers_and_body(server: FaultServer, customer: Customer) -> None:
    customer.generate("a river", n=1)
    (request,) = server.requests
    assert (request.method, request.path) == ("POST", "/v1/images/generations")
    assert request.headers["authorization"] == request.headers["Authorization"] == "Bearer rehearsal"
    assert request.body == {
        "model": "gpt-image-2", "prompt": "a river", "size": "1024x640", "quality": "low", "n": 1
    }  # fmt: skip


def test_the_key_shows_in_no_record(server: FaultServer, customer: Customer) -> None:
    customer.generate()
    assert "rehearsal" not in repr(server.requests)


def test_a_limit_throttles_each_key_for_itself() -> None:
    now = [0.0]
    with FaultServer(limit=Limit(requests=2, seconds=5.0), clock=lambda: now[0]) as server:
        customer = Customer(server.url)
        now[0] = 0.6
        assert [customer.predict().status_code for _ in range(3)] == [201, 201, 429]
        now[0] = 1.8
        throttled = [customer.predict(), customer.generate()]
        other = customer.post("/v1/predictions", json={}, headers={"Authorization": "Bearer other"})
        now[0] = 5.7
        assert customer.predict().status_code == 201
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in throttled] == [(429, "4")] * 2
    assert throttled[0].json()["detail"] == "Request was throttled. Your rate limit resets in ~4s."
    assert throttled[1].json()["error"]["code"] == "rate_limit_exceeded"
    assert other.status_code == 422


@pytest.mark.parametrize(("requests", "seconds"), [(0, 5.0), (10, 0.0)])
def test_a_limit_lets_something_through(requests: int, seconds: float) -> None:
    with pytest.raises(ConfigError, match="lets nothing through; write 10/5"):
        Limit(requests, seconds)
