"""Command groups that import a command's module when it is run, and say what was probably meant."""

from __future__ import annotations

import contextlib
import difflib
import importlib
import os
import threading
import traceback
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from novaclips.cli.output import echo_json_error, stdout_kept_for_json
from novaclips.cli.signals import (
    GONE,
    calls_are_left_alone,
    drained_like_ctrl_c,
    end_without_threads,
    nobody_need_listen,
)
from novaclips.cli.terminal import printable_streams
from novaclips.errors import ExitCode, NovaclipsError

F = TypeVar("F", bound=Callable[..., Any])

AS_JSON = "novaclips.json"


class Commands(click.Group):
    """A group that answers a misspelt command with the one that was meant."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; the error for an unknown one lists what there is."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = self.list_commands(ctx)
            close = difflib.get_close_matches(args[0], known, n=1)
            hint = f"did you mean {close[0]!r}? " if close else ""
            ctx.fail(f"no command {args[0]!r}; {hint}commands: {', '.join(known)}")
        return super().resolve_command(ctx, args)


class Root(Commands):
    """The command line's root: its groups are named by import path, and errors end here.

    ``commands`` maps a name to ``module:attribute``, ``summaries`` to the line that ``--help`` shows for it.
    """

    def __init__(self, *args: Any, commands: Mapping[str, str], summaries: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._paths = commands
        self._summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List the groups without importing them."""
        return list(self._paths)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a group's module and return the group."""
        if cmd_name not in self._paths:
            return None
        module, _, attribute = self._paths[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the groups' lines of the help text without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._summaries.items()))

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command line; whatever it prints is printable."""
        with printable_streams():
            return super().main(*args, **extra)

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the root's own options; whether a program reads the output counts even where these are wrong."""
        as_json = "--json" in args
        try:
            ctx = super().make_context(info_name, args, parent, **extra)
        except click.ClickException as exc:
            if as_json:
                echo_json_error(None, exc, exc.exit_code)
            raise
        ctx.meta[AS_JSON] = as_json
        return ctx

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what novaclips raises on purpose becomes one line and an exit code.

        With ``--json`` whatever ends a command is a JSON document on stdout as well.
        """
        try:
            with contextlib.ExitStack() as stack:
                stack.enter_context(drained_like_ctrl_c("SIGTERM", "SIGHUP"))
                if ctx.meta.get(AS_JSON):
                    stack.enter_context(stdout_kept_for_json(ctx))
                return super().invoke(ctx)
        except NovaclipsError as exc:
            if debugging(ctx):
                traceback.print_exc()
            click.echo(f"error: {exc}", err=True)
            _answer(ctx, exc, exc.exit_code)
            ctx.exit(exc.exit_code)
        except KeyboardInterrupt as exc:
            with nobody_need_listen():
                click.echo(str(exc) or "interrupted", err=True)
                _answer(ctx, KeyboardInterrupt(str(exc) or "interrupted"), ExitCode.INTERRUPTED)
            if threading.active_count() > 1:  # calls that nobody waits for any more would keep the process alive
                end_without_threads(ExitCode.INTERRUPTED)
            ctx.exit(ExitCode.INTERRUPTED)
        except click.exceptions.Exit as exc:
            if calls_are_left_alone():  # of jobs, which the next run collects
                end_without_threads(exc.exit_code)
            raise
        except click.Abort:
            _answer(ctx, click.Abort("aborted"), ExitCode.SCENES_FAILED)
            raise
        except Exception as exc:  # a wrong command line, or a bug: click and Python tell of them
            _answer(ctx, exc, exc.exit_code if isinstance(exc, click.ClickException) else ExitCode.SCENES_FAILED)
            raise


def _answer(ctx: click.Context, error: BaseException, exit_code: int) -> None:
    """Tell a program that reads the output what ended the command."""
    if ctx.meta.get(AS_JSON) and not (isinstance(error, OSError) and error.errno in GONE):
        echo_json_error(ctx, error, exit_code)


def debug_option(command: F) -> F:
    """Add ``--debug``, which is understood at any place of the command line."""

    def remember(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
        if value:
            ctx.find_root().meta["novaclips.debug"] = True

    return click.option(
        "--debug", is_flag=True, expose_value=False, callback=remember, help="Show where an error comes from."
    )(command)


def debugging(ctx: click.Context) -> bool:
    """Say whether errors should come with their traceback."""
    return bool(ctx.find_root().meta.get("novaclips.debug")) or os.environ.get("NOVACLIPS_DEBUG") == "1"
