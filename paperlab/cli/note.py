"""`paperlab note`: the reader's own Markdown."""

import os
import shlex
import shutil
import subprocess
from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.errors import PaperlabError, SettingsError, UsageError

_EDITORS = ("nano", "vim", "vi", "emacs")


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
        edit(path, ctx.obj.settings().editor)
    if ctx.obj.as_json:
        print_json({"key": found, "path": path} | ({"text": workbench.noting.read(found)} if show else {}))
    else:
        say(str(path))


def edit(path: Path, chosen: str = "") -> None:
    """Open a file in the reader's editor and wait.

    Raises:
        SettingsError: No editor is set and none is found.
    """
    command = chosen or os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    words = shlex.split(command) or [name for name in _EDITORS if shutil.which(name)][:1]
    if not words or shutil.which(words[0]) is None:
        raise SettingsError(
            f"no editor {words[0]!r}" if words else "no editor", hint="set $EDITOR, or `paperlab config set editor …`"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    if subprocess.run([*words, str(path)], check=False).returncode != 0:
        raise PaperlabError(f"{words[0]} ended with an error", hint=f"the notes are in {path}")
