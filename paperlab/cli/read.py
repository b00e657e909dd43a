"""`paperlab read`, and `paperlab` alone: the TUI."""

import os
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation


@app.command("read")
def read(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    page: Annotated[int | None, typer.Option("--page", min=1, help="Page of the PDF to go to.")] = None,
) -> None:
    """Read a paper in the TUI, from where you left it."""
    read_in_tui(ctx.obj, key, page)


def read_in_tui(invocation: "Invocation", key: str | None = None, page: int | None = None) -> None:
    """Run the TUI until the reader leaves it.

    Raises:
        UsageError: Input or output is no terminal.
    """
    # in a browser, `paperlab serve` stands for the terminal and tells Textual so
    is_on_terminal = (sys.stdin.isatty() and sys.stdout.isatty()) or "TEXTUAL_DRIVER" in os.environ
    workbench = invocation.workbench(may_make=key is None and is_on_terminal, is_step=False)
    found = workbench.shelf.resolve(key) if key else None
    if not is_on_terminal:
        raise UsageError("the TUI needs a terminal", hint="`paperlab list`, `search` and `show` work without one")
    invocation.call.open_tui(workbench, found, page)
