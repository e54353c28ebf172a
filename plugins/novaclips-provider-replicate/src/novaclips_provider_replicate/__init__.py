"""Replicate images for novaclips."""

__version__ = "0.1.0"
