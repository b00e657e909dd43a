"""`paperlab note`: the reader's own Markdown."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.config import editor_words
from paperlab.errors import PaperlabError, UsageError


@app.command("note")
def note(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    message: Annotated[str | None, typer.Option("-m", "--message", metavar="TEXT", help="Append a paragraph.")] = None,
    show: Annotated[bool, typer.Option("--print", help="Print the notes.")] = False,
) -> None:
    """Write notes on a paper in your editor."""
    if message is not None and show:
        raise UsageError("-m and --print do not go together")
    workbench = ctx.obj.workbench()
    found = workbench.shelf.resolve(key)
    path = workbench.noting.path(found)
    if show and not ctx.obj.as_json:
        say(workbench.noting.read(found).rstrip("\n"))
        return
    if message is not None:
        if not message.strip():
            raise UsageError("an empty note")
        workbench.noting.append(found, message)
    elif not show:
        workbench.noting.edit(found, lambda path: edit(path, ctx.obj.settings().editor))
    if ctx.obj.as_json:
        print_json({"key": found, "path": path} | ({"text": workbench.noting.read(found)} if show else {}))
    else:
        say(str(path))


def edit(path: Path, chosen: str = "") -> None:
    """Open a file in the reader's editor and wait.

    Raises:
        SettingsError: There is no editor.
    """
    words = editor_words(chosen, os.environ)
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = sys.stdout if sys.stdout.isatty() else sys.stderr  # what an editor prints is no result
    if subprocess.run([*words, str(path)], check=False, stdout=shown).returncode != 0:
        raise PaperlabError(f"{words[0]} ended with an error", hint=f"the notes are in {path}")
