"""Requests and their content addresses: equal key, equal request, never bought again."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from novaclips.errors import NovaclipsError, PluginError
from novaclips.visuals.image_generator.engine.by_hand import options_of
from novaclips.visuals.image_generator.engine.crew import Crew
from novaclips.visuals.image_generator.engine.ledger import Override
from novaclips.visuals.image_generator.engine.settings import RunSettings
from novaclips.visuals.image_generator.enhancers import Prompt
from novaclips.visuals.image_generator.models import JSON, MAX_SEED, ImageRequest, Scene

AS_WRITTEN = Override()
CANONICAL = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True, slots=True)
class Addressed:
    """A request with the provider it goes to, all that shapes its picture, and the SHA-256 over that.

    ``absent`` is why the provider can draw nothing: what shapes its pictures is not known then, and the key is that of
    no picture.
    """

    provider: str
    request: ImageRequest
    content: Mapping[str, JSON]
    key: str
    absent: NovaclipsError | None = None

    @property
    def kin(self) -> str:
        """The SHA-256 over all but the native size: a picture of one kin can serve another resolution."""
        return kin(self.content)

    def told(self, name: str) -> str:
        """Return what the provider's identity says under ``model``, ``size`` or ``aspect``; empty where it does not."""
        return str(self.content["identity"].get(name) or "")


class Addresser:
    """Turns the scenes of one run into requests with their keys.

    A scene's number, id and file name are not in its key.
    """

    def __init__(self, settings: RunSettings, crew: Crew) -> None:
        self._settings = settings
        self._resolution = str(settings.resolution)
        self._crew = crew
        self._digest = functools.cache(_digest)
        self._as_written: dict[int, Addressed] = {}

    def address(self, scene: Scene, override: Override = AS_WRITTEN) -> Addressed:
        """Make a scene's request as scenes.yaml, the run's settings and the chosen take have it."""
        if override is not AS_WRITTEN:
            return self._address(scene, override)
        if scene.id not in self._as_written:
            self._as_written[scene.id] = self._address(scene, override)
        return self._as_written[scene.id]

    def _address(self, scene: Scene, override: Override) -> Addressed:
        provider = override.provider or scene.provider or self._settings.provider
        request = self._request(scene, override)
        absent = self._crew.absent(provider)
        identity = {"absent": True} if absent else self._crew.identity(provider, request)
        try:
            content = {
                "provider": provider,
                "identity": identity,
                "prompt": request.prompt,
                "negative_prompt": request.negative_prompt,
                "seed": request.seed,
                "references": [self._digest(path) for path in request.references],
                "take": request.take,
            }
            key = _hash(content)
        except (TypeError, ValueError) as exc:
            raise PluginError(f"provider {provider!r} is broken: its identity() is not JSON: {exc}") from exc
        return Addressed(provider, request, content, key, absent)

    def _request(self, scene: Scene, override: Override) -> ImageRequest:
        style = override.style or scene.style or self._settings.style
        words = override.prompt or scene.prompt
        prompt = self._crew.chain(style, override.enhancers).enhance(
            Prompt(words, negative=scene.negative_prompt, visual_type=scene.visual_type)
        )
        seed = override.seed
        if seed is None and scene.seed is not None:
            # The same seed again would draw the same picture again; behind the last seed comes the first.
            seed = (scene.seed + override.take) % (MAX_SEED + 1)
        return ImageRequest(
            scene_id=scene.id,
            prompt=prompt.text,
            visual_type=scene.visual_type,
            resolution=self._resolution,
            negative_prompt=prompt.negative,
            seed=seed,
            references=scene.references,
            options=options_of(scene, override, self._settings),
            style="" if style == "none" else style.rpartition("/")[2],
            palette=prompt.palette,
            title=scene.title,
            narration=scene.narration,
            scene_prompt=words,
            take=override.take,
        )


def kin(content: Mapping[str, JSON]) -> str:
    """Return the content address of a request without its native size."""
    identity = {name: value for name, value in content["identity"].items() if name != "size"}
    return _hash({**content, "identity": identity})


def _hash(content: Mapping[str, JSON]) -> str:
    return hashlib.sha256(CANONICAL.encode(content).encode()).hexdigest()


def _digest(path: Path) -> str:
    """Return the SHA-256 of a reference; empty for one that is gone since scenes.yaml was read: it is not sent."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
