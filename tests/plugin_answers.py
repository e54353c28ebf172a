"""What an error about a plugin says."""

from __future__ import annotations

import pytest

PAINT = "provider 'paint' is broken: provider-paint from novaclips-provider-paint 1.0"


def said(raised: pytest.ExceptionInfo[Exception]) -> str:
    """Return the text of an error, which is one line."""
    text = str(raised.value)
    assert "\n" not in text
    return text
