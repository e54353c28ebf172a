"""Rules P1 to P32: what every image provider keeps."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from novaclips.discovery import Spec
from novaclips.errors import (
    AuthenticationFailed,
    MissingKey,
    OutcomeUnknown,
    ProviderError,
    ProviderUnavailable,
    RateLimited,
)
from novaclips.hookspecs import ImageProviderSpec
from novaclips.testing import pictures
from novaclips.testing.contracts.as_it_was import as_it_was
from novaclips.testing.contracts.at_once import THREADS, at_once
from novaclips.testing.contracts.elsewhere import as_json, ask_elsewhere
from novaclips.testing.contracts.packaging import PackagedContract
from novaclips.testing.contracts.provider_case import ProviderCase, data_of, seen
from novaclips.testing.network import loopback_only, no_network
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import Cost, GeneratedImage, ImageRequest
from novaclips.visuals.image_generator.providers.base import BaseImageProvider

UNKNOWN: Final = "no_such_option"
SEED: Final = 7
SHAPES: Final = ("180x320", "256x256", "640x272")
# Shown with the picture, and no reason to draw another one.
SCENE: Final[Mapping[str, Any]] = MappingProxyType({"scene_id": 8, "title": "At sea", "narration": "The boat sails."})
ALIKE: Final = "A paper boat on a puddle in the rain, seen from above, in the light of a street lamp. " * 10
PROXIES: Final = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


class ImageProviderContract(PackagedContract):
    """The rules of providers; a subclass gives the fixture ``case``, which returns a ProviderCase."""

    kind = "provider"

    @pytest.fixture
    def spec(self, specs: tuple[Spec, ...]) -> ImageProviderSpec:
        """Return the one spec of the provider's name."""
        (spec,) = specs
        assert isinstance(spec, ImageProviderSpec)
        return spec

    @pytest.fixture(autouse=True)
    def _this_machine_alone(
        self, case: ProviderCase, spec: ImageProviderSpec, monkeypatch: pytest.MonkeyPatch
    ) -> Iterator[None]:
        """Keep the author's own keys, addresses and proxies out: what a provider knows, it has from its Settings."""
        for name in {*case.env, *spec.key_env, *PROXIES, *map(str.lower, PROXIES)}:
            monkeypatch.delenv(name, raising=False)
        with loopback_only():
            yield

    @pytest.fixture
    def provider(self, case: ProviderCase, spec: ImageProviderSpec) -> Iterator[BaseImageProvider]:
        """Make a provider that is ready to send."""
        provider = case.create(spec)
        provider.open()
        yield provider
        provider.close()

    @pytest.fixture
    def another(self, case: ProviderCase, spec: ImageProviderSpec) -> Iterator[BaseImageProvider]:
        """Make a second one, as in the next run: it knows nothing of the first."""
        provider = case.create(spec)
        provider.open()
        yield provider
        provider.close()

    def test_p1_create_needs_no_key_and_no_network(self, case: ProviderCase, spec: ImageProviderSpec) -> None:
        """``create`` gives a BaseImageProvider, with no key and no network."""
        with no_network():
            for env in (case.env, case.without_key(spec)):
                made = case.create(spec, env)
                assert isinstance(made, BaseImageProvider), (
                    f"create() should return a BaseImageProvider, not {type(made).__name__}"
                )

    def test_p2_open_without_a_key_raises_missing_key(self, case: ProviderCase, spec: ImageProviderSpec) -> None:
        """``open`` without a key raises MissingKey and names the variable; without ``key_env`` it asks for no key."""
        if not spec.key_env:
            provider = case.create(spec, {})
            try:
                provider.open()
            except MissingKey as exc:
                asked = " or ".join(name for name in case.env if name in str(exc)) or "a key"
                pytest.fail(f"open asks for {asked}; name it in key_env of the spec ({exc})")
            provider.close()
            return
        with pytest.raises(MissingKey, match=spec.key_env[0]):
            case.create(spec, case.without_key(spec)).open()

    def test_p3_planning_needs_no_key_and_sends_nothing(self, case: ProviderCase, spec: ImageProviderSpec) -> None:
        """``identity``, ``estimate`` and ``notices`` work before ``open``, with no key and no network."""
        env = dict(case.env)
        provider = case.create(spec, env)
        for name in spec.key_env:
            env.pop(name, None)  # only now: whether create can do without it is another rule
        with no_network():
            provider.identity(case.request())
            provider.estimate(case.request())
            provider.notices(case.request())

    def test_p4_identity_is_json(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """``identity`` is JSON, with strings for keys, and reads back as it was."""
        identity = dict(provider.identity(case.request()))
        try:
            text = json.dumps(identity, allow_nan=False)
        except (TypeError, ValueError) as exc:
            pytest.fail(f"the identity {identity} is no JSON: {exc}")
        assert json.loads(text) == identity, f"the identity {identity} reads back from JSON as {text}"

    def test_p5_equal_requests_have_equal_identities(
        self, case: ProviderCase, provider: BaseImageProvider, another: BaseImageProvider
    ) -> None:
        """Equal requests have equal identities, from another instance too."""
        identity = provider.identity(case.request())
        for again in (provider.identity(case.request()), another.identity(case.request())):
            assert again == identity, f"{again} and {identity}: a picture that is there would be bought again"

    def test_p6_scene_is_not_in_the_identity(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """The scene's number, title and narration are in the identity only where they are drawn."""
        request = case.request()
        identity = provider.identity(request)
        changes = [name for name in SCENE if provider.identity(replace(request, **{name: SCENE[name]})) != identity]
        if case.draws_scene:
            assert changes, "the case says draws_scene, and the identity has nothing of the scene"
        else:
            assert not changes, f"whoever moves or renames a scene buys it again: {', '.join(changes)} in the identity"

    def test_p7_each_shaping_option_changes_the_identity(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """Each option that makes another picture makes another identity."""
        identity = provider.identity(case.request())
        for name, value in case.shaping.items():
            other = provider.identity(case.with_option(name, value))
            assert other != identity, f"option {name}={value!r} leaves the identity as it is: old pictures would stay"

    def test_p8_key_is_not_in_the_identity(
        self, case: ProviderCase, spec: ImageProviderSpec, provider: BaseImageProvider
    ) -> None:
        """The key is not in the identity, which is written down."""
        identity = repr(dict(provider.identity(case.request())))
        assert not any(secret in identity for secret in case.secrets(spec)), "the identity holds the key"

    def test_p9_unknown_option_is_told_and_no_error(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """An option that the provider does not have is no error; ``notices`` says so, in one sentence."""
        request = case.with_option(UNKNOWN, "x")
        told = [sentence for sentence in provider.notices(request) if UNKNOWN in sentence]
        assert len(told) == 1, f"notices() should name {UNKNOWN!r} once (see unknown_options), and says: {told}"
        provider.identity(request)
        provider.estimate(request)
        provider.generate(request)

    def test_p10_answer_is_a_picture(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """``generate`` gives bytes or a GeneratedImage, and they unpack to a picture."""
        answer = provider.generate(case.request())
        assert isinstance(answer, bytes | GeneratedImage), (
            f"generate() should return bytes or a GeneratedImage, not {type(answer).__name__}"
        )
        verify(data_of(answer))

    def test_p11_one_call_is_one_order(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """One call sends one order, whether it goes well or wrong: core tries again, within the budget."""
        one = 1 if case.requests else 0
        before = case.count()
        provider.generate(case.request())
        assert case.count() - before == one, f"one call sent {case.count() - before} orders"
        before = case.count()
        for error, _ in case.failures(provider):
            orders = case.count() - before
            assert orders == one, (
                f"a call that meets {error.__name__} sent {orders} orders; switch the SDK's retries off"
            )
            before += one

    def test_p12_fault_becomes_its_error(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """What goes wrong is raised as exactly the error that it means."""
        for expected, raised in case.failures(provider):
            assert type(raised) is expected, (
                f"the fault for {expected.__name__} was raised as {type(raised).__name__}: {raised}"
            )

    def test_p13_error_is_one_line(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """An error says something, on one line."""
        for expected, raised in case.failures(provider):
            if raised is not None:
                assert len(str(raised).strip().splitlines()) == 1, f"{expected.__name__} says {str(raised)!r}"

    def test_p14_error_keeps_its_cause(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """An error is raised ``from`` the one behind it; ``from None`` where that one holds a secret."""
        for expected, raised in case.failures(provider):
            if isinstance(raised, ProviderError) and raised.__context__ is not None:
                assert raised.__suppress_context__, (
                    f"raise {expected.__name__}(...) from exc: it keeps the cause, which --debug shows"
                )

    def test_p15_rate_limit_says_when_to_come_back(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """RateLimited carries the seconds that the service asks for."""
        for _, raised in case.failures(provider):
            if isinstance(raised, RateLimited):
                assert raised.retry_after is not None, (
                    "RateLimited has no retry_after; see novaclips.plugin.retry_after"
                )
                assert raised.retry_after >= 0, f"retry_after is {raised.retry_after}"

    def test_p16_faults_of_a_service_are_tested(self, case: ProviderCase, spec: ImageProviderSpec) -> None:
        """A provider with a service is tested with its faults: the case counts orders, and has the usual errors."""
        wanted: set[type[ProviderError]] = {RateLimited, ProviderUnavailable, OutcomeUnknown}
        if spec.key_env:
            assert case.requests, "a provider with a key has a service: give the case requests, which counts its orders"
            wanted.add(AuthenticationFailed)
        missing = sorted(error.__name__ for error in wanted - case.faults.keys()) if case.requests else []
        assert not missing, f"the case's faults should have {', '.join(missing)}"

    def test_p17_eight_threads_get_their_own_pictures(
        self, case: ProviderCase, spec: ImageProviderSpec, provider: BaseImageProvider
    ) -> None:
        """Eight threads at once get each the picture that each would get alone."""
        seed = SEED if spec.capabilities.seed else None
        requests = [case.request(f"{number} paper boats on a puddle", seed=seed) for number in range(THREADS)]
        together = at_once(lambda number: seen(provider.generate(requests[number])))
        # Who has the fingerprint of its own prompt need not be asked again.
        wrong = [
            number
            for number, request in enumerate(requests)
            if together[number] != pictures.fingerprint(request.prompt)
            and together[number] != seen(provider.generate(request))
        ]
        assert not wrong, f"threads {wrong} got other pictures than alone; keep nothing about a request on self"
        assert len(set(together)) == THREADS, "different prompts got one picture"

    def test_p18_seed_is_borne_and_given_back(
        self, case: ProviderCase, spec: ImageProviderSpec, provider: BaseImageProvider
    ) -> None:
        """A request with a seed draws; where seeds are a capability, an answer that names one names that one."""
        answer = provider.generate(case.request(seed=SEED))
        if spec.capabilities.seed and isinstance(answer, GeneratedImage):
            assert answer.seed in {None, SEED}, f"asked for seed {SEED}, and the answer says {answer.seed}"

    def test_p19_negative_prompt_is_borne(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """A request with a negative prompt draws, used or not: core says what the capabilities leave out."""
        assert provider.generate(case.request(negative_prompt="text, people"))

    def test_p20_reference_is_borne(self, case: ProviderCase, provider: BaseImageProvider, tmp_path: Path) -> None:
        """A request with a reference image draws, used or not."""
        reference = tmp_path / "boat.png"
        reference.write_bytes(pictures.draw("a boat", (256, 256)))
        assert provider.generate(case.request(references=(reference,)))

    def test_p21_estimate_is_the_worst_case(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """``estimate`` is None or a Cost of 0 or more, and the real cost is at most that."""
        estimate = provider.estimate(case.request())
        answer = provider.generate(case.request())
        cost = answer.cost if isinstance(answer, GeneratedImage) else None
        amounts: tuple[object, ...] = (estimate, cost)
        for amount in amounts:
            assert amount is None or (isinstance(amount, Cost) and amount.usd >= 0), f"{amount!r} is no Cost"
        if estimate is not None and cost is not None:
            assert cost.usd <= estimate.usd, f"it cost {cost}, and the estimate was {estimate}"

    def test_p22_key_is_told_nowhere(
        self, case: ProviderCase, spec: ImageProviderSpec, provider: BaseImageProvider
    ) -> None:
        """The key is in no repr, notice, warning, metadata or error."""
        answer = provider.generate(case.request())
        told = {"repr of the provider": repr(provider), "notices": repr(provider.notices(case.request()))}
        if isinstance(answer, GeneratedImage):
            told |= {"warnings": repr(answer.warnings), "metadata": repr(dict(answer.metadata))}
        told |= {error.__name__: f"{raised} {raised!r}" for error, raised in case.failures(provider)}
        leaks = [place for place, text in told.items() if any(secret in text for secret in case.secrets(spec))]
        assert not leaks, f"the key shows in: {', '.join(leaks)}"

    def test_p23_close_is_harmless(self, case: ProviderCase, spec: ImageProviderSpec) -> None:
        """``close`` is harmless before ``open``, and twice."""
        case.create(spec).close()
        provider = case.create(spec)
        provider.open()
        provider.close()
        provider.close()

    def test_p24_nothing_is_printed(
        self, case: ProviderCase, provider: BaseImageProvider, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """``generate`` prints nothing: stdout belongs to ``--json``."""
        provider.generate(case.request())
        printed = "".join(capfd.readouterr())
        assert not printed, f"generate() printed {printed!r}"

    def test_p25_no_file_is_left(
        self, case: ProviderCase, provider: BaseImageProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """``generate`` leaves no file in the current folder: files are core's."""
        monkeypatch.chdir(tmp_path)
        provider.generate(case.request())
        left = [path.name for path in tmp_path.iterdir()]
        assert not left, f"generate() left {', '.join(left)}"

    def test_p26_words_of_any_script_draw(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """Prompts and titles in Cyrillic, Chinese and emoji draw."""
        request = case.request("Маяк в тумане 🌕, 一条河", title="Маяк 🌊", narration="Он светит кораблям.")
        assert provider.generate(request)

    def test_p27_frame_of_any_shape_draws(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """Upright, square and wide frames draw: the provider asks for its nearest legal size."""
        for shape in SHAPES:
            assert provider.generate(case.request(resolution=shape)), shape

    def test_p28_what_comes_with_the_picture_can_be_written_down(
        self, case: ProviderCase, provider: BaseImageProvider
    ) -> None:
        """Model, seed, cost, warnings and metadata of an answer are of their types, and the metadata is JSON."""
        answer = provider.generate(case.request())
        if isinstance(answer, GeneratedImage):
            assert not answer.dropped, f"{', '.join(answer.dropped)} of the answer cannot be written down"

    def test_p29_process_stays_as_it_was(
        self, case: ProviderCase, spec: ImageProviderSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A provider at work changes no working folder and no switch of Pillow's: the whole process has them."""
        monkeypatch.chdir(tmp_path)
        with as_it_was() as changed:
            provider = case.create(spec)
            provider.open()
            provider.generate(case.request())
            provider.close()
        assert not changed, f"the provider changed {', '.join(changed)}"

    def test_p30_prompts_that_begin_alike_get_their_own_pictures(
        self, case: ProviderCase, provider: BaseImageProvider
    ) -> None:
        """Prompts that differ in their last words alone get each its own picture."""
        first, second = (seen(provider.generate(case.request(f"{ALIKE}{last}"))) for last in ("One.", "Two."))
        assert first != second, "prompts that begin alike got one picture; a cache has to know the whole request"

    def test_p31_estimate_holds_for_each_option(self, case: ProviderCase, provider: BaseImageProvider) -> None:
        """The real cost is at most the estimate with each option that makes another picture, too."""
        if over_estimate(provider, case.request()):
            return  # without any option, too: that is another rule
        for name, value in case.shaping.items():
            over = over_estimate(provider, case.with_option(name, value))
            assert not over, f"with {name}={value!r} {over}"

    def test_p32_identity_is_the_same_in_another_process(
        self, case: ProviderCase, provider: BaseImageProvider, another: BaseImageProvider
    ) -> None:
        """The identity is the same in another process, with another hash seed, date and working folder."""
        requests = [case.request(), *(case.with_option(name, value) for name, value in case.shaping.items())]
        here = [as_json(dict(provider.identity(request))) for request in requests]
        if here != [as_json(dict(another.identity(request))) for request in requests]:
            return  # in this process, too: that is another rule
        fields = ("scene_id", "prompt", "resolution", "scene_prompt")
        sent = [
            {name: getattr(request, name) for name in fields} | {"options": dict(request.options)}
            for request in requests
        ]
        told = {"name": case.name, "env": dict(case.env), "options": dict(case.options), "requests": sent}
        there = ask_elsewhere(told)
        assert there == here, f"{there} there and {here} here: the next run would buy every picture again"


def over_estimate(provider: BaseImageProvider, request: ImageRequest) -> str:
    """Draw a request and say by how much that cost more than the estimate; empty where it did not."""
    estimate, answer = provider.estimate(request), provider.generate(request)
    cost = answer.cost if isinstance(answer, GeneratedImage) else None
    if not (isinstance(estimate, Cost) and isinstance(cost, Cost)) or cost.usd <= estimate.usd:
        return ""
    return f"it cost {cost}, and the estimate was {estimate}"
