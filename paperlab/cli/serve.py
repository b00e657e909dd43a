"""`paperlab serve`: the TUI in a browser on this machine."""

import shlex
import sys
from typing import Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import say
from paperlab.errors import UsageError


@app.command("serve")
def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Default: a free one.")] = 0,
) -> None:
    """Show the TUI in a browser on this machine. Nobody else can reach it: the address holds a secret."""
    try:
        from paperlab.cli.browser import BrowserServer, listen, run
    except ModuleNotFoundError as error:
        if error.name not in {"aiohttp", "aiohttp_jinja2", "textual_serve"}:
            raise
        raise UsageError("the TUI in a browser needs an extra", hint="pip install 'paperlab[serve]'") from error
    invocation = ctx.obj
    workbench = invocation.workbench(may_make=True)
    words = [sys.executable, "-P", "-m", "paperlab", "--library", str(workbench.library.root)]
    words += ["--offline"] if workbench.settings.offline else []
    # `exec`: the shell that textual-serve starts gives way to the TUI, which then sees when the server has gone
    try:
        listening = listen(port)
    except OSError as error:
        raise UsageError(f"port {port} cannot be had: {error.strerror}", hint="--port 0 takes a free one") from error
    with listening:
        server = BrowserServer(f"exec {shlex.join(words)}", listening.getsockname()[1])
        say(f"{server.address}\nOpen this address in a browser. It is a secret of this run; ctrl+c ends it.")
        run(server, listening)
