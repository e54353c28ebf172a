"""Help for testing novaclips plugins."""
