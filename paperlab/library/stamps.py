"""Stamps: whether the files of a paper are still those that were read."""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.memory import MANY, never_garbage, no_garbage_sought

RECORD, READING, ANNOTATIONS, NOTES = "paper.toml", "reading.jsonl", "annotations.jsonl", "notes.md"


@dataclass(frozen=True, slots=True)
class Stamp:
    """Modification time (ns), size (bytes) and inode of each file, as text; "0" where there is none."""

    record: str
    reading: str
    annotations: str
    notes: str

    def __str__(self) -> str:
        return f"{self.record} {self.reading} {self.annotations} {self.notes}"

    @property
    def marks(self) -> str:
        """The part for what is searched beside the paper's own text: annotations and notes."""
        return f"{self.annotations} {self.notes}"

    @property
    def has_marks(self) -> bool:
        """There is a file of annotations or notes."""
        return self.annotations != "0" or self.notes != "0"


NOTHING = Stamp("0", "0", "0", "0")
"""Of a folder without any of the files."""


Stamped = tuple[PaperKey, Stamp]
_NONE: Mapping[str, Stamped] = MappingProxyType({})


def stamp_papers(
    papers: Path, keys: Iterable[PaperKey] | None = None, known: Mapping[str, Stamped] = _NONE
) -> Iterator[Stamped]:
    """The stamps of all folders that hold a record, or of some, in no order. Names that are no keys are passed over.

    Args:
        known: By name, what was given last: where nothing has changed, the same values are given again.
    """
    folders = paper_folders(papers) if keys is None else ((key.value, f"{papers}/{key}") for key in keys)
    for name, folder in folders:
        record = stamp_file(f"{folder}/{RECORD}")
        if record == "0":
            continue
        held = known.get(name)
        try:
            key = held[0] if held else PaperKey(name)
        except ValueError:
            continue
        stamp = _stamp_with(record, folder)
        yield held if held and held[1] == stamp else (key, stamp)


def survey(papers: Path, known: Mapping[str, Stamped]) -> dict[str, Stamped]:
    """The stamps of all papers by name; `known` is what the last survey has given."""
    with no_garbage_sought():
        found = {stamped[0].value: stamped for stamped in stamp_papers(papers, known=known)}
        if len(found) - len(known) >= MANY:
            never_garbage()
    return found


def stamp_paper(folder: str) -> Stamp:
    """The stamp of one folder, whether there is a record in it or not."""
    return _stamp_with(stamp_file(f"{folder}/{RECORD}"), folder)


def paper_folders(papers: Path | str) -> Iterator[tuple[str, str]]:
    """Names and paths of the folders that may be papers."""
    try:
        with os.scandir(papers) as entries:
            yield from ((entry.name, entry.path) for entry in entries if entry.is_dir())
    except FileNotFoundError:
        return


def stamp_file(path: str) -> str:
    """Of any file or folder."""
    try:
        status = os.stat(path)  # noqa: PTH116 - there are thousands, and a Path for each would cost more than the call
    except OSError:
        return "0"
    return f"{status.st_mtime_ns}.{status.st_size}.{status.st_ino}"


def _stamp_with(record: str, folder: str) -> Stamp:
    return Stamp(
        record,
        stamp_file(f"{folder}/{READING}"),
        stamp_file(f"{folder}/{ANNOTATIONS}"),
        stamp_file(f"{folder}/{NOTES}"),
    )
