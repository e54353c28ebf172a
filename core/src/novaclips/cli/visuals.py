"""``novaclips visuals``: draw the frames, draw one again, see how they stand."""

from __future__ import annotations

import contextlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from novaclips.cli import complete
from novaclips.cli.lazy import Commands, debug_option, debugging
from novaclips.cli.output import counted, echo_json, echo_notes, echo_tracebacks
from novaclips.cli.signals import nobody_need_listen
from novaclips.cli.values import Options, Scenes, ranges

if TYPE_CHECKING:
    from novaclips.project import Choice, Project
    from novaclips.visuals.image_generator.engine.costs import By
    from novaclips.visuals.image_generator.engine.report import RunReport
    from novaclips.visuals.image_generator.generator import ImageGenerator

F = TypeVar("F", bound=Callable[..., Any])

BUDGETS = {"budget": "budget", "project_budget": "budget of the project"}  # arguments of the generator, in words


@click.group(cls=Commands)
def visuals() -> None:
    """Draw one picture per scene, and see how the frames stand."""


def options(*choices: Callable[[F], F]) -> Callable[[F], F]:
    """Join options into one decorator, in the order of the help text."""

    def decorate(command: F) -> F:
        for choice in reversed(choices):
            command = choice(command)
        return command

    return decorate


where = click.option(
    "--project",
    "folder",
    metavar="DIR",
    default=".",
    shell_complete=complete.folders,
    help="The folder that holds planning/scenes.yaml and gets frames/.  [default: this folder]",
)
how = options(
    click.option(
        "--provider", metavar="NAME", shell_complete=complete.providers, help="Who draws; see: novaclips plugins list"
    ),
    click.option(
        "--style",
        metavar="NAME",
        shell_complete=complete.styles_or_none,
        help="The style of all scenes, or none; see: novaclips styles list",
    ),
    click.option(
        "--enhancer",
        "enhancers",
        multiple=True,
        metavar="NAME",
        shell_complete=complete.enhancers,
        help="Improve prompts first. Repeatable.",
    ),
    click.option("--resolution", metavar="WxH", help="The frames' exact size in pixels.  [default: 1920x1080]"),
    click.option(
        "--fit",
        metavar="HOW",
        shell_complete=complete.fits,
        help="cover crops, contain adds bars, stretch bends.  [default: cover]",
    ),
    click.option(
        "--writer",
        "writers",
        multiple=True,
        metavar="NAME",
        shell_complete=complete.writers,
        help="Who writes the files. Repeatable.",
    ),
    click.option(
        "--option", "options", type=Options(), multiple=True, metavar="KEY=VALUE", help="For the provider. Repeatable."
    ),
)
loudness = options(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout."),
    click.option("--quiet", is_flag=True, help="Print nothing but what went wrong."),
    debug_option,
)


@visuals.command()
@where
@how
@click.option("--workers", type=click.IntRange(1, 256), metavar="N", help="Calls in flight at once.")
@click.option(
    "--scenes",
    type=Scenes(),
    metavar="LIST",
    shell_complete=complete.lists_of_scenes,
    help="Only these scenes, as in 1,4-7.",
)
@click.option("--budget", metavar="USD", help="Send nothing that might cost more than this in all.")
@click.option(
    "--allow",
    multiple=True,
    metavar="NAME",
    shell_complete=complete.providers,
    help="May spend beside --provider, for its scenes. Repeatable.",
)
@click.option("--retry-refused", is_flag=True, help="Send again, unchanged, what was refused.")
@click.option("--retry-unusable", is_flag=True, help="Buy again what came and is no picture that can be used.")
@click.option(
    "--on-unknown",
    metavar="HOW",
    shell_complete=complete.on_unknown,
    help="No answer, perhaps billed: retry (once, as the last) or leave.",
)
@click.option("--yes", is_flag=True, help="Draw most of a finished film again without asking.")
@click.option("--dry-run", is_flag=True, help="Say what would be done; send and write nothing.")
@loudness
@click.pass_context
def generate(ctx: click.Context, /, *, folder: str, **flags: Any) -> None:
    """Bring every scene's frame up to date.

    Only what is missing or out of date is drawn. Exit codes: 0 all frames are there, 1 some scenes failed,
    2 nothing was sent, 3 only refused scenes are missing, 4 the budget is reached, 5 wrong key or no money,
    130 interrupted, by Ctrl-C, SIGTERM or SIGHUP.
    """
    from novaclips.cli.listeners import listener
    from novaclips.cli.next_steps import after_generate
    from novaclips.cli.plans import agreed, show_prices

    as_json, quiet = flags["as_json"], flags["quiet"]
    desk = Desk(folder, flags)
    if not quiet:
        desk.say_choices(err=as_json)
    work = (desk.project.scenes_path, desk.project.frames, desk.resolution)
    if flags["dry_run"]:
        show_prices(desk.generator.plan(*work, scenes=flags["scenes"]), as_json=as_json)
        return
    listening = listener(quiet=quiet, err=as_json)
    with contextlib.closing(listening), desk.missing_its_key():
        agree = agreed(yes=flags["yes"], err=as_json)
        report = desk.generator.run(*work, scenes=flags["scenes"], listener=listening, confirm=agree)
    with nobody_need_listen():
        show_report(report, said=listening.said, as_json=as_json, quiet=quiet)
        if report.missing and not (as_json or quiet):
            click.echo(after_generate(report, leaves_unknown=flags["on_unknown"] == "leave"))
        show_causes(ctx, report)
    ctx.exit(report.exit_code)


@visuals.command()
@where
@click.option(
    "--scene",
    "single",
    type=click.IntRange(0),
    multiple=True,
    metavar="N",
    shell_complete=complete.scenes,
    help="A scene's id in scenes.yaml. Repeatable.",
)
@click.option(
    "--scenes",
    "several",
    type=Scenes(),
    metavar="LIST",
    shell_complete=complete.lists_of_scenes,
    help="Several scenes, as in 1,4-7.",
)
@click.option("--prompt", metavar="TEXT", help="Words instead of the scene's, until these change.")
@click.option("--seed", type=click.IntRange(0), metavar="N", help="A seed instead of the scene's.")
@click.option("--provider", metavar="NAME", shell_complete=complete.providers, help="Another provider for this take.")
@click.option(
    "--style", metavar="NAME", shell_complete=complete.styles_or_none, help="Another style for this take, or none."
)
@click.option(
    "--option", "options", type=Options(), multiple=True, metavar="KEY=VALUE", help="For this take. Repeatable."
)
@click.option("--budget", metavar="USD", help="Send nothing that might cost more than this in all.")
@click.option("--dry-run", is_flag=True, help="Say what would be drawn and what it costs; send and write nothing.")
@loudness
@click.pass_context
def regenerate(ctx: click.Context, /, *, folder: str, **flags: Any) -> None:
    """Draw scenes again; the pictures before are kept.

    All other settings are those of the last run over the whole film.
    """
    from novaclips.cli.listeners import Quiet
    from novaclips.cli.next_steps import after_regenerate
    from novaclips.cli.plans import show_prices
    from novaclips.project import Project
    from novaclips.visuals.image_generator.generator import ImageGenerator

    scenes = sorted({*flags["single"], *(flags["several"] or ())})
    if not scenes:
        ctx.fail("which scenes? name them with --scene 3, or with --scenes 1,4-7")
    project = Project(project_folder(folder))
    budgets = chosen_budgets(project, flags["budget"])
    generator = ImageGenerator(
        provider=flags["provider"], style=flags["style"], options=dict(flags["options"]), **values_of(budgets)
    )
    told = {"prompt": flags["prompt"], "seed": flags["seed"], "scenes_path": project.scenes_path}
    if flags["dry_run"]:
        show_prices(generator.plan_rerun(scenes, project.frames, **told), as_json=flags["as_json"])
        return
    listening = Quiet(announces=not flags["quiet"])
    report = generator.rerun(scenes, project.frames, **told, listener=listening)
    with nobody_need_listen():
        show_report(report, said=listening.said, as_json=flags["as_json"], quiet=flags["quiet"])
        if report.missing and not (flags["as_json"] or flags["quiet"]):
            click.echo(after_regenerate(report))
        show_causes(ctx, report)
    ctx.exit(report.exit_code)


@visuals.command()
@where
@how
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout.")
@debug_option
def status(*, folder: str, **flags: Any) -> None:
    """Say for each scene how its frame stands, and why.

    Its settings are those that generate would have: of the last whole run, where no flag, variable or novaclips.yaml
    says otherwise.
    """
    from novaclips.cli.plans import show_state

    desk = Desk(folder, flags)
    plan = desk.generator.plan(desk.project.scenes_path, desk.project.frames, desk.resolution)
    if not flags["as_json"]:
        desk.say_choices(err=False)
    show_state(plan, as_json=flags["as_json"])


@visuals.command()
@where
@click.option("--yes", is_flag=True, help="Delete without asking.")
@click.option("--dry-run", is_flag=True, help="Only list what would be deleted.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout.")
@debug_option
def prune(*, folder: str, yes: bool, dry_run: bool, as_json: bool) -> None:
    """Delete the originals that nothing needs any more, after asking.

    These are old takes, and pictures of scenes that were reworded or deleted. No other command deletes what was paid
    for.
    """
    from novaclips.cli.leftovers import Question, show_leftovers
    from novaclips.project import Project
    from novaclips.visuals.image_generator.generator import ImageGenerator

    question = Question(err=as_json)
    confirm = None if dry_run else (lambda _: True) if yes else question
    project = Project(project_folder(folder))
    leftovers = ImageGenerator().prune(project.frames, confirm, scenes_path=project.scenes_path)
    show_leftovers(leftovers, said=question.asked, as_json=as_json)


@visuals.command()
@where
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout.")
@debug_option
@click.pass_context
def check(ctx: click.Context, /, *, folder: str, as_json: bool) -> None:
    """Read every picture that is kept and every frame, and say which are damaged.

    A picture is compared with what came from the service, a frame with what was written. Nothing is changed. Exit
    codes: 0 all is well, 1 something is damaged or missing.
    """
    from novaclips.cli.checked import show_checked
    from novaclips.project import Project
    from novaclips.visuals.image_generator.generator import ImageGenerator

    checked = ImageGenerator().check(Project(project_folder(folder)).frames)
    show_checked(checked, as_json=as_json)
    ctx.exit(checked.exit_code)


@visuals.command()
@where
@click.option("--by", type=click.Choice(["scene", "provider", "run"]), help="A row for each.  [default: scene]")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document to stdout.")
@debug_option
def cost(*, folder: str, by: By | None, as_json: bool) -> None:
    """Say what the project has cost up to now.

    Counts every request that was ever sent: takes that no frame shows, and what was perhaps billed without a picture,
    too. Reads the ledger and writes nothing.
    """
    from novaclips.cli.costs import show_costs
    from novaclips.project import Project
    from novaclips.visuals.image_generator.engine.budget import Limits
    from novaclips.visuals.image_generator.generator import ImageGenerator

    project = Project(project_folder(folder))
    budget = chosen_budgets(project).get("project_budget")
    costs = ImageGenerator().costs(project.frames)
    show_costs(costs, Limits(project=budget.value if budget else None), by=by, as_json=as_json)


class Desk:
    """A project with the settings that count for it, and the generator made of them."""

    def __init__(self, folder: str, flags: dict[str, Any]) -> None:
        from novaclips.discovery import Plugins
        from novaclips.environment import environment
        from novaclips.project import KINDS, Project, choose_style, who_draws
        from novaclips.visuals.image_generator.engine.by_hand import SHAPING
        from novaclips.visuals.image_generator.generator import ImageGenerator

        self.project: Project = Project(project_folder(folder))
        env = environment(self.project.root, os.environ)
        plugins = Plugins.from_env(env)
        given = {name: flags.get(name) for name in KINDS}
        given["options"] = dict(flags.get("options") or ())
        last, self.note = last_settings(self.project.frames)
        chosen = self.project.choices(given, env, last)
        self.others = {name: choice for name, choice in chosen.items() if name not in ("provider", "style")}
        self.provider: Choice = who_draws(chosen, plugins, env)
        self.style: Choice = choose_style(chosen, plugins)
        self.resolution: str = chosen["resolution"].value if "resolution" in chosen else "1920x1080"
        rest = {name: chosen[name].value for name in ("enhancers", "fit", "writers", "options") if name in chosen}
        self.budgets: dict[str, Choice] = {name: chosen[name] for name in BUDGETS if name in chosen}
        self.generator: ImageGenerator = ImageGenerator(
            provider=self.provider.value,
            style=self.style.value,
            workers=chosen["workers"].value if "workers" in chosen else None,
            retry_refused=flags.get("retry_refused", False),
            retry_unusable=flags.get("retry_unusable", False),
            on_unknown=flags.get("on_unknown") or "retry",
            given=[name for name in SHAPING if given[name]],
            allow=may_spend(flags, self.provider.value),
            env=env,
            plugins=plugins,
            **rest,
            **values_of(self.budgets),
        )
        self._env, self._plugins = env, plugins

    def say_choices(self, *, err: bool) -> None:
        """Print who draws in which style, for how much, and who chose that; of the rest what the last run tells."""
        from novaclips.project import LAST_RUN
        from novaclips.visuals.image_generator.engine.manifest import settings_as_dict
        from novaclips.visuals.image_generator.engine.settings import RunSettings, dollars
        from novaclips.visuals.image_generator.money import dollars_in_words

        for what, choice in (("provider", self.provider), ("style", self.style)):
            click.echo(f"{what}: {choice.value.rpartition('/')[2]} ({choice.source})", err=err)
        usual = settings_as_dict(RunSettings())
        for what, value in usual.items():
            if what in self.others and self.others[what].source == LAST_RUN and self.others[what].value != value:
                click.echo(f"{what}: {in_words(self.others[what].value)} ({LAST_RUN})", err=err)
        for name, choice in self.budgets.items():
            click.echo(f"{BUDGETS[name]}: {dollars_in_words(dollars(choice.value))} ({choice.source})", err=err)
        echo_notes([self.note] if self.note else [])

    @contextlib.contextmanager
    def missing_its_key(self) -> Iterator[None]:
        """Say who drew the last time when the key of that provider is missing now."""
        from novaclips.errors import MissingKey
        from novaclips.project import FALLBACK_PROVIDER, LAST_RUN

        try:
            yield
        except MissingKey as error:
            key_env = self._plugins.provider(self.provider.value).key_env
            if self.provider.source != LAST_RUN or any(self._env.get(name, "").strip() for name in key_env):
                raise  # another provider's: that of a scene
            free = f"--provider {FALLBACK_PROVIDER}"
            cards = "" if free in str(error) else f"; {free} draws cards in place of its pictures"
            raise MissingKey(
                f"provider {self.provider.value!r} drew this film the last time: {error}{cards}"
            ) from error


def last_settings(frames: Path) -> tuple[dict[str, Any], str]:
    """Return the settings of a folder's last whole run, and what the user should hear where they cannot be read."""
    from novaclips.errors import ConfigError
    from novaclips.visuals.image_generator.engine.manifest import NAME, read_manifest, settings_as_dict

    if not (frames / NAME).exists():
        return {}, ""
    try:
        return settings_as_dict(read_manifest(frames).settings), ""
    except ConfigError as error:
        return {}, f"the settings of the last run are lost: {error}"


def in_words(value: Any) -> str:
    """Write a setting's value as a flag would have it."""
    if isinstance(value, dict):
        return " ".join(f"{name}={text if isinstance(text, str) else json.dumps(text)}" for name, text in value.items())
    return ", ".join(value) if isinstance(value, list) else str(value)


def values_of(choices: Mapping[str, Choice]) -> dict[str, Any]:
    """Return what was chosen, without who chose it."""
    return {name: choice.value for name, choice in choices.items()}


def chosen_budgets(project: Project, flag: str | None = None) -> dict[str, Choice]:
    """Say what a run and the project may spend, and who chose that."""
    from novaclips.environment import environment

    chosen = project.choices({"budget": flag}, environment(project.root, os.environ))
    return {name: chosen[name] for name in BUDGETS if name in chosen}


def may_spend(flags: Mapping[str, Any], provider: str) -> Collection[str] | None:
    """Say who may spend: with --provider or --allow the named ones alone, else whoever the scenes ask for."""
    named = flags.get("allow") or ()
    return (provider, *named) if named or flags.get("provider") else None


def project_folder(folder: str) -> Path:
    """Check that a project's folder is there; ConfigError says how to name it."""
    from novaclips.errors import ConfigError
    from novaclips.on_disk import as_spelled, nearest_folder

    path = as_spelled(Path(folder))
    if not path.is_dir():
        hint = f"did you mean {str(near)!r}? " if (near := nearest_folder(path)) else ""
        what = f"{hint}--project names the folder that holds planning/scenes.yaml"
        raise ConfigError(f"no project folder {folder!r}; {what}")
    frames = path / "frames"
    if frames.is_symlink() and not frames.resolve().is_relative_to(path.resolve()):
        # Whoever sent the project could have chosen any folder of the user for it.
        raise ConfigError(f"{frames} is a link that leads out of the project; make it a folder")
    return path


def show_report(report: RunReport, *, said: Collection[str], as_json: bool, quiet: bool) -> None:
    """Print what came of a run: the scenes without a frame, by reason, then the sum. ``said`` is not said again."""
    from novaclips.visuals.image_generator.engine.report import Outcome

    echo_notes(note for note in (*report.notes, *report.warnings) if note not in said)
    unsent = [result.scene_id for result in report.of(Outcome.NOT_SENT)]
    scenes: dict[str, list[int]] = defaultdict(list)
    for result in report.missing:
        if result.outcome is not Outcome.NOT_SENT:
            scenes[f"{result.outcome}: {result.reason}"].append(result.scene_id)
    for reason, ids in scenes.items():
        click.echo(f"{'scene' if len(ids) == 1 else 'scenes'} {ranges(ids)}: {reason}", err=True)
    for result in report:
        if result.ok and (lost := report.perhaps_billed.count(result.scene_id)):
            times = counted(lost, "request")
            text = f"scene {result.scene_id}: drawn, and perhaps billed besides: {times} brought no picture"
            click.echo(text, err=True)
    if report.stopped_by:
        click.echo(f"stopped: {report.stopped_by}", err=True)
    if unsent:
        click.echo(f"not sent, because the run was stopped: scenes {ranges(unsent)}", err=True)
    if as_json:
        echo_json(report.as_dict())
    elif not quiet:
        click.echo(summary(report))


def show_causes(ctx: click.Context, report: RunReport) -> None:
    """With ``--debug``, print where the errors of the scenes that failed in this run come from."""
    if debugging(ctx):
        errors = {result.scene_id: result.error for result in report.missing if result.error}
        echo_tracebacks({scene: error for scene, error in errors.items() if error.__traceback__})


def summary(report: RunReport) -> str:
    """Sum a run up in a line."""
    good = len(report) - len(report.missing)
    counts = ", ".join(f"{number} {outcome}" for outcome, number in report.counts.items())
    frames = counted(len(report), "frame")
    return f"{good} of {frames} in {report.folder} ({counts}; {report.seconds:.1f} s; {report.cost})"
