"""`paperlab config`: settings and where each comes from."""

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, print_table, say
from paperlab.config import load_settings, parse_value, user_config_file
from paperlab.errors import NoLibrary, UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation


@app.command("config")
def config(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[path | set KEY VALUE]")] = None,
) -> None:
    """Show all settings and where each comes from; `path` names your file, `set` writes to it."""
    match words or []:
        case []:
            _show(ctx.obj)
        case ["path"]:
            print_json({"path": user_config_file()}) if ctx.obj.as_json else say(str(user_config_file()))
        case ["set", key, value]:
            _set(key, value, ctx.obj.call.told)
            _show(ctx.obj)
        case _:
            raise UsageError("`config` takes nothing, `path`, or `set KEY VALUE`")


def _show(invocation: "Invocation") -> None:
    try:
        root: Path | None = invocation.library_root()
    except NoLibrary:
        root = None
    settings = invocation.settings(root)
    rows: dict[str, dict[str, Any]] = {
        f.name: {"value": getattr(settings, f.name), "from": settings.origins.get(f.name, "default")}
        for f in fields(settings)
        if f.name != "origins"
    }
    if root is not None and not rows["library"]["value"]:
        rows["library"] = {"value": str(root), "from": "found"}
    if invocation.as_json:
        print_json(rows)
    else:
        print_table([[name, str(row["value"]), row["from"]] for name, row in rows.items()], flexible=1)


def _set(key: str, value: str, told: str) -> None:
    """Write one setting to the user's file."""
    from paperlab.library.settings_file import write_setting
    from paperlab.workbench import settings_place

    file = user_config_file()
    parsed = parse_value(key, value, "config set")
    # checked as it will stand there, without this run's variables; what is wrong now may be what is being put right
    load_settings(flags={key: parsed}, environment={}, library_file=None, user_file=file)
    place = settings_place()
    with place.history.step(told), place.guard(file.name):
        write_setting(file, key, parsed, place.history.write)
