"""The fault server as Replicate: predictions from starting to their pictures, and inputs by each model's schema."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import replicate
import requests

from novaclips.testing import FaultServer, fingerprint, read_fingerprint
from novaclips.testing.replicate_models import models
from testing.customer import Customer, opened

SDXL = "stability-ai/sdxl"
SDXL_VERSION = "7762fd07cf82c948538e41f63f77d685e02b063e37e496e96eefd46c929f9bdc"
SCHNELL = "black-forest-labs/flux-schnell"
OFFICIAL = [name for name, model in models().items() if model.official]


@pytest.fixture
def client(server: FaultServer) -> Iterator[replicate.Client]:
    """The real SDK."""
    client = replicate.Client(api_token="rehearsal", base_url=server.url)
    yield client
    client._client.close()  # it has no close of its own


def order(customer: Customer, version: str, headers: dict[str, str] | None = None, **given: object):
    """Order a prediction with just this input."""
    return customer.post("/v1/predictions", json={"version": version, "input": given}, headers=headers or {})


def picture(url: str):
    """Fetch a picture the way anybody can: without a token."""
    return opened(requests.get(url, timeout=5).content)


def test_the_sdk_polls_a_prediction_to_its_picture(client: replicate.Client) -> None:
    prediction = client.predictions.create(
        version=SDXL_VERSION, input={"prompt": "a fox", "width": 1344, "height": 768, "seed": 7}
    )
    assert (prediction.status, prediction.output) == ("starting", None)
    prediction.reload()
    assert (prediction.status, prediction.version) == ("succeeded", SDXL_VERSION)
    assert prediction.logs.startswith("Using seed: 7\n")
    (url,) = prediction.output
    image = picture(url)
    assert (image.size, read_fingerprint(image)) == ((1344, 768), fingerprint("a fox"))


def test_the_sdk_runs_an_official_model_by_name(client: replicate.Client) -> None:
    url = client.run("black-forest-labs/flux-1.1-pro", input={"prompt": "a fox", "output_format": "png"})
    assert picture(url).size == (1024, 1024)


def test_an_official_model_hides_its_version(client: replicate.Client) -> None:
    prediction = client.models.predictions.create(SCHNELL, input={"prompt": "a fox"})
    assert (prediction.model, prediction.version) == (SCHNELL, "hidden")


@pytest.mark.parametrize("model", OFFICIAL)
def test_every_official_model_draws(customer: Customer, model: str) -> None:
    answer = order(customer, model, {"Prefer": "wait"}, prompt="a fox", aspect_ratio="16:9").json()
    if "aspect_ratio" not in models()[model].input:
        assert "Additional property aspect_ratio" in answer["detail"]
        answer = order(customer, model, {"Prefer": "wait"}, prompt="a fox").json()
    output = answer["output"]
    assert isinstance(output, list) is (models()[model].output == "list")
    assert picture(output[0] if isinstance(output, list) else output).size != (0, 0)


@pytest.mark.parametrize(
    ("model", "given", "size"),
    [
        (SCHNELL, {}, (1024, 1024)),
        (SCHNELL, {"aspect_ratio": "16:9"}, (1344, 768)),
        (SCHNELL, {"aspect_ratio": "16:9", "megapixels": "0.25"}, (672, 384)),
        ("black-forest-labs/flux-1.1-pro", {"aspect_ratio": "custom", "width": 1440, "height": 832}, (1440, 832)),
        ("black-forest-labs/flux-2-pro", {"aspect_ratio": "custom", "width": 2048, "height": 1152}, (2048, 1152)),
        ("black-forest-labs/flux-2-pro", {"aspect_ratio": "1:1", "resolution": "4 MP"}, (2048, 2048)),
        ("bytedance/seedream-4", {"size": "custom", "width": 2048, "height": 1152}, (2048, 1152)),
        ("bytedance/seedream-4", {"size": "1K", "aspect_ratio": "16:9"}, (1344, 768)),
        ("google/nano-banana-2", {}, (1024, 1024)),
        ("recraft-ai/recraft-v3", {"size": "1820x1024"}, (1820, 1024)),
        ("ideogram-ai/ideogram-v3-turbo", {"resolution": "1344x768"}, (1344, 768)),
    ],
)
def test_the_size_follows_from_the_input(model: str, given: dict[str, object], size: tuple[int, int]) -> None:
    assert models()[model].size({"prompt": "a fox", **given}) == size


@pytest.mark.parametrize(
    ("given", "kind"),
    [({}, "WEBP"), ({"output_format": "jpg"}, "JPEG"), ({"output_format": "png"}, "PNG")],
    ids=["default", "jpg", "png"],
)
def test_the_output_format_is_obeyed(customer: Customer, given: dict[str, str], kind: str) -> None:
    (url,) = order(customer, SCHNELL, {"Prefer": "wait=5"}, prompt="a fox", **given).json()["output"]
    assert picture(url).format == kind


def test_four_outputs_are_four_pictures(customer: Customer) -> None:
    urls = customer.predict(prefer="wait", num_outputs=4).json()["output"]
    assert len({requests.get(url, timeout=5).content for url in urls}) == 4


def test_polls_say_processing_until_the_last() -> None:
    with FaultServer(polls=3) as server:
        customer = Customer(server.url)
        created = customer.predict()
        assert created.headers["Location"] == created.json()["urls"]["get"]
        states = [customer.poll(created).json()["status"] for _ in range(4)]
    assert states == ["processing", "processing", "succeeded", "succeeded"]


def test_a_prediction_takes_its_latency() -> None:
    now = [0.0]
    with FaultServer(latency=9, clock=lambda: now[0]) as server:
        customer = Customer(server.url)
        created = customer.predict()
        before = customer.poll(created).json()["status"]
        now[0] = 9.0
        assert (before, customer.poll(created).json()["status"]) == ("processing", "succeeded")


@pytest.mark.parametrize("version", [SDXL_VERSION, f"{SDXL}:{SDXL_VERSION}"], ids=["version", "name-and-version"])
def test_a_community_model_is_run_by_version(customer: Customer, version: str) -> None:
    assert order(customer, version, prompt="a fox").status_code == 201


@pytest.mark.parametrize("body", [b"", b"[]", b"nothing"], ids=["nothing", "a list", "a word"])
def test_an_order_that_is_no_json_object_is_refused(customer: Customer, body: bytes) -> None:
    answer = customer.post("/v1/models/black-forest-labs/flux-schnell/predictions", data=body)
    assert (answer.status_code, answer.json()["title"]) == (422, "Input validation failed")


@pytest.mark.parametrize(
    ("version", "status"),
    [(SDXL, 422), ("nobody/nothing", 404), ("0" * 64, 422), (f"{SDXL}:{'0' * 64}", 422), ("sdxl", 422)],
)
def test_what_names_no_version_is_refused(customer: Customer, version: str, status: int) -> None:
    answer = order(customer, version, prompt="a fox")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


def test_a_community_model_is_not_run_by_name(customer: Customer) -> None:
    answer = customer.post(f"/v1/models/{SDXL}/predictions", json={"input": {"prompt": "a fox"}})
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("version", "given", "detail"),
    [
        (SCHNELL, {}, "- input: prompt is required\n"),
        (SCHNELL, {"aspect_ratio": "16:10"}, "input.aspect_ratio: must be one of the following: '1:1', '16:9'"),
        (SCHNELL, {"num_outputs": 5}, "input.num_outputs: Must be less than or equal to 4"),
        (SCHNELL, {"num_outputs": 0}, "input.num_outputs: Must be greater than or equal to 1"),
        (SCHNELL, {"seed": "seven"}, "input.seed: Invalid type. Expected: integer, given: str"),
        (SCHNELL, {"go_fast": 1}, "input.go_fast: Invalid type. Expected: boolean, given: int"),
        (SCHNELL, {"seed": True}, "input.seed: Invalid type. Expected: integer, given: bool"),
        (SCHNELL, {"width": 1024}, "input: Additional property width is not allowed"),
        (SDXL_VERSION, {"height": 1084}, "input.height: `height` has to be divisible by 8 but is 1084."),
        (SDXL_VERSION, {"image": "fox.png"}, "input.image: Does not match format 'uri': 'fox.png'"),
        ("google/nano-banana-2", {"image_input": ["https://x/y"] * 15}, "Array must have at most 14 items"),
    ],
    ids=str,
)
def test_an_input_against_the_schema_is_refused(
    customer: Customer, server: FaultServer, version: str, given: dict[str, object], detail: str
) -> None:
    answer = order(customer, version, **({"prompt": "a fox", **given} if given else {}))
    assert answer.status_code == 422
    assert answer.json()["title"] == "Input validation failed"
    assert detail in answer.json()["detail"]
    assert server.counts.billed == 0


def test_an_unknown_key_beside_the_input_is_refused(customer: Customer) -> None:
    answer = customer.post(f"/v1/models/{SCHNELL}/predictions", json={"input": {"prompt": "a fox"}, "seed": 7})
    assert answer.status_code == 422
    assert "(root): Additional property seed is not allowed" in answer.json()["detail"]


@pytest.mark.parametrize("prefer", ["wait=0", "wait=61", "wait=5s", "respond-async"])
def test_an_odd_preference_is_refused(customer: Customer, prefer: str) -> None:
    assert customer.predict(prefer=prefer).status_code == 422


def test_what_is_canceled_before_it_began_is_aborted_and_free(customer: Customer, server: FaultServer) -> None:
    created = customer.predict()
    assert server.counts.billed == 1
    answer = customer.post(f"/v1/predictions/{created.json()['id']}/cancel").json()
    assert (answer["status"], answer["output"]) == ("aborted", None)
    assert server.counts.billed == 0


def test_what_is_canceled_under_way_is_canceled(customer: Customer, server: FaultServer) -> None:
    server.fault("prediction_slow")
    created = customer.predict()
    customer.poll(created)
    assert customer.post(f"/v1/predictions/{created.json()['id']}/cancel").json()["status"] == "canceled"


def test_what_is_over_cannot_be_canceled(customer: Customer, server: FaultServer) -> None:
    created = customer.predict(prefer="wait")
    assert customer.post(f"/v1/predictions/{created.json()['id']}/cancel").json()["status"] == "succeeded"
    assert server.counts.billed == 1


@pytest.mark.parametrize("path", ["", "/cancel"], ids=["get", "cancel"])
def test_a_prediction_that_there_is_not_is_not_found(customer: Customer, path: str) -> None:
    send = customer.post if path else customer.get
    assert send(f"/v1/predictions/nothing{path}").status_code == 404


def test_the_sdk_reads_a_model_its_version_and_its_schema(client: replicate.Client) -> None:
    model = client.models.get(SDXL)
    schemas = model.latest_version.openapi_schema["components"]["schemas"]
    assert model.latest_version.id == SDXL_VERSION
    assert schemas["Input"]["properties"]["width"]["default"] == 1024
    assert schemas["Input"]["properties"]["scheduler"]["allOf"] == [{"$ref": "#/components/schemas/scheduler"}]
    assert "K_EULER" in schemas["scheduler"]["enum"]
    assert model.versions.get(SDXL_VERSION).id == SDXL_VERSION


@pytest.mark.parametrize("name", list(models()))
def test_every_model_says_whether_it_is_official(customer: Customer, name: str) -> None:
    assert customer.get(f"/v1/models/{name}").json()["is_official"] is models()[name].official


@pytest.mark.parametrize("path", ["nobody/nothing", f"{SDXL}/versions/{'0' * 64}"], ids=["model", "version"])
def test_a_model_or_version_that_there_is_not_is_not_found(customer: Customer, path: str) -> None:
    assert customer.get(f"/v1/models/{path}").status_code == 404


def test_the_sdk_uploads_a_file_that_models_take(client: replicate.Client, customer: Customer) -> None:
    file = client.files.create(io.BytesIO(b"a picture"))
    assert (file.size, client.files.get(file.id).id) == (9, file.id)
    assert order(customer, SDXL_VERSION, prompt="a fox", image=file.urls["get"]).status_code == 201


@pytest.mark.parametrize("path", ["/v1/predictions/x", f"/v1/models/{SDXL}", "/v1/files/x"])
def test_nobody_asks_without_a_token(server: FaultServer, path: str) -> None:
    answer = requests.get(server.url + path, timeout=5)
    assert (answer.status_code, answer.json()["title"]) == (401, "Unauthenticated")
