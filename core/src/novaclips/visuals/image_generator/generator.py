"""ImageGenerator: one picture per scene, from Python."""

from __future__ import annotations

import contextlib
import functools
import logging
import os
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from novaclips.collector import collector_paused
from novaclips.discovery import Plugins
from novaclips.errors import ConfigError
from novaclips.visuals.image_generator.engine.by_hand import as_told
from novaclips.visuals.image_generator.engine.check import Checked, check_folder
from novaclips.visuals.image_generator.engine.costs import Costs, read_costs
from novaclips.visuals.image_generator.engine.ledger import Override
from novaclips.visuals.image_generator.engine.listener import Listener
from novaclips.visuals.image_generator.engine.manifest import read_manifest, settings_of
from novaclips.visuals.image_generator.engine.plan import Again, Plan, PlannedScene, State
from novaclips.visuals.image_generator.engine.prune import Leftovers, delete, find_leftovers
from novaclips.visuals.image_generator.engine.report import ImageResult, Outcome, RunReport
from novaclips.visuals.image_generator.engine.retry import RetryPolicy
from novaclips.visuals.image_generator.engine.run import Progress
from novaclips.visuals.image_generator.engine.settings import (
    RunSettings,
    Timing,
    check_names,
    dollars,
    on_unknown_named,
)
from novaclips.visuals.image_generator.engine.workplace import Surroundings, Workplace, open_workplace
from novaclips.visuals.image_generator.frame import fit_named
from novaclips.visuals.image_generator.models import EMPTY, JSON, Resolution, check_seed

log = logging.getLogger("novaclips")
DEFAULT_PROVIDER = "openai"
DEFAULT_STYLE = "photorealistic"
DRAWN_BEFORE = (State.FRESH, State.UNUSABLE)


class ImageGenerator:
    """Draws one picture per scene.

    ``provider`` and ``style`` are names of installed plugins; left out, they are ``openai`` and ``photorealistic``,
    and for a scene drawn again those of the frame's own run. ``style="none"`` leaves the prompts alone.
    ``options`` go to the provider as they are; ``fit`` is ``cover``, ``contain`` or ``stretch``; ``workers`` is how
    many calls may be in flight at once. ``budget`` is the most that a run may spend, in US dollars;
    ``project_budget`` is the most that all runs into one folder may have spent together, what they were perhaps billed
    for included. ``on_unknown`` is what becomes of a request that got no answer and may have been billed, ``retry``
    (once more, behind all others) or ``leave``. ``allow`` names the providers that may spend; left out, those of single
    scenes may, too. ``given`` names settings (``provider``, ``style``, ``enhancers``, ``options``) that the scenes of a
    run over a part of a film get even where they were told otherwise by hand before. ``env`` replaces the process's
    environment, where keys are looked for.
    """

    def __init__(
        self,
        provider: str | None = None,
        style: str | None = None,
        *,
        enhancers: Collection[str] = (),
        fit: str = "cover",
        writers: Collection[str] = ("png",),
        options: Mapping[str, JSON] = EMPTY,
        workers: int | None = None,
        retry_refused: bool = False,
        retry_unusable: bool = False,
        budget: Decimal | float | str | None = None,
        project_budget: Decimal | float | str | None = None,
        on_unknown: str = "retry",
        given: Collection[str] = (),
        allow: Collection[str] | None = None,
        env: Mapping[str, str] | None = None,
        plugins: Plugins | None = None,
        timing: Timing | None = None,
        policy: RetryPolicy | None = None,
    ) -> None:
        if workers is not None and workers < 1:
            raise ConfigError(f"workers must be 1 or more, not {workers}")
        check_names("writers", writers, least=1)
        check_names("enhancers", enhancers)
        self._chosen_provider = provider
        self._allow = None if allow is None else tuple(allow)
        self._chosen_style = style
        self._settings = RunSettings(
            provider=self.provider,
            style=self.style,
            enhancers=tuple(enhancers),
            fit=fit_named(fit),
            writers=tuple(dict.fromkeys(writers)),
            options=dict(options),
            workers=workers,
            retry_refused=retry_refused,
            retry_unusable=retry_unusable,
            budget=None if budget is None else dollars(budget),
            project_budget=None if project_budget is None else dollars(project_budget),
            on_unknown=on_unknown_named(on_unknown),
            given=frozenset(given),
        )
        self._environ = os.environ if env is None else env
        self._plugins = plugins or Plugins.from_env(self._environ)
        self._timing = timing or Timing()
        self._policy = policy or RetryPolicy()

    @property
    def provider(self) -> str:
        """The name of the provider that draws."""
        return self._chosen_provider or DEFAULT_PROVIDER

    @property
    def style(self) -> str:
        """The name of the style that prompts are put into."""
        return self._chosen_style or DEFAULT_STYLE

    def generate_all(
        self,
        scenes_path: str | Path,
        output_dir: str | Path,
        resolution: str = "1920x1080",
        *,
        scenes: Collection[int] | None = None,
        listener: Listener | None = None,
        confirm: Callable[[Again], bool] | None = None,
    ) -> RunReport:
        """Bring every scene's frame up to date in ``output_dir`` and return the results, one per scene.

        What is up to date costs nothing. ``resolution`` is ``WIDTHxHEIGHT`` in pixels; ``scenes`` limits the run to
        these ids. A scene that fails does not stop the others: it is logged as a warning and stands in the report.
        Before more than half of a finished film is drawn again ``confirm`` is asked, and where it says no nothing is
        sent; without it the run goes on, with a warning in the log.
        Raises ConfigError or PluginError before anything is sent; afterwards only what stops every scene:
        AuthenticationFailed, QuotaExhausted, BudgetReached, ServiceSilent, ServiceUnusable, StorageError, and
        KeyboardInterrupt once the calls in flight are in; jobs are left to the next run.
        """
        report = self.run(scenes_path, output_dir, resolution, scenes=scenes, listener=listener, confirm=confirm)
        for result in report.missing:
            log.warning("scene %s: %s: %s", result.scene_id, result.outcome, result.reason)
        report.raise_if_stopped()
        return report

    def regenerate_scene(
        self,
        scene_id: int,
        output_dir: str | Path,
        *,
        prompt: str | None = None,
        seed: int | None = None,
    ) -> ImageResult:
        """Draw one scene again and return its new frame; the picture before stays among the originals.

        The scenes file and the settings are those of the folder's last run. ``prompt`` replaces the scene's words,
        ``seed`` its seed, until the scene changes in scenes.yaml. Raises what went wrong.
        """
        report = self.rerun(scene_id, output_dir, prompt=prompt, seed=seed)
        report.raise_if_stopped()
        if report[0].error:
            raise report[0].error
        return report[0]

    def plan(
        self,
        scenes_path: str | Path,
        output_dir: str | Path,
        resolution: str = "1920x1080",
        *,
        scenes: Collection[int] | None = None,
    ) -> Plan:
        """Say what ``generate_all`` would do; nothing is sent, nothing is written."""
        settings = replace(self._settings, resolution=Resolution.parse(resolution))
        place = self._workplace(Path(scenes_path), Path(output_dir), settings, scenes, writing=False)
        with collector_paused(), place as opened:
            return opened.plan(scenes)

    def run(
        self,
        scenes_path: str | Path,
        output_dir: str | Path,
        resolution: str = "1920x1080",
        *,
        scenes: Collection[int] | None = None,
        listener: Listener | None = None,
        confirm: Callable[[Again], bool] | None = None,
    ) -> RunReport:
        """Do what ``generate_all`` does, and raise nothing once the first request is out."""
        settings = replace(self._settings, resolution=Resolution.parse(resolution))
        with self._workplace(Path(scenes_path), Path(output_dir), settings, scenes) as place:
            plan = place.plan(scenes)
            return place.carry_out(plan, listener or Listener(), partial(check_agreed, confirm))

    def rerun(
        self,
        scene_ids: int | Collection[int],
        output_dir: str | Path,
        *,
        prompt: str | None = None,
        seed: int | None = None,
        scenes_path: Path | None = None,
        listener: Listener | None = None,
    ) -> RunReport:
        """Do what ``regenerate_scene`` does, for one scene or several, and raise nothing once a request is out.

        ``scenes_path`` counts in place of what the manifest says, for a folder that somebody else may have written.
        """
        with self._retaking(scene_ids, output_dir, prompt, seed, scenes_path, writing=True) as (place, plan):
            return place.carry_out(plan, listener or Listener())

    def plan_rerun(
        self,
        scene_ids: int | Collection[int],
        output_dir: str | Path,
        *,
        prompt: str | None = None,
        seed: int | None = None,
        scenes_path: Path | None = None,
    ) -> Plan:
        """Say what ``rerun`` would do; nothing is sent, nothing is written."""
        with self._retaking(scene_ids, output_dir, prompt, seed, scenes_path, writing=False) as (_, plan):
            return plan

    @contextlib.contextmanager
    def _retaking(
        self,
        scene_ids: int | Collection[int],
        output_dir: str | Path,
        prompt: str | None,
        seed: int | None,
        scenes_path: Path | None,
        *,
        writing: bool,
    ) -> Iterator[tuple[Workplace, Plan]]:
        """Open the folder and plan a new take of each of these scenes: an order to send, whatever came of it before."""
        if seed is not None:
            check_seed(seed)
        if prompt is not None and not prompt.strip():
            raise ConfigError("the prompt is empty; leave it out to draw with the scene's own words")
        chosen = [scene_ids] if isinstance(scene_ids, int) else list(scene_ids)
        folder = Path(output_dir)
        before = read_manifest(folder)
        settings = replace(
            before.settings,
            workers=self._settings.workers,
            budget=self._settings.budget,
            project_budget=self._settings.project_budget,
            on_unknown=self._settings.on_unknown,
        )
        with self._workplace(scenes_path or before.scenes_path, folder, settings, chosen, writing=writing) as place:
            redo = {
                one.scene.id: self._next_take(one, settings, prompt, seed)
                for one in place.plan(chosen)
                if not self._is_bought(one, settings, prompt, seed)
            }
            plan = place.plan(chosen, redo)
            while known := _known(plan, redo):
                redo |= {scene: replace(redo[scene], take=redo[scene].take + 1) for scene in known}
                plan = place.plan(chosen, redo)
            yield place, plan

    def prune(
        self,
        output_dir: str | Path,
        confirm: Callable[[Leftovers], bool] | None = None,
        *,
        scenes_path: Path | None = None,
    ) -> Leftovers:
        """List the originals that no frame shows and no chosen take needs; delete them if ``confirm`` agrees to that.

        The scenes file and the settings are those of the folder's last run; ``scenes_path`` counts in place of what the
        manifest says. Without ``confirm`` nothing is written.
        """
        folder = Path(output_dir)
        before = read_manifest(folder)
        writing = confirm is not None
        with self._workplace(
            scenes_path or before.scenes_path, folder, before.settings, None, writing=writing, work="pruned"
        ) as place:
            attempts = place.ledger.attempts() if place.ledger else []
            frames = place.ledger.frames().values() if place.ledger else ()
            found = find_leftovers(place.originals, attempts, frames, place.plan(None).everything)
            leftovers = Leftovers(tuple(found), notes=place.notes)
            if confirm is None or not found or not confirm(leftovers):
                return leftovers
            delete(found, place.originals, place.ledger, self._timing.now())
            return replace(leftovers, deleted=True)

    def check(self, output_dir: str | Path) -> Checked:
        """Read every original and frame of a folder and say which are not as they were written; nothing is changed."""
        return check_folder(Path(output_dir), self._environ)

    def costs(self, output_dir: str | Path) -> Costs:
        """Say what a folder has cost up to now: in all, and by scene, provider or run. Nothing is written."""
        return read_costs(Path(output_dir))

    def _is_bought(self, now: PlannedScene, settings: RunSettings, prompt: str | None, seed: int | None) -> bool:
        """Say whether the very same command was killed once its picture had come: that is shown, not bought again."""
        meant = self._next_take(replace(now, override=now.before), settings, prompt, seed)
        return now.new_take and now.bought is not None and replace(meant, take=now.override.take) == now.override

    def _next_take(self, now: PlannedScene, settings: RunSettings, prompt: str | None, seed: int | None) -> Override:
        """Make the next take: like the one before it, but for what this call and this generator were told."""
        before, scene = now.override, now.scene
        provider = self._chosen_provider or before.provider
        style = self._chosen_style or before.style
        provider = None if provider == (scene.provider or settings.provider) else provider
        kept = before.options or {} if provider == before.provider else {}
        take = replace(
            before,
            take=before.take + 1,
            prompt=prompt or before.prompt,
            seed=seed,
            provider=provider,
            style=None if style == (scene.style or settings.style) else style,
            options={**kept, **self._settings.options} or None,
        )
        return as_told(take, scene, settings)

    def _workplace(
        self, scenes_path: Path, folder: Path, settings: RunSettings, chosen: Collection[int] | None, **how: Any
    ) -> AbstractContextManager[Workplace]:
        surroundings = Surroundings(self._plugins, self._environ, self._timing, self._policy, self._allow)
        before = functools.cache(partial(settings_of, folder))
        return open_workplace(scenes_path, folder, settings, chosen, surroundings, before=before, **how)


def _known(plan: Plan, redo: Collection[int]) -> list[int]:
    """List of these scenes those whose take was drawn before, for the same words, or is that of another of the plan."""
    keys: set[str] = set()
    known = []
    for one in plan:
        drawn = one.bought or one.state in DRAWN_BEFORE or one.addressed.key in keys
        if drawn and one.scene.id in redo:
            known.append(one.scene.id)
        keys.add(one.addressed.key)
    return known


def check_agreed(confirm: Callable[[Again], bool] | None, again: Again | None) -> None:
    """Have it confirmed that most of a finished film is drawn again; ConfigError where it is not."""
    if again is None:
        return
    if confirm is None:
        log.warning("%s", again)
    elif not confirm(again):
        raise ConfigError(f"{again}; nothing was sent: it was not agreed to")


__all__ = ["ImageGenerator", "Listener", "Outcome", "Progress"]
