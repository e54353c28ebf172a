"""A prediction's way from its id to a picture: waiting, outcomes, fetching, and what a later run can still do."""

from __future__ import annotations

import itertools
from unittest.mock import Mock

import pytest

from novaclips.plugin import (
    AuthenticationFailed,
    BadImage,
    ContentRefused,
    GeneratedImage,
    InvalidRequest,
    JobImageProvider,
    JobLost,
    OutcomeUnknown,
    PluginError,
    QuotaExhausted,
    Settings,
)
from novaclips.visuals.image_generator.frame import verify
from novaclips_provider_replicate.client import ReplicateImages, Submitted, drew
from novaclips_provider_replicate.errors import failure
from novaclips_provider_replicate.outcome import is_over, picture_of, seed_of

PNG = b"\x89PNG"


def draw(provider: JobImageProvider, request) -> GeneratedImage:
    return provider.collect(provider.submit(request))


def sent(server, method: str) -> list[str]:
    return [record.path for record in server.requests if record.method == method]


# The happy path.


def test_a_picture_comes_with_model_cost_and_the_prediction_that_drew_it(provider, request_for, fault_server):
    job = provider.submit(request_for(seed=7))
    image = provider.collect(job)

    assert image.data.startswith(PNG)
    assert (image.model, image.seed, str(image.cost)) == ("black-forest-labs/flux-schnell", 7, "$0.003")
    assert image.metadata["prediction"] == job
    assert fault_server.counts.requests == fault_server.counts.billed == 1


@pytest.mark.parametrize("model", ["flux-schnell", "flux-2-pro"], ids=["list", "text"])
def test_the_output_may_be_a_list_or_a_single_url(make, request_for, model):
    assert draw(make(model=model), request_for(model=model)).data.startswith(PNG)


def test_a_number_that_the_model_wants_as_text_is_taken(provider, request_for, fault_server):
    assert draw(provider, request_for(megapixels=0.25)).data.startswith(PNG)
    assert fault_server.requests[0].body["input"]["megapixels"] == "0.25"


def test_the_post_does_not_ask_replicate_to_wait_so_that_the_id_is_known_at_once(provider, request_for, fault_server):
    provider.submit(request_for())
    (record,) = (record for record in fault_server.requests if record.method == "POST")

    assert "prefer" not in {name.lower() for name in record.headers}


def test_a_seed_that_the_model_chose_is_read_from_its_logs():
    assert seed_of({"input": {}, "logs": "Using seed: 4711\n50%"}) == 4711


def test_a_seed_that_nobody_tells_is_unknown():
    assert seed_of({"input": None, "logs": None}) is None


# Waiting.


def test_polls_come_at_a_gently_growing_interval(provider, request_for, fault_server, clock):
    fault_server.fault("prediction_slow")
    draw(provider, request_for())

    assert clock.pauses[0] == 0.5
    assert clock.pauses == sorted(clock.pauses)
    assert max(clock.pauses) <= 3


def test_the_interval_of_the_environment_is_kept_to(make, request_for, fault_server, clock):
    fault_server.fault("prediction_slow")
    provider = make(env={"REPLICATE_POLL_INTERVAL": "9"})
    draw(provider, request_for())

    assert set(clock.pauses) == {9.0}


def test_a_partial_list_is_not_taken_for_the_end(provider, request_for, fault_server):
    fault_server.fault("prediction_slow")
    image = draw(provider, request_for())

    assert verify(image.data).format == "PNG"
    assert fault_server.counts.billed == 1


def test_processing_with_a_null_output_is_waited_for(provider, request_for, fault_server):
    fault_server.fault("prediction_processing")

    assert draw(provider, request_for()).data.startswith(PNG)


def test_an_answer_without_model_and_version_is_a_good_answer(provider, request_for, fault_server):
    fault_server.fault("prediction_no_version")

    assert draw(provider, request_for()).model == "black-forest-labs/flux-schnell"


@pytest.mark.parametrize("fault", ["poll_server_error", "poll_bad_gateway", "poll_unavailable", "poll_dropped"])
def test_trouble_while_polling_is_waited_out(provider, request_for, fault_server, fault):
    fault_server.fault(fault, times=3)

    assert draw(provider, request_for()).data.startswith(PNG)
    assert fault_server.counts.requests == 1


@pytest.mark.parametrize("fault", ["poll_unavailable", "poll_server_error", "poll_rate_limit", "prediction_endless"])
def test_no_prediction_is_waited_for_beyond_the_deadline(make, request_for, fault_server, clock, fault):
    fault_server.fault(fault)
    provider = make(deadline=45)
    with pytest.raises(OutcomeUnknown, match=r"after 45 s; the same command collects it"):
        draw(provider, request_for(deadline=45))

    assert clock.now == pytest.approx(45)


def test_a_poll_that_drips_is_given_up_and_the_prediction_can_be_collected_later(make, request_for, fault_server):
    fault_server.fault("poll_dripping")
    ticks = itertools.count(step=20.0)
    provider = make(request_seconds=50, monotonic=lambda: next(ticks))
    job = provider.submit(request_for(deadline=100))
    with pytest.raises(OutcomeUnknown, match=r"did not end in time after 100 s; the same command collects it"):
        provider.collect(job)

    fault_server.reset()
    assert make().collect(job).data.startswith(PNG)


def test_a_poll_that_is_told_to_come_back_in_an_hour_waits_until_the_deadline_and_looks_once_more(
    make, request_for, fault_server, clock
):
    fault_server.fault("poll_rate_limit", times=1)
    image = draw(make(), request_for(deadline=45))

    assert clock.pauses[0] == 45
    assert image.data.startswith(PNG)


def test_a_token_that_is_withdrawn_while_polling_is_no_trouble_to_wait_out(provider, request_for, monkeypatch, clock):
    job = provider.submit(request_for())
    monkeypatch.setattr("novaclips_provider_replicate.api.Api.prediction", Mock(side_effect=AuthenticationFailed("no")))
    with pytest.raises(AuthenticationFailed):
        provider.collect(job)

    assert clock.pauses == []


def test_a_job_that_replicate_does_not_know_any_more_ends(provider, request_for, fault_server):
    fault_server.fault("poll_not_found")
    with pytest.raises(BadImage, match=r"does not know prediction '.+' any more; the same command draws"):
        draw(provider, request_for())


# Outcomes.


# How the prediction ends, the error, and a part of its text.
ENDS = {
    "prediction_failed": (InvalidRequest, "CUDA out of memory; run the command again, or ask for a smaller picture"),
    "prediction_nsfw": (ContentRefused, "another seed or other words often pass"),
    "prediction_sensitive": (ContentRefused, "E005"),
    "prediction_canceled": (InvalidRequest, "while it was drawing (canceled)"),
    "prediction_aborted": (InvalidRequest, "before it began (aborted), on Replicate's pages or by another program"),
    "prediction_null": (BadImage, "succeeded without a picture"),
    "prediction_empty": (ContentRefused, "another seed or other words often pass"),
    "prediction_short": (ContentRefused, "another seed or other words often pass"),
    "prediction_expired": (BadImage, "deleted by Replicate, an hour after it was drawn"),
}


@pytest.mark.parametrize("fault", ENDS)
def test_a_prediction_without_a_picture_says_why(provider, request_for, fault_server, fault):
    error, says = ENDS[fault]
    fault_server.fault(fault)
    with pytest.raises(error) as caught:
        draw(provider, request_for())

    assert type(caught.value) is error
    assert says in str(caught.value)
    assert fault_server.counts.requests == 1


def test_a_null_output_with_nsfw_in_the_logs_is_a_refusal():
    with pytest.raises(ContentRefused, match="the model's safety filter kept the picture back; another seed"):
        picture_of({"status": "succeeded", "output": None, "logs": "NSFW content detected in image 0"})


@pytest.mark.parametrize("output", [{"image": "u"}, 7, [7], ""], ids=str)
def test_an_output_that_is_no_url_is_no_picture(output):
    with pytest.raises(BadImage, match="choose a model that draws pictures"):
        picture_of({"status": "succeeded", "output": output})


@pytest.mark.parametrize(
    ("detail", "error"),
    [
        ("Prediction interrupted; please retry (code: PA)", JobLost),
        ("Service is currently unavailable due to high demand. Please try again later. (E003)", JobLost),
        ("The output was flagged as sensitive. Please try again with different inputs. (E005)", ContentRefused),
        ("width must be divisible by 8", InvalidRequest),
        ("safety_tolerance must be at most 5", InvalidRequest),
        ("", InvalidRequest),
    ],
)  # fmt: skip
def test_only_a_failure_that_asks_for_it_is_tried_again(detail, error):
    assert type(failure(detail)) is error


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ("Prompt was moderated", ContentRefused),
        ("This request violates the acceptable use policy", ContentRefused),
        ('{"code": "content_filter", "message": "no"}', ContentRefused),
        ("You have insufficient credit to run this model", QuotaExhausted),
        ("<" * 200_000, InvalidRequest),
        ("model " * 50_000, InvalidRequest),
    ],
    ids=["moderated", "policy", "code", "credit", "brackets", "words"],
)
def test_a_prediction_fails_in_the_words_of_any_service(words, error):
    assert type(failure(words)) is error


def test_words_that_a_prediction_repeats_of_the_prompt_are_no_refusal():
    words = "Bad size for prompt: a debate moderated by a teacher"

    assert type(failure(words, prompt="a debate moderated by a teacher")) is InvalidRequest


PICTURE = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUg=="


@pytest.mark.parametrize(
    "output",
    ["https://x.example/a.png", ["https://x.example/a.png"], {"image": "https://x.example/a.png"},
     [{"url": "https://x.example/a.png"}], PICTURE, [PICTURE], {"images": [PICTURE]}],
    ids=["text", "list", "mapping", "list of mappings", "data", "list of data", "mapping of data"],
)  # fmt: skip
def test_a_picture_is_found_wherever_a_model_puts_it(output):
    found = picture_of({"status": "succeeded", "output": output})

    assert found.url == "https://x.example/a.png" or (found.data or b"").startswith(PNG)


@pytest.mark.parametrize("seed", ["Using seed: 12345678901234567890123", "Using seed: " + "9" * 5000, "Using seed: ٣"])
def test_a_seed_in_the_logs_that_is_no_seed_is_none(seed):
    assert seed_of({"logs": seed}) is None


@pytest.mark.parametrize(
    "answer", [{"input": [1]}, {"input": {"seed": True}}, {"input": "x", "logs": 5}, {"input": None, "logs": ["x"]}]
)
def test_a_seed_is_read_from_any_answer(answer):
    assert seed_of(answer) is None


@pytest.mark.parametrize("status", [["succeeded"], {"a": 1}, 5, None])
def test_a_prediction_with_a_status_of_another_type_is_not_over(status):
    assert not is_over({"status": status})


def test_a_picture_that_is_in_the_prediction_is_taken(provider, request_for, fault_server):
    fault_server.fault("prediction_inline")

    assert draw(provider, request_for(output_format="png")).data.startswith(PNG)


def test_another_model_in_the_answer_is_said(provider, request_for, fault_server):
    fault_server.fault("prediction_other_model")
    image = draw(provider, request_for())

    assert image.model == "black-forest-labs/flux-schnell"
    assert "Replicate says that 'acme/other' drew" in image.warnings[-1]


def test_what_was_asked_for_counts_where_the_answer_names_another_model():
    known = Submitted(model="a/b", version="", deadline=1.0, warnings=("w",))

    assert drew({"model": "c/d"}, known) == (
        "a/b",
        ("w", "Replicate says that 'c/d' drew, not 'a/b'; what was asked for counts"),
    )
    assert drew({"model": ["c/d"]}, known) == ("a/b", ("w",))
    assert drew({"model": "a/b"}, known) == ("a/b", ("w",))


def test_a_picture_with_an_upper_bound_as_price_costs_at_most_that(provider, request_for):
    image = draw(provider, request_for(model="sdxl"))

    assert image.cost is not None
    assert (str(image.cost.usd), image.cost.upper_bound) == ("0.006", True)


# Fetching.


@pytest.mark.parametrize("fault", ["file_server_error", "file_dropped"])
def test_a_download_that_fails_once_is_tried_again(provider, request_for, fault_server, fault):
    fault_server.fault(fault, times=1)

    assert draw(provider, request_for()).data.startswith(PNG)
    assert fault_server.counts.requests == 1


def test_a_download_that_drips_is_given_up(make, request_for, fault_server):
    fault_server.fault("file_dripping")
    job = make().submit(request_for())
    ticks = itertools.count(step=10.0)
    with pytest.raises(OutcomeUnknown, match=r"the download from 127\.0\.0\.1 took too long"):
        make(monotonic=lambda: next(ticks), request_seconds=60).collect(job)


@pytest.mark.parametrize("fault", ["file_expired", "file_forbidden", "file_redirect_private"])
def test_a_picture_that_is_gone_or_elsewhere_is_no_picture(provider, request_for, fault_server, fault):
    fault_server.fault(fault)
    with pytest.raises(BadImage):
        draw(provider, request_for())


def test_a_picture_that_could_not_be_fetched_is_collected_later_without_another_post(
    provider, request_for, fault_server
):
    fault_server.fault("file_server_error", times=3)
    job = provider.submit(request_for())
    with pytest.raises(OutcomeUnknown, match="could not be downloaded"):
        provider.collect(job)

    assert provider.collect(job).data.startswith(PNG)
    assert fault_server.counts.requests == 1


# Later runs.


def test_another_process_collects_a_job_by_its_id_without_any_post(provider, make, request_for, fault_server):
    job = provider.submit(request_for(seed=5))
    before = len(sent(fault_server, "POST"))
    image = make().collect(job)

    assert (image.seed, str(image.cost)) == (5, "$0.003")
    assert len(sent(fault_server, "POST")) == before


def test_a_job_is_canceled(provider, request_for, fault_server):
    job = provider.submit(request_for())
    provider.cancel(job)

    assert sent(fault_server, "POST")[-1] == f"/v1/predictions/{job}/cancel"
    with pytest.raises(InvalidRequest, match=r"canceled|aborted"):
        provider.collect(job)


def test_canceling_a_job_that_is_over_or_unknown_does_no_harm(provider, request_for):
    job = provider.submit(request_for())
    provider.collect(job)

    provider.cancel(job)
    provider.cancel("nosuchprediction")


def test_a_provider_that_was_not_opened_says_so():
    with pytest.raises(PluginError, match=r"call open\(\) first"):
        ReplicateImages(Settings()).collect("job")
