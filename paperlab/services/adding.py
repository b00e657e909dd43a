"""Adding: from sources to papers on disk, parsed and indexed. Adding twice changes nothing."""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from paperlab.domain.identifiers import ArxivId, PaperKey
from paperlab.domain.papers import FoundPaper
from paperlab.domain.steps import Watcher, unwatched
from paperlab.errors import LibraryError, PaperlabError, PdfError, SourceError, UnknownSource
from paperlab.library.library import Library
from paperlab.library.newest import NewestEditions
from paperlab.services.carrying import carried
from paperlab.services.entries import complete_entry, record_entry
from paperlab.services.indexing import Indexing
from paperlab.services.intake import AddOutcome, AddStatus, Intake, has_pdf, with_warnings
from paperlab.services.records import LOCK_TIMEOUT_S, Records
from paperlab.services.side_by_side import SideBySide
from paperlab.services.tracking import checked_tag
from paperlab.services.updating import newest_of
from paperlab.services.wanted import Wanted, of_record, wanted_of
from paperlab.sources.arxiv_api import BATCH, ArxivSource
from paperlab.sources.download import Downloader


class Adding:
    def __init__(
        self,
        library: Library,
        indexing: Indexing,
        arxiv: ArxivSource,
        downloader: Downloader,
        now: Callable[[], datetime],
    ) -> None:
        self._library = library
        self._indexing = indexing
        self._arxiv = arxiv
        self._downloader = downloader
        self._now = now
        self._records = Records(library, now)
        self._newest = NewestEditions(library)

    def add(
        self,
        sources: Sequence[str],
        *,
        tags: Sequence[str] = (),
        list_name: str | None = None,
        index: bool = True,
        watch: Watcher = unwatched,
    ) -> Iterator[AddOutcome]:
        """Add papers, several at once; a failure is an outcome, and the others go on. arXiv is asked for all at once.

        Yields:
            Outcomes in the order of the sources. What has been yielded is kept, whatever happens next.
        """
        tags = [checked_tag(tag) for tag in tags]
        if list_name is not None:
            self._library.check_list_name(list_name)
        jobs: list[Wanted | AddOutcome] = []
        for source in sources:
            try:
                found, problems = wanted_of(source, self._library, self._records)
            except PaperlabError as error:
                jobs.append(_failed(source, error))
                continue
            jobs += found
            jobs += [AddOutcome(source=source, status=AddStatus.FAILED, error=problem) for problem in problems]
        for outcome in self._carry_out(jobs, index, watch):
            if outcome.key is not None and outcome.status is not AddStatus.FAILED:
                self._file_under(outcome.key, tags, list_name)
            yield outcome

    def fetch(
        self, keys: Sequence[PaperKey] = (), *, update: bool = False, watch: Watcher = unwatched
    ) -> Iterator[AddOutcome]:
        """Download the PDFs that records lack, of some papers or of all; with `update` newer editions, too."""
        jobs: list[Wanted | AddOutcome] = []
        for key in keys or self._library.keys():
            try:
                paper = self._library.read(key)
            except PaperlabError as error:
                jobs.append(_failed(str(key), error))
                continue
            is_complete = paper.newest is not None and has_pdf(self._library, paper, paper.newest.name)
            if not is_complete or (update and paper.arxiv_id is not None):
                wanted = of_record(str(key), paper, update=update)
                if keys or wanted.has_source:  # of all papers, those that can be had
                    jobs.append(wanted)
            elif keys:
                jobs.append(self._intake(True, watch).present(str(key), paper))
        yield from self._carry_out(jobs, True, watch)

    def search_arxiv(self, words: str, limit: int = 20, watch: Watcher = unwatched) -> tuple[FoundPaper, ...]:
        """Ask arXiv for papers by words. What the watcher raises ends the waiting for arXiv's pace.

        Raises:
            Offline, SourceUnavailable
        """
        return self._arxiv.search(words, limit, watch)

    def _carry_out(self, jobs: Sequence[Wanted | AddOutcome], index: bool, watch: Watcher) -> Iterator[AddOutcome]:
        """In order; what has failed already is passed on."""
        wanting = (job for job in jobs if isinstance(job, Wanted) and self._is_wanting(job))
        wanted = dict.fromkeys(job.arxiv_id for job in wanting if job.arxiv_id)
        found, failure = self._look_up(list(wanted), watch)

        def carry_out(job: Wanted | AddOutcome, watch: Watcher) -> AddOutcome:
            if isinstance(job, AddOutcome):
                return job
            try:
                is_unanswered = job.arxiv_id in wanted and job.arxiv_id not in found
                if is_unanswered and failure is not None and job.recorded is None:
                    raise failure
                return self._one(job, found, self._intake(index, watch), watch)
            except PaperlabError as error:
                return _failed(job.source, error)

        self._records.known.look()
        recorded = [self._recorded(job, wanted, found, failure) for job in jobs]
        yield from SideBySide(carry_out, watch).run(recorded)

    def _look_up(
        self, wanted: Sequence[ArxivId], watch: Watcher
    ) -> tuple[dict[ArxivId, FoundPaper], PaperlabError | None]:
        """What arXiv tells, as many ids in one request as it takes, until it answers no more."""
        found: dict[ArxivId, FoundPaper] = {}
        try:
            for start in range(0, len(wanted), BATCH):
                found |= self._arxiv.look_up(wanted[start : start + BATCH], watch)
        except SourceError as error:
            return found, error
        finally:
            with suppress(LibraryError):  # derived: what follows matters more
                self._newest.keep(newest_of(found))
        return found, None

    def _one(self, job: Wanted, found: dict[ArxivId, FoundPaper], intake: Intake, watch: Watcher) -> AddOutcome:
        if job.recorded is not None:
            paper = job.recorded.paper
            again = replace(job, arxiv_id=job.arxiv_id if paper.arxiv_id else None, recorded=None, record=paper)
            can_fetch = again.arxiv_id in found or (again.arxiv_id is None and bool(job.url))
            fetch = (lambda: self._one(again, found, intake, watch)) if can_fetch else None
            return complete_entry(self._library, intake, job.source, job.recorded, fetch)
        if job.arxiv_id is not None:
            with self._library.lock(f"adding-{job.arxiv_id.key}", timeout_s=LOCK_TIMEOUT_S):
                return self._from_arxiv(job, job.arxiv_id, found.get(job.arxiv_id), intake, watch)
        if job.path is not None:
            return intake.from_file(job.source, job.path, job.path.name)
        if job.url:
            return self._from_web(job, intake, watch)
        hint = "`paperlab add FILE.pdf` takes one from the disk"
        raise UnknownSource(f"the record of {job.source} names no source for a PDF", hint=hint)

    def _recorded(
        self,
        job: Wanted | AddOutcome,
        wanted: Collection[ArxivId],
        found: dict[ArxivId, FoundPaper],
        failure: PaperlabError | None,
    ) -> Wanted | AddOutcome:
        """With an entry's record written: in the order of the file, so that the first of equal keys stays as it is."""
        if isinstance(job, AddOutcome) or job.entry is None:
            return job
        told = found.get(job.arxiv_id) if job.arxiv_id else None
        missing = None
        if job.arxiv_id in wanted and told is None:
            missing = failure or UnknownSource(f"it knows no {job.arxiv_id}")
        try:
            recorded = record_entry(self._library, self._records, job.entry, told, missing)
        except PaperlabError as error:
            return _failed(job.source, error)
        return replace(job, recorded=recorded)

    def _is_wanting(self, job: Wanted) -> bool:
        """Whether arXiv has to be asked: what is there is not asked for again, but for newer editions of it."""
        if job.arxiv_id is None or job.record is not None:
            return job.arxiv_id is not None
        paper = self._records.of_key(job.arxiv_id.key)
        if paper is None or paper.newest is None:
            return True
        name = f"v{job.arxiv_id.version}" if job.arxiv_id.version else paper.newest.name
        return not has_pdf(self._library, paper, name)

    def _from_arxiv(
        self, job: Wanted, arxiv_id: ArxivId, found: FoundPaper | None, intake: Intake, watch: Watcher
    ) -> AddOutcome:
        paper = self._records.of_key(arxiv_id.key)
        if paper is not None and not self._is_wanting(job):  # another process may have been quicker
            return intake.present(job.source, paper)
        if found is None or found.arxiv_id is None:
            hint = "what is in the library stays" if paper is not None else "check the number and the version"
            raise UnknownSource(f"arXiv knows no {arxiv_id}", hint=hint)
        name = f"v{found.arxiv_id.version or 1}"
        if not found.pdf_url:
            return intake.withdrawn(job.source, found, paper)
        before = paper.newest if paper is not None else None
        paper = self._records.from_arxiv(found, paper)
        if has_pdf(self._library, paper, name):
            return intake.present(job.source, paper)
        part = self._part(f"{paper.key}-{name}")
        with self._indexing.lanes.network:
            self._downloader.download(found.pdf_url, part, _about(watch, paper.title), polite=True)
        outcome = _used_up(part, lambda: intake.take_in(job.source, paper, name, part, None))
        if before is None or before.number >= int(name[1:]):
            return outcome
        outcome = replace(outcome, previous=before.name)
        return self._with_annotations(outcome, paper.key) if outcome.pages else outcome

    def _with_annotations(self, outcome: AddOutcome, key: PaperKey) -> AddOutcome:
        try:
            found, lost = carried(self._library, self._indexing, key)
        except PdfError as error:
            return with_warnings(outcome, f"where its annotations stand is not known: {error.message}")
        return replace(outcome, carried=found, unplaced=lost)

    def _from_web(self, job: Wanted, intake: Intake, watch: Watcher) -> AddOutcome:
        digest = hashlib.sha256(job.url.encode()).hexdigest()[:16]
        with self._library.lock(f"adding-{digest}", timeout_s=LOCK_TIMEOUT_S):
            known = job.record or self._records.of_source(job.url)
            if known is not None and known.newest is not None and has_pdf(self._library, known, known.newest.name):
                return intake.present(job.source, known)
            part = self._part(digest)
            with self._indexing.lanes.network:
                about = _about(watch, known.title if known else job.url)
                self._downloader.download(job.url, part, about, polite=False)
            return _used_up(part, lambda: intake.from_file(job.source, part, job.url, known=known))

    def _intake(self, index: bool, watch: Watcher) -> Intake:
        return Intake(
            self._library,
            self._indexing,
            self._records,
            lambda arxiv_id, watch: self._arxiv.look_up([arxiv_id], watch).get(arxiv_id),
            self._now,
            index=index,
            watch=watch,
        )

    def _file_under(self, key: PaperKey, tags: Sequence[str], list_name: str | None) -> None:
        if tags:
            self._library.change(key, lambda paper: replace(paper, tags=tuple(dict.fromkeys((*paper.tags, *tags)))))
        if list_name:
            self._library.add_to_list(list_name, key, self._library.read(key).title)

    def _part(self, name: str) -> Path:
        folder = self._library.derived / "downloads"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{name}.pdf.part"


def _used_up(part: Path, take_in: Callable[[], AddOutcome]) -> AddOutcome:
    """Take a download in and delete it: also when it is no PDF that can be read, which another try would not change."""
    try:
        outcome = take_in()
    except PdfError:
        part.unlink(missing_ok=True)
        raise
    part.unlink(missing_ok=True)
    return outcome


def _failed(source: str, error: PaperlabError) -> AddOutcome:
    message = f"{error.message} ({error.hint})" if error.hint else error.message
    return AddOutcome(source=source, status=AddStatus.FAILED, error=message)


def _about(watch: Watcher, title: str) -> Watcher:
    """Say the paper's title where the downloader knows only an address."""
    return lambda step: watch(replace(step, subject=title))
