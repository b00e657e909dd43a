"""`paperlab diff`: what changed between two editions of a paper."""

import os
import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paperlab.cli.app import app
from paperlab.cli.printing import print_json, say, wrapped
from paperlab.domain.differences import Differences, Place, SectionChanges, SectionStatus, TextChange, tally
from paperlab.domain.text import plain

if TYPE_CHECKING:
    from paperlab.services.comparing import Comparison

_MARKS = {Place.KEPT: ("", ""), Place.REMOVED: ("[-", "-]"), Place.ADDED: ("{+", "+}")}
_COLORS = {Place.REMOVED: "\x1b[31m", Place.ADDED: "\x1b[32m"}
_PLAIN = "\x1b[0m"


@app.command("diff")
def diff(
    ctx: typer.Context,
    key: Annotated[str, typer.Argument(metavar="KEY")],
    older: Annotated[str | None, typer.Argument(metavar="[v5]", help="Default: the one before the newer one.")] = None,
    newer: Annotated[str | None, typer.Argument(metavar="[v7]", help="Default: the newest; or a PDF file.")] = None,
    stat: Annotated[bool, typer.Option("--stat", help="Only how much changed in each section.")] = False,
) -> None:
    """Show what changed between two editions of a paper, by section."""
    workbench = ctx.obj.workbench()
    found = workbench.shelf.resolve(key)
    with ctx.obj.watcher() as watch:
        comparison = workbench.comparing.compare(found, older, newer, watch)
    if ctx.obj.as_json:
        print_json(_as_object(comparison))
    else:
        _print(comparison, stat)


def _as_object(comparison: "Comparison") -> dict[str, Any]:
    """As `--json` gives it; pages from 1."""
    return {
        "key": comparison.key,
        "title": comparison.title,
        "from": comparison.older,
        "to": comparison.newer,
        "sections": [
            {
                "title": section.title,
                "status": _status(section),
                "old_title": section.old_title or None,
                "changes": [_as_row(change) for change in section.changes],
            }
            for section in comparison.differences.sections
        ],
        "summary": _summary(comparison.differences),
    }


def _as_row(change: TextChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "status": change.status,
        "before": change.before or None,
        "after": change.after or None,
        "pages": [spot and spot.page_index + 1 for spot in (change.old_spot, change.new_spot)],
        "numbers": [{"before": before, "after": after} for before, after in change.numbers],
    }


def _summary(differences: Differences) -> dict[str, Any]:
    sections = dict.fromkeys(("added", "removed", "renamed", "moved", "changed"), 0)
    for section in differences.sections:
        sections[_status(section)] += 1
    numbers = sum(len(change.numbers) for change in differences.changes)
    return {"sections": sections, "texts": tally(differences.changes), "numbers": numbers}


def _status(section: SectionChanges) -> str:
    return "changed" if section.status is SectionStatus.SAME else section.status.value


def _print(comparison: "Comparison", is_short: bool) -> None:
    say(f"{comparison.title}  ({comparison.key})  {comparison.older} → {comparison.newer}")
    if not comparison.differences:
        say("no difference")
        return
    is_colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    for section in comparison.differences.sections:
        lines = [_heading(section)] if is_short else ["", _heading(section), *map(_told, section.changes)]
        for line in lines:
            _say(line, is_colored)
    say(f"\n{_counted(comparison.differences.changes) or 'headings alone'}")


def _heading(section: SectionChanges) -> str:
    title = section.title or "before the first heading"
    status = {
        SectionStatus.SAME: "",
        SectionStatus.RENAMED: f"  (renamed, was: {section.old_title})",
    }.get(section.status, f"  ({section.status.value})")
    counted = _counted(section.changes)
    return f"{title}{status}" + (f"  ·  {counted}" if counted else "")


def _told(change: TextChange) -> str:
    kind = "" if change.kind == "sentence" else f"{change.kind.value} "
    pages = " → ".join(f"p. {spot.page_index + 1}" for spot in (change.old_spot, change.new_spot) if spot)
    numbers = ", ".join(f"{before} → {after}" for before, after in change.numbers)
    told = " ".join(f"{_MARKS[piece.place][0]}{piece.text}{_MARKS[piece.place][1]}" for piece in change.pieces)
    return wrapped(f"{change.status.value} {kind}{pages}: {told}" + (f"  (numbers: {numbers})" if numbers else ""))


def _counted(changes: Iterable[TextChange]) -> str:
    """`2 sentences added, 1 changed · 1 caption changed`."""
    return " · ".join(_of_kinds(tally(changes)))


def _of_kinds(told: dict[str, dict[str, int]]) -> Iterator[str]:
    for kind, counts in told.items():
        parts = [(status, number) for status, number in counts.items() if number]
        if parts:
            plural = "" if parts[0][1] == 1 else "s"
            first, *others = [f"{number} {status}" for status, number in parts]
            yield ", ".join([first.replace(" ", f" {kind}{plural} ", 1), *others])


def _say(text: str, is_colored: bool) -> None:
    if not is_colored:
        say(text)
        return
    text = plain(text)
    for place, color in _COLORS.items():
        first, last = map(re.escape, _MARKS[place])
        text = re.sub(f"({first}.*?{last})", rf"{color}\1{_PLAIN}", text, flags=re.DOTALL)
    print(text)
