"""`paperlab show`: all about one paper."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.annotations import as_row as annotation_row
from paperlab.cli.annotations import placements
from paperlab.cli.app import app
from paperlab.cli.list_ import as_row
from paperlab.cli.printing import print_json, say, wrapped

if TYPE_CHECKING:
    from paperlab.domain.identifiers import PaperKey
    from paperlab.workbench import Workbench


@app.command("show")
def show(ctx: typer.Context, key: Annotated[str, typer.Argument(metavar="KEY")]) -> None:
    """Show one paper: record, sections, progress, notes, annotations."""
    workbench = ctx.obj.workbench()
    found = workbench.shelf.resolve(key)
    shown = _gathered(workbench, found)
    if ctx.obj.as_json:
        print_json(shown)
    else:
        _print(shown)


def _gathered(workbench: "Workbench", key: "PaperKey") -> dict[str, Any]:
    paper = workbench.shelf.paper(key)
    sections = workbench.catalog().sections(key)
    return as_row(workbench.shelf.summary(key)) | {
        "abstract": paper.abstract,
        "categories": paper.categories,
        "published": paper.published,
        "doi": paper.doi,
        "journal_ref": paper.journal_ref,
        "comment": paper.comment,
        "url": paper.url,
        "source": paper.source,
        "sections": [{"title": s.title, "level": s.level, "page": s.page_index + 1} for s in sections],
        "unread": workbench.indexing.unread(paper).reasons,
        "notes": workbench.noting.read(key),
        "marks": [annotation_row(key, mark) for mark in placements(workbench, key)],
        "marks_in_pdf": offer.count if (offer := workbench.offering.offer(key)) else 0,
    }


def _print(shown: dict[str, Any]) -> None:
    say(f"{shown['title']}\n{', '.join((*shown['authors'], str(shown['year'] or ''))).strip(', ')}\n")
    pages = f", {shown['pages']} pages" if shown["pages"] else ""
    say(f"  {shown['key']} {shown['edition'] or '(no PDF)'}{pages}  {shown['citekey']}  {shown['url']}")
    depth = f", {shown['depth']}" if shown["depth"] else ""
    tags = "".join(f" #{tag}" for tag in shown["tags"])
    say(f"  {shown['status']}{depth}, {shown['progress']:.0%} of the pages read{tags}")
    if shown["newer"]:
        say(f"  {shown['newer']} is out: `paperlab fetch --update {shown['key']}` fetches it")
    if shown["withdrawn"]:
        say(f"  withdrawn by its authors with {shown['withdrawn']}; the last PDF is kept")
    for reason in shown["unread"]:
        say(f"  {reason}")
    say("")
    if shown["abstract"]:
        say(wrapped(shown["abstract"]) + "\n")
    for section in shown["sections"]:
        say(f"  {'  ' * (section['level'] - 1)}{section['title']}  p. {section['page']}")
    for mark in shown["marks"]:
        placed = mark.get("placed")
        where = f"p. {placed['page']}" if placed else f"{mark['edition']} p. {mark['page']}, {mark['unplaced']}"
        say("\n" + wrapped(f"{where}, {mark['color']}: “{mark['quote']}” {mark['comment']}"))
    if shown["marks_in_pdf"]:
        hint = f"`paperlab annotations import {shown['key']}` takes them over"
        say("\n" + wrapped(f"Its PDF holds {shown['marks_in_pdf']} marks of another program: {hint}"))
    if shown["notes"]:
        say(f"\n{shown['notes'].rstrip()}")
