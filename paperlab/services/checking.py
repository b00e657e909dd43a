"""Checking: whether all that the library holds can be read and is what it says it is."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from paperlab.domain.identifiers import PaperKey
from paperlab.domain.papers import Edition, Paper
from paperlab.errors import DamagedFile, LibraryError
from paperlab.library.files import hash_file
from paperlab.library.library import Library
from paperlab.services.indexing import Indexing
from paperlab.services.joining import doubles
from paperlab.services.offering import Offering


class Severity(StrEnum):
    ERROR = "error"
    """Something of the reader's is damaged or missing."""
    WARNING = "warning"
    """Something derived is not level, or something optional is missing."""


@dataclass(frozen=True, slots=True)
class Finding:
    severity: Severity
    place: str
    """A key, a file, a part of paperlab."""
    message: str
    hint: str = ""


class Checking:
    def __init__(self, library: Library, indexing: Indexing) -> None:
        self._library = library
        self._indexing = indexing
        self._offering = Offering(library)

    def findings(self) -> tuple[Finding, ...]:
        """All that is wrong, errors first. Reads every byte of every PDF: seconds for a thousand papers."""
        found = [*self._records(), *self._lists(), *self._index()]
        return tuple(sorted(found, key=lambda finding: finding.severity is Severity.WARNING))

    def mend(self) -> tuple[str, ...]:
        """Bring what is derived level with the library; touches nothing of the reader's.

        Returns:
            What was done, one line each.
        """
        outcomes = self._indexing.run()
        return tuple(f"{o.key}: {o.error or f'indexed, {o.passages} passages'}" for o in outcomes)

    def _records(self) -> Iterator[Finding]:
        papers: list[Paper] = []
        for key in self._library.keys():  # noqa: SIM118  (a library is no dict)
            try:
                paper = self._library.read(key)
            except DamagedFile as error:
                yield Finding(Severity.ERROR, str(key), error.message, error.hint)
                continue
            papers.append(paper)
            for edition in paper.editions:
                yield from self._edition(key, edition)
            yield from self._journals(key)
        yield from _clashes(papers)
        for offer in self._offering.offers([paper.key for paper in papers]):
            hint = f"`paperlab annotations import {offer.key}` takes them over"
            yield Finding(Severity.WARNING, str(offer.key), offer.told, hint)

    def _edition(self, key: PaperKey, edition: Edition) -> Iterator[Finding]:
        path = self._library.edition_path(key, edition)
        if not path.is_file():
            yield Finding(
                Severity.WARNING, str(key), f"{edition.file} is missing", f"`paperlab fetch {key}` downloads it again"
            )
            return
        sha256, _ = hash_file(path)
        if sha256 != edition.sha256:
            hint = f"another program has changed it: `paperlab annotations import {key}` takes over marks made in it; "
            hint += "then move it away and fetch it again"
            yield Finding(
                Severity.ERROR, str(key), f"{edition.file} is not the file that was fetched: its hash differs", hint
            )

    def _journals(self, key: PaperKey) -> Iterator[Finding]:
        for problem in self._library.broken_lines(key):
            yield Finding(Severity.WARNING, str(key), problem, "the line is left out; the others count")
        try:
            self._library.read_notes(key)
        except LibraryError as error:
            yield Finding(Severity.ERROR, str(key), error.message, error.hint)

    def _lists(self) -> Iterator[Finding]:
        try:
            self._library.lists()
        except DamagedFile as error:
            yield Finding(Severity.ERROR, "lists", error.message, error.hint)

    def _index(self) -> Iterator[Finding]:
        status = self._indexing.status()
        if not status.fingerprint:
            yield Finding(Severity.WARNING, "model", f"{status.model} cannot be loaded", "search works by words only")
        for word, keys in (
            ("is not indexed", status.missing),
            ("is indexed from something older", status.stale),
            ("is indexed but gone", status.orphans),
        ):
            for key in keys:
                yield Finding(Severity.WARNING, str(key), word, "`paperlab index`, or `paperlab doctor --fix`")
        for key in status.without_text:
            yield Finding(Severity.WARNING, str(key), "the PDF has no text, or a garbled one: not searchable")


def _clashes(papers: list[Paper]) -> Iterator[Finding]:
    citekeys: dict[str, PaperKey] = {}
    for paper in papers:
        if (other := citekeys.setdefault(paper.citekey, paper.key)) != paper.key:
            yield Finding(
                Severity.ERROR,
                str(paper.key),
                f"the citation key {paper.citekey} is also that of {other}",
                "change one of them",
            )
    for double in doubles(papers):
        hint = f"the same work twice? `paperlab merge {double.first.key} {double.second.key}` joins them"
        yield Finding(Severity.WARNING, str(double.second.key), f"{double.reason} as {double.first.key}", hint)
