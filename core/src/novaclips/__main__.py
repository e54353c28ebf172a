"""``python -m novaclips``."""

from novaclips.cli import main

main()
