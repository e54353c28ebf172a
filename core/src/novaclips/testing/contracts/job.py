"""Rules J1 to J5: what a provider keeps whose service hands out job ids."""

from __future__ import annotations

import pytest

from novaclips.errors import ProviderError
from novaclips.testing.contracts.provider import ImageProviderContract
from novaclips.testing.contracts.provider_case import ProviderCase, seen
from novaclips.visuals.image_generator.models import GeneratedImage
from novaclips.visuals.image_generator.providers.base import BaseImageProvider, JobImageProvider


def _job_provider(provider: BaseImageProvider) -> JobImageProvider:
    assert isinstance(provider, JobImageProvider), (
        f"{type(provider).__name__} is no JobImageProvider; test it with ImageProviderContract"
    )
    return provider


class JobProviderContract(ImageProviderContract):
    """The rules of providers with jobs, beside those of all providers; a subclass gives the fixture ``case``."""

    @pytest.fixture
    def here(self, provider: BaseImageProvider) -> JobImageProvider:
        """Return the provider, ready to send."""
        return _job_provider(provider)

    @pytest.fixture
    def elsewhere(self, another: BaseImageProvider) -> JobImageProvider:
        """Return the second one, which knows nothing of the first."""
        return _job_provider(another)

    def test_j1_submit_sends_one_order_and_returns_its_id(self, case: ProviderCase, here: JobImageProvider) -> None:
        """``submit`` sends one order and returns the job's id, a string that is not empty."""
        before = case.count()
        job = here.submit(case.request())
        assert isinstance(job, str), f"submit() should return a string, not {job!r}"
        assert job.strip(), "submit() returned an empty id"
        assert case.count() - before == (1 if case.requests else 0), "submit() should send one order"

    def test_j2_another_instance_collects(
        self, case: ProviderCase, here: JobImageProvider, elsewhere: JobImageProvider
    ) -> None:
        """Another instance collects a job by its id alone: a run that was killed loses nothing."""
        assert isinstance(elsewhere.collect(here.submit(case.request())), GeneratedImage)

    def test_j3_collecting_again_orders_nothing(self, case: ProviderCase, here: JobImageProvider) -> None:
        """A job that is collected again brings the same picture, and orders nothing."""
        job = here.submit(case.request())
        first, orders = here.collect(job), case.count()
        assert seen(here.collect(job)) == seen(first), "collecting again brought another picture"
        assert case.count() == orders, "collecting again ordered again"

    def test_j4_cancelling_again_is_harmless(self, case: ProviderCase, here: JobImageProvider) -> None:
        """A job may be cancelled twice."""
        job = here.submit(case.request())
        here.cancel(job)
        here.cancel(job)

    def test_j5_unknown_job_is_a_provider_error(self, here: JobImageProvider) -> None:
        """To collect a job that the service does not know is a ProviderError."""
        with pytest.raises(ProviderError):
            here.collect("no-such-job")
