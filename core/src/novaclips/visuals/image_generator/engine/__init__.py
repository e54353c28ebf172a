"""From a plan to frames: retries, pacing, files and bookkeeping."""
