"""Six styles of the North for novaclips."""

__version__ = "0.1.0"
