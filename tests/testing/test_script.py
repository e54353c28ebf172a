"""Faults hit the orders they were meant for, as often as they were meant to."""

from __future__ import annotations

import pytest

from novaclips.errors import ConfigError
from novaclips.testing import FaultServer
from testing.customer import Customer


def statuses(customer: Customer, *prompts: str) -> list[int]:
    """Order these at OpenAI, and return how each was answered."""
    return [customer.generate(prompt).status_code for prompt in prompts]


def test_a_fault_without_conditions_hits_every_order(server: FaultServer, customer: Customer) -> None:
    server.fault("server_error")
    assert statuses(customer, "one", "two", "three") == [500, 500, 500]


def test_a_fault_hits_the_prompts_that_contain_its_words(server: FaultServer, customer: Customer) -> None:
    server.fault("moderation_blocked", prompt="river")
    assert statuses(customer, "a wide river", "a lake", "rivers") == [400, 200, 400]


def test_a_fault_hits_the_order_of_its_number(server: FaultServer, customer: Customer) -> None:
    server.fault("server_error", call=3)
    assert statuses(customer, *"abcd") == [200, 200, 500, 200]


def test_a_fault_hits_so_many_times(server: FaultServer, customer: Customer) -> None:
    server.fault("rate_limit_seconds", times=2)
    assert statuses(customer, *"abc") == [429, 429, 200]


def test_conditions_add_up(server: FaultServer, customer: Customer) -> None:
    server.fault("server_error", prompt="river", times=1)
    assert statuses(customer, "a lake", "a river", "a river") == [200, 500, 200]


def test_faults_take_turns_in_the_order_they_were_given(server: FaultServer, customer: Customer) -> None:
    server.fault("rate_limit_seconds", times=1)
    server.fault("server_error", times=1)
    assert statuses(customer, *"abc") == [429, 500, 200]


def test_a_fault_of_one_service_leaves_the_other_alone(server: FaultServer, customer: Customer) -> None:
    server.fault("server_error", times=1)
    assert customer.predict().status_code == 201
    assert customer.generate().status_code == 500


@pytest.mark.parametrize(
    ("name", "answer"), [("poll_server_error", (500, 500)), ("prediction_failed", (200, "failed"))], ids=["poll", "end"]
)
def test_a_prompt_is_known_after_the_order_too(
    server: FaultServer, customer: Customer, name: str, answer: tuple[int, object]
) -> None:
    server.fault(name, prompt="river")
    lake, river = (customer.poll(customer.predict(prompt)) for prompt in ("a lake", "a river"))
    assert lake.json()["status"] == "succeeded"
    assert (river.status_code, river.json()["status"]) == answer


def test_a_number_is_known_after_the_order_too(server: FaultServer, customer: Customer) -> None:
    server.fault("file_expired", call=2)
    assert [customer.download().status_code for _ in range(3)] == [200, 404, 200]


def test_an_unknown_fault_suggests_the_one_that_is_meant(server: FaultServer) -> None:
    with pytest.raises(ConfigError, match=r"unknown fault 'server_eror'; did you mean 'server_error'\?"):
        server.fault("server_eror")


def test_a_fault_of_models_takes_no_prompt(server: FaultServer) -> None:
    with pytest.raises(ConfigError, match="fault 'model_missing' hits a question after a model, which has no prompt"):
        server.fault("model_missing", prompt="river")


@pytest.mark.parametrize("what", ["call", "times"])
def test_nothing_is_counted_from_zero(server: FaultServer, what: str) -> None:
    with pytest.raises(ConfigError, match=f"fault 'hang': {what} is 0; write 1 or more"):
        server.fault("hang", **{what: 0})


def test_a_reset_forgets_faults_counts_and_requests(server: FaultServer, customer: Customer) -> None:
    server.fault("server_error", prompt="river")
    statuses(customer, "a river", "a lake")
    server.reset()
    assert (server.counts.requests, server.counts.billed, server.requests) == (0, 0, [])
    assert statuses(customer, "a river") == [200]
    assert server.requests[0].call == 1
