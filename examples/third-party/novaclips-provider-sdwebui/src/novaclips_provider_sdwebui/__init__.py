"""Stable Diffusion web UI for novaclips."""

__version__ = "0.1.0"
