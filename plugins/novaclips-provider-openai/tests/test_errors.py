"""Every way in which the service or the line to it goes wrong, with the real SDK over real sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import pytest

from novaclips.errors import ExitCode
from novaclips.plugin import (
    AccountBlocked,
    AuthenticationFailed,
    BadImage,
    ConfigError,
    ContentRefused,
    ImageRequest,
    InvalidRequest,
    MissingKey,
    ModelUnavailable,
    OutcomeUnknown,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
)
from novaclips.testing import Reply, StandIn
from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import Timing

Run = Callable[..., RunReport]
NO_MONEY = "has no money or no quota left; top it up or raise its limit: ask those who run 127.0.0.1"


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.pauses: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.seconds += seconds
        if seconds:
            self.pauses.append(seconds)

    @property
    def timing(self) -> Timing:
        return Timing(sleep=self.sleep, monotonic=lambda: self.seconds, jitter=lambda: 0.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def run(write_scenes, fault_server, clock) -> Run:
    """Draw scenes through the whole of novaclips, without waiting."""

    def run(scenes: object = 1, env: dict[str, str] | None = None, **options: object) -> RunReport:
        write_scenes(scenes)
        generator = ImageGenerator(
            "openai", "none", options=options, env=fault_server.env if env is None else env, timing=clock.timing
        )
        return generator.run("planning/scenes.yaml", "frames", "1280x720")

    return run


CASES = [
    ("moderation_blocked", ContentRefused, "reword the scene's prompt", 1, ExitCode.REFUSED),
    (
        "moderation_blocked_output",
        ContentRefused,
        "the finished picture was refused, perhaps billed",
        1,
        ExitCode.REFUSED,
    ),
    ("content_policy_violation", ContentRefused, "option moderation to low", 1, ExitCode.REFUSED),
    ("bad_size", InvalidRequest, "change the option size", 1, ExitCode.SCENES_FAILED),
    ("invalid_image_file", InvalidRequest, "save it anew as an RGB PNG", 1, ExitCode.SCENES_FAILED),
    ("dead_model", ModelUnavailable, "choose another with the option model", 1, ExitCode.SCENES_FAILED),
    ("model_not_found", ModelUnavailable, "choose another with the option model", 1, ExitCode.SCENES_FAILED),
    ("unknown_parameter", InvalidRequest, "does not know the option", 1, ExitCode.SCENES_FAILED),
    ("org_not_verified", AuthenticationFailed, "settings/organization/general", 1, ExitCode.ACCOUNT),
    ("bad_key", AuthenticationFailed, "copy it anew from those who run 127.0.0.1", 1, ExitCode.ACCOUNT),
    ("region_not_supported", AuthenticationFailed, "Country, region, or territory not supported", 1, ExitCode.ACCOUNT),
    ("ip_not_authorized", AuthenticationFailed, "does not accept the key in OPENAI_API_KEY", 1, ExitCode.ACCOUNT),
    ("no_credit", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("insufficient_quota", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("org_spend_limit", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("org_usage_limit", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("billing_hard_limit", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("project_spend_limit", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("server_error", ProviderUnavailable, "perhaps it had taken the request", 4, ExitCode.SCENES_FAILED),
    ("bad_gateway", ProviderUnavailable, "(HTTP 502", 4, ExitCode.SCENES_FAILED),
    ("overloaded", ProviderUnavailable, "(HTTP 503", 4, ExitCode.SCENES_FAILED),
    ("gateway_timeout", OutcomeUnknown, "perhaps the picture was drawn and billed", 2, ExitCode.SCENES_FAILED),
    ("dropped_before", OutcomeUnknown, "perhaps the picture was drawn and billed", 2, ExitCode.SCENES_FAILED),
    ("dropped_after", OutcomeUnknown, "127.0.0.1 broke before the answer was there (", 2, ExitCode.SCENES_FAILED),
    ("truncated_body", OutcomeUnknown, "perhaps the picture was drawn and billed", 2, ExitCode.SCENES_FAILED),
    ("no_data", BadImage, "holds no picture", 1, ExitCode.SCENES_FAILED),
    ("empty_data", BadImage, "holds no picture", 1, ExitCode.SCENES_FAILED),
    ("not_json", BadImage, "holds no picture: upstream request timeout", 1, ExitCode.SCENES_FAILED),
    ("not_a_picture", BadImage, "is not a picture", 1, ExitCode.SCENES_FAILED),
    ("cut_picture", BadImage, "is a damaged picture", 1, ExitCode.SCENES_FAILED),
    ("bomb", BadImage, "would unpack to", 1, ExitCode.SCENES_FAILED),
    # Of gateways and compatible servers.
    ("azure_content_filter", ContentRefused, "the prompt was refused: hate", 1, ExitCode.REFUSED),
    ("data_inspection_failed", ContentRefused, "reword the scene's prompt", 1, ExitCode.REFUSED),
    ("litellm_content_policy", ContentRefused, "reword the scene's prompt", 1, ExitCode.REFUSED),
    ("reference_flagged", ContentRefused, "a reference picture was refused", 1, ExitCode.REFUSED),
    ("refused_in_200", ContentRefused, "reword the scene's prompt", 1, ExitCode.REFUSED),
    ("text_instead", ContentRefused, "judged unsafe", 1, ExitCode.REFUSED),
    ("image_safety", ContentRefused, "the finished picture was refused, perhaps billed", 1, ExitCode.REFUSED),
    ("azure_account_block", AccountBlocked, "has blocked the account, whatever the prompt", 1, ExitCode.ACCOUNT),
    ("payment_required", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("balance_insufficient", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("user_quota", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("arrearage", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("no_money_in_200", QuotaExhausted, NO_MONEY, 1, ExitCode.ACCOUNT),
    ("invalid_model_name", ModelUnavailable, "choose another with the option model", 1, ExitCode.SCENES_FAILED),
    ("no_connected_db", AuthenticationFailed, "put its master key into OPENAI_API_KEY", 1, ExitCode.ACCOUNT),
    ("bad_size_500", InvalidRequest, "cannot draw this; change the option that it names", 1, ExitCode.SCENES_FAILED),
    ("challenge", ProviderUnavailable, "a bot check stands between here and", 1, ExitCode.SCENES_FAILED),
    ("portal", BadImage, "is a web page and no JSON", 1, ExitCode.SCENES_FAILED),
    ("error_flood", InvalidRequest, "does not take this request", 1, ExitCode.SCENES_FAILED),
]


@pytest.mark.parametrize("case", CASES, ids=[case[0] for case in CASES])
def test_a_fault_becomes_the_right_error_with_its_next_step(run, fault_server, case):
    fault, error, words, sent, code = case
    fault_server.fault(fault)

    report = run()

    assert type(report[0].error) is error
    assert words in report[0].reason
    assert fault_server.counts.requests == sent
    assert report.exit_code is code


@pytest.mark.parametrize("fault", ["portal", "not_json", "no_data"])
def test_the_same_answer_without_a_picture_costs_three_requests_and_not_fifty(run, fault_server, fault):
    fault_server.fault(fault)

    run(50)

    assert fault_server.counts.requests <= 3 + 3  # three, and what was in flight beside the first


@pytest.mark.parametrize("fault", [case[0] for case in CASES if case[4] is ExitCode.ACCOUNT])
def test_what_concerns_the_whole_account_costs_one_request_and_not_fifty(run, fault_server, fault):
    fault_server.fault(fault)

    report = run(50)

    assert fault_server.counts.requests == 1
    assert report.exit_code is ExitCode.ACCOUNT


@pytest.mark.parametrize("fault", [case[0] for case in CASES if case[1] is ModelUnavailable])
def test_a_model_that_is_not_there_costs_one_request_and_not_fifty(run, fault_server, fault):
    fault_server.fault(fault)

    report = run(50)

    assert fault_server.counts.requests == 1
    assert {str(result.outcome) for result in report} == {"failed"}


def test_a_refusal_stops_no_other_scene(run, fault_server):
    fault_server.fault("moderation_blocked", prompt="river")

    report = run(["a river", "a mountain"])

    assert [str(result.outcome) for result in report] == ["refused", "drawn"]


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        ("rate_limit_seconds", 3),
        ("rate_limit_ms", 0.5),  # 350 ms are asked for; half a second is the least
        ("rate_limit_long", 121),
        ("rate_limit_text", 12),
        ("rate_limit_text_ms", 0.5),  # 350 ms are asked for; half a second is the least
    ],
)
def test_a_throttled_run_waits_for_as_long_as_the_service_asks_and_goes_on(run, fault_server, clock, fault, seconds):
    fault_server.fault(fault, times=1)

    report = run()

    assert report.exit_code is ExitCode.OK
    assert sum(clock.pauses) == pytest.approx(seconds)
    assert fault_server.counts.requests == 2


def test_a_throttled_run_understands_a_date(provider, fault_server, make):
    fault_server.fault("rate_limit_date")
    provider = make(fault_server.env, now=time.time())
    provider.open()

    with pytest.raises(RateLimited) as caught:
        provider.generate(ImageRequest(1, "a river"))

    assert 0 <= caught.value.retry_after <= 600


@pytest.mark.parametrize("fault", ["rate_limit_silent", "slow_down"])
def test_a_throttled_run_waits_even_when_the_service_does_not_say_how_long(run, fault_server, clock, fault):
    fault_server.fault(fault, times=1)

    report = run()

    assert report.exit_code is ExitCode.OK
    assert sum(clock.pauses) > 0


def test_a_service_that_comes_back_is_asked_until_it_draws(run, fault_server):
    fault_server.fault("server_error", times=2)

    assert run().exit_code is ExitCode.OK
    assert fault_server.counts.billed == 1


@pytest.mark.parametrize("fault", ["hang", "dripping_body"])
def test_no_whole_answer_is_an_unknown_outcome_after_the_seconds_of_the_option_timeout(run, fault_server, fault):
    fault_server.fault(fault)

    report = run(timeout=0.2)

    assert type(report[0].error) is OutcomeUnknown
    assert "127.0.0.1 gave no whole answer within 0.2 s" in report[0].reason
    assert fault_server.counts.requests == 2


def test_redirects_without_end_are_no_order(run):
    redirect = Reply(307, headers={"Location": "/v1/images/generations"})
    with StandIn(lambda _: redirect) as service:
        report = run(env={"OPENAI_API_KEY": "rehearsal", "OPENAI_BASE_URL": f"{service.url}/v1"})

    assert type(report[0].error) is InvalidRequest
    assert "sends elsewhere (HTTP 302); check OPENAI_BASE_URL" in report[0].reason
    assert "it redirects without end" in report[0].reason


def test_a_server_that_is_not_there_is_unavailable(run):
    with socket.socket() as unused:  # bound and not listening: a connection is refused
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}/v1"
        report = run(env={"OPENAI_API_KEY": "rehearsal", "OPENAI_BASE_URL": url})

    assert type(report[0].error) is ProviderUnavailable
    assert f"127.0.0.1:{url[17:-3]} cannot be reached" in report[0].reason
    assert "check the network and OPENAI_BASE_URL" in report[0].reason


def test_without_a_key_nothing_is_sent(run, fault_server):
    with pytest.raises(MissingKey, match=r"OPENAI_API_KEY; get a key at https://platform.openai.com/api-keys"):
        run(env={"OPENAI_BASE_URL": fault_server.env["OPENAI_BASE_URL"]})

    assert fault_server.requests == []


@pytest.mark.parametrize("key", ["sk-ключ", "sk-two words", "sk-two\nlines"])
def test_a_key_that_no_header_can_carry_is_refused_before_anything_is_sent(run, fault_server, key):
    with pytest.raises(
        MissingKey, match="OPENAI_API_KEY holds a character that no key has; copy the key anew"
    ) as caught:
        run(env=fault_server.env | {"OPENAI_API_KEY": key})

    assert key not in str(caught.value)
    assert fault_server.requests == []


def test_an_illegal_option_sends_nothing(run, fault_server):
    with pytest.raises(ConfigError, match="write one of low, medium, high, auto"):
        run(quality="hd")

    assert fault_server.requests == []
