"""Every hook has an example that works; what a plugin author imports is sorted and typed."""

from __future__ import annotations

import doctest
import inspect
import typing
from dataclasses import is_dataclass

import PIL.Image
import pytest

from novaclips import hookspecs, plugin
from novaclips.plugin import Frame, ImageRequest, Prompt, Settings

HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "novaclips_spec")}
PUBLIC = {name: getattr(plugin, name) for name in plugin.__all__}
DATACLASSES = {name: value for name, value in PUBLIC.items() if is_dataclass(value)}


def example(hook: str) -> str:
    """The example of a hook's docstring as the source of a module."""
    return doctest.script_from_examples(HOOKS[hook].__doc__)


def test_there_are_three_hooks():
    assert list(HOOKS) == ["novaclips_image_providers", "novaclips_prompt_enhancers", "novaclips_output_writers"]


# The hooks, each by the example of its own docstring, installed as it stands.


def test_novaclips_image_providers_example_draws(install, plugins):
    install("provider-grey", source=example("novaclips_image_providers"))

    picture = plugins.make_provider("grey", Settings()).generate(ImageRequest(1, "a kite", resolution="192x108"))

    assert picture.startswith(b"\x89PNG")


def test_novaclips_prompt_enhancers_example_enhances(install, plugins):
    install("enhancer-night", source=example("novaclips_prompt_enhancers"))

    assert plugins.enhancer("night").enhance(Prompt("a kite")) == Prompt("a kite, at night")


def test_novaclips_output_writers_example_writes(install, plugins, tmp_path):
    install("writer-webp", source=example("novaclips_output_writers"))
    picture = PIL.Image.new("RGB", (192, 108), "grey")

    plugins.make_writer("webp", Settings()).write(Frame(scene_id=1, image=picture), tmp_path / "scene-001.webp")

    with PIL.Image.open(tmp_path / "scene-001.webp") as written:
        assert (written.format, written.size, written.getpixel((0, 0))) == ("WEBP", (192, 108), (128, 128, 128))


@pytest.mark.parametrize("hook", HOOKS.values(), ids=HOOKS)
def test_every_hook_has_an_example_that_runs(hook):
    (found,) = doctest.DocTestFinder().find(hook, hook.__name__)

    outcome = doctest.DocTestRunner(verbose=False).run(found)

    assert outcome.attempted > 0
    assert outcome.failed == 0
    assert f"def {hook.__name__}():" in found.docstring


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_says_what_it_takes_and_gives(name):
    signature = inspect.signature(HOOKS[name])

    assert list(signature.parameters) == []
    assert str(signature.return_annotation).startswith("Iterable[")


# What a plugin author imports.


def test_public_names_are_sorted_and_nothing_else_is_in_the_module():
    constants = sorted(name for name in PUBLIC if name.isupper())
    classes = sorted(name for name in PUBLIC if name[0].isupper() and not name.isupper())
    functions = sorted(name for name in PUBLIC if name.islower())

    assert plugin.__all__ == constants + classes + functions
    # "@": pytest rewrites the assertions of a distribution that brings it fixtures, and leaves names behind.
    assert {name for name in vars(plugin) if not name.startswith(("__", "@"))} == set(plugin.__all__)


@pytest.mark.parametrize("name", DATACLASSES)
def test_annotations_of_public_dataclasses_resolve_at_run_time(name):
    # Pillow is imported when a picture is handled, so models.py knows its class only while types are checked.
    names = {"Image": PIL.Image.Image} if name == "Frame" else {}

    hints = typing.get_type_hints(DATACLASSES[name], localns=names)

    assert hints


@pytest.mark.parametrize("name", [name for name in PUBLIC if name.startswith(("Base", "Job"))])
def test_annotations_of_base_classes_resolve_at_run_time(name):
    for method in vars(PUBLIC[name]).values():
        if inspect.isfunction(method):
            typing.get_type_hints(method)
