"""Style packs: many style presets in one YAML file of a plugin.

A pack is that file, next to a plugin module of six lines::

    from novaclips.plugin import hookimpl, style_pack


    @hookimpl
    def novaclips_prompt_enhancers():
        return style_pack(__package__)

The file, ``styles.yaml``, UTF-8::

    visual_types:                      # optional: additions for every style of the pack, by a scene's visual.type
      diagram:
        prompt: clear simple shapes, one idea per shape
        negative_prompt: text, labels, letters
    styles:
      noir:                            # the name: a-z, 0-9 and single hyphens
        summary: Hard light and deep shadows, in black and white
        prefix: "Black and white noir film still, "    # quoted: YAML drops the last space of an unquoted text
        suffix: ", long shadows, silver grain"
        negative_prompt: color, pastel                 # optional
        palette: ["#0d0d0f", "#6b6f76", "#f2f0ea"]     # optional: 3 to 5 colours, ground first, ink last
        visual_types:                                  # optional: over the pack's, field by field
          diagram: {prompt: ""}                        # an empty text takes the pack's addition away
      plain:
        summary: The same words around every prompt
        prefix: "Photograph, "
        exact: true                    # optional: no visual type adds words (negative prompts are still added to)

``summary`` and at least one of ``prefix`` and ``suffix`` are needed. Anchors, aliases and merge keys work. A mistake
anywhere in the file is a PluginError that says where it is (``package/styles.yaml:line``) and what to write.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from novaclips.errors import PluginError
from novaclips.hookspecs import PromptEnhancerSpec
from novaclips.visuals.image_generator.enhancers import Style

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from yaml.nodes import Node

Way = tuple[str, ...]  # the keys that lead to a value: ("styles", "noir", "prefix")

PACK_FIELDS: Final = ("visual_types", "styles")
TEXT_FIELDS: Final = ("summary", "prefix", "suffix", "negative_prompt")
STYLE_FIELDS: Final = (*TEXT_FIELDS, "palette", "visual_types", "exact")
ADDITION_FIELDS: Final = ("prompt", "negative_prompt")
NAME: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
# Letters of alphabets that put spaces between words; a Chinese prefix may well touch the prompt.
LETTER: Final = "0-9A-Za-z\u00c0-\u052f"
STICKS_AFTER: Final = re.compile(rf"[{LETTER},.:;]\Z")
STICKS_BEFORE: Final = re.compile(rf"\A[{LETTER}]")
MIN_COLOURS, MAX_COLOURS = 3, 5


def style_pack(package: str, resource: str = "styles.yaml") -> Iterator[PromptEnhancerSpec]:
    """Yield one spec for each style of a package's YAML file, in the file's order.

    ``package`` is the importable package that holds the file: a plugin passes its ``__package__``. The whole file
    is checked before the first spec comes out; PluginError says what is wrong with it, where, and what to write.
    """
    pack = _load(package, resource)
    fields = pack.fields(PACK_FIELDS)
    if "styles" not in fields:
        raise pack.error("has no 'styles'; write styles: and under it one entry for each style, by its name")
    shared = _additions(fields.get("visual_types"))
    styles = fields["styles"].fields()
    if not styles:
        raise fields["styles"].error("is empty; write one entry for each style, by its name")
    yield from [_spec(_style(name, entry, shared)) for name, entry in styles.items()]


def _spec(style: Style) -> PromptEnhancerSpec:
    return PromptEnhancerSpec(name=style.name, summary=style.summary, create=lambda _settings: style, style=style)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A value of the file together with the way to it, so that every complaint can say where it is."""

    file: str
    value: Any
    way: Way = ()
    lines: Mapping[Way, int]

    def error(self, problem: str) -> PluginError:
        """Return the error to raise: file, line, style and field, then the problem."""
        # What came by an alias or a merge key has no line of its own: then the nearest line above it is named.
        known = (self.lines[self.way[:n]] for n in range(len(self.way), 0, -1) if self.way[:n] in self.lines)
        line = next(known, None)
        where = f"{self.file}:{line}" if line else self.file
        if self.way[:1] == ("styles",) and len(self.way) > 1:
            what = ", ".join(name for name in (f"style {self.way[1]!r}", ".".join(self.way[2:])) if name)
        else:
            what = ".".join(self.way) or "the file"
        return PluginError(f"{where}: {what} {problem}")

    def fields(self, known: tuple[str, ...] = ()) -> dict[str, Entry]:
        """Return the entries of a mapping; with ``known``, no other field may be in it."""
        if not isinstance(self.value, dict):
            hint = f"fields such as {known[0]}: and {known[1]}:" if known else "one entry for each name"
            raise self.error(f"must be a mapping, not {_shown(self.value)}; write {hint}")
        for key in self.value:
            if not isinstance(key, str):
                raise self.error(f"has the name {_shown(key)}, which is not text in YAML; write the name in quotes")
            if known and key not in known:
                fields = ", ".join(known)
                raise self.error(f"has an unknown field {key!r}; {_suggestion(key, known)}the fields are {fields}")
        return {
            key: Entry(file=self.file, value=value, way=(*self.way, key), lines=self.lines)
            for key, value in self.value.items()
        }

    def text(self) -> str:
        """Return a text."""
        if not isinstance(self.value, str):
            raise self.error(f"must be text, not {_shown(self.value)}; write it in quotes")
        return self.value

    def flag(self) -> bool:
        """Return true or false."""
        if not isinstance(self.value, bool):
            raise self.error(f"must be true or false, not {_shown(self.value)}; write true, or leave it out")
        return self.value


def _load(package: str, resource: str) -> Entry:
    """Read the file; what YAML itself cannot say, such as a key that stands twice, is checked here."""
    import yaml

    file = f"{package}/{resource}"
    text = _read(package, resource)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
        lines = dict(_lines(file, node))
        value = loader.construct_document(node) if node else None
    except yaml.MarkedYAMLError as exc:
        line = f":{exc.problem_mark.line + 1}" if exc.problem_mark else ""
        problem = ", ".join(part for part in (exc.context, exc.problem) if part)
        raise PluginError(
            f"{file}{line}: the file is not YAML: {problem}; a colour, and a text with ': ' or ' #' in it, needs quotes"
        ) from exc
    except (yaml.YAMLError, ValueError) as exc:  # ValueError: a plain 2026-02-31 looks like a date and is none
        raise PluginError(f"{file}: the file is not YAML: {exc}; write text in quotes") from exc
    finally:
        loader.dispose()
    if value is None:
        raise PluginError(
            f"{file}: the file is empty; write styles: and under it one entry for each style, by its name"
        )
    return Entry(file=file, value=value, lines=lines)


def _read(package: str, resource: str) -> str:
    from importlib import import_module
    from importlib.resources import files

    if not package:
        raise PluginError(
            f"style_pack() got the package {package!r}; put the plugin module and {resource} into a package,"
            " and call style_pack(__package__)"
        )
    try:
        if not hasattr(import_module(package), "__path__"):
            raise PluginError(
                f"{package}/{resource}: {package!r} is a module, no package; call style_pack(__package__)"
            )
        return files(package).joinpath(resource).read_bytes().decode("utf-8-sig")
    except ModuleNotFoundError as exc:
        raise PluginError(f"{package}/{resource}: there is no {exc.name!r}; call style_pack(__package__)") from exc
    except UnicodeDecodeError as exc:
        raise PluginError(f"{package}/{resource}: the file is not UTF-8 (byte {exc.start}); save it as UTF-8") from exc
    except OSError as exc:
        raise PluginError(
            f"{package}/{resource}: the file cannot be read ({exc.strerror or type(exc).__name__}); put it beside the"
            " plugin module, and see that the wheel contains it"
        ) from exc


def _lines(file: str, root: Node | None) -> Iterator[tuple[Way, int]]:
    """Yield the line of every key of every mapping; PluginError when a mapping has a key twice.

    PyYAML keeps the last of two equal keys and says nothing, so this looks at the nodes before they are values.
    """
    from yaml.nodes import MappingNode

    todo: list[tuple[Way, Node | None]] = [((), root)]
    seen: set[int] = set()  # an alias is its anchor's node again, and may even lie inside it
    while todo:
        way, node = todo.pop()
        if not isinstance(node, MappingNode) or id(node) in seen:
            continue
        seen.add(id(node))
        first: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            inner = (*way, str(key.value))
            if inner[-1] in first:
                entry = Entry(file=file, value=None, way=way, lines={way: line})
                raise entry.error(f"has {key.value!r} twice (first on line {first[inner[-1]]}); rename one or drop it")
            first[inner[-1]] = line
            todo.append((inner, value))
            yield inner, line


def _style(name: str, entry: Entry, shared: Mapping[str, Mapping[str, str]]) -> Style:
    if not NAME.fullmatch(name):
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
        raise entry.error(f"has a bad name; write {slug or 'night'!r}: a-z, 0-9 and single hyphens between them")
    fields = entry.fields(STYLE_FIELDS)
    texts: dict[str, str] = {field: fields[field].text() for field in TEXT_FIELDS if field in fields}
    exact = "exact" in fields and fields["exact"].flag()
    own = _additions(fields.get("visual_types"))
    if exact and any(addition.get("prompt") for addition in own.values()):
        raise fields["visual_types"].error("has prompts that 'exact: true' never uses; drop one or the other")
    additions = {kind: {**shared.get(kind, {}), **own.get(kind, {})} for kind in {**shared, **own}}
    return Style(
        name=name,
        **_words(entry, fields, texts),
        palette=_palette(fields.get("palette")),
        exact=exact,
        visual_types=_of(additions, "prompt"),
        visual_types_negative=_of(additions, "negative_prompt"),
    )


def _words(entry: Entry, fields: Mapping[str, Entry], texts: Mapping[str, str]) -> dict[str, str]:
    """Check the texts of a style against each other, and against the prompt that comes between them."""
    summary, negative = (texts.get(field, "").strip() for field in ("summary", "negative_prompt"))
    prefix, suffix = texts.get("prefix", ""), texts.get("suffix", "")
    if not summary:
        raise entry.error("has no 'summary'; write one line for `novaclips styles list`")
    if "\n" in summary:
        raise fields["summary"].error("has several lines; write one line for `novaclips styles list`")
    if not (prefix.strip() or suffix.strip()):
        raise entry.error("has neither 'prefix' nor 'suffix'; write the words that go before or after a scene's prompt")
    if STICKS_AFTER.search(prefix):
        comma = "" if prefix[-1] in ",.:;" else ","
        raise fields["prefix"].error(f'would stick to the prompt; write "{prefix}{comma} ", in quotes')
    if STICKS_BEFORE.search(suffix):
        raise fields["suffix"].error(f'would stick to the prompt; write ", {suffix}", in quotes')
    return {"summary": summary, "prefix": prefix, "suffix": suffix, "negative_prompt": negative}


def _palette(entry: Entry | None) -> tuple[str, ...]:
    if entry is None:
        return ()
    example = '["#101820", "#d94f30", "#f4efe6"]'
    if not isinstance(entry.value, list):
        raise entry.error(f"must be a list of colours, not {_shown(entry.value)}; write {example}")
    for number, colour in enumerate(entry.value, 1):
        if colour is None:
            raise entry.error(f'has nothing as colour {number}: # starts a comment in YAML; write "#101820", in quotes')
        if not (isinstance(colour, str) and COLOUR.fullmatch(colour)):
            raise entry.error(f"has {_shown(colour)} as colour {number}; write {_colour(colour)}, in quotes")
    if not MIN_COLOURS <= (count := len(entry.value)) <= MAX_COLOURS:
        raise entry.error(f"has {count} colours; write {MIN_COLOURS} to {MAX_COLOURS}, as in {example}")
    return tuple(colour.lower() for colour in entry.value)


def _additions(entry: Entry | None) -> dict[str, dict[str, str]]:
    """Read ``visual_types``: what to add, by visual type and then by ``prompt`` or ``negative_prompt``."""
    if entry is None:
        return {}
    additions: dict[str, dict[str, str]] = {}
    for kind, addition in entry.fields().items():
        texts = {field: inner.text().strip() for field, inner in addition.fields(ADDITION_FIELDS).items()}
        if not texts:
            raise addition.error("is empty; write prompt: or negative_prompt:, or drop it")
        additions[kind] = texts
    return additions


def _of(additions: Mapping[str, Mapping[str, str]], field: str) -> Mapping[str, str]:
    return MappingProxyType({kind: texts[field] for kind, texts in additions.items() if texts.get(field)})


def _shown(value: object) -> str:
    """Name a value of a YAML file about the way its author wrote it."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value)
        case dict() | list():
            return "a mapping" if isinstance(value, dict) else "a list"
    return str(value)


def _suggestion(key: str, known: tuple[str, ...]) -> str:
    from difflib import get_close_matches

    return "".join(f"did you mean {match!r}? " for match in get_close_matches(key, known, 1))


def _colour(value: object) -> str:
    """Guess the colour that was meant: ``"#aabbcc"`` for ``#abc`` and for ``aabbcc``, else an example."""
    digits = str(value).removeprefix("#")
    if re.fullmatch(r"[0-9a-fA-F]{3}", digits):
        digits = "".join(digit * 2 for digit in digits)
    return f'"#{digits}"' if COLOUR.fullmatch(f"#{digits}") else 'something like "#101820"'
