"""`paperlab demo`: what a reader does with paperlab, shown on a small library of its own, without a network."""

import shlex
import shutil
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import columns, print_json, say, wrapped

if TYPE_CHECKING:
    from paperlab.config import Settings
    from paperlab.services.demonstrating import DemoStep

FOLDER = Path("paperlab-demo")
_WAY_ON = (
    ("paperlab", "the TUI: enter reads, / searches, ? helps"),
    ("paperlab add 1706.03762", "Attention Is All You Need, from arXiv"),
    ("paperlab lists show primers", "what to read, in which order, and why"),
    ("paperlab init", "a library of your own"),
    ("paperlab --help", "all commands"),
)


@app.command("demo")
def demo(
    ctx: typer.Context,
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help=f"Default: {FOLDER} in this folder.")] = None,
) -> None:
    """Build a small library from three primers, show what can be done with it, and open it."""
    from paperlab.services.demonstrating import make_demo_library

    shown = folder or ctx.obj.library or FOLDER
    library = make_demo_library(shown.expanduser().absolute())
    invocation = replace(ctx.obj, library=library.root)
    if not invocation.as_json:
        say(f"A small library in {shown}, made without the network. The commands below are typed in that folder.")
    steps = []
    workbench = replace(invocation, offline=True).workbench(is_step=False)
    with workbench.library.history.step("demo"), invocation.watcher() as watch:
        for number, step in enumerate(workbench.demonstrating.run(watch), 1):
            steps.append(step)
            if not invocation.as_json:
                _print(number, step)
    workbench.close()
    if invocation.as_json:
        print_json({"library": str(library.root), "steps": [asdict(step) for step in steps]})
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        from paperlab.cli.read import read_in_tui

        read_in_tui(invocation)
    _print_way_on(shown, ctx.obj.settings())


def _print(number: int, step: "DemoStep") -> None:
    say(f"\n{wrapped(f'{number}. {step.title}', '')}")
    if step.command:
        say(f"   $ {step.command}")
    for line in step.result.splitlines():
        indent = " " * (5 + len(line) - len(line.lstrip()))
        say(f"     {line}".rstrip() if 5 + len(line) <= columns() else wrapped(line, indent))


def _print_way_on(shown: Path, settings: "Settings") -> None:
    """The commands to go on with, as they can be typed here."""
    say("\nTo go on:\n")
    called = Path(sys.argv[0])
    found = shutil.which("paperlab")
    if called.name == "paperlab" and (found is None or called.resolve() != Path(found).resolve()):
        say(f'  export PATH="{called.absolute().parent}:$PATH"')
    say(f"  cd {shlex.quote(str(shown))}")
    for command, what in _WAY_ON:
        say(f"  {command:<28} {what}")
    if settings.origins.get("library", "flag") != "flag":
        say(f"\n{settings.origins['library']} names another library: add `--library .` to these commands.")
