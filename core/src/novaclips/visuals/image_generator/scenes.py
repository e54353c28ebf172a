"""scenes.yaml -> Scene; all that is wrong with a file is said at once, with file:line:column."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from novaclips.collector import collector_paused
from novaclips.errors import ScenesError
from novaclips.located_yaml import Node, load, plain
from novaclips.on_disk import as_spelled, nearest
from novaclips.untrusted import foreign
from novaclips.untrusted.files import read_head
from novaclips.untrusted.pictures import is_picture
from novaclips.visuals.image_generator.models import EMPTY, JSON, MAX_SEED, Scene
from novaclips.visuals.image_generator.scene_fields import (
    OF_THE_VISUAL,
    SCENE_FIELDS,
    VISUAL_FIELDS,
    belongs,
    belongs_lower,
    meant,
)
from novaclips.yaml_complaints import Place

MAX_ID = 999_999
MAX_PROMPT = 32_000
MAX_COMPLAINTS = 10
EXAMPLE = "- {id: 1, visual: {prompt: A river}}"

# An escape in double quotes can bring them in. What turns the direction of writing is no control character: scripts
# need it, and it is written out where it is printed.
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
LINE_END = re.compile(r"\r\n?")
NAME = re.compile(r"\S[^\n]{0,199}")
VISUAL_TYPE = re.compile(r"[^\n!-,./:-@\[-^`{-~]{1,64}")  # the letters of any script, and of signs only - and _
ABSENT = Node(None, 0, 0)


def project_of(scenes_path: Path) -> Path:
    """Return the folder that a scenes file belongs to: the one that holds ``planning``, else the file's own."""
    folder = scenes_path.absolute().parent
    return folder.parent if folder.name == "planning" else folder


def read_scenes(path: Path, project: Path | None = None) -> tuple[Scene, ...]:
    """Read the scenes of a file, in its order.

    ``project`` is the folder that holds the reference pictures; by default ``project_of(path)``. ScenesError has a
    line for each of the first ten mistakes: ``file:line:column: what; what to write``.
    """
    with collector_paused():
        try:
            root = load(path, error=ScenesError, example=EXAMPLE)
        except ScenesError as exc:
            if what := foreign.kind_of(read_head(as_spelled(path), foreign.HEAD)):
                raise ScenesError(f"{path}: {what}") from exc
            raise
        reader = _Reader(project or project_of(path))
        scenes = [scene for entry in reader.entries(root) if (scene := reader.scene(entry))]
    if reader.complaints:
        if not reader.has_list and (what := foreign.kind_of(read_head(as_spelled(path), foreign.HEAD))):
            raise ScenesError(f"{path}: {what}")
        lines = [f"{path}:{line}:{column}: {what}" for (line, column), what in sorted(reader.complaints)]
        more = len(lines) - MAX_COMPLAINTS
        raise ScenesError("\n".join(lines[:MAX_COMPLAINTS] + ([f"and {more} more"] if more > 0 else [])))
    return tuple(scenes)


class _Reader:
    """Reads one entry after the other and gathers what is wrong with them."""

    def __init__(self, project: Path) -> None:
        self.project = project.resolve()
        self.complaints: list[tuple[tuple[int, int], str]] = []
        self.taken: dict[int, int] = {}  # the line of each id
        self.has_list = False
        self.pictures: dict[str, Path | str] = {}  # of each reference: the file, or what is wrong with it

    def complain(self, at: Node | Place, what: str) -> None:
        self.complaints.append(((at.line, at.column), what))

    def entries(self, root: Node) -> list[Node]:
        """Find the list of scenes; when it is not there, that is the only complaint."""
        scenes = root.value.get("scenes", ABSENT) if isinstance(root.value, dict) else root
        self.has_list = scenes is not ABSENT and not isinstance(scenes.value, str)
        if scenes is ABSENT:
            self.missing(root)
        elif scenes.value is None or scenes.value == []:
            self.complain(scenes, f"the file has no scenes; write for example {EXAMPLE}")
        elif not isinstance(scenes.value, list):
            self.complain(scenes, f"the scenes must be a list, not {_kind(scenes)}; start each with '- ': {EXAMPLE}")
        elif foreign.is_home_assistant(fields := [entry.keys for entry in scenes.value]):
            what = "looks like a Home Assistant scenes.yaml; a novaclips scene has an id and a visual.prompt"
            self.complain(scenes.value[0], f"{what}: {EXAMPLE}")
        elif write := foreign.renamed(fields):
            self.complain(scenes.value[0], f"looks like the scenes of another program; write {write}: {EXAMPLE}")
        else:
            return scenes.value
        return []

    def missing(self, root: Node) -> None:
        """Complain that there is no list of scenes, and say what there is instead."""
        fields = root.value if isinstance(root.value, dict) else {}
        if self.unknown_fields(root, ("scenes",)):
            return
        if known := foreign.document_of(fields):
            name, what = known
            self.complain(root.keys[name], what)
            return
        for name in foreign.LISTS:
            value = fields.get(name, ABSENT).value
            inner = value.get("scenes", ABSENT).value if isinstance(value, dict) else None
            if value and isinstance(value, list):
                write = foreign.renamed([entry.keys for entry in value])
                then = f", and write {write}: {EXAMPLE}" if write else ""
                self.complain(root.keys[name], f"the list stands under {name!r}; call it scenes{then}")
                return
            if isinstance(inner, list):
                self.complain(root.keys[name], f"the scenes stand inside {name!r}; move them to the top of the file")
                return
        self.complain(root, f"the list of scenes is missing; write 'scenes:' and below it {EXAMPLE}")

    def scene(self, entry: Node) -> Scene | None:
        """Read one entry; None when something is wrong with it."""
        before = len(self.complaints)
        if not isinstance(entry.value, dict):
            self.complain(entry, f"a scene has an id and a visual, and this is {_kind(entry)}; write {EXAMPLE}")
            return None
        meant = self.unknown_fields(entry, SCENE_FIELDS)
        number = self.scene_id(entry, meant)
        visual = self.visual(entry, meant)
        scene = Scene(
            id=number or 0,
            prompt=self.prompt(visual),
            visual_type=self.visual_type(visual),
            title=self.text(entry, "title", numbers=True),
            narration=self.text(entry, "narration", numbers=True),
            style=self.name(visual, "style"),
            provider=self.name(visual, "provider"),
            negative_prompt=self.text(visual, "negative_prompt"),
            seed=self.whole_number(visual, "seed", MAX_SEED),
            references=self.references(visual),
            options=self.options(visual),
            line=entry.line,
        )
        return scene if len(self.complaints) == before else None

    def scene_id(self, entry: Node, meant: Collection[str]) -> int | None:
        """Read the id, which no other scene may have."""
        node = _field(entry, "id")
        number = self.whole_number(entry, "id", MAX_ID)
        if node.value is None and "id" not in meant:
            self.complain(node if node.line else entry, "the scene has no id; write its number, as in id: 1")
        elif number in self.taken:
            # A merge key can bring the id in from further up.
            at = max(Place(node.line, node.column), Place(entry.line, entry.column))
            line = self.taken[number]
            self.complain(at, f"id {number} is the scene's in line {line} already; give each scene a number of its own")
        elif number is not None:
            self.taken[number] = entry.line
        return number

    def visual(self, entry: Node, meant: Collection[str]) -> Node:
        """Find the visual; ABSENT when there is none, and that is said."""
        node = _field(entry, "visual")
        value = node.value
        if "prompt" in entry.keys and (value is None or (isinstance(value, dict) and "prompt" not in value)):
            self.complain(entry.keys["prompt"], "prompt belongs under visual: write visual: {prompt: ...}")
        elif value is None and "visual" not in meant:
            self.complain(node if node.line else entry, "the scene has no visual; write visual: {prompt: A river}")
        elif isinstance(value, dict):
            self.check_places(entry, node, value)
            return node
        elif value is not None:
            self.complain(node, f"visual holds fields, and this is {_kind(node)}; write visual: {{prompt: A river}}")
        return ABSENT

    def check_places(self, entry: Node, node: Node, visual: Mapping[str, Node]) -> None:
        """Catch what would change the picture and stands where it would be ignored."""
        for name, place in entry.keys.items():
            if name in OF_THE_VISUAL and name not in visual:
                self.complain(place, f"{name} belongs under visual; move it there, next to the prompt")
            elif name not in SCENE_FIELDS and (where := belongs_lower(name, visual)):
                self.complain(place, where)
        told = visual.get("options", ABSENT).value
        options = told if isinstance(told, dict) else {}
        for name, place in node.keys.items():
            if name not in VISUAL_FIELDS and (where := belongs(name, visual, options)):
                self.complain(place, where)

    def unknown_fields(self, entry: Node, known: Collection[str]) -> set[str]:
        """Complain about names that are nearly those of fields that are absent; return the fields that were meant."""
        found = set()
        absent = [name for name in known if name not in entry.keys]
        for name in entry.keys if absent else ():
            if name not in known and (field := meant(name, absent)):
                self.complain(entry.keys[name], f"unknown field {name!r}; did you mean {field!r}?")
                found.add(field)
        return found

    def prompt(self, visual: Node) -> str:
        if visual is ABSENT:
            return ""
        meant = self.unknown_fields(visual, VISUAL_FIELDS)
        self.check_commas(visual)
        node = _field(visual, "prompt")
        text = self.text(visual, "prompt")
        if node is ABSENT or node.value is None:
            if "prompt" not in meant:
                what = "the visual has no prompt; write prompt: A river (a text that starts with # needs quotes)"
                self.complain(node if node.line else visual, what)
        elif isinstance(node.value, str) and not text:
            self.complain(node, "the prompt is blank; write what to draw")
        elif len(text) > MAX_PROMPT:
            self.complain(node, f"the prompt has {len(text):,} characters; write at most {MAX_PROMPT:,}")
        return text

    def check_commas(self, visual: Node) -> None:
        """Catch ``{prompt: A river, at night}``: for YAML, ``at night`` is a field without a value."""
        fields = visual.value if isinstance(visual.value, dict) else {}
        for name, (line, column) in visual.keys.items():
            node = fields[name]
            if node.value is None and node.line == line and node.column == column + len(name):
                self.complain(node, f"{name!r} is cut off by the comma before it; put quotes around the whole text")

    def text(self, entry: Node, name: str, *, numbers: bool = False) -> str:
        """Read a text without the space around it; with ``numbers``, ``1984`` is a text too."""
        node = _field(entry, name)
        if node.value is None:
            return ""
        if not isinstance(node.value, str) and (isinstance(node.value, list | dict) or not numbers):
            hint = "the whole text" if isinstance(node.value, list | dict) else f'it: "{node.raw}"'
            self.complain(node, f"{name} must be text, and this is {_kind(node)}; put quotes around {hint}")
            return ""
        self.check_letters(name, node.raw, node)
        return LINE_END.sub("\n", node.raw).strip()

    def name(self, visual: Node, field: str) -> str | None:
        """Read the name of a style or of a provider."""
        node = _field(visual, field)
        text = self.text(visual, field)
        if isinstance(node.value, str) and not NAME.fullmatch(text):
            self.complain(node, f"{field} must be a name on one line; write it, or take the field out")
        return text or None

    def visual_type(self, visual: Node) -> str:
        text = self.text(visual, "type")
        name = re.sub(r"[\s_-]+", "-", text.lower()).strip("-")
        if text and not (name and VISUAL_TYPE.fullmatch(text)):
            self.complain(_field(visual, "type"), f"type {text[:80]!r} must be made of letters, digits and hyphens")
        return name or "image"

    def whole_number(self, entry: Node, name: str, maximum: int) -> int | None:
        """Read a whole number that is written as one: no quotes, no leading zeros, no point."""
        node = _field(entry, name)
        value, raw = node.value, node.raw[:40]
        if value is None:
            return None
        if type(value) is int and node.raw == str(value):
            if 0 <= value <= maximum:
                return value
            self.complain(node, f"{name} must be a whole number from 0 to {maximum}; {raw} is not")
            return None
        shown = f'"{raw}"' if isinstance(value, str) else _kind(node) if isinstance(value, list | dict) else raw
        if isinstance(value, str) and re.fullmatch("[0-9]{1,40}", value, re.ASCII):
            value = int(value)
        if isinstance(value, int | float) and not isinstance(value, bool) and value == int(value):
            self.complain(node, f"{name} must be a whole number: write {int(value)} instead of {shown}")
        else:
            self.complain(node, f"{name} must be a whole number, as in {name}: 1; {shown} is not")
        return None

    def references(self, visual: Node) -> tuple[Path, ...]:
        """Read the paths of pictures; a single one needs no list."""
        node = _field(visual, "references")
        pictures = []
        for item in node.value if isinstance(node.value, list) else [node] if node.value is not None else []:
            if not isinstance(item.value, str):
                self.complain(item, f"a reference is the path of a picture, and this is {_kind(item)}")
                continue
            if item.value not in self.pictures:
                self.pictures[item.value] = self.picture(item.value)
            picture = self.pictures[item.value]
            if isinstance(picture, str):
                self.complain(item, picture)
            else:
                pictures.append(picture)
        return tuple(pictures)

    def picture(self, text: str) -> Path | str:
        """Find a reference inside the project; a text says why it cannot be used."""
        shown = f"reference {text[:200]!r}"
        if "://" in text:
            return f"{shown} is a web address; save the picture in the project"
        try:
            named = as_spelled(self.project / text)
            file = named.resolve()
            inside, is_file = file.is_relative_to(self.project), file.is_file()
        except (OSError, RuntimeError, ValueError):  # too long; a loop of symbolic links; a NUL
            return f"{shown} is not a usable path; write it from the project's folder"
        if not inside:
            return f"{shown} lies outside the project; copy the picture into the project"
        if not is_file:
            near = nearest(named)
            hint = f"there is {near.relative_to(self.project).as_posix()!r}; " if near else ""
            return f"{shown} is not a file; {hint}write its path from the project's folder"
        return self.not_a_picture(shown, named, file) or file

    def not_a_picture(self, shown: str, named: Path, file: Path) -> str:
        """Say what is wrong with a file as a picture that a service may get; empty where nothing is."""
        written = Path(os.path.normpath(named))  # a link that shows may lead to what is hidden
        places = [place.relative_to(self.project) for place in (written, file) if place.is_relative_to(self.project)]
        if any(part.startswith(".") for place in places for part in place.parts):
            return f"{shown} is hidden; copy the picture to where it shows in the project"
        try:
            with file.open("rb") as opened:
                head = opened.read(32)  # enough to tell
        except OSError as exc:
            return f"{shown} cannot be read: {exc.strerror or exc}"
        if not is_picture(head):
            return f"{shown} is no picture, whatever its name; name a PNG, JPEG or WebP file"
        return ""

    def options(self, visual: Node) -> Mapping[str, JSON]:
        node = _field(visual, "options")
        if node.value is None:
            return EMPTY
        if not isinstance(node.value, dict):
            self.complain(node, f"options hold fields, and this is {_kind(node)}; write options: {{quality: high}}")
            return EMPTY
        self.check_options(node)
        return MappingProxyType(plain(node))

    def check_options(self, node: Node) -> None:
        """Complain about control characters in the texts of options, however deep."""
        items: Iterable[Node] = ()
        if isinstance(node.value, dict):
            items = node.value.values()
            for name, place in node.keys.items():
                self.check_letters("the name of an option", name, place)
        elif isinstance(node.value, list):
            items = node.value
        elif isinstance(node.value, str):
            self.check_letters("an option", node.value, node)
        for item in items:
            self.check_options(item)

    def check_letters(self, what: str, text: str, at: Node | Place) -> None:
        """Complain about a control character; the ends of lines are none."""
        if found := CONTROL.search(text):
            self.complain(at, f"{what} holds the control character U+{ord(found[0]):04X}; take it out")


def _field(entry: Node, name: str) -> Node:
    return entry.value.get(name, ABSENT) if isinstance(entry.value, dict) else ABSENT


def _kind(node: Node) -> str:
    """Say what a value is, in the user's words."""
    kinds = {str: "text", bool: "yes or no", int: "a number", float: "a number", list: "a list", dict: "a mapping"}
    return kinds.get(type(node.value), "nothing")
