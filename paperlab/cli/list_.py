"""`paperlab list`: the library at a glance."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import tell_damage
from paperlab.cli.printing import print_json, print_table, warn
from paperlab.domain.progress import Status
from paperlab.errors import NothingFound

if TYPE_CHECKING:
    from paperlab.domain.summaries import PaperSummary


_TAGS_WIDTH = 24


@app.command("list")
def list_(
    ctx: typer.Context,
    status: Annotated[Status | None, typer.Option("--status", help="Only papers of this status.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only papers with this tag.")] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only papers of this reading list.")
    ] = None,
    duplicates: Annotated[bool, typer.Option("--duplicates", help="Papers that may be one work, in pairs.")] = False,
) -> None:
    """List the papers, last added first."""
    workbench = ctx.obj.workbench()
    if duplicates:
        from paperlab.cli.merge import list_pairs

        list_pairs(workbench, ctx.obj.as_json)
        return
    summaries, damaged = workbench.shelf.survey(status, tag, list_name)
    tell_damage(damaged.values())
    if ctx.obj.as_json:
        print_json([as_row(summary) for summary in summaries])
    elif summaries:
        print_table([_cells(summary) for summary in summaries], flexible=2)
    if not summaries and (status or tag or list_name):
        raise NothingFound("no papers like that")
    if not summaries and not ctx.obj.as_json:
        warn("no papers yet: `paperlab add 1706.03762` fetches the first")


def as_row(summary: "PaperSummary") -> dict[str, Any]:
    """A summary as `--json` gives it."""
    return {
        "key": summary.key,
        "edition": summary.edition,
        "editions": summary.editions,
        "citekey": summary.citekey,
        "title": summary.title,
        "authors": summary.authors,
        "year": summary.year,
        "tags": summary.tags,
        "status": summary.status,
        "depth": summary.depth,
        "progress": summary.progress,
        "pages": summary.pages,
        "annotations": summary.annotations,
        "added": summary.added,
        "last_read": summary.last_read,
        "newer": summary.newer or None,
        "withdrawn": summary.withdrawn or None,
    }


def _cells(summary: "PaperSummary") -> list[str]:
    return [
        str(summary.key),
        str(summary.year or ""),
        summary.title,
        (summary.authors[0].split()[-1] if summary.authors and summary.authors[0].split() else "")
        + (" et al." if len(summary.authors) > 1 else ""),
        summary.status if summary.depth is None else f"{summary.status}, {summary.depth}",
        f"{summary.progress:4.0%}" if summary.pages else ("no PDF" if summary.edition is None else ""),
        " ".join(filter(None, (edition_news(summary), _fitted_tags(summary.tags)))),
    ]


def edition_news(summary: "PaperSummary") -> str:
    """`v7 is out`, `withdrawn (v8)`, or nothing."""
    out = f"{summary.newer} is out" if summary.newer else ""
    withdrawn = f"withdrawn ({summary.withdrawn})" if summary.withdrawn else ""
    return ", ".join(filter(None, (out, withdrawn)))


def _fitted_tags(tags: tuple[str, ...]) -> str:
    """As many tags as leave the title its place."""
    shown = " ".join(f"#{tag}" for tag in tags)
    return shown if len(shown) <= _TAGS_WIDTH else f"{shown[: _TAGS_WIDTH - 1]}…"
