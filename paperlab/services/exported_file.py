"""One exported document, as written or as it would be."""

from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.line_differences import unified_difference
from paperlab.errors import PaperlabError


@dataclass(frozen=True, slots=True)
class ExportedFile:
    path: Path | None
    """None for stdout."""
    text: str
    before: str | None
    """What is there, or was; None if nothing is."""
    error: PaperlabError | None = None
    """Why it was not written; the others were."""
    is_edited: bool = False
    """It was not written because its reader has changed something within the managed regions."""

    @property
    def is_changed(self) -> bool:
        return self.text != self.before

    @property
    def difference(self) -> str:
        """Unified diff against what is there; empty if nothing changes."""
        return unified_difference(self.before or "", self.text, str(self.path))
