"""Models over the wire: every known one is accepted, an unknown one is asked for by its schema."""

from __future__ import annotations

from unittest.mock import Mock

import pytest

from novaclips.plugin import AuthenticationFailed, InvalidRequest, ModelUnavailable, ProviderUnavailable
from novaclips_provider_replicate.models import known_models

SDXL = known_models()["stability-ai/sdxl"]
KNOWN = list(known_models())


def bodies(server) -> list[dict]:
    return [record.body for record in server.requests if record.method == "POST"]


def paths(server) -> list[str]:
    return [record.path for record in server.requests]


def draw(provider, request):
    return provider.collect(provider.submit(request))


@pytest.mark.parametrize("resolution", ["1920x1080", "1080x1920", "1000x1000"])
@pytest.mark.parametrize("name", KNOWN)
def test_the_server_takes_what_every_known_model_is_sent(make, request_for, fault_server, name, resolution):
    provider = make(model=name)
    draw(provider, request_for(model=name, resolution=resolution, seed=3, negative_prompt="text"))

    assert fault_server.counts.billed == 1


@pytest.mark.parametrize("name", [name for name in KNOWN if name != SDXL.name])
def test_an_official_model_is_asked_at_its_own_address(make, request_for, fault_server, name):
    make(model=name).submit(request_for(model=name))

    assert paths(fault_server) == [f"/v1/models/{name}/predictions"]


def test_the_newest_version_of_sdxl_is_asked_for_once_and_recorded(make, request_for, fault_server):
    provider = make(model="sdxl")
    first, second = (draw(provider, request_for(prompt, model="sdxl")) for prompt in ("one", "two"))

    assert paths(fault_server).count(f"/v1/models/{SDXL.name}") == 1
    assert first.metadata["version"] == second.metadata["version"] == bodies(fault_server)[0]["version"]


@pytest.mark.parametrize("fault", ["model_missing", "model_unavailable"])
def test_the_version_of_the_table_serves_where_the_newest_cannot_be_asked_for(make, request_for, fault_server, fault):
    fault_server.fault(fault)
    make(model="sdxl").submit(request_for(model="sdxl"))

    assert bodies(fault_server)[0]["version"] == SDXL.version


def test_a_wrong_token_is_not_hidden_by_the_version_of_the_table(make, request_for, fault_server, monkeypatch):
    monkeypatch.setattr("novaclips_provider_replicate.api.Api.model", Mock(side_effect=AuthenticationFailed("no")))
    with pytest.raises(AuthenticationFailed):
        make(model="sdxl").submit(request_for(model="sdxl"))

    assert fault_server.counts.requests == 0


def test_a_pinned_version_is_used_without_asking(make, request_for, fault_server):
    pinned = f"{SDXL.name}:{SDXL.version}"
    image = draw(make(model=pinned), request_for(model=pinned))

    assert image.metadata["version"] == SDXL.version
    assert f"/v1/models/{SDXL.name}" not in paths(fault_server)


@pytest.fixture
def forgetful(monkeypatch):
    """No model is known by heart."""
    monkeypatch.setattr("novaclips_provider_replicate.models.known_models", dict)


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("name", KNOWN)
def test_a_model_that_is_not_known_is_drawn_with_by_its_schema(make, request_for, fault_server, name):
    image = draw(make(model=name), request_for(model=name, seed=3, negative_prompt="text"))

    assert fault_server.counts.billed == 1
    assert image.model == name


@pytest.mark.usefixtures("forgetful")
def test_what_a_model_that_is_not_known_ignores_is_said_with_its_picture(make, request_for):
    name = "black-forest-labs/flux-2-pro"
    image = draw(make(model=name), request_for(model=name, negative_prompt="text", qualty=1))

    assert image.warnings[0] == "flux-2-pro has no negative prompt; it is ignored"
    assert "option 'qualty' is unknown and ignored" in image.warnings[1]


@pytest.mark.usefixtures("forgetful")
def test_a_pinned_version_of_a_model_that_is_not_known_brings_its_own_schema(make, request_for, fault_server):
    pinned = f"{SDXL.name}:{SDXL.version}"
    draw(make(model=pinned), request_for(model=pinned))

    assert f"/v1/models/{SDXL.name}/versions/{SDXL.version}" in paths(fault_server)
    assert bodies(fault_server)[0]["version"] == SDXL.version


def test_a_model_that_replicate_does_not_have_is_named_before_any_post(make, request_for, fault_server):
    provider = make(model="some-one/no-such-model")
    with pytest.raises(InvalidRequest, match="Replicate has no model 'some-one/no-such-model'"):
        provider.submit(request_for(model="some-one/no-such-model"))

    assert fault_server.counts.requests == 0


def test_a_model_without_a_version_is_refused_before_any_post(make, request_for, fault_server, monkeypatch):
    monkeypatch.setattr("novaclips_provider_replicate.api.Api.model", Mock(return_value={"latest_version": None}))
    provider = make(model="some-one/unfinished")
    with pytest.raises(
        InvalidRequest, match="model 'some-one/unfinished' has no version that can be run; choose another"
    ):
        provider.submit(request_for(model="some-one/unfinished"))

    assert fault_server.counts.requests == 0


@pytest.mark.parametrize("model", ["sdxl", "flux-2-pro"])
def test_a_small_reference_image_travels_in_the_input(make, request_for, fault_server, tmp_path, model):
    reference = tmp_path / "hero.png"
    reference.write_bytes(b"small")
    make(model=model).submit(request_for(model=model, references=(reference,)))
    values = bodies(fault_server)[-1]["input"]

    assert (values.get("image") or values["input_images"][0]) == "data:image/png;base64,c21hbGw="


def test_a_large_reference_image_is_uploaded_once_a_run(make, request_for, fault_server, tmp_path):
    reference = tmp_path / "hero.png"
    reference.write_bytes(bytes(300 * 1024))
    provider = make(model="flux-2-pro")
    for prompt in ("one", "two"):
        provider.submit(request_for(prompt, model="flux-2-pro", references=(reference,)))

    assert paths(fault_server).count("/v1/files") == 1
    assert bodies(fault_server)[-1]["input"]["input_images"][0].startswith(fault_server.url)


@pytest.mark.parametrize(
    "schema",
    [{"Input": {"properties": ["width"]}}, {"Input": [1]}, {"Input": {"properties": {"width": {"allOf": 5}}}}],
    ids=["list", "no mapping", "number"],
)
def test_a_schema_that_cannot_be_read_is_a_model_that_cannot_be_asked(make, request_for, monkeypatch, schema):
    answer = {"is_official": True, "latest_version": {"openapi_schema": {"components": {"schemas": schema}}}}
    monkeypatch.setattr("novaclips_provider_replicate.api.Api.model", Mock(return_value=answer))

    with pytest.raises(
        ModelUnavailable, match="describes the inputs of model 'a/b' in a way that cannot be read; choose"
    ):
        make(model="a/b").submit(request_for(model="a/b"))


@pytest.mark.parametrize("answer", [{}, {"urls": None}, {"urls": ["x"]}, {"urls": {"get": 5}}], ids=str)
def test_an_upload_that_does_not_say_where_it_is_may_be_sent_again(make, request_for, tmp_path, monkeypatch, answer):
    monkeypatch.setattr("novaclips_provider_replicate.api.Api._ask", Mock(return_value=answer))
    path = tmp_path / "a.png"
    path.write_bytes(bytes(300_000))

    with pytest.raises(ProviderUnavailable, match=r"Replicate took the upload of 'a\.png' and did not say where it is"):
        make(model="flux-dev").submit(request_for(model="flux-dev", references=(path,)))
