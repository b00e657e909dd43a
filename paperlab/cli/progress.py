"""`paperlab progress`: pages and minutes read."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import tell_damage
from paperlab.cli.printing import print_json, print_table, say

if TYPE_CHECKING:
    from paperlab.services.totals import ReadingTotals

_DAYS = 14


@app.command("progress")
def progress(
    ctx: typer.Context,
    key: Annotated[str | None, typer.Argument(metavar="[KEY]")] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only the papers of this list.")
    ] = None,
) -> None:
    """Show pages and minutes read, by paper, list and day."""
    workbench = ctx.obj.workbench()
    found = workbench.shelf.resolve(key) if key else None
    totals = workbench.tracking.totals(list_name, found)
    tell_damage(workbench.guiding.unreadable())
    if ctx.obj.as_json:
        print_json({name: value for name, value in asdict(totals).items() if name != "reading"})
    else:
        _print(totals)


def _print(totals: "ReadingTotals") -> None:
    counts = ", ".join(f"{count} {status}" for status, count in totals.by_status.items())
    say(f"{totals.papers} papers{f' ({counts})' if counts else ''}: {totals.pages} pages, {_time(totals.seconds)}\n")
    rows = [
        [
            str(paper.key),
            paper.title,
            bar(paper.progress),
            f"{paper.progress:4.0%}",
            _time(paper.seconds),
            paper.depth or paper.status,
        ]
        for paper in totals.by_paper
    ]
    print_table(rows, flexible=1)
    if totals.lists:
        say("")
        print_table(
            [
                [
                    li.name,
                    li.title,
                    bar(li.share),
                    f"{li.share:4.0%}",
                    f"{li.done} of {li.items} read",
                    _left(li.left_s),
                ]
                for li in totals.lists
            ],
            flexible=1,
        )
    if totals.tags:
        say("")
        print_table(
            [
                [
                    f"#{tag.tag}",
                    bar(tag.share),
                    f"{tag.share:4.0%}",
                    f"{tag.done} of {tag.papers} read",
                    _time(tag.seconds),
                ]
                for tag in totals.tags
            ],
            flexible=0,
        )
    days = [day for day in totals.days if day.seconds > 0]
    if days:
        say("")
        print_table(
            [[day.day.isoformat(), f"{day.pages} pages", _time(day.seconds)] for day in days[-_DAYS:]],
            flexible=1,
        )
    if totals.pace_s is not None:
        say(f"\n{totals.streak.current} days in a row (longest {totals.streak.longest}), {totals.pace_s:.0f} s a page")


def bar(share: float, width: int = 10) -> str:
    """A bar of `width` cells in steps of an eighth, as in `███▌······`."""
    eighths = round(max(0.0, min(1.0, share)) * width * 8)
    part = " ▏▎▍▌▋▊▉"[eighths % 8].strip()
    return ("█" * (eighths // 8) + part).ljust(width, "·")


def _left(seconds: float | None) -> str:
    return f"about {_time(seconds)} left" if seconds else ""


def _time(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60} h {minutes % 60:02} min" if minutes >= 60 else f"{minutes} min"
