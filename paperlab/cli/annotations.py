"""`paperlab annotations`: list them, place one by hand, take one away."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn, wrapped
from paperlab.errors import PdfError, UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation
    from paperlab.domain.identifiers import PaperKey
    from paperlab.domain.placements import Placement
    from paperlab.workbench import Workbench


@app.command("annotations")
def annotations(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY] | import FILE.pdf | place ID | rm ID")] = None,
    unplaced: Annotated[
        bool, typer.Option("--unplaced", help="Only those that have no place in the newest edition.")
    ] = False,
    quote: Annotated[str, typer.Option("--quote", metavar="TEXT", help="For `place`: where the mark belongs.")] = "",
    page: Annotated[int | None, typer.Option("--page", min=1, help="For `place`: the quote's page.")] = None,
    paper: Annotated[str | None, typer.Option("--paper", metavar="KEY", help="For `import`: whose PDF it is.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what `import` would take over.")] = False,
) -> None:
    """List annotations, of one paper or of all; `import FILE.pdf` takes over those of a PDF, `place ID` puts one on a
    quote by hand, `rm ID` deletes one."""
    workbench = ctx.obj.workbench()
    match words or []:
        case ["import", source]:
            from paperlab.cli.marks_import import import_marks

            import_marks(ctx.obj, source, paper, dry_run=dry_run)
            return
        case ["import", *_]:
            raise UsageError("`annotations import` takes one PDF, or one KEY")
        case ["rm", annotation_id]:
            _remove(ctx.obj, workbench, annotation_id)
        case ["place", annotation_id] if quote:
            _place(ctx.obj, workbench, annotation_id, quote, page)
        case ["rm" | "place" as verb, *_]:
            raise UsageError(f"`annotations {verb}` takes one id" + (" and --quote" if verb == "place" else ""))
        case []:
            _list(ctx.obj, workbench, workbench.library.keys(), only_unplaced=unplaced)
        case [key]:
            _list(ctx.obj, workbench, (workbench.shelf.resolve(key),), only_unplaced=unplaced)
        case _:
            raise UsageError("`annotations` takes one KEY, `import FILE.pdf`, `place ID` or `rm ID`")


def _remove(invocation: "Invocation", workbench: "Workbench", annotation_id: str) -> None:
    (paper,) = workbench.annotating.remove(annotation_id).keys
    print_json({"key": paper, "removed": annotation_id}) if invocation.as_json else say(f"removed from {paper}")


def _place(invocation: "Invocation", workbench: "Workbench", annotation_id: str, quote: str, page: int | None) -> None:
    change = workbench.annotating.place(annotation_id, quote, page_index=page - 1 if page else None)
    (paper,) = change.keys
    if invocation.as_json:
        placed = workbench.annotating.placements(paper)
        print_json(next(as_row(paper, mark) for mark in placed if mark.annotation.id.startswith(annotation_id)))
    else:
        say(f"{paper}  {change.what}")


def _list(invocation: "Invocation", workbench: "Workbench", keys: "Sequence[PaperKey]", *, only_unplaced: bool) -> None:
    marks = [(key, mark) for key in keys for mark in placements(workbench, key)]
    listed = [(key, mark) for key, mark in marks if not (only_unplaced and mark.is_placed)]
    if invocation.as_json:
        print_json([as_row(key, mark) for key, mark in listed])
        return
    for key, mark in listed:
        _say(key, mark)
    if not listed:
        warn("all annotations have a place" if only_unplaced and marks else "no annotations yet")


def _say(key: "PaperKey", mark: "Placement") -> None:
    made = mark.annotation
    kind = "" if made.kind == "highlight" else f", {made.kind}"
    tags = "".join(f" #{tag}" for tag in made.tags)
    say(f"{made.id[:8]}  {key} {made.edition}  p. {made.page_index + 1}  {made.color}{kind}  {made.section}{tags}")
    if where := standing(mark):
        say(f"    {where}")
    if made.quote:
        say(wrapped(f"“{made.quote}”", "    "))
    if made.comment:
        say(wrapped(made.comment, "    — "))


def placements(workbench: "Workbench", key: "PaperKey") -> "Sequence[Placement]":
    """Where a paper's marks stand in its newest edition; where they were made if its text is not to be had."""
    try:
        return workbench.annotating.placements(key)
    except PdfError as error:
        from paperlab.domain.placements import as_made

        warn(f"{error.message}: marks of {key} are listed where they were made")
        return [as_made(annotation) for annotation in workbench.annotating.of(key)]


def as_row(key: "PaperKey", mark: "Placement") -> dict[str, Any]:
    """An annotation as `--json` gives it; page from 1."""
    annotation = mark.annotation
    row = {
        "id": annotation.id,
        "key": key,
        "edition": annotation.edition,
        "kind": annotation.kind,
        "color": annotation.color,
        "quote": annotation.quote,
        "comment": annotation.comment,
        "page": annotation.page_index + 1,
        "section": annotation.section,
        "created": annotation.created,
        "updated": annotation.updated,
        "source": annotation.source,
        "tags": annotation.tags,
        "author": annotation.author,
        "reply_to": annotation.reply_to,
    }
    if mark.reason is not None:
        return row | {"unplaced": mark.reason}
    page = (mark.page_index or 0) + 1
    return row | {
        "placed": {"edition": mark.edition, "page": page, "confidence": mark.confidence, "how": mark.way},
    }


def standing(mark: "Placement") -> str:
    """Where a mark of another edition stands in the newest one; empty for one that was made on it."""
    if not mark.is_elsewhere:
        return ""
    if mark.page_index is None:
        return f"→ {mark.edition}: no place, {mark.told}"
    return f"→ {mark.edition}  p. {mark.page_index + 1}  {mark.told or mark.way}, {mark.confidence:.0%} sure"
