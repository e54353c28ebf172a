"""Who hears what a run does."""

from __future__ import annotations

from novaclips.visuals.image_generator.engine.plan import Plan
from novaclips.visuals.image_generator.engine.run import Progress


class Listener:
    """Hears what a run does, on the thread that called; every method may be left out."""

    def planned(self, plan: Plan) -> None:
        """Hear what the run is going to do, before it does."""

    def progress(self, progress: Progress) -> None:
        """Hear of a scene's end, or of news about it."""
