"""`paperlab lists`: reading lists."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import tell_damage
from paperlab.cli.printing import print_json, print_table, say, warn, wrapped
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.workbench import Workbench


@app.command("lists")
def lists(ctx: typer.Context, words: Annotated[list[str] | None, typer.Argument(metavar="[show NAME]")] = None) -> None:
    """Show the reading lists, or one of them with each item's state."""
    workbench = ctx.obj.workbench()
    match words or []:
        case []:
            _overview(workbench, ctx.obj.as_json)
        case ["show"]:
            raise UsageError("`lists show` takes a NAME", hint="`paperlab lists` shows them")
        case ["show", name] | [name]:
            _one(workbench, name, ctx.obj.as_json)
        case _:
            raise UsageError("`lists` takes `show NAME`, or nothing")


def _overview(workbench: "Workbench", as_json: bool) -> None:
    lists = workbench.tracking.totals().lists
    damaged = workbench.guiding.unreadable()
    tell_damage(damaged)
    if as_json:
        print_json([{"name": li.name, "title": li.title, "items": li.items, "done": li.done} for li in lists])
    elif lists:
        print_table([[li.name, li.title, f"{li.done} of {li.items} read"] for li in lists], flexible=1)
    elif not damaged:
        warn("no reading lists: `paperlab add 1706.03762 --list NAME` begins one")


def _one(workbench: "Workbench", name: str, as_json: bool) -> None:
    reading_list = workbench.library.list(name)
    items = [_state(workbench, item) for item in reading_list.items]
    if as_json:
        head = {"name": reading_list.name, "title": reading_list.title, "description": reading_list.description}
        print_json(head | {"items": items})
        return
    say(
        f"{reading_list.title}\n{wrapped(reading_list.description, '')}\n"
        if reading_list.description
        else reading_list.title
    )
    for number, item in enumerate(items, 1):
        say(f"{number:3}. {item['title']}  ({item['paper'] or item['url']})  {item['status'] or item['kind']}")
        if item["why"]:
            say(wrapped(item["why"], "       "))


def _state(workbench: "Workbench", item: Any) -> dict[str, Any]:
    from paperlab.errors import UnknownPaper
    from paperlab.services.shelf import key_of_source

    key = key_of_source(item.paper) if item.paper else None
    row = {
        "title": item.title,
        "kind": item.kind,
        "paper": item.paper,
        "url": item.url,
        "why": item.why,
        "after": item.after,
    }
    try:
        summary = workbench.shelf.summary(key) if key else None
    except UnknownPaper:
        summary = None
    return row | {
        "in_library": summary is not None,
        "status": summary.status if summary else None,
        "depth": summary.depth if summary else None,
        "progress": summary.progress if summary else None,
    }
