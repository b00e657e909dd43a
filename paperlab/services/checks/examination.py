"""What every check is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from paperlab.domain.findings import Remedy
from paperlab.domain.identifiers import PaperKey
from paperlab.library.files import hash_file
from paperlab.library.legible import Unread
from paperlab.library.library import Library
from paperlab.library.stamps import stamp_file


@dataclass
class Hashes:
    """Hash and size of files. A file that is as it was is read once, however often one asks."""

    _known: dict[str, tuple[str, tuple[str, int]]] = field(default_factory=dict)

    def __call__(self, path: Path) -> tuple[str, int]:
        """Raises LibraryError: it cannot be read."""
        stamp, known = stamp_file(str(path)), self._known.get(str(path))
        if known is None or known[0] != stamp:
            known = self._known[str(path)] = (stamp, hash_file(path))
        return known[1]


@dataclass(frozen=True, slots=True)
class Examination:
    library: Library
    now: datetime
    hash_of: Hashes
    unread: Mapping[str, Unread]
    """What could not be read of PDFs, by their hash."""
    is_busy: bool = False
    """Another paperlab is at work on the library: what looks left over may be its."""

    def place(self, path: Path) -> str:
        """As seen from the library."""
        return path.relative_to(self.library.root).as_posix()

    def proposal(self, lock: str, told: str, act: Callable[[], str]) -> Remedy:
        """A remedy for a file of the reader's, applied while nobody else changes it."""
        return Remedy(told, partial(self._locked, lock, act))

    def for_paper(self, key: PaperKey, told: str, act: Callable[[], str]) -> Remedy:
        return self.proposal(f"paper-{key}", told, act)

    def _locked(self, lock: str, act: Callable[[], str]) -> str:
        with self.library.lock(lock):
            return act()
