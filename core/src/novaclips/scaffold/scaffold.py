"""A new plugin's distribution, written from templates."""

from __future__ import annotations

import builtins
import difflib
import re
import shutil
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from string import Template

from novaclips.bounds import todays_bounds
from novaclips.errors import ConfigError
from novaclips.installed import KINDS, NAME

ENDING = ".tmpl"  # so that no tool takes a template for code

# Where a template goes, by its name; one that is not named here goes into the package.
PLACES = {
    "pyproject.toml": "pyproject.toml",
    "README.md": "README.md",
    "gitignore": ".gitignore",
    "contract.py": "tests/test_contract.py",
}
# What a writer writes, by a word of its name: the format as Pillow names it, ending, settings of save, in words.
FORMATS = {
    "webp": ("WEBP", ".webp", ", lossless=True", "lossless WebP"),
    "png": ("PNG", ".png", "", "PNG"),
    "jpeg": ("JPEG", ".jpg", ", quality=95, subsampling=0", "JPEG of quality 95"),
    "jpg": ("JPEG", ".jpg", ", quality=95, subsampling=0", "JPEG of quality 95"),
    "tiff": ("TIFF", ".tiff", ', compression="tiff_deflate"', "lossless TIFF"),
    "tif": ("TIFF", ".tif", ', compression="tiff_deflate"', "lossless TIFF"),
    "avif": ("AVIF", ".avif", ", quality=90", "AVIF of quality 90"),
    "bmp": ("BMP", ".bmp", "", "uncompressed BMP"),
}
# What a kind's templates import beside novaclips.
REQUIREMENTS = {"provider": ["pillow>=11.3"]}

# Storyboard draws for all but a provider: what is tried out first must cost nothing.
FLAGS = {
    "provider": "--provider {name}",
    "enhancer": "--provider storyboard --enhancer {name}",
    "style": "--provider storyboard --style {name}/charcoal",
    "writer": "--provider storyboard --writer {name}",
}


def write_plugin(kind: str, name: str, into: Path) -> Path:
    """Write the distribution ``novaclips-KIND-NAME`` into a folder, and return where it is.

    ``kind`` is one of KINDS; ``name`` is what users will ask for. ConfigError, with nothing written, for another
    kind, for a name that cannot be used, and for a folder that is there already or cannot be written.
    """
    _check(kind, name)
    folder = into / f"novaclips-{kind}-{name}"
    texts = _texts(kind, name)
    try:
        folder.mkdir(parents=True)
    except FileExistsError as exc:
        raise ConfigError(f"{folder} is there already; choose another name, or another folder with --into") from exc
    except OSError as exc:
        raise _unwritable(folder, exc) from exc
    try:
        for place, text in texts.items():
            path = folder / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as exc:
        shutil.rmtree(folder, ignore_errors=True)
        raise _unwritable(folder, exc) from exc
    return folder


def first_command(kind: str, name: str) -> str:
    """Return the command that draws a first picture with a new plugin."""
    return f"novaclips visuals generate {FLAGS[kind].format(name=name)}"


def _check(kind: str, name: str) -> None:
    if kind not in KINDS:
        close = difflib.get_close_matches(kind, KINDS, n=1)
        hint = f"did you mean {close[0]!r}? " if close else ""
        raise ConfigError(f"unknown kind {kind!r}; {hint}kinds: {', '.join(KINDS)}")
    if not NAME.fullmatch(name):
        better = _bare(kind, re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-"))
        example = better if NAME.fullmatch(better) else "for example acme"
        raise ConfigError(
            f"name {name!r} cannot be used: a name has lower-case letters, digits and single hyphens, and starts with"
            f" a letter; write {example}"
        )
    if (bare := _bare(kind, name)) != name:
        example = bare if NAME.fullmatch(bare) else "for example acme"
        raise ConfigError(f"name {name!r} is that of a distribution, which is made from the name; write {example}")


def _bare(kind: str, name: str) -> str:
    """Return the name without the start of a distribution's name: ``acme`` of novaclips-provider-acme."""
    return name.removeprefix("novaclips-").removeprefix(f"{kind}-") if name.startswith("novaclips-") else name


def _texts(kind: str, name: str) -> dict[str, str]:
    """Fill in the templates: the text of every file, by its place in the distribution."""
    templates = {**_templates("shared"), **_templates(kind)}
    package = f"novaclips_{kind}_{name.replace('-', '_')}"
    file_format, extension, settings, in_words = FORMATS[_format(name)]
    words = {
        "kind": kind,
        "name": name,
        "dist": f"novaclips-{kind}-{name}",
        "package": package,
        "title": name.replace("-", " ").title(),
        "class_name": _class_name(kind, name, templates.values()),
        "key_env": f"{name.replace('-', '_').upper()}_API_KEY",
        "file_format": file_format,
        "extension": extension,
        "settings": settings,
        "in_words": in_words,
        "requirements": ", ".join(f'"{line}"' for line in [f"novaclips{todays_bounds()}", *REQUIREMENTS.get(kind, ())]),
    }
    return {
        PLACES.get(template, f"src/{package}/{template}"): Template(text).substitute(words)
        for template, text in templates.items()
    }


def _format(name: str) -> str:
    """Choose what a writer writes: the format that a word of its name is, else WebP."""
    return next((word for word in name.split("-") if word in FORMATS), "webp")


def _templates(folder: str) -> Mapping[str, str]:
    """Read the templates of one folder, by name without their ending."""
    found = (files(__package__) / "templates" / folder).iterdir()
    return {
        entry.name.removesuffix(ENDING): entry.read_text(encoding="utf-8")
        for entry in found
        if entry.name.endswith(ENDING)
    }


def _class_name(kind: str, name: str, templates: Iterable[str]) -> str:
    """Name the class: ``AcmeCloud`` for acme-cloud, and ``ImageProvider`` for image, a word that the code needs."""
    word = "".join(part.capitalize() for part in name.split("-"))
    taken = hasattr(builtins, word) or any(re.search(rf"\b{word}\b", text) for text in templates)
    return f"{word}{kind.capitalize()}" if taken else word


def _unwritable(folder: Path, exc: OSError) -> ConfigError:
    return ConfigError(f"cannot write {folder}: {exc.strerror}; choose another folder with --into")
