"""The base classes of image providers: one attempt per call, from several threads at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping

from novaclips.visuals.image_generator.models import JSON, Cost, GeneratedImage, ImageRequest


class BaseImageProvider(ABC):
    """Draws a picture from a request.

    Methods are called from several threads at once. A call makes one attempt: no retry, no sleep, no file, no
    print. What goes wrong is raised as the fitting subclass of ProviderError, ``from`` the vendor's own error.
    """

    @abstractmethod
    def generate(self, request: ImageRequest) -> GeneratedImage | bytes:
        """Ask the service once and return the picture's bytes as they came.

        Raises a ProviderError; anything else counts as a bug of the provider and fails this scene alone.
        """

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return all that shapes the picture beside prompt, negative prompt, seed and references.

        Model, native size, quality, options: two requests with equal identity are one purchase. Keys are strings,
        values JSON. The scene's number belongs in here only if it is drawn. The default is the frame's size and
        the options.
        """
        return {"resolution": request.resolution, "options": dict(request.options)}

    def estimate(self, request: ImageRequest) -> Cost | None:  # noqa: ARG002 - the default knows no price
        """Return what this call costs at worst, or None where that is unknown; zero means free."""
        return None

    def close(self) -> None:
        """Let go of connections; called once at the end of a run, harmless when called again."""
        return


class JobImageProvider(BaseImageProvider):
    """A provider whose service hands out a job id and draws in its own time."""

    @abstractmethod
    def submit(self, request: ImageRequest) -> str:
        """Start a job and return its id at once; core writes it down before anything else happens."""

    @abstractmethod
    def collect(self, job_id: str) -> GeneratedImage:
        """Wait for a job, up to the provider's own deadline, and return its picture."""

    @abstractmethod
    def cancel(self, job_id: str) -> None:
        """Stop a job that nobody waits for any more."""

    def generate(self, request: ImageRequest) -> GeneratedImage | bytes:
        """Submit and collect in one call."""
        return self.collect(self.submit(request))
