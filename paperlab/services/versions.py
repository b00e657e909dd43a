"""Versions: what the files of a paper, or a list, held before they were changed; one of them is brought back."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.errors import NothingFound, UsageError
from paperlab.library.files import make_folder, read_bytes
from paperlab.library.journal_lines import append_missing
from paperlab.library.library import Library
from paperlab.library.lists import list_path
from paperlab.library.snapshots import Snapshot
from paperlab.library.stamps import RECORD

_LIST = "list:"
_RECORD = "record"
"""What a reader calls `paper.toml`."""


@dataclass(frozen=True, slots=True)
class Version:
    """A content that a file had."""

    number: int
    """1 for the newest of all."""
    file: Path
    snapshot: Snapshot
    size_bytes: int
    more: int
    """Lines that it has and the file has not now."""
    fewer: int
    """Lines that the file has now and it has not."""
    is_present: bool
    """It is what the file holds now."""


class Versions:
    def __init__(self, library: Library) -> None:
        self._library = library
        self._snapshots = library.history.snapshots

    def of(self, name: str | PaperKey) -> tuple[Version, ...]:
        """All that is kept of a paper's files, or of a reading list (`list:NAME`), the newest first."""
        kept = [(path, one) for path in self._files(name) for one in self._snapshots.of(path)]
        kept.sort(key=lambda pair: pair[1].until, reverse=True)
        return tuple(_version(number, path, one) for number, (path, one) in enumerate(kept, 1))

    def has(self, key: PaperKey) -> bool:
        """Something is kept of a paper of that key, whether it is in the library or not."""
        return bool(self._files(key))

    def numbered(self, name: str | PaperKey, number: int) -> Version:
        """Raises UsageError if there is no version of that number."""
        versions = self.of(name)
        if not 1 <= number <= len(versions):
            raise UsageError(f"{name} has no version {number}", hint=f"`paperlab restore {name}` lists them")
        return versions[number - 1]

    def at(self, name: str | PaperKey, file: str, at: datetime) -> Version:
        """What a file held at a time: the first version of it that was replaced later.

        Raises:
            NothingFound: Nothing is kept of such a file, or it has not been changed since.
        """
        versions = [version for version in self.of(name) if _is_called(version.file, file)]
        later = [version for version in versions if version.snapshot.until > at]
        if not versions:
            raise NothingFound(f"no version of {file} of {name} is kept", hint=f"`paperlab restore {name}` lists them")
        if not later:
            raise NothingFound(f"paperlab has not changed {file} of {name} since then", hint="it holds what it held")
        return min(later, key=lambda version: version.snapshot.number)

    def bring_back(self, version: Version) -> None:
        """Let a file hold what it held; what it holds now is put away. Lines of a journal are added, none is taken out.

        Raises:
            LibraryError: The disk refused; the file is as it was.
        """
        history, path, source = self._library.history, version.file, version.snapshot.path
        with self._library.guard(history.name(path)):
            make_folder(path.parent)
            if not path.exists():
                history.copy(source, path)
            elif path.suffix == ".jsonl":
                append_missing(path, source, history.note_entries)
            else:
                history.write(path, read_bytes(source))

    def _files(self, name: str | PaperKey) -> tuple[Path, ...]:
        if isinstance(name, PaperKey):
            return self._snapshots.files_in(self._library.folder(name))
        path = list_path(self._library.root / "lists", name.removeprefix(_LIST))
        return (path,) if self._snapshots.of(path) else ()


def _version(number: int, path: Path, snapshot: Snapshot) -> Version:
    held, holds = read_bytes(snapshot.path), read_bytes(path)
    lines, now = Counter(held.splitlines()), Counter(holds.splitlines())
    return Version(
        number, path, snapshot, len(held), (lines - now).total(), (now - lines).total(), path.exists() and held == holds
    )


def _is_called(path: Path, file: str) -> bool:
    return file in (path.name, path.stem) or (file == _RECORD and path.name == RECORD)
