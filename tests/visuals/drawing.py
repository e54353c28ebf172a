"""Draw the project in the current folder with the scripted provider."""

from __future__ import annotations

from novaclips.visuals.image_generator import ImageGenerator
from novaclips.visuals.image_generator.engine.plan import Plan
from novaclips.visuals.image_generator.engine.report import RunReport
from novaclips.visuals.image_generator.engine.settings import Timing

SCENES = "planning/scenes.yaml"


def draw(folder: str = "frames", *, size: str = "192x108", style: str = "none", **options: object) -> RunReport:
    """Run without ever waiting."""
    scenes = options.pop("scenes", None)
    return _generator(style, options).run(SCENES, folder, size, scenes=scenes)


def plan(folder: str = "frames", *, size: str = "192x108", style: str = "none", **options: object) -> Plan:
    """Say what ``draw`` would do."""
    return _generator(style, options).plan(SCENES, folder, size)


def _generator(style: str, options: dict[str, object]) -> ImageGenerator:
    return ImageGenerator("scripted", style, **{"timing": Timing(sleep=lambda _: None)} | options)


def outcomes(report: RunReport) -> list[str]:
    """How each scene ended, in a word."""
    return [str(result.outcome) for result in report]


def states(plan: Plan) -> list[str]:
    """How each scene stands, in a word."""
    return [str(planned.state) for planned in plan]
