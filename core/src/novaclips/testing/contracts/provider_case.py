"""What a contract is told about a provider, and what it asks of it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import KW_ONLY, dataclass, field
from types import MappingProxyType
from typing import Any, Final

from PIL import Image

from novaclips.errors import BadImage, ProviderError
from novaclips.hookspecs import ImageProviderSpec
from novaclips.testing.pictures import read_fingerprint
from novaclips.visuals.image_generator.frame import verify
from novaclips.visuals.image_generator.models import JSON, GeneratedImage, ImageRequest, Settings
from novaclips.visuals.image_generator.providers.base import BaseImageProvider

PROMPT: Final = "A paper boat on a puddle"
FRAME: Final = "320x180"
LIKE_A_KEY: Final = re.compile(r"(?:^|_)(?:APIKEY|KEY|TOKEN|SECRET|PASSWORD|AUTH)(?:_|$)", re.IGNORECASE)
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class ProviderCase:
    """The provider to test: the entry point's name without ``provider-``, and how it gets at its service.

    ``env`` holds the variables that lead it to a service on this machine, its key among them. ``options`` go with
    every request. ``requests`` counts the orders that the service got; every provider with a service needs it.
    ``faults`` says, by the error that must come out, what makes the next order go wrong. ``shaping`` holds options
    each of which makes another picture. ``draws_scene``: the scene's number, title or narration is in the picture.
    """

    name: str
    _: KW_ONLY
    env: Mapping[str, str] = field(default_factory=lambda: NOTHING, repr=False)
    options: Mapping[str, JSON] = field(default_factory=lambda: NOTHING)
    requests: Callable[[], int] | None = None
    faults: Mapping[type[ProviderError], Callable[[], object]] = field(default_factory=lambda: MappingProxyType({}))
    shaping: Mapping[str, JSON] = field(default_factory=lambda: NOTHING)
    draws_scene: bool = False

    def request(self, prompt: str = PROMPT, **fields: Any) -> ImageRequest:
        """Make a request as core makes it."""
        given = {"resolution": FRAME, "options": dict(self.options), "scene_prompt": prompt, **fields}
        return ImageRequest(1, prompt, **given)

    def with_option(self, name: str, value: JSON) -> ImageRequest:
        """Make a request with one more option, or another value for one that it has."""
        return self.request(options={**self.options, name: value})

    def create(self, spec: ImageProviderSpec, env: Mapping[str, str] | None = None) -> BaseImageProvider:
        """Make the provider as core makes it; ``env`` instead of the case's own."""
        return spec.create(Settings(options=self.options, env=self.env if env is None else env))

    def without_key(self, spec: ImageProviderSpec) -> dict[str, str]:
        """Return the environment with the key taken out."""
        return {name: value for name, value in self.env.items() if name not in spec.key_env}

    def secrets(self, spec: ImageProviderSpec) -> list[str]:
        """Return the values of the keys, and of all variables that look as if they held one."""
        names = {*spec.key_env, *filter(LIKE_A_KEY.search, self.env)}
        return [value for name in sorted(names) if (value := self.env.get(name, "").strip())]

    def count(self) -> int:
        """Return how many orders the service got so far; 0 where there is none."""
        return self.requests() if self.requests else 0

    def failures(self, provider: BaseImageProvider) -> Iterator[tuple[type[ProviderError], Exception | None]]:
        """Let each fault happen once: the error that must come out, and what came out.

        Bytes that are no picture come out as BadImage: core, too, looks at what a provider returns.
        """
        for expected, go_wrong in self.faults.items():
            go_wrong()
            try:
                verify(data_of(provider.generate(self.request())))
            # A wrong class is the subject of one rule, and no reason for the others to fail.
            except Exception as exc:  # noqa: BLE001
                yield expected, exc
            else:
                yield expected, None


def data_of(answer: GeneratedImage | bytes) -> bytes:
    """Return the picture's bytes."""
    return answer.data if isinstance(answer, GeneratedImage) else answer


def seen(answer: GeneratedImage | bytes) -> object:
    """Return what makes a picture itself: its fingerprint, else its pixels, else whatever it is.

    Services of ``novaclips.testing`` draw the prompt's fingerprint into their pictures. It is asked first, because
    some of them, as the real ones, draw another picture each time.
    """
    data = data_of(answer)
    try:
        verify(data)
    except (BadImage, TypeError):
        return data
    with Image.open(io.BytesIO(data)) as image:
        number = read_fingerprint(image)
        return image.convert("RGB").tobytes() if number is None else number
