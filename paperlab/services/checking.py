"""Checking: whether all that the library holds can be read and is what it says it is, and mending what is not."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperlab.domain.findings import Finding, Kind, Remedy, Severity
from paperlab.domain.papers import Paper
from paperlab.domain.steps import Stage, Step, Watcher, unwatched
from paperlab.errors import LibraryError, PaperlabError
from paperlab.library.legible import read_unread
from paperlab.library.library import Library
from paperlab.services.checks.examination import Examination, Hashes
from paperlab.services.checks.folders import derived_findings, folder_findings
from paperlab.services.checks.index import IndexChecks
from paperlab.services.checks.lists import list_findings
from paperlab.services.checks.machine import disk_findings, free_bytes, lock_findings
from paperlab.services.checks.records import clashes, damaged_record, record_findings
from paperlab.services.checks.texts import text_findings
from paperlab.services.offering import Offering

_ORDER = tuple(Severity)


@dataclass(frozen=True, slots=True)
class Mended:
    """What became of a remedy."""

    finding: Finding
    told: str
    copies: tuple[Path, ...] = ()
    """Of the reader's files, as they were before."""
    has_failed: bool = False


class Checking:
    def __init__(
        self,
        library: Library,
        index: IndexChecks,
        now: Callable[[], datetime],
        free: Callable[[Path], int] = free_bytes,
    ) -> None:
        self._library = library
        self._index = index
        self._now = now
        self._free = free
        self._hashes = Hashes()
        self._offering = Offering(library)

    def findings(self, watch: Watcher = unwatched) -> tuple[Finding, ...]:
        """All that is wrong, the worst first. Reads every byte of every PDF, once for as long as it is as it was."""
        locks = tuple(lock_findings(self._library))
        exam = Examination(
            self._library, self._now(), self._hashes, read_unread(self._library.derived), is_busy=bool(locks)
        )
        found = [*locks, *self._papers(exam, watch), *list_findings(exam), *derived_findings(exam)]
        of_index = tuple(self._index.findings(watch))
        textless = {finding.place for finding in of_index if finding.kind is Kind.NO_TEXT}  # that says it all
        found = [one for one in found if not (one.kind is Kind.PDF_UNREAD and one.place in textless)]
        missing = sum(finding.kind is Kind.NOT_INDEXED for finding in of_index)
        found += (*of_index, *disk_findings(self._library, missing, self._free(self._library.root)))
        return tuple(sorted(found, key=lambda finding: _ORDER.index(finding.severity)))

    def mend(self, findings: Iterable[Finding], may: Callable[[Finding, Remedy], bool]) -> Iterator[Mended]:
        """Apply the remedies of findings: of what is derived all, of what is the reader's those that may be.

        Each is done once, and one that fails costs no other.
        """
        done: list[Remedy] = []
        for finding in findings:
            remedy = finding.remedy
            if remedy is None or remedy in done or not (remedy.is_derived or may(finding, remedy)):
                continue
            done.append(remedy)
            history = self._library.history
            try:
                with history.step("doctor --fix") as step:
                    told = remedy.apply()
                    step.did = f"doctor --fix: {told}"
            except PaperlabError as error:
                hint = f" ({error.hint})" if error.hint else ""
                yield Mended(finding, f"{finding.place}: {error.message}{hint}", has_failed=True)
                continue
            if told:
                yield Mended(finding, told, history.copies(step))

    def _papers(self, exam: Examination, watch: Watcher) -> Iterator[Finding]:
        papers: list[Paper] = []
        keys = self._library.keys()
        for number, key in enumerate(keys, 1):
            watch(Step(Stage.CHECKING, "papers and PDFs", number, len(keys)))
            paper = None
            try:
                paper = self._library.read(key)
            except LibraryError as error:
                yield damaged_record(exam, key, error)
            if paper is not None:
                papers.append(paper)
                yield from record_findings(exam, paper)
            try:
                # of a record that cannot be read it is not known which editions there are
                editions = None if paper is None else [edition.name for edition in paper.editions]
                yield from text_findings(exam, key, editions)
            except LibraryError as error:
                yield Finding(Kind.UNREADABLE, str(key), error.message, error.hint)
        yield from clashes(papers)
        yield from folder_findings(exam, papers)
        yield from self._offers(papers)

    def _offers(self, papers: Sequence[Paper]) -> Iterator[Finding]:
        for offer in self._offering.offers([paper.key for paper in papers]):
            hint = f"`paperlab annotations import {offer.key}` takes them over"
            yield Finding(Kind.MARKS_OFFERED, str(offer.key), offer.told, hint)
