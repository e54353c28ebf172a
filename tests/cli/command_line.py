"""Command lines, as a creator types them."""

from __future__ import annotations

from click.testing import CliRunner, Result

from novaclips.cli import cli


def run(*arguments: str, **env: str) -> Result:
    """Run a command line in this process; a bug comes out as it is."""
    return CliRunner().invoke(cli, arguments, env=env, prog_name="novaclips", catch_exceptions=False)


def generate(*arguments: str, **env: str) -> Result:
    """Draw the scenes with the scripted provider, in small frames."""
    base = ("visuals", "generate", "--provider", "scripted", "--style", "none", "--resolution", "192x108")
    return run(*base, *arguments, **env)
