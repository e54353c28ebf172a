"""The base classes of image providers: one attempt per call, from several threads at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from novaclips.visuals.image_generator.models import JSON, Cost, GeneratedImage, ImageRequest


class BaseImageProvider(ABC):
    """Draws a picture from a request.

    Methods are called from several threads at once. A call makes one attempt: no retry, no sleep, no file, no
    print. What goes wrong is raised as the fitting subclass of ProviderError, ``from`` the vendor's own error.
    """

    @property
    def host(self) -> str | None:
        """Where requests go, as ``api.example.com`` or ``127.0.0.1:8080``; the user reads it before the first one.

        None says "its own service", and an empty text that nothing leaves this process. ``Address.netloc`` has the
        right form. A class that has one host writes ``host = "api.example.com"``.
        """
        return None

    @property
    def host_is_own(self) -> bool:
        """Whether ``host`` is the service's own, and not one that somebody put in its place; that is always shown."""
        return True

    @abstractmethod
    def generate(self, request: ImageRequest) -> GeneratedImage | bytes:
        """Ask the service once and return the picture's bytes as they came.

        Raises a ProviderError; anything else counts as a bug of the provider and fails this scene alone.
        """

    def identity(self, request: ImageRequest) -> Mapping[str, JSON]:
        """Return all that shapes the picture beside prompt, negative prompt, seed and references.

        Two requests with equal identity are one purchase. Keys are strings, values JSON. Three names are understood
        by core: ``model``; ``size``, the native size that the service is asked for, ``1920x1088`` or ``2K``; and
        ``aspect``, as ``16:9``, where it is told the shape apart. Pictures that differ in nothing but ``size`` serve
        each other's resolutions. The scene's number belongs in here only if it is drawn, the key never. The default is
        the frame's size and the options.

        An option whose value is not legal is a ConfigError, here and in ``estimate`` and ``notices``: nothing was sent.
        """
        return {"resolution": request.resolution, "options": dict(request.options)}

    def estimate(self, request: ImageRequest) -> Cost | None:  # noqa: ARG002 - the default knows no price
        """Return what this call costs at worst, in US dollars, or None where that is unknown; zero means free."""
        return None

    def notices(self, request: ImageRequest) -> Sequence[str]:  # noqa: ARG002 - the default ignores nothing
        """Say, one sentence each, what of a request will be ignored, or is about to change.

        Only what the capabilities do not say: an option that is unknown, or that this model does not have. The user
        sees each sentence once, before anything is sent.
        """
        return ()

    def open(self) -> None:
        """Get ready to send: read the key, import the SDK.

        Called once before the first request of a run, on one thread, and not at all for a run that only plans or
        finds everything up to date: ``identity``, ``estimate`` and ``notices`` need no key and no network. MissingKey
        or another ConfigError ends the run before anything was sent.
        """
        return

    def close(self) -> None:
        """Let go of connections; called once at the end of a run, harmless when called again."""
        return


class JobImageProvider(BaseImageProvider):
    """A provider whose service hands out a job id and draws in its own time."""

    @abstractmethod
    def submit(self, request: ImageRequest) -> str:
        """Start a job and return its id at once; core writes it down before anything else happens.

        Sends one request, and raises as ``generate`` does; OutcomeUnknown where the job may have begun without its id
        coming back.
        """

    @abstractmethod
    def collect(self, job_id: str) -> GeneratedImage:
        """Wait for a job, up to the provider's own deadline, and return its picture.

        The job may be one that an earlier run submitted, and may be collected twice. OutcomeUnknown leaves it open, to
        be collected once more or by the next run; ProviderUnavailable and RateLimited say that it could not be looked
        at, and core looks again. JobLost alone says that it came to nothing and may be submitted anew.
        """

    @abstractmethod
    def cancel(self, job_id: str) -> None:
        """Stop a job that nobody waits for any more; harmless for one that is over."""

    def generate(self, request: ImageRequest) -> GeneratedImage | bytes:
        """Submit and collect in one call."""
        return self.collect(self.submit(request))
