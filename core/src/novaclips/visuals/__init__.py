"""Pictures for a video."""
