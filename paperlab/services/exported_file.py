"""One exported document, as written or as it would be."""

import difflib
from dataclasses import dataclass
from pathlib import Path

from paperlab.errors import PaperlabError


@dataclass(frozen=True, slots=True)
class ExportedFile:
    path: Path | None
    """None for stdout."""
    text: str
    difference: str
    """Unified diff against what is there; empty if nothing changes."""
    error: PaperlabError | None = None
    """Why it was not written; the others were."""
    is_edited: bool = False
    """It was not written because its reader has changed something within the managed regions."""


def compared(path: Path | None, text: str, before: str | None) -> ExportedFile:
    """A document beside what is in its place."""
    lines = difflib.unified_diff(
        (before or "").splitlines(keepends=True), text.splitlines(keepends=True), fromfile=str(path), tofile=str(path)
    )
    return ExportedFile(path, text, "".join(lines))
