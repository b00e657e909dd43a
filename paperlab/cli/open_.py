"""`paperlab open`: the PDF in the desktop's viewer."""

from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say
from paperlab.errors import PaperlabError


@app.command("open")
def open_(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    page: Annotated[int | None, typer.Option("--page", min=1, help="Page to go to, where the viewer takes it.")] = None,
) -> None:
    """Open the PDF in the desktop's viewer."""
    workbench = ctx.obj.workbench()
    path = workbench.reading.pdf_path(workbench.shelf.resolve(key))
    address = path.as_uri() + (f"#page={page}" if page else "")
    if ctx.obj.as_json:
        print_json({"path": str(path), "address": address})
    else:
        say(str(path))
    if typer.launch(address if page else str(path)) != 0:
        raise PaperlabError("no PDF viewer answered", hint="open the file above yourself")
