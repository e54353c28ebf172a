"""The plugins that work on one run, each made once."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Self

from novaclips.collector import collector_paused
from novaclips.discovery import Plugins
from novaclips.errors import ConfigError, NovaclipsError
from novaclips.hookspecs import ImageProviderSpec
from novaclips.visuals.image_generator.engine.quote import Quote
from novaclips.visuals.image_generator.engine.secrets import scrub
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.models import EMPTY, ImageRequest, Settings
from novaclips.visuals.image_generator.prompt_enhancer import Chain, PromptEnhancer
from novaclips.visuals.image_generator.providers.base import BaseImageProvider
from novaclips.visuals.image_generator.writers import BaseOutputWriter

log = logging.getLogger("novaclips")


class Crew:
    """Makes providers, enhancers and writers as a run asks for them, and closes the providers at its end."""

    def __init__(self, plugins: Plugins, settings: RunSettings, env: Mapping[str, str]) -> None:
        self._plugins = plugins
        self._settings = settings
        self._env = MappingProxyType(dict(env))
        self._providers: dict[str, BaseImageProvider] = {}
        self._chains: dict[str, Chain] = {}
        self._prompts = PromptEnhancer(plugins, Settings(env=self._env))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        for name, provider in self._providers.items():
            try:
                provider.close()
            except Exception as error:  # noqa: BLE001 - a plugin's goodbye must not cost a finished run its report
                log.warning("provider %r could not be closed: %s: %s", name, type(error).__name__, error)

    def spec(self, provider: str) -> ImageProviderSpec:
        """Load what a provider says about itself."""
        return self._plugins.provider(provider)

    def provider(self, name: str) -> BaseImageProvider:
        """Make a provider, once a run."""
        if name not in self._providers:
            options = self._settings.options if name == self._settings.provider else EMPTY
            self._providers[name] = self._plugins.make_provider(name, Settings(options=options, env=self._env))
        return self._providers[name]

    def quote(self, name: str, request: ImageRequest) -> Quote:
        """Say what a provider asks for a request and what of it counts for nothing; nothing is sent."""
        with self._blaming(name):
            return Quote.of(request, self.provider(name), self.spec(name).capabilities)

    def open(self, names: Iterable[str]) -> None:
        """Have providers get ready to send; MissingKey and the like come out before anything is sent."""
        with collector_paused():  # an SDK is thousands of objects that stay
            for name in sorted(names):
                with self._blaming(name):
                    self.provider(name).open()

    def secrets(self, name: str) -> tuple[str, ...]:
        """List the keys of a provider, so that nobody prints them."""
        return tuple(self._env[variable] for variable in self.spec(name).key_env if self._env.get(variable))

    @contextmanager
    def _blaming(self, name: str) -> Iterator[None]:
        """Turn whatever a provider raises that is not ours into PluginError, and keep its keys out of all errors."""
        try:
            yield
        except Exception as exc:
            scrub(exc, self.secrets(name))
            if isinstance(exc, NovaclipsError):
                raise
            raise self._plugins.find("provider", name).broken(f"{type(exc).__name__}: {exc}") from exc

    def chain(self, style: str) -> Chain:
        """Make the enhancers of the run, the style last; once a run."""
        if style not in self._chains:
            self._chains[style] = self._prompts.chain((*self._settings.enhancers, style))
        return self._chains[style]

    def writers(self) -> dict[str, BaseOutputWriter]:
        """Make the writers by name; ConfigError when two of them would write the same file."""
        writers = {name: self._plugins.make_writer(name, Settings(env=self._env)) for name in self._settings.writers}
        taken: dict[str, str] = {}
        for name, writer in writers.items():
            if other := taken.get(writer.extension):
                raise ConfigError(f"writers {other!r} and {name!r} both write {writer.extension} files; choose one")
            taken[writer.extension] = name
        return writers
