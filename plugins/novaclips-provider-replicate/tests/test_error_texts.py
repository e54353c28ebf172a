"""What a creator is told of each error that Replicate answers: what it is, and what to do."""

from __future__ import annotations

import pytest

from novaclips_provider_replicate.errors import Call, HTTPAnswer, failure, http_error

ACCOUNT = "https://replicate.com/account"
# The answer to a new prediction, and the text.
ANSWERS = {
    (401, "no"): f"Replicate does not accept the token: no; set REPLICATE_API_TOKEN to one from {ACCOUNT}/api-tokens",
    (402, "no"): f"the Replicate account has no credit: no; top up at {ACCOUNT}/billing",
    (403, "no"): f"this Replicate token may not do that: no; check it at {ACCOUNT}/api-tokens",
    (404, "no"): "Replicate has no model 'a/b': no; check the name at https://replicate.com/explore",
    (408, "no"): "Replicate did not get the whole request: no",
    (413, "no"): "Replicate finds the request too large: no; use smaller reference images",
    (422, "no"): "Replicate rejects an input of model 'a/b': no; change that option of the scene",
    (422, "invalid version"): (
        "Replicate has no such version of model 'a/b': invalid version; copy one from the model's page"
    ),
    (429, "no"): "Replicate asks for patience: no",
    (504, "no"): "Replicate's gateway gave up waiting (HTTP 504): no",
    (500, "no"): "Replicate has trouble (HTTP 500): no",
    (302, "no"): "Replicate's address has moved (HTTP 302); check REPLICATE_BASE_URL",
    (418, "no"): "Replicate rejects the request for model 'a/b' (HTTP 418): no",
}
# The prediction's own words, and the text.
FAILURES = {
    "flagged": "the model refused the prompt or its own picture: flagged; another seed or other words often pass",
    "please retry": "the model could not run: please retry",
    "out of memory": "the model failed: out of memory; run the command again, or ask for a smaller picture",
    "oops": "the model failed: oops; run the command again, or change the scene's prompt or options",
}


@pytest.mark.parametrize(("status", "detail"), ANSWERS)
def test_an_answer_is_told_with_what_to_do(status, detail):
    error = http_error(HTTPAnswer(status, detail, {}, 0.0), Call.CREATE, "model 'a/b'")

    assert str(error) == ANSWERS[status, detail]


def test_a_prediction_that_is_gone_is_told_with_what_to_do():
    error = http_error(HTTPAnswer(404, "no", {}, 0.0), Call.POLL, "prediction 'p1'")

    assert str(error) == (
        "Replicate does not know prediction 'p1' any more; the same command draws the picture anew (HTTP 404)"
    )


@pytest.mark.parametrize("detail", FAILURES)
def test_a_failed_prediction_is_told_with_what_to_do(detail):
    assert str(failure(detail)) == FAILURES[detail]
