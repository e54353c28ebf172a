"""Whole runs: what a creator gets, what it costs, and the exit code."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest

from novaclips.errors import ExitCode
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.settings import Timing
from novaclips_provider_replicate.client import ReplicateImages

SCENES = "planning/scenes.yaml"


def do_not_sleep(seconds: float) -> None:
    pass


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits between polls and tries at a download."""
    monkeypatch.setitem(ReplicateImages.__init__.__kwdefaults__, "sleep", do_not_sleep)


@pytest.fixture
def generator(fault_server) -> Callable[..., ImageGenerator]:
    """Make a generator that does not really sleep; options as keywords."""

    def generator(workers: int = 4, **options: object) -> ImageGenerator:
        clock = itertools.count()
        return ImageGenerator(
            "replicate",
            "none",
            workers=workers,
            options=options,
            env=fault_server.env,
            timing=Timing(sleep=do_not_sleep, monotonic=lambda: float(100 * next(clock))),
            policy=RetryPolicy(attempts=2, patience=2),
        )

    return generator


def run(generator: ImageGenerator):
    return generator.run(SCENES, "frames", "192x108")


def test_a_run_draws_every_scene_once_at_a_known_price(write_scenes, generator, fault_server):
    write_scenes(6)
    report = run(generator())

    assert report.exit_code is ExitCode.OK
    assert {str(result.cost_usd) for result in report} == {"0.003"}
    assert fault_server.counts.billed == 6
    assert fault_server.counts.billed_twice == 0


@pytest.mark.parametrize(
    ("fault", "code", "posts"),
    [
        ("replicate_bad_token", ExitCode.ACCOUNT, 1),
        ("replicate_no_credit", ExitCode.ACCOUNT, 1),
        ("replicate_model_not_found", ExitCode.SCENES_FAILED, 1),
        ("replicate_invalid_input", ExitCode.SCENES_FAILED, 1),
        ("replicate_rate_limit", ExitCode.SCENES_FAILED, 2),
        ("replicate_server_error", ExitCode.SCENES_FAILED, 2),
        ("replicate_bad_gateway", ExitCode.SCENES_FAILED, 2),
        ("replicate_unavailable", ExitCode.SCENES_FAILED, 2),
        ("error_list", ExitCode.SCENES_FAILED, 1),
        ("dropped_before", ExitCode.SCENES_FAILED, 2),
        ("dropped_after", ExitCode.SCENES_FAILED, 2),
        ("prediction_failed", ExitCode.SCENES_FAILED, 1),
        ("prediction_nsfw", ExitCode.REFUSED, 1),
        ("prediction_sensitive", ExitCode.REFUSED, 1),
        ("prediction_empty", ExitCode.REFUSED, 1),
        ("prediction_moderated", ExitCode.REFUSED, 1),
        ("prediction_reference", ExitCode.REFUSED, 1),
        ("replicate_policy", ExitCode.REFUSED, 1),
        ("replicate_account_block", ExitCode.ACCOUNT, 1),
        ("prediction_canceled", ExitCode.SCENES_FAILED, 1),
        ("prediction_aborted", ExitCode.SCENES_FAILED, 1),
        ("prediction_null", ExitCode.SCENES_FAILED, 1),
        ("prediction_expired", ExitCode.SCENES_FAILED, 1),
        ("poll_not_found", ExitCode.SCENES_FAILED, 1),
        ("file_expired", ExitCode.SCENES_FAILED, 1),
        ("file_not_a_picture", ExitCode.SCENES_FAILED, 1),
    ],
)
def test_a_fault_of_every_call_ends_with_its_exit_code(  # noqa: PLR0917 - two fixtures, a table of three columns
    write_scenes, generator, fault_server, fault, code, posts
):
    write_scenes(1)
    fault_server.fault(fault)

    assert run(generator()).exit_code is code
    assert fault_server.counts.requests == posts


def test_a_wrong_token_costs_one_post_and_not_fifty(write_scenes, generator, fault_server):
    write_scenes(50)
    fault_server.fault("replicate_bad_token")
    report = run(generator(workers=8))

    assert report.exit_code is ExitCode.ACCOUNT
    assert fault_server.counts.requests == 1


def test_a_model_that_is_not_there_costs_one_post_and_not_fifty(write_scenes, generator, fault_server):
    write_scenes(50)
    fault_server.fault("replicate_model_not_found")
    report = run(generator(workers=8))

    assert report.exit_code is ExitCode.SCENES_FAILED
    assert fault_server.counts.requests == 1


def test_a_missing_token_ends_before_anything_is_sent(write_scenes, fault_server):
    write_scenes(1)
    env = {name: value for name, value in fault_server.env.items() if name != "REPLICATE_API_TOKEN"}
    with pytest.raises(Exception, match="REPLICATE_API_TOKEN"):
        ImageGenerator("replicate", "none", env=env).run(SCENES, "frames", "192x108")

    assert fault_server.requests == []


def test_a_plan_needs_no_token(write_scenes):
    write_scenes(2)
    plan = ImageGenerator("replicate", "none", env={}).plan(SCENES, "frames", "192x108")

    assert [str(planned.quote.cost) for planned in plan] == ["$0.003"] * 2


def test_one_refused_scene_leaves_the_others_drawn(write_scenes, generator, fault_server):
    write_scenes(["a lake", "a forbidden river", "a hill"])
    fault_server.fault("prediction_nsfw", prompt="forbidden")
    report = run(generator())

    assert report.exit_code is ExitCode.REFUSED
    assert [result.scene_id for result in report.missing] == [2]


def test_a_picture_that_could_not_be_fetched_is_collected_by_the_next_run_without_another_post(
    write_scenes, generator, fault_server
):
    write_scenes(1)
    fault_server.fault("file_server_error")
    first = run(generator())
    fault_server.reset()
    second = run(generator())

    assert (first.exit_code, second.exit_code) == (ExitCode.SCENES_FAILED, ExitCode.OK)
    assert fault_server.counts.requests == 0


def test_scenes_may_choose_their_own_model(write_scenes, generator, fault_server):
    write_scenes(1, options="{model: sdxl}", negative_prompt="text")
    run(generator())
    (body,) = (record.body for record in fault_server.requests if record.method == "POST")

    assert body["input"]["negative_prompt"] == "text"
    assert (body["input"]["width"], body["input"]["height"]) == (1344, 768)
