"""BibTeX files: their entries as papers, and what could not be read."""

from __future__ import annotations

import codecs
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from paperlab.domain.identifiers import ArxivId, find_doi, parse_arxiv_id
from paperlab.domain.papers import FoundPaper
from paperlab.domain.text import one_line
from paperlab.errors import UnknownSource

if TYPE_CHECKING:
    from bibtexparser.middlewares import LatexDecodingMiddleware
    from bibtexparser.model import Entry, ParsingFailedBlock

_ARXIV_IN_TEXT = re.compile(r"(?i)(?:arxiv:\s*|\babs/)([^\s,;\]}]+)")
_ADDRESS = re.compile(r"https?://[^\s{}<>\"]+")
_ESCAPED = re.compile(r"\\([_%#&~$])")
_YEAR = re.compile(r"(?<!\d)(?:1[5-9]|20)\d{2}(?!\d)")
_PROSE = ("title", "abstract", "journal", "journaltitle", "booktitle", "volume", "number", "pages", "note", "keywords")
"""Fields whose LaTeX is decoded; addresses and ids are none: a "%" would begin a comment."""


@dataclass(frozen=True, slots=True)
class Bibliography:
    """What a BibTeX file holds."""

    entries: tuple[FoundPaper, ...]
    """In the file's order, each with the reader's own citation key, if it has one."""
    problems: tuple[str, ...]
    """What could not be read, one line each, with its line in the file."""


def read_bibliography(path: Path) -> Bibliography:
    """Read a BibTeX or BibLaTeX file; a broken entry is reported and costs no other.

    LaTeX accents are decoded, mathematics stays as it is; names are given name first. Bytes that are no UTF-8 are
    taken for Windows-1252, which is what old files are written in.

    Raises:
        UnknownSource: The file cannot be read.
    """
    from bibtexparser.entrypoint import parse_string

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # `problems` tells what it would warn of
    try:
        text = _decoded(path.read_bytes())
    except OSError as error:
        raise UnknownSource(f"{path} cannot be read: {error.strerror}", hint="check the path") from error
    library = parse_string(text)
    salvaged = [entry for block in library.failed_blocks if (entry := _salvaged(block))]
    entries = sorted([*library.entries, *salvaged], key=lambda entry: entry.start_line or 0)
    read = [(entry, _found_paper(entry)) for entry in entries]
    problems = [(block.start_line or 0, _problem(block)) for block in library.failed_blocks if _is_lost(block)]
    problems += [
        (entry.start_line or 0, f"{entry.key or 'an entry'} has no title") for entry, paper in read if not paper
    ]
    return Bibliography(
        tuple(paper for _, paper in read if paper),
        tuple(one_line(f"line {line + 1}: {what}") for line, what in sorted(problems)),
    )


def _decoded(content: bytes) -> str:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _salvaged(block: ParsingFailedBlock) -> Entry | None:
    """The entry of a block that was only set aside: fields that stand there twice, or one more entry without a key."""
    from bibtexparser.library import Library
    from bibtexparser.middlewares import RemoveEnclosingMiddleware
    from bibtexparser.model import Entry

    entry = block.ignore_error_block
    if not isinstance(entry, Entry) or _is_lost(block):
        return None
    return RemoveEnclosingMiddleware().transform_entry(entry, Library())


def _is_lost(block: ParsingFailedBlock) -> bool:
    from bibtexparser.model import DuplicateBlockKeyBlock, DuplicateFieldKeyBlock

    if isinstance(block, DuplicateBlockKeyBlock):
        return bool(block.key)
    return not isinstance(block, DuplicateFieldKeyBlock)


def _problem(block: ParsingFailedBlock) -> str:
    from bibtexparser.model import DuplicateBlockKeyBlock

    if isinstance(block, DuplicateBlockKeyBlock):
        first = (block.previous_block.start_line or 0) + 1
        return f"the key {block.key} is taken by line {first}; only that entry is read"
    return str(getattr(block.error, "abort_reason", block.error)) or "cannot be read"


def _found_paper(entry: Entry) -> FoundPaper | None:
    """An entry as a paper; None without a title."""
    fields = {key.lower(): str(value) for key, value in entry.items()}
    prose = _without_latex({key: fields[key] for key in _PROSE if key in fields})
    if not (title := prose.get("title", "")):
        return None
    arxiv_id = _arxiv_id(fields)
    address = _address(fields)
    return FoundPaper(
        arxiv_id=arxiv_id,
        title=title,
        authors=_authors(fields.get("author") or fields.get("editor", "")),
        abstract=prose.get("abstract", ""),
        published=_published(fields.get("year") or fields.get("date", "")),
        doi=_doi(fields),
        journal_ref=_journal_ref(prose),
        comment=prose.get("note", ""),
        url=address or (arxiv_id.url if arxiv_id else ""),
        pdf_url=address if not arxiv_id and urlsplit(address).path.lower().endswith(".pdf") else "",
        citekey=one_line(entry.key),
        tags=tuple(dict.fromkeys(tag for part in re.split("[,;]", prose.get("keywords", "")) if (tag := part.strip()))),
    )


def _without_latex(texts: Mapping[str, str]) -> dict[str, str]:
    """Each text on one line with its LaTeX decoded; one that cannot be decoded stays as it is."""
    from bibtexparser.library import Library
    from bibtexparser.model import Entry, Field

    holder = Entry("misc", "", [Field(key, text) for key, text in texts.items()])
    _latex_decoder().transform_entry(holder, Library())
    return {field.key: one_line(field.value) for field in holder.fields}


@cache
def _latex_decoder() -> LatexDecodingMiddleware:
    from bibtexparser.middlewares import LatexDecodingMiddleware

    return LatexDecodingMiddleware()  # takes longer to make than an entry to decode


def _authors(names: str) -> tuple[str, ...]:
    """Given name first. Lists that divide names by semicolons, as some programs write them, are read too."""
    from bibtexparser.middlewares.names import parse_single_name_into_parts, split_multiple_persons_names

    if ";" in names and not re.search(r"\sand\s", names):
        names = names.replace(";", " and ")
    parts = (parse_single_name_into_parts(name, strict=False) for name in split_multiple_persons_names(names))
    shown = _without_latex({str(number): part.merge_first_name_first for number, part in enumerate(parts)})
    return tuple(name for name in shown.values() if name and name != "others")


def _arxiv_id(fields: Mapping[str, str]) -> ArxivId | None:
    """From the field made for it, else from an address, the DOI, or "arXiv:…" and "abs/…" in the place of a journal."""
    return next((found for text in _arxiv_forms(fields) if (found := parse_arxiv_id(_unescaped(text)))), None)


def _arxiv_forms(fields: Mapping[str, str]) -> Iterator[str]:
    if (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").lower() == "arxiv":
        eprint = fields.get("eprint", "")
        yield eprint
        archive = fields.get("primaryclass") or fields.get("eprintclass", "")
        yield f"{archive.partition('.')[0]}/{eprint}"
    for key in ("arxivid", "arxiv", "url", "doi"):
        yield fields.get(key, "")
    for key in ("journal", "journaltitle", "volume", "number", "note", "howpublished", "publisher"):
        for found in _ARXIV_IN_TEXT.finditer(fields.get(key, "")):
            yield found[1].rstrip(".)")


def _address(fields: Mapping[str, str]) -> str:
    found = _ADDRESS.search(_unescaped(fields.get("url") or fields.get("howpublished", "")))
    return found[0].rstrip(".,;") if found else ""


def _doi(fields: Mapping[str, str]) -> str:
    """The publisher's DOI; arXiv's own says no more than the id."""
    doi = find_doi(_unescaped(fields.get("doi") or fields.get("url", ""))) or ""
    return "" if parse_arxiv_id(doi) else doi


def _journal_ref(prose: Mapping[str, str]) -> str:
    journal = prose.get("journal") or prose.get("journaltitle") or prose.get("booktitle", "")
    if not journal or re.search(r"(?i)arxiv|^corr$", journal):
        return ""
    number = f"({prose['number']})" if prose.get("number") else ""
    parts = (journal, f"{prose.get('volume', '')}{number}", prose.get("pages", "").replace("--", "–"))
    return ", ".join(part for part in parts if part)


def _published(text: str) -> datetime | None:
    year = _YEAR.search(text)
    return datetime(int(year[0]), 1, 1, tzinfo=UTC) if year else None


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(r"\1", text).strip().strip("{}")
