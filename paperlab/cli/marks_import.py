"""`paperlab annotations import`: marks made with another program, out of a PDF."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from paperlab.cli.annotations import as_row
from paperlab.cli.printing import print_json, say, warn
from paperlab.domain.pdf_marks import LINKS
from paperlab.domain.placements import as_made
from paperlab.domain.text import one_line
from paperlab.errors import NothingFound, UnknownSource, UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation
    from paperlab.domain.pdf_marks import LeftOut
    from paperlab.services.taking_over import TakenMark, TakeOver

_MOST_PAGES = 8


def import_marks(invocation: "Invocation", source: str, paper: str | None, *, dry_run: bool) -> None:
    """Take over the marks of a PDF, or of a paper's own PDFs, and say what became of each.

    Raises:
        UsageError: `--paper` beside a KEY.
        PaperlabError: As `TakingOver.take_over`.
    """
    workbench = invocation.workbench()
    path = Path(source).expanduser()
    if path.is_file():
        key = workbench.shelf.resolve(paper) if paper else None
        taken: tuple[TakeOver, ...] = (workbench.taking_over.take_over(path, key, dry_run=dry_run),)
    elif path.suffix.lower() == ".pdf":
        raise UnknownSource(f"{source} is not there")
    elif paper:
        raise UsageError("--paper goes with a PDF", hint="`annotations import FILE.pdf --paper KEY`")
    else:
        key = workbench.shelf.resolve(source)
        taken = workbench.taking_over.of_paper(key, dry_run=dry_run)
        if not taken:
            raise NothingFound(f"{key} has no PDF", hint=f"`paperlab fetch {key}` downloads it")
    if invocation.as_json:
        print_json([_row(file, mark) for file in taken for mark in file.marks])
    for file in taken:
        _report(file, dry_run=dry_run, to=warn if invocation.as_json else say)


def _row(file: "TakeOver", mark: "TakenMark") -> dict[str, Any]:
    return as_row(file.key, as_made(mark.annotation)) | {"outcome": mark.fate, "reason": mark.reason}


def _report(file: "TakeOver", *, dry_run: bool, to: Any) -> None:
    """What became of the marks of one file; marks that were left alone by name, the others by number."""
    to(f"{file.key} {file.edition}  {one_line(file.file)}: {file.told}{' (nothing is done yet)' if dry_run else ''}")
    for mark in file.marks:
        if mark.reason:
            to(f"  {mark.fate}, p. {mark.annotation.page_index + 1}: {_shown(mark)}: {mark.reason}; ours is kept")
    for subtype, reason, pages in _grouped(file.left_out):
        if subtype == "Popup":  # its words are those of the mark
            continue
        to(f"  not taken over: {len(pages)} × {subtype} ({reason}), {_on(pages)}")
    for note in file.notes:
        warn(note)


def _shown(mark: "TakenMark") -> str:
    text = one_line(mark.annotation.quote or mark.annotation.comment)
    return f"“{text if len(text) <= 60 else text[:59] + '…'}”"


def _grouped(left_out: "tuple[LeftOut, ...]") -> list[tuple[str, str, list[int]]]:
    """What was left out, by kind and reason, with the page of each, from 1."""
    groups: dict[tuple[str, str], list[int]] = {}
    for one in left_out:
        if one.subtype in LINKS:
            continue
        groups.setdefault((one.subtype, one.reason), []).append(one.page_index + 1)
    return [(subtype, reason, pages) for (subtype, reason), pages in groups.items()]


def _on(pages: list[int]) -> str:
    some = sorted(set(pages))
    shown = ", ".join(map(str, some[:_MOST_PAGES])) + (" …" if len(some) > _MOST_PAGES else "")
    return f"p. {shown}"
