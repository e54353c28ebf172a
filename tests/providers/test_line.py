"""Why a service cannot be reached: said as what it is."""

from __future__ import annotations

import socket
import ssl

import pytest
import requests

from novaclips.errors import ConfigError
from novaclips.plugin import (
    Answered,
    ErrorTable,
    NoAnswer,
    NotSent,
    ProviderUnavailable,
    Retry,
    Scope,
    network_settings,
    requests_ending,
)

TABLE = ErrorTable("acme.example", address="ACME_URL")


class ProxyError(Exception):
    """As several clients call it."""


def caused(cause: BaseException | None, error: Exception | None = None) -> ProviderUnavailable:
    with pytest.raises(ProviderUnavailable) as caught, TABLE.errors(lambda exc: NotSent(reason=type(exc).__name__)):
        raise error or ConnectionError("wrapped") from cause
    return caught.value


def certificate_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate")
    error.verify_message = "self-signed certificate"
    return error


def test_a_certificate_that_is_not_accepted_stops_the_run_and_says_what_to_set():
    error = caused(certificate_error())

    assert (error.retry, error.scope) == (Retry.NO, Scope.LANE)
    assert str(error) == (
        "the certificate of acme.example is not accepted (self-signed certificate); if a proxy of your network stands"
        " between, set SSL_CERT_FILE to its certificate, else check ACME_URL"
    )


def test_a_port_that_speaks_no_tls_is_named():
    error = ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number")
    error.reason = "WRONG_VERSION_NUMBER"

    assert str(caused(error)) == (
        "there is no TLS connection to acme.example (wrong version number); check ACME_URL: perhaps it begins with"
        " http://"
    )


def test_a_name_that_nobody_knows_is_tried_again_and_named():
    error = caused(socket.gaierror(-2, "Name or service not known"))

    assert error.retry is Retry.LATER
    assert str(error) == (
        "the name of acme.example cannot be looked up (ConnectionError); check the network and ACME_URL"
    )


def test_a_proxy_is_named():
    assert str(caused(None, ProxyError("407"))) == (
        "the proxy between here and acme.example does not answer as one (ProxyError); check HTTPS_PROXY and ALL_PROXY"
    )


def test_anything_else_names_the_network_and_the_address():
    assert str(caused(OSError("unplugged"))) == (
        "acme.example cannot be reached (ConnectionError); check the network and ACME_URL"
    )


def test_a_circle_of_causes_ends():
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first

    assert "cannot be reached" in str(caused(first))


def test_a_socks_proxy_without_its_package_is_a_config_error():
    with (
        pytest.raises(ConfigError, match=r"is a SOCKS proxy, for which a package is missing; run: pip install socksio"),
        network_settings({}),
    ):
        raise ImportError("Using SOCKS proxy, but the 'socksio' package is not installed.")


def test_a_proxy_of_an_unknown_kind_is_a_config_error():
    words = r"\(HTTPS_PROXY, ALL_PROXY\) cannot be used: .*; write http://HOST:PORT$"
    with pytest.raises(ConfigError, match=words), network_settings({}):
        raise ValueError("Unknown scheme for proxy URL URL('foo://x')")


@pytest.mark.parametrize("error", [FileNotFoundError(2, "No such file or directory"), ssl.SSLError("no certificate")])
def test_certificates_that_are_not_there_are_a_config_error(error):
    with (
        pytest.raises(
            ConfigError,
            match=r"the certificates that the environment names \(SSL_CERT_FILE=/no/ca\.pem\) cannot be read",
        ) as caught,
        network_settings({"SSL_CERT_FILE": "/no/ca.pem"}),
    ):
        raise error

    assert str(caught.value).endswith("; unset it, or name a file that is there")


@pytest.mark.parametrize("error", [ImportError("no module named x"), ValueError("x"), FileNotFoundError(2, "x")])
def test_what_has_nothing_to_do_with_the_network_passes(error):
    with pytest.raises(type(error)) as caught, network_settings({}):
        raise error

    assert caught.value is error


def test_the_endings_of_requests_are_told_apart():
    response = requests.Response()
    response.status_code, response._content = 418, b"teapot"
    refused = requests.ConnectionError(requests.packages.urllib3.exceptions.MaxRetryError(None, "/"))

    assert requests_ending(requests.HTTPError(response=response)) == Answered(
        status=418, body=b"teapot", headers=response.headers
    )
    assert requests_ending(refused) == NotSent(reason="ConnectionError")
    assert requests_ending(requests.ConnectTimeout()) == NotSent(reason="ConnectTimeout")
    assert requests_ending(requests.exceptions.InvalidURL()) == NotSent(reason="InvalidURL")
    assert requests_ending(requests.ReadTimeout()) == NoAnswer(reason="ReadTimeout")
    assert requests_ending(requests.ConnectionError("reset")) == NoAnswer(reason="ConnectionError")
    assert requests_ending(requests.exceptions.JSONDecodeError("no", "", 0)) is None
    assert requests_ending(KeyError()) is None
