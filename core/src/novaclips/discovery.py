"""Plugins found by name: from entry points to specs, each plugin on its own.

Names come from metadata and import nothing. A plugin's module is imported when one of its names is asked for, and
what goes wrong then is a PluginError that names plugin, distribution, version and cause. Distributions are sorted,
so the order of folders on ``sys.path`` decides nothing.
"""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from typing import Any, TypeVar

import pluggy

from novaclips import hookspecs
from novaclips.checked import WrongValue
from novaclips.errors import ConfigError, PluginError, UnknownPlugin
from novaclips.guarded import cause, is_ctrl_c
from novaclips.hookspecs import ImageProviderSpec, OutputWriterSpec, PromptEnhancerSpec
from novaclips.installed import GROUP, Damage, Found, Plugin, distributions, passed_over, unplugged
from novaclips.unknown_name import PUBLISHED, answer, nearest
from novaclips.visuals.image_generator.enhancers import BasePromptEnhancer
from novaclips.visuals.image_generator.models import Settings
from novaclips.visuals.image_generator.providers.base import BaseImageProvider
from novaclips.visuals.image_generator.writers import BaseOutputWriter

Spec = ImageProviderSpec | PromptEnhancerSpec | OutputWriterSpec
SpecT = TypeVar("SpecT", ImageProviderSpec, PromptEnhancerSpec, OutputWriterSpec)
T = TypeVar("T")

HOOKS: Mapping[str, tuple[str, type[Spec]]] = {
    "provider": ("novaclips_image_providers", ImageProviderSpec),
    "enhancer": ("novaclips_prompt_enhancers", PromptEnhancerSpec),
    "style": ("novaclips_prompt_enhancers", PromptEnhancerSpec),
    "writer": ("novaclips_output_writers", OutputWriterSpec),
}
STYLE_KINDS = ("enhancer", "style")
MADE: Mapping[type[Spec], type] = {
    ImageProviderSpec: BaseImageProvider,
    PromptEnhancerSpec: BasePromptEnhancer,
    OutputWriterSpec: BaseOutputWriter,
}


class Plugins:
    """The plugins of this environment, loaded one by one as their names are asked for.

    ``disabled`` holds entry-point names or distribution names that count as not installed; ``trace`` prints every
    hook call to stderr.
    """

    def __init__(self, *, disabled: Iterable[str] = (), trace: bool = False) -> None:
        self._disabled = frozenset(disabled)
        self._manager = pluggy.PluginManager(GROUP)
        self._manager.add_hookspecs(hookspecs)
        self._specs: dict[Plugin, tuple[Spec, ...] | PluginError] = {}
        if trace:
            self._manager.trace.root.setwriter(sys.stderr.write)
            self._manager.enable_tracing()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Plugins:
        """Read NOVACLIPS_DISABLE_PLUGINS (names, separated by commas) and NOVACLIPS_TRACE_PLUGINS (1)."""
        disabled = (name.strip() for name in env.get("NOVACLIPS_DISABLE_PLUGINS", "").split(","))
        return cls(disabled=disabled, trace=env.get("NOVACLIPS_TRACE_PLUGINS") == "1")

    @cached_property
    def _distributions(self) -> tuple[list[Found], list[Damage]]:
        return distributions()

    @property
    def damaged(self) -> list[Damage]:
        """The distributions, of whomever, that cannot be read and whose metadata others fail by."""
        return self._distributions[1]

    @cached_property
    def installed(self) -> tuple[Plugin, ...]:
        """Every installed plugin that is not disabled, by kind, name and distribution."""
        found = []
        for dist, version, entries in self._distributions[0]:
            for entry in entries:
                kind, _, name = entry.name.partition("-")
                if not self._disabled & {entry.name, dist}:
                    found.append(Plugin(kind, name, dist, version, entry))
        return tuple(sorted(found, key=lambda plugin: (plugin.kind, plugin.name, plugin.dist, plugin.entry.value)))

    def unplugged(self) -> list[Plugin]:
        """List what is named as a plugin and has no entry point, unless disabled; each as what it should be."""
        return [plugin for plugin in unplugged() if not self._disabled & {plugin.entry.name, plugin.dist}]

    def of_kind(self, *kinds: str) -> list[Plugin]:
        """List the installed plugins of these kinds."""
        return [plugin for plugin in self.installed if plugin.kind in kinds]

    def names(self, *kinds: str) -> list[str]:
        """List the names that can be asked for, from metadata alone."""
        return sorted({plugin.name for plugin in self.of_kind(*kinds)})

    def find(self, kind: str, name: str) -> Plugin:
        """Answer which plugin has this name; UnknownPlugin says what to install or which name was meant."""
        matches = [plugin for plugin in self.of_kind(kind) if plugin.name == name]
        if not matches:
            raise UnknownPlugin(self._unknown(kind, name, self.names(kind)))
        if len(matches) > 1:
            offers = " and ".join(f"{plugin.dist} {plugin.version}" for plugin in matches)
            raise PluginError(f"{kind} {name!r} is offered by {offers}; uninstall one of them")
        return matches[0]

    def provider(self, name: str) -> ImageProviderSpec:
        """Load the spec of a provider."""
        return self._one(self.find("provider", name), ImageProviderSpec)

    def writer(self, name: str) -> OutputWriterSpec:
        """Load the spec of a writer."""
        return self._one(self.find("writer", name), OutputWriterSpec)

    def style(self, name: str) -> PromptEnhancerSpec:
        """Load the spec of a style or enhancer.

        ``name`` is looked for in every installed style pack and enhancer; ``pack/name`` loads that pack alone.
        A broken pack hurts only those who ask for what nobody else has.
        """
        return self._style(name)[1]

    def _style(self, name: str) -> tuple[Plugin, PromptEnhancerSpec]:
        pack, slash, bare = name.rpartition("/")
        if slash:
            # An enhancer offers its own name alone: any other is that of a style in a pack of the same name.
            is_enhancer = pack in self.names("enhancer") and (bare == pack or pack not in self.names("style"))
            plugin = self.find("enhancer" if is_enhancer else "style", pack)
            offers = [(plugin, spec) for spec in self.specs(plugin)]
        else:
            offers, broken = self.styles()
        matches = [(plugin, spec) for plugin, spec in offers if spec.name == bare]
        if len(matches) > 1:
            ways = " and ".join(f"{plugin.name}/{bare} ({plugin.dist} {plugin.version})" for plugin, _ in matches)
            raise ConfigError(f"style {bare!r} is offered more than once; write one of {ways}")
        if matches:
            return matches[0][0], _checked(matches[0][1], PromptEnhancerSpec)
        known = sorted({f"{pack}{slash}{spec.name}" for _, spec in offers})
        text = self._unknown("style", name, known)
        if not slash and broken:
            causes = [str(error) for error in broken]
            if nearest("style", name, known):
                text += "".join(f"; not looked into: {cause}" for cause in causes)
            else:  # what was meant is probably in a broken pack
                text = "; ".join([*causes, text])
        raise UnknownPlugin(text)

    def find_style(self, name: str) -> Plugin:
        """Answer which plugin has the style or enhancer of this name."""
        return self._style(name)[0]

    def styles(self) -> tuple[list[tuple[Plugin, Spec]], list[PluginError]]:
        """Load every style pack and enhancer: what they offer, and what is wrong with those that are broken."""
        offers: dict[tuple[str, str, str], tuple[Plugin, Spec]] = {}
        broken = []
        for plugin in self.of_kind(*STYLE_KINDS):
            try:
                for spec in self.specs(plugin):
                    # A module behind an enhancer and a style pack answers for both with the same hook.
                    offers.setdefault((plugin.dist, plugin.entry.value, spec.name), (plugin, spec))
            except PluginError as exc:
                broken.append(exc)
        return list(offers.values()), broken

    def make_provider(self, name: str, settings: Settings) -> BaseImageProvider:
        """Make a provider; a ConfigError of its own (a missing key) comes out as it is."""
        spec = self.provider(name)
        return self._make(self.find("provider", name), lambda: spec.create(settings), BaseImageProvider)

    def make_writer(self, name: str, settings: Settings) -> BaseOutputWriter:
        """Make a writer."""
        spec = self.writer(name)
        return self._make(self.find("writer", name), lambda: spec.create(settings), BaseOutputWriter)

    def enhancer(self, name: str, settings: Settings | None = None) -> BasePromptEnhancer:
        """Make the enhancer of a style's or enhancer's name."""
        plugin, spec = self._style(name)
        return self._make(plugin, lambda: spec.create(settings or Settings()), BasePromptEnhancer)

    def blame_enhancer(self, name: str) -> Callable[[str], PluginError]:
        """Return what makes the error that says what is wrong with a style or enhancer of this name."""
        plugin, spec = self._style(name)
        which = "" if spec.name == plugin.name else f"{spec.name}: "
        return lambda text: plugin.broken(f"{which}{text}")

    def make(self, plugin: Plugin, spec: Spec, settings: Settings) -> object:
        """Make what one spec of a plugin offers, whoever else offers that name."""
        return self._make(plugin, lambda: spec.create(settings), MADE[type(spec)])

    def specs(self, plugin: Plugin) -> tuple[Spec, ...]:
        """Load one plugin and return what it offers; PluginError, always the same one, when it is broken."""
        if plugin not in self._specs:
            try:
                self._specs[plugin] = self._load(plugin)
            except PluginError as exc:
                self._specs[plugin] = exc
        answer = self._specs[plugin]
        if isinstance(answer, PluginError):
            raise answer
        return answer

    def _load(self, plugin: Plugin) -> tuple[Spec, ...]:
        if plugin.kind not in HOOKS:
            raise plugin.broken(f"its entry point should start with one of {', '.join(sorted(HOOKS))}")
        hook, spec_type = HOOKS[plugin.kind]
        self._manager.trace(plugin)  # the hook calls in the trace do not say whose they are
        try:
            with passed_over(self.damaged):
                module = self._register(plugin)
                caller = self._caller(hook, module)
                offers = tuple(spec for answer in caller() for spec in answer)
        # A plugin's own code runs here and may raise anything at all; SystemExit is how a script ends itself.
        except BaseException as exc:
            if is_ctrl_c(exc):
                raise
            raise plugin.broken(cause(exc)) from exc
        self._check_hooks(plugin, module)
        for spec in offers:
            if not isinstance(spec, spec_type):
                raise plugin.broken(f"{hook} should yield {spec_type.__name__}, not {type(spec).__name__}")
        names = [spec.name for spec in offers]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise plugin.broken(f"{hook} yields {twice[0]!r} twice")
        if plugin.kind == "style":
            return offers
        if plugin.name not in names:
            yielded = ", ".join(map(repr, names)) or "nothing"
            text = f"its entry point promises {plugin.name!r}, but {hook} yields {yielded}"
            raise plugin.broken(text, remedy=f'write name="{plugin.name}"' if names else "")
        return tuple(spec for spec in offers if spec.name == plugin.name)

    def _register(self, plugin: Plugin) -> object:
        """Import and register a plugin's module; one module may stand behind several entry points."""
        module = plugin.entry.load()
        if not self._manager.is_registered(module):
            self._manager.register(module, name=f"{plugin.dist}:{plugin.entry.name}")
        return module

    def _caller(self, hook: str, module: object) -> pluggy.HookCaller:
        """Return what calls a hook in this module alone."""
        others = [other for other in self._manager.get_plugins() if other is not module]
        return self._manager.subset_hook_caller(hook, others)

    def _check_hooks(self, plugin: Plugin, module: object) -> None:
        """Raise PluginError when a module's hooks are not those that its entry point promises."""
        hooks = sorted({hook for hook, _ in HOOKS.values()})
        for caller in self._manager.get_hookcallers(module) or ():
            if not caller.has_spec():  # pluggy takes it for a hook to come
                close = difflib.get_close_matches(caller.name, hooks, n=1)
                hint = f"did you mean {close[0]!r}?" if close else f"hooks: {', '.join(hooks)}"
                raise plugin.broken(f"no hook {caller.name!r}; {hint}", remedy="rename the function")
        wanted = HOOKS[plugin.kind][0]
        written = [hook for hook in hooks if self._caller(hook, module).get_hookimpls()]
        if wanted in written:
            return
        if written:
            kinds = " or ".join(f"{kind}-{plugin.name}" for kind, (hook, _) in HOOKS.items() if hook in written)
            text = f"it implements {written[0]}, not {wanted}"
            raise plugin.broken(text, remedy=f"name the entry point {kinds}")
        forgotten = "mark it @hookimpl" if hasattr(module, wanted) else "write that function, marked @hookimpl"
        raise plugin.broken(f"its module does not implement {wanted}; {forgotten}")

    def _one(self, plugin: Plugin, spec_type: type[SpecT]) -> SpecT:
        return _checked(self.specs(plugin)[0], spec_type)

    def _make(self, plugin: Plugin, create: Callable[[], T], base: type) -> T:
        try:
            with passed_over(self.damaged):
                made = create()
        except BaseException as exc:
            said = isinstance(exc, ConfigError | PluginError) and not isinstance(exc, WrongValue)
            if said or is_ctrl_c(exc):
                raise
            raise plugin.broken(cause(exc)) from exc
        if not isinstance(made, base):
            raise plugin.broken(f"its create() should return a {base.__name__}, not {type(made).__name__}")
        return made

    def _unknown(self, kind: str, name: str, known: Collection[str]) -> str:
        namesakes = [plugin for plugin in self.installed if plugin.name == name]
        wants_presets = kind == "style" and "presets" not in self.names("style")
        more = f"; more styles: pip install {PUBLISHED['style']['presets']}" if wants_presets else ""
        return answer(kind, name, known, namesakes, more)


def _checked(spec: Any, spec_type: type[SpecT]) -> SpecT:
    """Tell the type checker what ``specs`` has already made sure of."""
    assert isinstance(spec, spec_type)  # noqa: S101 - an invariant, not a check of input
    return spec
