"""Bibliographies (BibTeX, BibLaTeX, CSL-JSON, Zotero's JSON, RIS): entries as papers, and what could not be read."""

import codecs
from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.papers import FoundPaper
from paperlab.domain.text import one_line
from paperlab.errors import UnknownSource
from paperlab.sources.attached import pdfs_at
from paperlab.sources.bib_entries import RawEntry, found_paper

SUFFIXES = frozenset({".bib", ".bibtex", ".biblatex", ".json", ".ris"})
_SUPPORTING = ("xdata", "set")
"""Types of entries that only serve others."""
_LARGEST_BYTES = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadEntry:
    """An entry as a paper."""

    paper: FoundPaper
    """With the reader's own citation key, if it has one."""
    line: int
    """Where it stands; in JSON, the number of the item."""
    pdfs: tuple[Path, ...] = ()
    """Files that are there."""
    remark: str = ""
    """What its reader should know of it: a key that another entry has, a PDF that is not there."""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What a bibliography holds."""

    entries: tuple[ReadEntry, ...]
    """In the file's order."""
    problems: tuple[str, ...]
    """What could not be read, one line each, with its line in the file."""
    supporting: int = 0
    """Entries that only serve others (`@xdata`, `@set`)."""


def read_bibliography(path: Path) -> Bibliography:
    """Read a bibliography; a broken entry is reported and costs no other.

    LaTeX is undone but for mathematics; names are given name first. Bytes that are no UTF-8 are taken for Windows-1252,
    which is what old files are written in.

    Raises:
        UnknownSource: The file cannot be read, or is larger than any bibliography.
    """
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise UnknownSource(f"{path} is larger than any bibliography", hint="divide it")
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise UnknownSource(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    raws, problems = _read(text, path.suffix.lower())
    entries: list[ReadEntry] = []
    supporting = 0
    for raw in raws:
        if raw.kind in _SUPPORTING:
            supporting += 1
        elif paper := found_paper(raw):
            pdfs, missing = pdfs_at(raw.files, path.parent)
            lost = f"its PDF is not there: {missing[0]}" if missing and not pdfs else ""
            remark = one_line("; ".join(part for part in (raw.remark, lost) if part))
            entries.append(ReadEntry(paper=paper, line=raw.line, pdfs=pdfs, remark=remark))
        else:
            problems.append((raw.line, f"{raw.key or 'an entry'} has no title"))
    where = "item" if path.suffix.lower() == ".json" else "line"
    told = tuple(one_line(f"{where} {line}: {what}") for line, what in sorted(problems))
    return Bibliography(tuple(entries), told, supporting)


def _read(text: str, suffix: str) -> tuple[list[RawEntry], list[tuple[int, str]]]:
    if suffix == ".json":
        from paperlab.sources.json_bibliography import read_json

        return read_json(text)
    if suffix == ".ris":
        from paperlab.sources.ris_file import read_ris

        return read_ris(text)
    from paperlab.sources.bibtex_file import read_bibtex

    return read_bibtex(text)


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")
