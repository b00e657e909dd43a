"""The program's words: the global options; each verb's module adds its own to `app`."""

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.invocation import Invocation

app = typer.Typer(
    name="paperlab",
    help="Read, search, mark and understand papers in the terminal. Without a command: the TUI.",
    invoke_without_command=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def paperlab(
    ctx: typer.Context,
    library: Annotated[Path | None, typer.Option("--library", metavar="DIR", help="The library to use.")] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Open no socket.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Results as JSON on stdout.")] = False,
    steps: Annotated[bool, typer.Option("--steps", hidden=True)] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Show tracebacks.")] = False,  # noqa: ARG001  (main.py looks for it)
    version: Annotated[bool, typer.Option("--version", help="Show the version.")] = False,
) -> None:
    if version:
        from paperlab import __version__

        print(f"paperlab {__version__}")
        raise typer.Exit
    ctx.obj = Invocation(
        library=library,
        offline=offline,
        as_json=as_json,
        steps=steps,
        verb=ctx.invoked_subcommand or "",
        call=ctx.obj,
        closing=ctx.with_resource(ExitStack()),
    )
    if ctx.invoked_subcommand is None:
        from paperlab.cli.read import read_in_tui

        read_in_tui(ctx.obj)
