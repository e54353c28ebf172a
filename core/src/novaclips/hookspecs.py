"""The three hooks that a novaclips plugin can implement.

A plugin is a module with one or more of these functions, marked ``@hookimpl``. Its distribution names the module
in the entry-point group ``novaclips`` under ``<kind>-<name>``; kind is ``provider``, ``enhancer``, ``style`` or
``writer``. The module is imported when a name in it is asked for, so it imports nothing heavy: SDKs belong into
``create``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import pluggy

from novaclips.checked import demand, is_text, texts
from novaclips.visuals.image_generator.enhancers import BasePromptEnhancer, Style
from novaclips.visuals.image_generator.models import Capabilities, Settings
from novaclips.visuals.image_generator.providers.base import BaseImageProvider
from novaclips.visuals.image_generator.writers import BaseOutputWriter

hookspec = pluggy.HookspecMarker("novaclips")
hookimpl = pluggy.HookimplMarker("novaclips")
"""Marks a function of a plugin's module as the implementation of the hook of that name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageProviderSpec:
    """What a plugin says about a provider before it is made.

    ``name`` is what the user writes after ``--provider``, ``summary`` one line for ``novaclips plugins list``.
    ``create`` is called once a run, without key or network, and imports the module that draws. ``key_env`` names the
    environment variables that may hold the key, best first; an empty tuple means that no key is needed.
    ``capabilities`` is what core may plan with.
    """

    name: str
    summary: str
    create: Callable[[Settings], BaseImageProvider]
    key_env: tuple[str, ...] = ()
    capabilities: Capabilities = Capabilities()

    def __post_init__(self) -> None:
        _check_spec(self)
        place = f"ImageProviderSpec {self.name!r}: "
        names = texts(self.key_env, f"{place}key_env", "a tuple of names such as ('ACME_API_KEY',)")
        object.__setattr__(self, "key_env", names)
        demand(isinstance(self.capabilities, Capabilities), f"{place}capabilities", "Capabilities", self.capabilities)


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptEnhancerSpec:
    """What a plugin says about an enhancer.

    ``name`` is what the user writes after ``--enhancer`` or ``--style``, ``summary`` one line for ``novaclips styles
    list``. ``create`` is called once a run. ``style`` is the preset itself where the enhancer is plain data.
    """

    name: str
    summary: str
    create: Callable[[Settings], BasePromptEnhancer]
    style: Style | None = None

    def __post_init__(self) -> None:
        _check_spec(self)
        style = self.style
        demand(style is None or isinstance(style, Style), f"PromptEnhancerSpec {self.name!r}: style", "a Style", style)


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputWriterSpec:
    """What a plugin says about a writer.

    ``name`` is what the user writes after ``--writer``, ``summary`` one line for ``novaclips plugins list``. ``create``
    is called once a run.
    """

    name: str
    summary: str
    create: Callable[[Settings], BaseOutputWriter]

    def __post_init__(self) -> None:
        _check_spec(self)


def _check_spec(spec: ImageProviderSpec | PromptEnhancerSpec | OutputWriterSpec) -> None:
    """Check what every spec has; PluginError names the field."""
    kind = type(spec).__name__
    demand(is_text(spec.name) and bool(spec.name.strip()), f"{kind}.name", "a name", spec.name)
    demand(isinstance(spec.summary, str), f"{kind} {spec.name!r}: summary", "a line of text", spec.summary)
    demand(callable(spec.create), f"{kind} {spec.name!r}: create", "a function that takes Settings", spec.create)


@hookspec
def novaclips_image_providers() -> Iterable[ImageProviderSpec]:  # type: ignore[empty-body]
    """Offer image providers.

    >>> from novaclips.plugin import BaseImageProvider, ImageProviderSpec, hookimpl
    >>> class Grey(BaseImageProvider):
    ...     def generate(self, request):
    ...         import io
    ...         from PIL import Image
    ...         file = io.BytesIO()
    ...         Image.new("RGB", request.size, "grey").save(file, "PNG")
    ...         return file.getvalue()
    >>> @hookimpl
    ... def novaclips_image_providers():
    ...     yield ImageProviderSpec(name="grey", summary="Grey pictures", create=lambda settings: Grey())
    """


@hookspec
def novaclips_prompt_enhancers() -> Iterable[PromptEnhancerSpec]:  # type: ignore[empty-body]
    """Offer prompt enhancers, style presets among them.

    >>> from dataclasses import replace
    >>> from novaclips.plugin import BasePromptEnhancer, PromptEnhancerSpec, hookimpl
    >>> class Night(BasePromptEnhancer):
    ...     def enhance(self, prompt):
    ...         return replace(prompt, text=f"{prompt.text}, at night")
    >>> @hookimpl
    ... def novaclips_prompt_enhancers():
    ...     yield PromptEnhancerSpec(name="night", summary="Everything at night", create=lambda settings: Night())
    """


@hookspec
def novaclips_output_writers() -> Iterable[OutputWriterSpec]:  # type: ignore[empty-body]
    """Offer output writers.

    >>> from novaclips.plugin import BaseOutputWriter, OutputWriterSpec, hookimpl
    >>> class WebP(BaseOutputWriter):
    ...     extension = ".webp"
    ...     def encode(self, frame, file):
    ...         frame.image.save(file, "WEBP", lossless=True)
    >>> @hookimpl
    ... def novaclips_output_writers():
    ...     yield OutputWriterSpec(name="webp", summary="Lossless WebP", create=lambda settings: WebP())
    """
