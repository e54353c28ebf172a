"""What goes wrong with an order, and the error that it becomes."""

from __future__ import annotations

import json
import socket

import pytest
import requests

from novaclips.plugin import (
    AuthenticationFailed,
    InvalidRequest,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips_provider_sdwebui.errors import ending, error_table

LOGIN = "me:pässword"


def problem(error: str, errors: str) -> bytes:
    return json.dumps({"error": error, "detail": "", "body": "", "errors": errors}).encode()


@pytest.mark.parametrize(
    ("status", "body", "error", "says"),
    [
        (401, b'{"detail": "Incorrect username or password"}', AuthenticationFailed, "Incorrect username or password"),
        (403, b"", AuthenticationFailed, "no reason given; set SDWEBUI_AUTH to the user:password"),
        (402, b"top up", QuotaExhausted, "wants to be paid first: top up"),
        (404, b'{"detail": "Not Found"}', InvalidRequest, "start the web UI with --api, and check SDWEBUI_URL"),
        (404, b'{"detail": "Sampler not found"}', InvalidRequest, "Sampler not found; check the options sampler_name"),
        (
            422,
            b'{"detail": [{"loc": ["body", "steps"], "msg": "value is not a valid integer"}, "more"]}',
            InvalidRequest,
            "does not take this order: steps: value is not a valid integer; more; change that option",
        ),
        (429, b"slow down", RateLimited, "asks for patience: slow down"),
        (500, problem("OutOfMemoryError", "CUDA error"), InvalidRequest, "set the option megapixels lower"),
        (500, problem("NansException", "A tensor with NaNs"), InvalidRequest, "NansException: A tensor with NaNs; its"),
        (502, b"<html><h1>Bad\nGateway</h1></html>", ProviderUnavailable, "(HTTP 502): Bad Gateway"),
        (504, b"", OutcomeUnknown, "a gateway gave up waiting for"),
        (302, b"", InvalidRequest, "sends elsewhere (HTTP 302); check SDWEBUI_URL"),
        (418, b"teapot", InvalidRequest, "does not take this order (HTTP 418): teapot"),
    ],
    ids=["login", "forbidden", "money", "no api", "sampler", "form", "patience", "memory", "nan", "gateway", "gave up",
         "redirect", "other"],
)  # fmt: skip
def test_an_answer_becomes_the_error_that_it_means(  # noqa: PLR0917 - three fixtures, a table of four columns
    provider, ask, webui, status, body, error, says
):
    webui.answer_next(status, body)

    with pytest.raises(ProviderError) as caught:
        provider.generate(ask())

    assert type(caught.value) is error
    assert says in str(caught.value)
    assert webui.url.removeprefix("http://") in str(caught.value)


def test_patience_has_the_length_that_was_asked_for(provider, ask, webui):
    webui.answer_next(429, b"", {"Retry-After": "12"})

    with pytest.raises(RateLimited) as caught:
        provider.generate(ask())

    assert caught.value.retry_after == 12


def test_a_web_ui_that_is_not_there_can_be_asked_again(make, ask):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

    with pytest.raises(
        ProviderUnavailable,
        match=rf"^127\.0\.0\.1:{port} cannot be reached \(ConnectionError\); check the network and SDWEBUI_URL$",
    ):
        make(SDWEBUI_URL=f"http://127.0.0.1:{port}").generate(ask())


def test_a_connection_that_breaks_leaves_it_open_whether_a_picture_was_drawn(provider, ask, webui):
    webui.drop_next()

    with pytest.raises(OutcomeUnknown, match=r"got the request, but no answer came: ConnectionError"):
        provider.generate(ask())


def test_a_web_ui_that_says_nothing_is_given_up_after_the_timeout():
    with (
        pytest.raises(
            OutcomeUnknown, match=r"here .*nothing came for 600 s; the option timeout sets how long to wait$"
        ),
        error_table("here").errors(lambda exc: ending(exc, 600.0)),
    ):
        raise requests.ReadTimeout


def test_the_order_waits_as_long_as_the_option_says(provider, ask, monkeypatch):
    waits = []

    def post(_url, *, timeout, **_options):
        waits.append(timeout)
        raise requests.ConnectTimeout

    monkeypatch.setattr(requests, "post", post)
    for seconds in (3, 900):
        with pytest.raises(ProviderUnavailable):
            provider.generate(ask(timeout=seconds))
    assert waits == [(3.0, 3.0), (10.0, 900.0)]


def test_the_login_is_sent_and_never_shown(make, ask, webui):
    provider = make(SDWEBUI_AUTH=LOGIN)
    provider.generate(ask())
    sent = webui.requests[0].headers["Authorization"]
    webui.answer_next(403, f"your header was {sent}, which is {LOGIN}".encode())

    with pytest.raises(AuthenticationFailed) as caught:
        provider.generate(ask())

    assert sent == "Basic bWU6cMOkc3N3b3Jk"
    shown = f"{caught.value}{provider!r}{vars(provider)!r}"
    assert "your header was Basic ***, which is ***" in shown
    assert not any(secret in shown for secret in (sent.split()[1], LOGIN, "pässword"))


def test_neither_a_netrc_nor_a_proxy_of_the_environment_is_used(provider, ask, webui, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password secret\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    provider.generate(ask())

    assert "Authorization" not in webui.requests[0].headers
