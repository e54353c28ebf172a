"""What holds of this repository as a whole: every hook, plugin, public name and error text has what it needs."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import novaclips
from novaclips import errors, hookspecs, plugin

ROOT = Path(__file__).parents[1]
PLUGINS = {folder.name: folder for folder in sorted((ROOT / "plugins").glob("novaclips-*"))}
SOURCES = [ROOT / "core" / "src", *(folder / "src" for folder in PLUGINS.values())]
TESTS = [ROOT / "tests", *(folder / "tests" for folder in PLUGINS.values())]
HOOKS = {name: hook for name, hook in vars(hookspecs).items() if hasattr(hook, "novaclips_spec")}
PUBLIC = {name: getattr(plugin, name) for name in plugin.__all__ if name != "JSON"}  # an alias has no docstring
CLASSES = {name: value for name, value in PUBLIC.items() if inspect.isclass(value)}
ERRORS = {name for name, value in vars(errors).items() if inspect.isclass(value) and issubclass(value, Exception)}

every_plugin = pytest.mark.parametrize("folder", PLUGINS.values(), ids=PLUGINS)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def files_of_tests() -> Iterator[Path]:
    for folder in TESTS:
        yield from folder.rglob("*.py")


# Hooks.


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test_that_names_it(name):
    assert any(f"def test_{name}_" in read(path) for path in files_of_tests())


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_stands_with_its_exact_signature_in_the_reference(name):
    signature = str(inspect.signature(HOOKS[name])).replace("'", "")
    blocks = re.findall(
        r"^```python\n(.*?)^```", read(ROOT / "docs" / "reference" / "hooks.md"), re.DOTALL | re.MULTILINE
    )

    assert re.search(rf"^def {name}{re.escape(signature)}:", "\n".join(blocks), re.MULTILINE)


# Plugins.


@every_plugin
def test_every_plugin_has_a_contract_test(folder):
    assert re.search(r"class Test\w+\(\w+Contract\):", read(folder / "tests" / "test_contract.py"))


@every_plugin
def test_every_plugin_has_a_readme_and_a_line_in_the_changelog(folder):
    assert read(folder / "README.md").startswith(f"# {folder.name}\n")
    assert f"- `{folder.name}`: " in read(ROOT / "CHANGELOG.md")


@every_plugin
def test_every_plugin_has_the_version_of_core(folder):
    package = importlib.import_module(folder.name.replace("-", "_"))

    assert package.__version__ == novaclips.__version__


@every_plugin
def test_every_plugin_is_bound_to_the_minor_version_of_core(folder):
    project = tomllib.loads(read(folder / "pyproject.toml"))["project"]
    (bound,) = (Requirement(text) for text in project["dependencies"] if Requirement(text).name == "novaclips")
    major, minor, _ = novaclips.__version__.split(".")

    assert str(bound.specifier) == f"<{major}.{int(minor) + 1},>={major}.{minor}"


# Public names.


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_has_a_docstring_of_its_own(name):
    text = inspect.cleandoc(PUBLIC[name].__doc__ or "")

    assert text.partition("\n")[0].endswith((".", "::"))
    assert not text.startswith(f"{name}(")  # what a dataclass without a docstring is given


def public_methods() -> Iterator[tuple[str, object]]:
    """Yield the methods and properties that public classes define, without what dataclasses are given."""
    for name, value in CLASSES.items():
        for method, member in vars(value).items():
            function = getattr(member, "__func__", member)
            if not method.startswith("_") and (callable(function) or isinstance(member, property)):
                yield f"{name}.{method}", function


METHODS = dict(public_methods())


@pytest.mark.parametrize("name", METHODS)
def test_every_method_of_a_public_class_has_a_docstring(name):
    assert METHODS[name].__doc__


# Error texts.

FRAGMENT = 20  # characters of a text that tell it from others
LEAST = 12  # a shorter text between two values says nothing by itself
WORDS = 5  # as many make a sentence; a shorter string of a table is a code, or a word of the vendor's
PATTERN = re.compile(r"\S\|\S|\\b")  # of what a vendor says
PLACEHOLDER = re.compile(r"\{\w*(?:![rs])?\}")  # of a text that is formatted later


@dataclass(frozen=True)
class ErrorText:
    """The constant parts of a text that tells what went wrong, and where that stands."""

    place: str
    parts: tuple[str, ...]

    @property
    def fragments(self) -> set[str]:
        """Every stretch of FRAGMENT characters; a shorter part is one by itself."""
        return {
            part[start : start + FRAGMENT]
            for part in self.parts
            for start in range(max(1, len(part) - FRAGMENT + 1))
            if len(part) >= LEAST
        }


def written(text: ast.Constant | ast.JoinedStr) -> str:
    """Return a string as it is written, with {} for each value of an f-string."""
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)


def strings(node: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Find the strings in a piece of source but its docstrings: f-strings whole, and the strings in their values."""
    inside = ast.iter_child_nodes(node)
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str()):
            yield node
        case ast.JoinedStr(values=parts):
            yield node
            inside = (part for part in parts if isinstance(part, ast.FormattedValue))
    for child in inside:
        yield from strings(child)


def raised(tree: ast.AST) -> Iterator[ast.Constant | ast.JoinedStr]:
    """Find what is made into an error: by an error's name, or by a method that raises or collects one."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[text, *_]) if name in ERRORS:
                yield from strings(text)
            case ast.Call(func=ast.Attribute(attr="broken" | "error" | "complain" | "fail"), args=texts):
                for text in texts:
                    yield from strings(text)


def is_told(text: str, path: Path) -> bool:
    """Say whether a string of a file tells what went wrong: it is a row of a table, or "what; what to do".

    The tables are whole files: those of the vendors' errors, and that of the complaints about YAML.
    """
    if path.stem == "errors" or path.stem.endswith("_complaints"):
        return len(text.split()) >= WORDS and not PATTERN.search(text)
    return "; " in text and not text[:1].isupper()  # help texts and SQL start with a capital


def error_texts() -> Iterator[ErrorText]:
    """Find every text of the sources that tells somebody what went wrong."""
    for source in SOURCES:
        for path in sorted(source.rglob("*.py")):
            tree = ast.parse(read(path))
            told = (node for node in strings(tree) if is_told(written(node), path))
            for node in dict.fromkeys([*raised(tree), *told]):
                parts = tuple(part.strip() for part in PLACEHOLDER.split(written(node)))
                found = ErrorText(f"{path.relative_to(ROOT)}:{node.lineno}", parts)
                if found.fragments:
                    yield found


def said_in_tests() -> str:
    """Join every string of every test, as written and with the backslashes of patterns taken away."""
    strings = [
        node.value
        for path in files_of_tests()
        for node in ast.walk(ast.parse(read(path)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join([*strings, *(re.sub(r"\\(.)", r"\1", text) for text in strings if "\\" in text)])


def test_every_error_text_has_a_test_that_expects_it():
    texts = list(error_texts())
    shared = Counter(
        fragment for parts in {text.parts: text for text in texts}.values() for fragment in parts.fragments
    )
    said = said_in_tests()

    def tested(text: ErrorText) -> bool:
        own = {fragment for fragment in text.fragments if shared[fragment] == 1}
        return any(fragment in said for fragment in own or text.fragments)

    assert len(texts) > 250
    assert [f"{text.place}: {text.parts}" for text in texts if not tested(text)] == []
