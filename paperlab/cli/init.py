"""`paperlab init`: make a library."""

from pathlib import Path
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.invocation import users_own_library
from paperlab.cli.printing import print_json, say
from paperlab.library.library import Library


@app.command("init")
def init(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="DIR", help="Default: your own data folder.")] = None,
) -> None:
    """Make a library; a folder that is one already stays as it is."""
    library = Library.create((folder or ctx.obj.library or users_own_library()).expanduser().absolute())
    if ctx.obj.as_json:
        print_json({"library": str(library.root)})
    else:
        say(f"library: {library.root}")
