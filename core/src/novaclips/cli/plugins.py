"""``novaclips plugins``: what is installed, and whether it works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from novaclips.cli import complete
from novaclips.cli.lazy import Commands, debug_option, debugging
from novaclips.cli.output import counted, echo_json, echo_notes, echo_rows
from novaclips.errors import ExitCode

if TYPE_CHECKING:
    from novaclips.plugin_check import Finding


@click.group(cls=Commands)
def plugins() -> None:
    """See which plugins are installed and whether they work, and start one of your own."""


@plugins.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@debug_option
def list_plugins(*, as_json: bool) -> None:
    """List the installed plugins; a broken one is listed with what is wrong."""
    findings = _findings()
    if as_json:
        echo_json([finding.as_dict() for finding in findings])
        return
    rows = []
    for finding in findings:
        plugin = finding.plugin
        if finding.problems:
            text = f"BROKEN: {finding.problems[0].text}"
        elif plugin.kind == "style":
            text = counted(len(finding.offers), "style")
        else:
            text = next((summary for name, summary in finding.offers if name == plugin.name), "")
        rows.append((plugin.kind, plugin.name, f"{plugin.dist} {plugin.version}", text))
    echo_rows(("KIND", "NAME", "FROM", "WHAT"), rows)


@plugins.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@debug_option
@click.pass_context
def check_plugins(ctx: click.Context, *, as_json: bool) -> None:
    """Load every plugin and say what is wrong and what to do; exits with 1 when anything is.

    Looks at its hook, names, imports and bounds on novaclips, at the key it needs, and at whether somebody else offers
    the same name. A key that is not set, and what is only its author's affair, is no trouble. Names every distribution,
    of whomever, whose metadata cannot be read.
    """
    from novaclips.plugin_check import damaged_distributions

    findings, damaged = _findings(), damaged_distributions()
    if as_json:
        echo_json([*(finding.as_dict() for finding in findings), *(one.as_dict() for one in damaged)])
    else:
        for finding in findings:
            _echo_finding(finding)
        for one in damaged:
            click.echo(f"TROUBLE  {one.place}\n{'':9}{one.problem}")
    if debugging(ctx):
        import traceback

        for cause in (problem.cause for finding in findings for problem in finding.problems if problem.cause):
            traceback.print_exception(cause)
    if damaged or any(finding.problems for finding in findings):
        ctx.exit(ExitCode.SCENES_FAILED)


@plugins.command("new")
@click.argument("kind", shell_complete=complete.kinds)
@click.argument("name")
@click.option(
    "--into",
    metavar="DIR",
    default=".",
    shell_complete=complete.folders,
    help="Where to put its folder.  [default: this folder]",
)
@debug_option
def new_plugin(*, kind: str, name: str, into: str) -> None:
    """Write a plugin that installs, passes its contract test and works at once.

    KIND is provider, enhancer, style or writer. NAME is what its users will ask for, as in --provider NAME. The folder
    is named novaclips-KIND-NAME; one that is there already is left alone.
    """
    import os
    import shlex

    from novaclips.discovery import Plugins
    from novaclips.scaffold import first_command, write_plugin

    folder = write_plugin(kind, name, Path(into))
    echo_notes(
        f"{kind} {name!r} is also the name of {plugin}; two plugins of one name cannot be installed side by side"
        for plugin in Plugins.from_env(os.environ).of_kind(kind)
        if plugin.name == name
    )
    here = folder.as_posix() if folder.is_absolute() else f"./{folder.as_posix()}"
    click.echo(f"wrote {here}; next:\n")
    click.echo(f'pip install -e "{here}[test]"')
    click.echo(f"pytest {shlex.quote(folder.as_posix())}")
    click.echo(first_command(kind, name))


def _echo_finding(finding: Finding) -> None:
    """Print a plugin and its key in one line, then a line for each thing that is wrong or worth knowing."""
    mark = "TROUBLE" if finding.problems else "ok"
    click.echo(f"{mark:7}  {finding.plugin}{f': {finding.key}' if finding.key else ''}")
    for problem in finding.problems:
        click.echo(f"{'':9}{problem}")
    for note in finding.notes:
        click.echo(f"{'':9}note: {note}")


def _findings() -> list[Finding]:
    import os
    import sys
    from contextlib import redirect_stdout

    from novaclips.discovery import Plugins
    from novaclips.environment import environment
    from novaclips.plugin_check import check

    env = environment(Path(), os.environ)
    with redirect_stdout(sys.stderr):  # a plugin that prints must not spoil the JSON
        return check(Plugins.from_env(env), env, dotenv=env.keys() - os.environ.keys())
