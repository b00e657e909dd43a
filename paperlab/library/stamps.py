"""Stamps: whether the files of a paper are still those that were read."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.identifiers import PaperKey

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


def stamp_papers(papers: Path, keys: Iterable[PaperKey] | None = None) -> Iterator[tuple[PaperKey, Stamp]]:
    """The stamps of all folders that hold a record, or of some, in no order. Names that are no keys are passed over."""
    folders = paper_folders(papers) if keys is None else ((key.value, f"{papers}/{key}") for key in keys)
    for name, folder in folders:
        record = stamp_file(f"{folder}/{RECORD}")
        if record == "0":
            continue
        try:
            key = PaperKey(name)
        except ValueError:
            continue
        yield key, _stamp_with(record, folder)


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
