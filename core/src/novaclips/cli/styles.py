"""``novaclips styles``: the styles that prompts can be put into."""

from __future__ import annotations

import click

from novaclips.cli import complete
from novaclips.cli.lazy import Commands, debug_option
from novaclips.cli.output import echo_json, echo_rows


@click.group(cls=Commands)
def styles() -> None:
    """See the styles that prompts can be put into."""


@styles.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@debug_option
def list_styles(*, as_json: bool) -> None:
    """List the styles and enhancers of all installed packs."""
    import os

    from novaclips.discovery import Plugins

    offers, broken = Plugins.from_env(os.environ).styles()
    for error in broken:
        click.echo(f"warning: {error}", err=True)
    if as_json:
        echo_json([{"name": spec.name, "pack": plugin.name, "summary": spec.summary} for plugin, spec in offers])
    elif offers:
        echo_rows(("STYLE", "PACK", "WHAT"), [(spec.name, plugin.name, spec.summary) for plugin, spec in offers])
    else:
        click.echo("no style pack is installed; run: pip install novaclips-style-presets", err=True)


@styles.command("show")
@click.argument("name", shell_complete=complete.styles)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@debug_option
def show_style(name: str, *, as_json: bool) -> None:
    """Show what a style does to a prompt."""
    import os
    from dataclasses import fields

    from novaclips.discovery import Plugins
    from novaclips.visuals.image_generator.enhancers import Prompt

    spec = Plugins.from_env(os.environ).style(name)
    style = spec.style
    if as_json:
        details = {field.name: getattr(style, field.name) for field in fields(style)} if style else {}
        for field in ("visual_types", "visual_types_negative"):
            if field in details:
                details[field] = dict(details[field])
        echo_json({"name": spec.name, "summary": spec.summary} | details)
        return
    click.echo(f"{spec.name}: {spec.summary}\n")
    if style is None:
        click.echo("an enhancer that is code: what it does depends on the prompt")
        return
    example = style.enhance(Prompt("a lighthouse on a cliff"))
    click.echo(f"prompt    {example.text}")
    click.echo(f"negative  {example.negative or '(none)'}")
    click.echo(f"palette   {' '.join(style.palette) or '(none)'}")
    additions = {} if style.exact else dict(style.visual_types)
    if additions:
        click.echo("\nadded by visual type:")
        echo_rows(("TYPE", "WORDS"), sorted(additions.items()))
