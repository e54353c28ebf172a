"""``novaclips plugins``: what is installed, and whether it works."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from novaclips.cli.lazy import Commands, debug_option
from novaclips.cli.output import counted, echo_json, echo_rows
from novaclips.errors import ExitCode

if TYPE_CHECKING:
    from novaclips.plugin_check import Finding


@click.group(cls=Commands)
def plugins() -> None:
    """See which providers, styles and writers are installed, and whether they work."""


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
            text = f"BROKEN: {finding.problems[0]}"
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
    """Load every plugin and say what is wrong; exits with 1 when anything is."""
    findings = _findings()
    if as_json:
        echo_json([finding.as_dict() for finding in findings])
    else:
        for finding in findings:
            mark = "TROUBLE" if finding.problems else "ok"
            details = "; ".join((*finding.problems, *finding.notes))
            click.echo(f"{mark:7}  {finding.plugin}{': ' if details else ''}{details}")
    if any(finding.problems for finding in findings):
        ctx.exit(ExitCode.SCENES_FAILED)


def _findings() -> list[Finding]:
    import os

    from novaclips.discovery import Plugins
    from novaclips.environment import environment
    from novaclips.plugin_check import check

    env = environment(Path(), os.environ)
    return check(Plugins.from_env(env), env)
