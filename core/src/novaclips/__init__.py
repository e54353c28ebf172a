"""One picture per scene of a video."""

__version__ = "0.1.0"
