"""What a library says, as facts that can be compared: nothing of it may be lost."""

import json
from collections.abc import Iterator
from pathlib import Path

from paperlab.domain.identifiers import PaperKey
from paperlab.library.files import hash_file
from paperlab.library.library import Library

Fact = tuple[str, ...]
_KNOWN = {"paper.toml", "notes.md", "annotations.jsonl", "reading.jsonl"}


def facts(root: Path, *, has_pdfs: bool = True) -> frozenset[Fact]:
    """All that the reader would miss. Raises our errors where something cannot be read."""
    library = Library.open(root)
    found = {fact for key in library.keys() for fact in _of_paper(library, key, has_pdfs)}  # noqa: SIM118  (no dict)
    found |= {("list", each.name, item.paper or item.title) for each in library.lists() for item in each.items}
    return frozenset(found)


def half_written(root: Path, *, may_be_torn: bool) -> tuple[str, ...]:
    """Files that nobody would know what to do with, and journal lines that are no lines.

    Args:
        may_be_torn: A crash came in the middle of a write: the last line of one journal may be set aside.
    """
    library = Library.open(root)
    found: list[str] = []
    for key in library.keys():  # noqa: SIM118  (a library is no dict)
        broken = library.broken_lines(key)
        if len(broken) > (1 if may_be_torn else 0):
            found += broken
        paper = library.read(key)
        known = _KNOWN | {edition.file for edition in paper.editions}
        found += [
            f"{key}/{path.name}"
            for path in library.folder(key).iterdir()
            if path.name not in known and not path.name.startswith(".") and path.suffix != ".pdf"
        ]
    return tuple(found)


def _of_paper(library: Library, key: PaperKey, has_pdfs: bool) -> Iterator[Fact]:
    paper = library.read(key)
    name = str(key)
    yield "paper", name, paper.title, paper.citekey, *paper.authors
    yield from (("tag", name, tag) for tag in paper.tags)
    for edition in paper.editions if has_pdfs else ():
        yield "edition", name, edition.name, hash_file(library.edition_path(key, edition))[0]
    yield from (("note", name, part.strip()) for part in library.read_notes(key).split("\n\n") if part.strip())
    for mark in library.annotations(key):
        yield "mark", name, mark.id, mark.quote, mark.comment, mark.color
    for line in (library.folder(key) / "reading.jsonl").read_text().splitlines() if _has_journal(library, key) else ():
        try:
            yield "reading", name, json.loads(line)["id"]
        except ValueError:  # torn: `half_written` tells
            continue


def _has_journal(library: Library, key: PaperKey) -> bool:
    return (library.folder(key) / "reading.jsonl").exists()
