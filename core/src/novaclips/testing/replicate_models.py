"""Which models a Replicate service runs, and which inputs each of them takes."""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final

EDGE_STEP: Final = 32  # sizes that follow from a shape are rounded down to this
MEGAPIXEL: Final = 1024 * 1024
AREAS: Final = MappingProxyType(
    {"0.25": 0.25, "1": 1, "0.5 MP": 0.5, "1 MP": 1, "2 MP": 2, "4 MP": 4, "1K": 1, "2K": 4, "4K": 16}
)
TYPES: Final[Mapping[str, type | tuple[type, ...]]] = MappingProxyType(
    {"string": str, "integer": int, "number": (int, float), "boolean": bool, "array": list}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A model: who may run it how, its inputs in OpenAPI's words, and whether it gives one URL or a list."""

    name: str
    official: bool
    output: str
    description: str
    required: list[str]
    input: dict[str, Any]
    versions: list[str] = field(default_factory=list)
    shared_enums: bool = False
    step: int = 1

    @property
    def latest(self) -> str:
        """The id of the newest version."""
        return self.versions[0] if self.versions else hashlib.sha256(self.name.encode()).hexdigest()

    def schema(self) -> dict[str, Any]:
        """Return the model's OpenAPI document, as far as clients read it."""
        shared = {name: {**of, "title": name} for name, of in self.input.items() if self.shared_enums and "enum" in of}
        properties = {name: {**of, "x-order": order} for order, (name, of) in enumerate(self.input.items())}
        for name, enum in shared.items():
            kept = {key: properties[name][key] for key in ("default", "x-order") if key in properties[name]}
            properties[name] = {"allOf": [{"$ref": f"#/components/schemas/{name}"}], **kept}
            enum.pop("default", None)
        uri = {"type": "string", "format": "uri"}
        schemas = {
            "Input": {"type": "object", "title": "Input", "properties": properties, "required": self.required},
            "Output": {"title": "Output", **({"type": "array", "items": uri} if self.output == "list" else uri)},
            **shared,
        }
        return {"openapi": "3.0.2", "info": {"title": "Cog", "version": "0.1.0"}, "components": {"schemas": schemas}}

    def complaints(self, given: Mapping[str, Any]) -> list[str]:
        """Say what is wrong with an input, one sentence for each field, in the service's words."""
        found = [f"input: {name} is required" for name in self.required if not given.get(name)]
        for name, value in given.items():
            if name not in self.input:
                found.append(f"input: Additional property {name} is not allowed")
            elif not (value is None and self.input[name].get("nullable")):
                found += (f"input.{name}: {problem}" for problem in _problems(self.input[name], value))
        for name in ("width", "height"):
            if (edge := given.get(name)) and isinstance(edge, int) and edge % self.step:
                found.append(f"input.{name}: `{name}` has to be divisible by {self.step} but is {edge}.")
        return found

    def size(self, given: Mapping[str, Any]) -> tuple[int, int]:
        """Return the size that pictures have for an input that nothing is wrong with."""
        inputs = {name: of.get("default") for name, of in self.input.items()} | dict(given)
        for name in ("size", "resolution"):
            if match := re.fullmatch(r"(\d+)x(\d+)", str(inputs.get(name))):
                return int(match[1]), int(match[2])
        width, height = inputs.get("width"), inputs.get("height")
        custom = "custom" in {inputs.get("aspect_ratio", "custom"), inputs.get("size")}
        if width and height and custom:
            return width, height
        shape = re.fullmatch(r"(\d+):(\d+)", str(inputs.get("aspect_ratio")))
        ratio = int(shape[1]) / int(shape[2]) if shape else 1.0
        area = next(
            (AREAS[inputs[name]] for name in ("megapixels", "resolution", "size") if inputs.get(name) in AREAS), 1
        )
        return _edge(math.sqrt(area * MEGAPIXEL * ratio)), _edge(math.sqrt(area * MEGAPIXEL / ratio))

    def format(self, given: Mapping[str, Any]) -> str:
        """Return the format of the pictures, as Pillow names it."""
        name = given.get("output_format") or self.input.get("output_format", {}).get("default", "png")
        return {"jpg": "JPEG", "webp": "WEBP"}.get(name, "PNG")


@cache
def models() -> Mapping[str, Model]:
    """Return all models by ``owner/name``."""
    import yaml

    text = files(__package__).joinpath("replicate_models.yaml").read_text(encoding="utf-8")
    known = yaml.safe_load(text)["models"]
    return MappingProxyType({name: Model(name=name, **details) for name, details in known.items()})


def _problems(of: Mapping[str, Any], value: object) -> Iterator[str]:
    kind = TYPES[of["type"]]
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        yield f"Invalid type. Expected: {of['type']}, given: {type(value).__name__}"
        return
    if "enum" in of and value not in of["enum"]:
        yield f"must be one of the following: {', '.join(map(repr, of['enum']))}"
    if isinstance(value, int | float):
        if value < of.get("minimum", value):
            yield f"Must be greater than or equal to {of['minimum']}"
        if value > of.get("maximum", value):
            yield f"Must be less than or equal to {of['maximum']}"
    if isinstance(value, list) and len(value) > of.get("maxItems", len(value)):
        yield f"Array must have at most {of['maxItems']} items"
    uris = value if isinstance(value, list) else [value]
    if "uri" in {of.get("format"), of.get("items", {}).get("format")}:
        yield from (f"Does not match format 'uri': {str(uri)[:40]!r}" for uri in uris if not _is_uri(uri))


def _is_uri(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("https://", "http://", "data:"))


def _edge(pixels: float) -> int:
    return max(EDGE_STEP, int(pixels) // EDGE_STEP * EDGE_STEP)
