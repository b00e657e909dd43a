"""`paperlab undo`: take back what was done last."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, print_table, say, warn
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.services.undoing import Done

_SHOWN = 20


@app.command("undo")
def undo(
    ctx: typer.Context,
    number: Annotated[int | None, typer.Argument(metavar="[N]", help="A step of --list.", show_default=False)] = None,
    shows: Annotated[bool, typer.Option("--list", help="Show what was done.")] = False,
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, help="How many steps to show.")] = _SHOWN,
) -> None:
    """Take back what was done last; again, what was done before that."""
    if shows and number is not None:
        raise UsageError("--list takes no number", hint="`paperlab undo N` takes a step back")
    workbench = ctx.obj.workbench(is_step=False)
    if shows:
        _list(workbench.undoing.steps()[:limit], ctx.obj.as_json)
        return
    done = workbench.undoing.undo(number)
    if ctx.obj.as_json:
        print_json(_row(done))
        return
    say(f"undone: {done.step.told} ({_when(done)})")
    warn("`paperlab undo 1` takes that back")


def _list(steps: "tuple[Done, ...]", as_json: bool) -> None:
    if as_json:
        print_json([_row(done) for done in steps])
    elif steps:
        print_table([[str(done.number), _when(done), done.step.told, _state(done)] for done in steps], flexible=2)
    else:
        warn("nothing was done yet")


def _when(done: "Done") -> str:
    return f"{done.step.at.astimezone():%Y-%m-%d %H:%M:%S}"


def _state(done: "Done") -> str:
    count = len(done.step.files)
    return done.state or f"{count} file{'' if count == 1 else 's'}"


def _row(done: "Done") -> dict[str, Any]:
    step = done.step
    return {
        "number": done.number,
        "id": step.id,
        "at": step.at,
        "did": step.told,
        "files": step.files,
        "process": step.process,
        "undone": done.is_undone,
        "undoes": step.undoes or None,
        "state": done.state or "done",
    }
