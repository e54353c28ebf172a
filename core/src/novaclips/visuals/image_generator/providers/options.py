"""The options of a provider that a user may have misspelt."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping

from novaclips.visuals.image_generator.models import JSON


def unknown_options(options: Mapping[str, JSON], known: Collection[str]) -> tuple[str, ...]:
    """Return a sentence for each option that a provider does not have, with the one that was probably meant.

    Examples:
        >>> unknown_options({"qualty": "high"}, known=["model", "quality"])
        ("option 'qualty' is unknown and ignored; did you mean 'quality'?",)
    """
    sentences = []
    for name in sorted(set(options) - set(known)):
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(sorted(known)) or 'none'}"
        sentences.append(f"option {name!r} is unknown and ignored; {hint}")
    return tuple(sentences)
