"""Every error that novaclips raises on purpose.

NovaclipsError
├── ConfigError                bad flag, bad file, missing key: nothing was sent        exit 2
│   ├── ScenesError            scenes.yaml cannot be used; says file:line:column
│   ├── UnknownPlugin          no installed plugin has that name
│   ├── MissingKey             the provider needs a key that is not set
│   └── FolderInUse            another run writes into the output folder
├── PluginError                a selected plugin is broken                               exit 2
├── StorageError               the output folder cannot take a file                      exit 1
├── BudgetReached              the next picture might cost more than is left             exit 4
└── ProviderError              one call to an image service went wrong                   exit 1
    ├── AuthenticationFailed   stops the run after one request                           exit 5
    ├── QuotaExhausted         no money: stops the run                                   exit 5
    ├── ContentRefused         this scene; never retried unchanged                       exit 3
    ├── InvalidRequest         this scene
    │   └── ModelUnavailable   all scenes of that model, after one request
    ├── RateLimited            retried; slows everybody down
    ├── ProviderUnavailable    retried; the request was certainly not accepted
    ├── OutcomeUnknown         sent, no answer: perhaps billed
    │   └── ServiceSilent      that happened too often: stops the run
    └── BadImage               the answer is not a picture, is cut short, or is a bomb
"""

from __future__ import annotations

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What the command line answers to the shell."""

    OK = 0
    SCENES_FAILED = 1
    USAGE = 2
    REFUSED = 3
    BUDGET = 4
    ACCOUNT = 5
    INTERRUPTED = 130


class NovaclipsError(Exception):
    """The root of everything that novaclips raises on purpose."""

    exit_code: ClassVar[ExitCode] = ExitCode.SCENES_FAILED


class ConfigError(NovaclipsError):
    """Something that the user wrote cannot be used; nothing was sent."""

    exit_code = ExitCode.USAGE


class ScenesError(ConfigError):
    """A scenes file cannot be used; each line of the text starts with file:line:column."""


class UnknownPlugin(ConfigError):
    """No installed plugin has the name that was asked for."""


class MissingKey(ConfigError):
    """A provider needs a key, and no environment variable holds one."""


class FolderInUse(ConfigError):
    """Another run writes into the output folder; the text names its process."""


class PluginError(NovaclipsError):
    """A plugin that was selected is broken; the text names plugin, distribution, version and cause.

    ``remedy`` is what its author has to write, where that is known.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, *args: object, remedy: str = "") -> None:
        super().__init__(*args)
        self.remedy = remedy


class StorageError(NovaclipsError):
    """A file could not be written into the output folder: no space, no permission, a device gone."""


class BudgetReached(NovaclipsError):
    """The next picture might cost more than is left of the budget. Stops the run; nothing was sent for it."""

    exit_code = ExitCode.BUDGET


class ProviderError(NovaclipsError):
    """One call to an image service went wrong; the subclass says what the engine does about it."""


class AuthenticationFailed(ProviderError):
    """The service does not accept the key. Stops the run after one request."""

    exit_code = ExitCode.ACCOUNT


class QuotaExhausted(ProviderError):
    """The account has no money or no quota left. Stops the run."""

    exit_code = ExitCode.ACCOUNT


class ContentRefused(ProviderError):
    """The service refuses this prompt or the picture it made. Never sent again unchanged."""

    exit_code = ExitCode.REFUSED


class InvalidRequest(ProviderError):
    """The service does not understand or allow this request. Concerns this scene only."""


class ModelUnavailable(InvalidRequest):
    """The service does not have the model, or not for this key. No scene of the run is sent to that model any more."""


class RateLimited(ProviderError):
    """The service asks for patience; the request was not accepted and is sent again.

    ``retry_after`` is in seconds, from now; None when the service did not say.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ProviderUnavailable(ProviderError):
    """The service did not take the request (server error, overload, no connection). Sent again."""


class OutcomeUnknown(ProviderError):
    """The request went out and no answer came back: it may have been billed."""


class ServiceSilent(OutcomeUnknown):
    """Too many requests of a run got no answer. Stops the run: each of them may have been billed."""


class BadImage(ProviderError):
    """What came back is not a picture, is cut short, or unpacks to an absurd size."""
