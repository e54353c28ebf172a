"""Prompt, references and key stay where the user sent them."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from novaclips.environment import environment
from novaclips.plugin import BadImage, ConfigError, ImageRequest, InvalidRequest, Settings
from novaclips.testing import FaultServer, Reply, StandIn
from novaclips_provider_openai.client import OpenAIImages

KEY = "sk-marked-0123456789"


def drawn(url: str, references: tuple[Path, ...] = ()) -> object:
    provider = OpenAIImages(Settings(env={"OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": KEY}))
    provider.open()
    try:
        return provider.generate(ImageRequest(1, "a secret river", references=references))
    finally:
        provider.close()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("with_reference", [False, True], ids=["words", "reference"])
def test_an_order_is_not_redirected_to_another_origin(status, with_reference, tmp_path):
    reference = tmp_path / "hero.png"
    Image.new("RGB", (64, 64), "teal").save(reference)
    references = (reference,) if with_reference else ()
    with StandIn(lambda _: Reply(200)) as other:
        with (
            StandIn(lambda _: Reply(status, headers={"Location": f"{other.url}/v1/images/generations"})) as service,
            pytest.raises(
                InvalidRequest, match=r"127\.0\.0\.1:\d+ redirects to http://127\.0\.0\.1:\d+; nothing is sent"
            ),
        ):
            drawn(service.url, references)
        assert len(service.requests) == 1
        assert other.requests == []


@pytest.mark.parametrize(
    "location",
    [r"http://evil.example\@127.0.0.1/", "http://a@evil.example/", "https://evil.example/", "//evil.example/x"],
)
def test_an_order_is_not_redirected_to_a_foreign_host_by_any_spelling(location):
    with (
        StandIn(lambda _: Reply(307, headers={"Location": location})) as service,
        pytest.raises(InvalidRequest, match=r"redirects to what is no address|redirects to https?://evil\.example;"),
    ):
        drawn(service.url)
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 303])
def test_an_order_that_would_arrive_without_its_body_is_not_sent_again(status):
    with (
        StandIn(lambda _: Reply(status, headers={"Location": "/v1/images/generations/"})) as service,
        pytest.raises(InvalidRequest, match="redirects to"),
    ):
        drawn(service.url)
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [307, 308])
def test_an_order_follows_to_another_path_of_the_same_server(status):
    def answer(request):
        if request.path.endswith("/"):
            return Reply(200, body=b'{"data": [{"b64_json": "cGljdHVyZQ=="}]}')
        return Reply(status, headers={"Location": f"{request.path}/"})

    with StandIn(answer) as service:
        assert drawn(service.url).data == b"picture"
        assert [request.method for request in service.requests] == ["POST", "POST"]


def test_a_projects_address_does_not_get_the_shells_key(tmp_path):
    (tmp_path / ".env").write_text("OPENAI_BASE_URL=http://his.host.example/v1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=r"OPENAI_BASE_URL is set in .*\.env, and OPENAI_API_KEY in the environment"):
        OpenAIImages(Settings(env=environment(tmp_path, {"OPENAI_API_KEY": KEY})))


@pytest.mark.parametrize("name", ["OPENAI_ORG_ID", "OPENAI_PROJECT_ID"])
def test_a_project_does_not_say_who_pays_with_the_shells_key(tmp_path, name):
    (tmp_path / ".env").write_text(f"{name}=theirs\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=f"{name} is set in .*, and OPENAI_API_KEY in the environment"):
        OpenAIImages(Settings(env=environment(tmp_path, {"OPENAI_API_KEY": KEY}))).open()


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "OPENAI_LOG"])
def test_a_projects_proxy_and_certificates_do_nothing(tmp_path, name):
    with FaultServer() as server, StandIn(lambda _: Reply(500)) as proxy:
        (tmp_path / ".env").write_text(f"{name}={proxy.url}\n", encoding="utf-8")
        provider = OpenAIImages(Settings(env=environment(tmp_path, server.env)))
        provider.open()
        provider.generate(ImageRequest(1, "a river"))
        provider.close()
    assert proxy.requests == []


def test_a_server_that_names_a_file_of_its_own_disk_is_asked_for_base64():
    with (
        StandIn(lambda _: Reply(200, body=b'{"data": [{"url": "file:///root/x.png"}]}')) as service,
        pytest.raises(BadImage, match=r"is not opened: .*; set the option response_format to b64_json"),
    ):
        drawn(service.url)


def test_a_picture_at_a_relative_address_comes_from_the_server():
    def answer(request):
        if request.method == "POST":
            return Reply(200, body=b'{"data": [{"url": "/pic/x.png"}]}')
        return Reply(200, body=b"picture")

    with StandIn(answer) as service:
        assert drawn(service.url).data == b"picture"
