"""The plugins that work on one run, each made once."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Self

from novaclips.collector import collector_paused
from novaclips.discovery import Plugins
from novaclips.environment import REHEARSAL, Environment
from novaclips.errors import ConfigError, NovaclipsError, PluginError, UnknownPlugin
from novaclips.guarded import Guarded, cause, is_ctrl_c
from novaclips.hookspecs import ImageProviderSpec
from novaclips.installed import Plugin, passed_over
from novaclips.untrusted import stored
from novaclips.untrusted.text import storable
from novaclips.visuals.image_generator.engine.quote import Quote
from novaclips.visuals.image_generator.engine.secrets import Secrets
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.models import EMPTY, JSON, Cost, ImageRequest, Settings
from novaclips.visuals.image_generator.prompt_enhancer import Chain, PromptEnhancer
from novaclips.visuals.image_generator.providers.base import BaseImageProvider
from novaclips.visuals.image_generator.writers import BaseOutputWriter

LONGEST_HOST = 300
log = logging.getLogger("novaclips")


class Crew:
    """Makes providers, enhancers and writers as a run asks for them, and closes the providers at its end."""

    def __init__(self, plugins: Plugins, settings: RunSettings, env: Mapping[str, str]) -> None:
        self._plugins = plugins
        self._settings = settings
        self._env = env if isinstance(env, Environment) else Environment(env)
        self._providers: dict[str, BaseImageProvider] = {}
        self._guards: dict[tuple[str, str], Guarded] = {}
        self._secrets: dict[str, Secrets] = {}
        self._chains: dict[tuple[str, ...], Chain] = {}
        self._absent: dict[str, NovaclipsError | None] = {}
        self._used: dict[Plugin, None] = {}
        self._prompts = PromptEnhancer(plugins, Settings(env=self._env))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for name, provider in self._providers.items():
            try:
                provider.close()
            except BaseException as error:
                if is_ctrl_c(error):
                    raise
                self.secrets(name).scrub(error)
                log.warning("provider %r could not be closed: %s", name, cause(error))

    def spec(self, provider: str) -> ImageProviderSpec:
        """Load what a provider says about itself."""
        return self._plugins.provider(provider)

    def absent(self, name: str) -> NovaclipsError | None:
        """Return what is wrong with a provider that is not installed, or whose plugin is broken; None for any other."""
        if name not in self._absent:
            self._absent[name] = None
            try:
                self.provider(name)
            except (UnknownPlugin, PluginError) as error:
                self._absent[name] = error
        return self._absent[name]

    def provider(self, name: str) -> BaseImageProvider:
        """Make a provider, once a run."""
        if name not in self._providers:
            options = self._settings.options if name == self._settings.provider else EMPTY
            with self._guarded(name, "create"):
                self._providers[name] = self._plugins.make_provider(name, Settings(options=options, env=self._env))
            self._used[self._plugins.find("provider", name)] = None
        return self._providers[name]

    def misfits(self) -> list[str]:
        """Say which of the plugins that work on the run are made for another novaclips, and what to do."""
        from novaclips.bounds import misfits

        others = (plugin for plugin in self._used if not plugin.is_core)
        return [f"{plugin}: {text}; {remedy}" for plugin in sorted(others, key=str) for text, remedy in misfits(plugin)]

    def blame(self, name: str) -> Callable[[str], PluginError]:
        """Return what makes the error that says what is wrong with a provider's plugin."""
        return lambda text: self._plugins.find("provider", name).broken(text)

    def blame_writer(self, name: str) -> Callable[[str], PluginError]:
        """Return what makes the error that says what is wrong with a writer's plugin."""
        return lambda text: self._plugins.find("writer", name).broken(text)

    def identity(self, name: str, request: ImageRequest) -> Mapping[str, JSON]:
        """Return all that shapes a provider's picture beside the request itself; nothing is sent."""
        with self._guarded(name, "identity"):
            identity = dict(self.provider(name).identity(request))
        if self._env.own.get(REHEARSAL, "").strip() and self.host(name) != "":
            identity["host"] = "novaclips.testing"  # whatever its port, which is another each time
        hidden: Mapping[str, JSON] = self.secrets(name).hide_all(identity)
        return hidden

    def quote(self, name: str, request: ImageRequest) -> Quote:
        """Say what a provider asks for a request and what of it counts for nothing; nothing is sent."""
        provider = self.provider(name)
        with self._guarded(name, "notices"):
            notices: object = provider.notices(request)
        if not isinstance(notices, Sequence) or not all(isinstance(text, str) for text in notices):
            raise self.blame(name)(f"notices() should return sentences, not {type(notices).__name__}")
        if isinstance(notices, str):
            notices = (notices,)
        notices = [self.secrets(name).hide(text) for text in notices]
        with self._guarded(name, "estimate"):
            cost: object = provider.estimate(request)
        if cost is not None and not isinstance(cost, Cost):
            raise self.blame(name)(f"estimate() should return a Cost or None, not {type(cost).__name__}")
        if cost is not None and not cost.is_sound:
            raise self.blame(name)(f"estimate() should return a Cost of 0 or more, not {cost.usd}")
        return replace(
            Quote.of(request, self.spec(name).capabilities, cost, notices),
            host=self.host(name),
            host_is_own=self._host_is_own(name),
        )

    def host(self, name: str) -> str | None:
        """Say where a provider sends: None where it does not say, empty where it draws by itself."""
        with self._guarded(name, "host"):
            host: object = self.provider(name).host
        if host is not None and not isinstance(host, str):
            raise self.blame(name)(f"host should be text or None, not {type(host).__name__}")
        return None if host is None else self.secrets(name).hide(storable(host, LONGEST_HOST))

    def _host_is_own(self, name: str) -> bool:
        with self._guarded(name, "host_is_own"):
            return bool(self.provider(name).host_is_own)

    def open(self, names: Iterable[str]) -> None:
        """Have providers get ready to send; MissingKey and the like come out before anything is sent."""
        # An SDK is thousands of objects that stay, and may look at every distribution that is installed.
        with collector_paused(), passed_over(self._plugins.damaged):
            for name in sorted(names):
                provider = self.provider(name)
                with self._guarded(name, "open"):
                    provider.open()

    def secrets(self, name: str) -> Secrets:
        """Return the keys of a provider, and all that look like keys in the environment, so that nobody shows them."""
        if name not in self._secrets:
            self._secrets[name] = Secrets.of(self._env, self.spec(name).key_env)
        return self._secrets[name]

    def _guarded(self, name: str, method: str) -> Guarded:
        """Blame a provider's plugin for whatever its method raises, and keep its keys out of all errors."""
        if (name, method) not in self._guards:  # identity is called for each scene of a plan
            self._guards[name, method] = Guarded(self.blame(name), method, clean=self.secrets(name).scrub)
        return self._guards[name, method]

    def chain(self, style: str, enhancers: Collection[str] | None = None) -> Chain:
        """Make the enhancers of the run, or these, and the style as the last; once a run."""
        names = (*(self._settings.enhancers if enhancers is None else enhancers), style)
        if names not in self._chains:
            self._chains[names] = self._prompts.chain(names)
            self._used |= dict.fromkeys(self._plugins.find_style(name) for name in names if name and name != "none")
        return self._chains[names]

    def writers(self) -> dict[str, BaseOutputWriter]:
        """Make the writers by name; ConfigError when two of them would write the same file."""
        writers = {name: self._plugins.make_writer(name, Settings(env=self._env)) for name in self._settings.writers}
        self._used |= dict.fromkeys(self._plugins.find("writer", name) for name in writers)
        taken: dict[str, str] = {}
        for name, writer in writers.items():
            if not stored.is_ending(writer.extension):
                raise self.blame_writer(name)(f"its extension {writer.extension!r} is no file ending such as '.webp'")
            if other := taken.get(writer.extension):
                raise ConfigError(f"writers {other!r} and {name!r} both write {writer.extension} files; choose one")
            taken[writer.extension] = name
        return writers

    def writers_beside(
        self, asked: Mapping[str, BaseOutputWriter], names: Iterable[str]
    ) -> dict[str, BaseOutputWriter]:
        """Make those of the writers of before that are here and write other files than the writers of now."""
        made: dict[str, BaseOutputWriter] = {}
        for name in names:
            with contextlib.suppress(ConfigError, PluginError):  # its files are moved aside, and that is said
                writer = self._plugins.make_writer(name, Settings(env=self._env))
                taken = {other.extension for other in (*asked.values(), *made.values())}
                if stored.is_ending(writer.extension) and writer.extension not in taken:
                    made[name] = writer
        return made
