"""The base classes of providers."""
