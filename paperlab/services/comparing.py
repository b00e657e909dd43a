"""Comparing: what changed between two editions of a paper, each parsed once."""

from dataclasses import dataclass
from pathlib import Path

from paperlab.domain.blocks import ParsedPdf
from paperlab.domain.differences import Differences, compare
from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Paper
from paperlab.domain.steps import Watcher, unwatched
from paperlab.errors import NothingFound, UnreadablePdf
from paperlab.library.library import Library
from paperlab.services.editions import Editions


@dataclass(frozen=True, slots=True)
class Comparison:
    key: PaperKey
    title: str
    older: str
    """Name of an edition, or of a file."""
    newer: str
    differences: Differences


class Comparing:
    def __init__(self, library: Library, editions: Editions) -> None:
        self._library = library
        self._editions = editions

    def compare(
        self, key: PaperKey, older: str | None = None, newer: str | None = None, watch: Watcher = unwatched
    ) -> Comparison:
        """Compare two editions of a paper.

        Args:
            older: `v5` or `5`; None takes the one before the newer one.
            newer: The same, or the path of a PDF (`….pdf`); None takes the newest.

        Raises:
            UnknownPaper, DamagedFile, PdfError
            NothingFound: There is no such edition, or only one.
        """
        paper = self._library.read(key)
        names = [edition.name for edition in paper.editions]
        is_file = newer is not None and newer.lower().endswith(".pdf")
        last = newer if is_file and newer else _named(paper, newer) if newer else (names or [""])[-1]
        if older is None:
            others = names if is_file else names[: names.index(last)] if last in names else []
            if not others:
                hint = f"`paperlab fetch --update {key}` looks for newer ones, `paperlab add {key}v1` adds an older one"
                raise NothingFound(f"{key} has no edition to compare {last or 'anything'} with", hint=hint)
            first = others[-1]
        else:
            first = _named(paper, older)
        before = self._parsed(paper, first, watch)
        if is_file:
            after = _with_text(self._editions.parsed_file(Path(last).expanduser(), watch), Path(last).name)
        else:
            after = self._parsed(paper, last, watch)
        return Comparison(
            key,
            paper.title,
            first,
            Path(last).name if is_file else last,
            compare(before.blocks, after.blocks),
        )

    def _parsed(self, paper: Paper, name: str, watch: Watcher) -> ParsedPdf:
        edition = paper.edition(name)
        assert edition is not None  # the names come from the record
        return _with_text(self._editions.parsed(paper, edition, watch), f"{paper.key} {name}")


def _named(paper: Paper, text: str) -> str:
    """The edition that a reader means by `v5` or `5`."""
    name = f"v{text.strip().lower().removeprefix('v')}"
    if paper.edition(name) is None:
        names = ", ".join(edition.name for edition in paper.editions) or "no PDF"
        hint = f"`paperlab add {paper.arxiv_id}{name}` fetches it" if paper.arxiv_id and name[1:].isdigit() else ""
        raise NothingFound(f"{paper.key} has no edition {text!r}, but {names}", hint=hint)
    return name


def _with_text(parsed: ParsedPdf, name: str) -> ParsedPdf:
    if not parsed.is_searchable:
        raise UnreadablePdf(f"{name} has no text to compare", hint="a scan, or a garbled text layer")
    return parsed
