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
    │   └── AccountBlocked     every prompt is refused: stops the run                    exit 5
    ├── InvalidRequest         this scene
    │   └── ModelUnavailable   all scenes of that model, after one request
    ├── RateLimited            retried; slows everybody down
    ├── ProviderUnavailable    retried; a job is looked at again
    ├── OutcomeUnknown         sent, no answer: perhaps billed
    │   └── ServiceSilent      that happened too often: stops the run
    ├── ServiceUnusable        nothing gets through, or it is the same useless answer: stops the run
    ├── JobLost                a job came to nothing: submitted anew
    └── BadImage               the answer is not a picture, is cut short, or is a bomb

Each class says what is to be done about it: ``retry``, ``billed``, ``scope``, ``ends_as`` and ``retry_after``. The
engine reads these attributes and nothing else, so a plugin's own subclass, or one error that differs from its class, is
understood too.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import IntEnum, StrEnum
from typing import ClassVar


class Retry(StrEnum):
    """Whether the same request is worth sending again."""

    NO = "no"
    LATER = "later"  # the same request, after a pause
    LAST = "last"  # once, behind all others, where the user allows that: it may be paid for twice
    ELSEWHERE = "elsewhere"  # another model, provider or account may serve it


class Billed(StrEnum):
    """Whether the attempt cost money."""

    NO = "no"
    PERHAPS = "perhaps"
    YES = "yes"


class Scope(StrEnum):
    """What else would meet the same error."""

    SCENE = "scene"
    MODEL = "model"  # every scene of that model
    LANE = "lane"  # every request to that provider account
    RUN = "run"


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
    ends_as: ClassVar[str] = (
        "failed"  # how its attempt ended: failed, refused or unknown; "not sent" where none was made
    )
    retry: Retry = Retry.NO
    billed: Billed = Billed.NO
    scope: Scope = Scope.SCENE
    retry_after: float | None = None  # seconds from now; None: the service did not say


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

    ``remedy`` is what its author has to write, where that is known. ``billed`` counts where it comes out of a call for
    a picture: nobody knows then whether the service was asked before.
    """

    exit_code = ExitCode.USAGE

    def __init__(self, *args: object, remedy: str = "", billed: Billed = Billed.PERHAPS) -> None:
        super().__init__(*args)
        self.remedy = remedy
        self.billed = billed


class StorageError(NovaclipsError):
    """A file could not be written into the output folder: no space, no permission, a device gone."""

    ends_as = "unknown"
    billed = Billed.PERHAPS
    scope = Scope.RUN


class BudgetReached(NovaclipsError):
    """The next picture might cost more than is left of the budget. Stops the run; nothing was sent for it.

    ``of_project`` says that it is the budget of the whole project: another run has no more to spend than this one.
    """

    exit_code = ExitCode.BUDGET
    ends_as = "not sent"
    scope = Scope.RUN

    def __init__(self, *args: object, of_project: bool = False) -> None:
        super().__init__(*args)
        self.of_project = of_project


class ProviderError(NovaclipsError):
    """One call to an image service went wrong; its attributes say what is done about it.

    ``retry``, ``billed`` and ``scope`` replace those of the class for this one error: an overload that a gateway
    answered after it had taken the request is ``ProviderUnavailable(text, billed=Billed.PERHAPS)``. ``retry_after``
    is in seconds, from now; None when the service did not say.
    """

    def __init__(
        self,
        *args: object,
        retry: Retry | None = None,
        billed: Billed | None = None,
        scope: Scope | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(*args)
        if retry is not None:
            self.retry = retry
        if billed is not None:
            self.billed = billed
        if scope is not None:
            self.scope = scope
        self.retry_after = retry_after


class AuthenticationFailed(ProviderError):
    """The service does not accept the key. Stops the run after one request."""

    exit_code = ExitCode.ACCOUNT
    retry = Retry.ELSEWHERE
    scope = Scope.LANE


class QuotaExhausted(ProviderError):
    """The account has no money or no quota left. Stops the run."""

    exit_code = ExitCode.ACCOUNT
    retry = Retry.ELSEWHERE
    scope = Scope.LANE


class RefusedAt(StrEnum):
    """What of a request a service refused."""

    PROMPT = "prompt"
    PICTURE = "picture"  # the one that it drew: another seed may pass
    REFERENCE = "reference"
    ACCOUNT = "account"  # every prompt is refused, a red apple too
    UNKNOWN = "unknown"


class ContentRefused(ProviderError):
    """The service refuses this prompt or the picture it made. Never sent again unchanged.

    ``stage`` says what was refused, ``categories`` why, as the service calls it, and ``said`` holds its own words.
    """

    exit_code = ExitCode.REFUSED
    ends_as = "refused"
    retry = Retry.ELSEWHERE

    def __init__(
        self,
        *args: object,
        stage: RefusedAt = RefusedAt.UNKNOWN,
        categories: Collection[str] = (),
        said: str = "",
        retry: Retry | None = None,
        billed: Billed | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(*args, retry=retry, billed=billed, scope=scope)
        self.stage = stage
        self.categories = tuple(categories)
        self.said = said


class AccountBlocked(ContentRefused):
    """The service has blocked the account, and refuses a red apple too. Stops the run; no scene counts as refused."""

    exit_code = ExitCode.ACCOUNT
    ends_as = "failed"
    scope = Scope.LANE

    def __init__(
        self,
        *args: object,
        stage: RefusedAt = RefusedAt.ACCOUNT,
        categories: Collection[str] = (),
        said: str = "",
        retry: Retry | None = None,
        billed: Billed | None = None,
        scope: Scope | None = None,
    ) -> None:
        super().__init__(*args, stage=stage, categories=categories, said=said, retry=retry, billed=billed, scope=scope)


class InvalidRequest(ProviderError):
    """The service does not understand or allow this request. Concerns this scene only."""


class ModelUnavailable(InvalidRequest):
    """The service does not have the model, or not for this key. No scene of the run is sent to that model any more."""

    retry = Retry.ELSEWHERE
    scope = Scope.MODEL


class RateLimited(ProviderError):
    """The service asks for patience; the request was not accepted and is sent again, once everybody has waited."""

    retry = Retry.LATER
    scope = Scope.LANE


class ProviderUnavailable(ProviderError):
    """The service did not take the request (server error, overload, no connection). Sent again.

    While a job is collected it says nothing about the job: it is looked at again, and never submitted anew.
    """

    retry = Retry.LATER


class OutcomeUnknown(ProviderError):
    """The request went out and no answer came back: it may have been billed."""

    ends_as = "unknown"
    retry = Retry.LAST
    billed = Billed.PERHAPS


class ServiceSilent(OutcomeUnknown):
    """Too many requests of a run got no answer. Stops the run: each of them may have been billed."""

    retry = Retry.NO
    scope = Scope.LANE


class ServiceUnusable(ProviderError):
    """Nothing gets through to the service, or all get the same answer that is no picture. Stops the run.

    ``retry_after`` is set where the service says when to come back.
    """

    scope = Scope.LANE


class JobLost(ProviderError):
    """A job that was submitted came to nothing, as the service itself says, and may be submitted anew.

    It counts as perhaps billed; ``billed=Billed.NO`` where the service says that it was not.
    """

    retry = Retry.LATER
    billed = Billed.PERHAPS


class BadImage(ProviderError):
    """What came back is not a picture, is cut short, or unpacks to an absurd size: it was drawn, and may be billed."""

    billed = Billed.PERHAPS
