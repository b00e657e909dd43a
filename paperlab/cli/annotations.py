"""`paperlab annotations`: list them, take one away."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, warn, wrapped
from paperlab.errors import UsageError

if TYPE_CHECKING:
    from paperlab.domain.annotations import Annotation
    from paperlab.domain.identifiers import PaperKey


@app.command("annotations")
def annotations(
    ctx: typer.Context,
    words: Annotated[list[str] | None, typer.Argument(metavar="[KEY] | import FILE.pdf | rm ID")] = None,
    paper: Annotated[str | None, typer.Option("--paper", metavar="KEY", help="Whose PDF it is, for `import`.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what `import` would take over.")] = False,
) -> None:
    """List annotations, of one paper or of all; `import FILE.pdf` takes over those of a PDF; `rm ID` deletes one."""
    workbench = ctx.obj.workbench()
    match words or []:
        case ["import", source]:
            from paperlab.cli.marks_import import import_marks

            import_marks(ctx.obj, source, paper, dry_run=dry_run)
            return
        case ["import", *_]:
            raise UsageError("`annotations import` takes one PDF, or one KEY")
        case ["rm", annotation_id]:
            (paper,) = workbench.annotating.remove(annotation_id).keys
            print_json({"key": paper, "removed": annotation_id}) if ctx.obj.as_json else say(f"removed from {paper}")
            return
        case ["rm", *_]:
            raise UsageError("`annotations rm` takes one id")
        case []:
            keys = workbench.library.keys()
        case [key]:
            keys = (workbench.shelf.resolve(key),)
        case _:
            raise UsageError("`annotations` takes one KEY, `import FILE.pdf`, or `rm ID`")
    rows = [as_row(key, annotation) for key in keys for annotation in workbench.annotating.of(key)]
    if ctx.obj.as_json:
        print_json(rows)
    for row in () if ctx.obj.as_json else rows:
        say(f"{row['id'][:8]}  {row['key']} {row['edition']}  p. {row['page']}  {row['color']}  {row['section']}")
        say(wrapped(f"“{row['quote']}”", "    "))
        if row["comment"]:
            say(wrapped(row["comment"], "    — "))
    if not rows and not ctx.obj.as_json:
        warn("no annotations yet")


def as_row(key: "PaperKey", annotation: "Annotation") -> dict[str, Any]:
    """An annotation as `--json` gives it; page from 1."""
    return {
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
    }
