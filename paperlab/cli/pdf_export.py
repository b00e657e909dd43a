"""`paperlab export --format pdf`: copies of PDFs with the annotations in them."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from paperlab.cli.printing import print_json, say, warn
from paperlab.errors import NothingFound, UsageError

if TYPE_CHECKING:
    from paperlab.cli.invocation import Invocation
    from paperlab.domain.identifiers import PaperKey
    from paperlab.services.pdf_copies import PdfCopy

_SHOWN = 60
"""Characters of a quote in a message."""


def export_pdf(
    invocation: "Invocation",
    keys: "Sequence[PaperKey]",
    list_name: str | None,
    output: Path | None,
    *,
    overwrite: bool,
    dry_run: bool,
) -> None:
    """Write the copies and say what is in each. Exits with 1 if one has failed.

    Raises:
        UsageError: No output, or several papers for one file.
        NothingFound: No paper has annotations.
    """
    if output is None:
        raise UsageError("a PDF is no text for stdout", hint="-o names a folder, or a file for one paper")
    workbench = invocation.workbench()
    if list_name:
        keys = sorted(summary.key for summary in workbench.shelf.summaries(list_name=list_name))
    copies = workbench.pdf_copies.export(keys, output, overwrite=overwrite, dry_run=dry_run)
    rows = list(_told(copies, as_json=invocation.as_json, dry_run=dry_run))
    if not rows:
        raise NothingFound("no annotations to export")
    if invocation.as_json:
        print_json(rows)
    if any(row["error"] for row in rows):
        raise typer.Exit(1)


def _told(copies: "Iterable[PdfCopy]", *, as_json: bool, dry_run: bool) -> Iterable[dict[str, Any]]:
    """Each copy as a row, told as it comes."""
    for copy in copies:
        if copy.error:
            warn(f"{copy.key}: {copy.error}")
        for one in copy.unwritten:
            quote = " ".join((one.annotation.quote or one.annotation.comment).split())[:_SHOWN]
            warn(f"{copy.key}: p. {one.annotation.page_index + 1}, “{quote}” is not in the copy: {one.reason}")
        if copy.elsewhere:
            warn(f"{copy.key}: {copy.elsewhere} annotations have no place on {copy.edition} and are not in the copy")
        if not as_json and copy.path is not None:
            there = f", {copy.in_original} in the original already" if copy.in_original else ""
            would = "would be " if dry_run else ""
            say(f"{copy.path}: {copy.key} {copy.edition}, {copy.written} annotations {would}written{there}")
        yield {
            "key": copy.key,
            "path": copy.path,
            "edition": copy.edition,
            "written": copy.written,
            "in_original": copy.in_original,
            "unwritten": [{"id": one.annotation.id, "reason": one.reason} for one in copy.unwritten],
            "elsewhere": copy.elsewhere,
            "error": copy.error,
        }
