"""`paperlab search`: passages by words and meaning."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.findings import tell_damage
from paperlab.cli.printing import print_json, say, warn, wrapped
from paperlab.domain.memory import no_garbage_sought
from paperlab.domain.passages import PassageKind, SearchMode
from paperlab.domain.progress import Status
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from paperlab.domain.passages import Hit

_PLACES = {"papers": PassageKind.PASSAGE, "notes": PassageKind.NOTE, "annotations": PassageKind.ANNOTATION}


@app.command("search")
def search(
    ctx: typer.Context,
    query: Annotated[
        str, typer.Argument(metavar="QUERY", help='Words, "a phrase", -without, author: year: tag: title: section:')
    ],
    limit: Annotated[int, typer.Option("-n", "--limit", min=1, max=1000, help="How many passages.")] = 10,
    mode: Annotated[SearchMode, typer.Option("--mode", help="By words, meaning or both.")] = SearchMode.HYBRID,
    paper: Annotated[str | None, typer.Option("--paper", metavar="KEY", help="Only in this paper.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only in papers of this status.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only in papers with this tag.")] = None,
    list_name: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only in papers of this list.")
    ] = None,
    places: Annotated[str, typer.Option("--in", metavar="PLACES", help="Of papers,notes,annotations.")] = ",".join(
        _PLACES
    ),
) -> None:
    """Search passages, notes and annotations; the best first."""
    if not query.strip():
        raise UsageError("an empty query")
    kinds = _kinds(places)
    with no_garbage_sought():  # what is imported for it stays
        workbench = ctx.obj.workbench()
        key = workbench.shelf.resolve(paper) if paper else None
        answer = workbench.searching.search(
            query, mode=mode, limit=limit, kinds=kinds, paper=key, status=status, tag=tag, list_name=list_name
        )
        unindexed = workbench.searching.unindexed()
    tell_damage(workbench.shelf.damaged.values())
    if answer.warning:
        warn(answer.warning)
    if unindexed:
        warn(f"{unindexed} {'paper is' if unindexed == 1 else 'papers are'} not indexed yet: `paperlab index`")
    if ctx.obj.as_json:
        hits = [as_row(hit) for hit in answer.hits]
        print_json({"query": query, "mode": answer.mode, "took_ms": round(answer.took_ms, 1), "hits": hits})
    for hit in () if ctx.obj.as_json else answer.hits:
        _print(hit)
    if answer.mode is not mode:
        sys.stdout.flush()
        workbench.searching.catch_up()
    if not answer.hits:
        is_filtered = bool(paper or status or tag or list_name or len(kinds) < len(_PLACES))
        hint = "only some papers or places were looked into" if is_filtered else "other words, or `--mode meaning`"
        raise NothingFound(f"nothing found for {query!r}", hint=answer.hint or hint)


def as_row(hit: "Hit") -> dict[str, Any]:
    """A hit as `--json` gives it; pages from 1."""
    pages = hit.passage.pages
    return {
        "rank": hit.rank,
        "score": round(hit.score, 6),
        "kind": hit.passage.kind,
        "key": hit.passage.paper,
        "edition": hit.passage.edition or None,
        "title": hit.title,
        "section": " > ".join(hit.passage.section),
        "pages": [pages[0] + 1, pages[1] + 1] if pages else None,
        "text": hit.passage.text,
    }


def _print(hit: "Hit") -> None:
    row = as_row(hit)
    pages = "" if not row["pages"] else f"  p. {'–'.join(str(page) for page in dict.fromkeys(row['pages']))}"
    kind = "" if hit.passage.kind is PassageKind.PASSAGE else f"[{hit.passage.kind}] "
    say(f"{hit.rank}. {kind}{hit.title}  ({hit.passage.paper}){pages}")
    if hit.passage.section:
        say(f"  {row['section']}")
    say(wrapped(hit.passage.text, "    ") + "\n")


def _kinds(places: str) -> frozenset[PassageKind]:
    words = [word.strip() for word in places.split(",") if word.strip()]
    unknown = [word for word in words if word not in _PLACES]
    if unknown or not words:
        raise UsageError(f"--in takes {', '.join(_PLACES)}, not {places!r}")
    return frozenset(_PLACES[word] for word in words)
